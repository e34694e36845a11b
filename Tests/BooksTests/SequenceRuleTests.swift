import Books
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SequenceRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var first: UInt64 = 0
        var last: UInt64
        var previous: UInt64 = 0
        var held: UInt64
        var isFirst = false
        var verdict: SequenceRule.Verdict

        var testDescription: String { what }
    }

    private func check(_ rule: SequenceRule, _ it: Case) {
        let verdict = rule.judge(
            first: it.first, last: it.last, previous: it.previous, held: it.held, isFirst: it.isFirst)
        #expect(verdict == it.verdict)
    }

    // Binance spot: drop u <= lastUpdateId; the first one needs U <= lastUpdateId + 1 <= u; then U = previous u + 1.
    static let range: [Case] = [
        Case(
            what: "the documents' worked example: older than the snapshot", first: 499_869_750, last: 499_869_752,
            held: 499_869_752, isFirst: true, verdict: .old),
        Case(
            what: "its first one that applies", first: 499_869_753, last: 499_869_754, held: 499_869_752, isFirst: true,
            verdict: .apply),
        Case(what: "the next", first: 499_869_755, last: 499_869_755, held: 499_869_754, verdict: .apply),
        Case(what: "a range that begins at once", first: 158, last: 160, held: 157, verdict: .apply),
        Case(
            what: "one that lies around the snapshot", first: 150, last: 160, held: 157, isFirst: true, verdict: .apply),
        Case(what: "one that overlaps later on", first: 150, last: 160, held: 157, verdict: .apply),
        Case(what: "one that ends where the book stands", first: 150, last: 157, held: 157, verdict: .old),
        Case(what: "a repeat", first: 156, last: 157, held: 160, verdict: .old),
        Case(what: "one is missing", first: 159, last: 160, held: 157, verdict: .gap(expected: 158, actual: 159)),
        Case(
            what: "one is missing behind the snapshot", first: 200, last: 201, held: 157, isFirst: true,
            verdict: .gap(expected: 158, actual: 200)),
        Case(what: "the last number of all", first: .max, last: .max, held: .max - 1, verdict: .apply),
    ]

    @Test("range: a change begins right behind what is held, or overlaps it", arguments: range)
    func judgesRange(it: Case) { check(.range, it) }

    // Binance futures: drop u < lastUpdateId; the first one needs U <= lastUpdateId <= u; then pu = previous u.
    static let pointer: [Case] = [
        Case(
            what: "older than the snapshot", first: 90, last: 99, previous: 89, held: 100, isFirst: true, verdict: .old),
        Case(
            what: "the snapshot lies inside", first: 95, last: 105, previous: 94, held: 100, isFirst: true,
            verdict: .apply),
        Case(
            what: "the snapshot is its last number", first: 95, last: 100, previous: 94, held: 100, isFirst: true,
            verdict: .apply),
        Case(
            what: "the snapshot is its first number", first: 100, last: 105, previous: 97, held: 100, isFirst: true,
            verdict: .apply),
        Case(
            what: "the snapshot lies in the numbers that it skips", first: 103, last: 105, previous: 98, held: 100,
            isFirst: true, verdict: .apply),
        Case(
            what: "it follows the snapshot directly", first: 103, last: 105, previous: 100, held: 100, isFirst: true,
            verdict: .apply),
        Case(
            what: "one is missing behind the snapshot", first: 103, last: 105, previous: 101, held: 100, isFirst: true,
            verdict: .gap(expected: 100, actual: 101)),
        Case(
            what: "the recording's chain", first: 600_859_601_193, last: 600_859_602_861, previous: 600_859_600_917,
            held: 600_859_600_917, verdict: .apply),
        Case(what: "a repeat", first: 95, last: 100, previous: 94, held: 100, verdict: .old),
        Case(what: "an older one", first: 80, last: 85, previous: 79, held: 100, verdict: .old),
        Case(
            what: "one is missing", first: 110, last: 120, previous: 105, held: 100,
            verdict: .gap(expected: 100, actual: 105)),
        Case(
            what: "an overlap is no chain", first: 95, last: 120, previous: 94, held: 100,
            verdict: .gap(expected: 100, actual: 94)),
        Case(what: "a number that went back", first: 95, last: 99, previous: 100, held: 100, verdict: .apply),
    ]

    @Test("pointer: a change names the one before it", arguments: pointer)
    func judgesPointer(it: Case) { check(.pointer, it) }

    // Kraken Futures: seq is the previous one + 1.
    static let next: [Case] = [
        Case(what: "the next", last: 326_072_250, held: 326_072_249, verdict: .apply),
        Case(what: "the next after a snapshot", last: 11, held: 10, isFirst: true, verdict: .apply),
        Case(what: "a repeat", last: 10, held: 10, verdict: .old),
        Case(what: "an older one", last: 3, held: 10, verdict: .old),
        Case(what: "one is missing", last: 12, held: 10, verdict: .gap(expected: 11, actual: 12)),
        Case(
            what: "many are missing behind a snapshot", last: 900, held: 10, isFirst: true,
            verdict: .gap(expected: 11, actual: 900)),
    ]

    @Test("next: numbers go up by one", arguments: next)
    func judgesNext(it: Case) { check(.next, it) }

    @Test("none: without numbers each change applies")
    func judgesNothing() {
        for (last, held) in [(0, 0), (5, 9), (9, 5), (UInt64.max, 0)] as [(UInt64, UInt64)] {
            check(.none, Case(what: "", last: last, held: held, verdict: .apply))
        }
    }

    @Test(
        "of a chain of changes exactly those behind the snapshot apply, and one that is left out is a gap",
        arguments: 0..<60)
    func followsChains(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        let rule = [SequenceRule.range, .pointer, .next][seed % 3]
        // A chain as the venue numbers it, and a snapshot somewhere in it.
        var chain: [(first: UInt64, last: UInt64, previous: UInt64)] = []
        var last: UInt64 = 1000
        for _ in 0..<30 {
            let skipped = rule == .pointer ? UInt64(dice.number(0...3)) : 0
            let length = rule == .next ? 1 : UInt64(dice.number(1...4))
            chain.append((last + skipped + 1, last + skipped + length, last))
            last += skipped + length
        }
        let snapshot = 1000 + UInt64(dice.number(0...Int(last - 1000)))
        let lost = dice.oneIn(2) ? dice.number(0..<chain.count) : nil
        var held = snapshot
        var isFirst = true
        for (index, it) in chain.enumerated() where index != lost {
            let verdict = rule.judge(
                first: it.first, last: it.last, previous: it.previous, held: held, isFirst: isFirst)
            if let lost, index > lost, chain[lost].last > snapshot {
                let expected = rule == .pointer ? held : held + 1
                let actual = rule == .pointer ? it.previous : it.first
                #expect(verdict == .gap(expected: expected, actual: actual), "behind the lost one")
                return
            }
            let isOld = rule == .pointer && isFirst ? it.last < snapshot : it.last <= held
            #expect(verdict == (isOld ? .old : .apply), "\(it) on \(held)")
            if verdict == .apply {
                held = it.last
                isFirst = false
            }
        }
    }
}

extension Dice {
    fileprivate mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &self) }
}
