import Bytes
import Events
import Support
import Testing
import Units

@testable import Books

@Suite(.timeLimit(.minutes(1)))
struct PendingDeltasTests {
    /// A change with so many levels, told apart by its number.
    private func append(_ number: Int, levels: Int, to pending: inout PendingDeltas) {
        var sides = Sides()
        sides.bids.append(Level(price: -1, size: 1, priceExponent: 0, sizeExponent: 0))
        for index in 0..<levels {
            let level = Level(price: Int64(number), size: Int64(index), priceExponent: 0, sizeExponent: 0)
            if index % 2 == 0 { sides.bids.append(level) } else { sides.asks.append(level) }
        }
        // The first bid belongs to another change of the same message.
        let part = Sides.Part(bids: 1..<sides.bids.count, asks: 0..<sides.asks.count)
        pending.append(DeltaHead(last: UInt64(number), happened: Nanos(Int64(number))), sides, part)
    }

    @Test("changes are given out in order of arrival, each with its own levels", arguments: 0..<20)
    func givesOutInOrder(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        var pending = PendingDeltas()
        for round in 0..<3 {
            let counts = (0..<dice.number(0...40)).map { _ in dice.number(0...5) }
            for (number, count) in counts.enumerated() { append(number, levels: count, to: &pending) }
            for (number, count) in counts.enumerated() {
                guard let (head, part) = pending.next() else {
                    Issue.record("round \(round): \(number) is missing")
                    return
                }
                #expect(head.last == UInt64(number) && head.happened.count == Int64(number))
                var sizes: [Int64] = []
                for index in part.bids { sizes.append(pending.levels.bids[index].size) }
                for index in part.asks { sizes.append(pending.levels.asks[index].size) }
                #expect(sizes.sorted() == (0..<Int64(count)).map { $0 })
                for index in part.bids { #expect(pending.levels.bids[index].price == Int64(number)) }
            }
            let rest = pending.next()
            #expect(rest == nil)
            pending.removeAll()
            let count = pending.count
            #expect(count == 0)
        }
    }

    @Test("at the bound of changes the older half is forgotten, and the newest is always kept")
    func boundsChanges() {
        var pending = PendingDeltas()
        var most = 0
        for number in 0...(2 * PendingDeltas.deltasMax) {
            append(number, levels: 1, to: &pending)
            most = max(most, pending.count)
            let (oldest, newest) = (pending.head(0).last, pending.head(pending.count - 1).last)
            if newest != UInt64(number) || newest - oldest + 1 != UInt64(pending.count) {
                Issue.record("after \(number): \(oldest)…\(newest)")
                return
            }
        }
        #expect(most == PendingDeltas.deltasMax)
        let (_, part) = pending.next() ?? (DeltaHead(), Sides.Part(bids: 0..<0, asks: 0..<0))
        #expect(pending.levels.bids[part.bids.lowerBound].price == Int64(pending.head(0).last))
    }

    @Test("so many levels at most wait, but for one change that alone has more", arguments: 0..<6)
    func boundsLevels(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        var pending = PendingDeltas()
        for number in 0..<1000 { append(number, levels: 1, to: &pending) }
        for number in 1000..<1020 {
            let count = dice.pick([1, 100, 30_000, 60_000, PendingDeltas.levelsMax, PendingDeltas.levelsMax + 10])
            append(number, levels: count, to: &pending)
            let levels = pending.levels.count
            #expect(levels <= max(PendingDeltas.levelsMax, count), "change \(number)")
            let newest = pending.head(pending.count - 1).last
            #expect(newest == UInt64(number))
        }
    }

    @Test("what has been used gives its memory back")
    func givesMemoryBack() {
        var pending = PendingDeltas()
        for number in 0..<100 { append(number, levels: 100, to: &pending) }
        let before = pending.levels.bids.capacity
        pending.removeAll()
        let after = pending.levels.bids.capacity
        #expect(before >= 5000 && after == 4)
    }
}
