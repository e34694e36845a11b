import Events
import Flow
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ContinuityTests {
    private typealias Place = (epoch: UInt32, position: UInt64)

    private func judge(_ places: [Place]) -> [Continuity.Verdict] {
        var continuity = Continuity()
        return places.map { place in
            let verdict = continuity.judge(
                Envelope(kind: .trade, channel: .trade, epoch: place.epoch, position: place.position))
            return verdict
        }
    }

    @Test("a reader may join anywhere; from then on each position is next, missing or old")
    func example() {
        let verdicts = judge([(1, 5), (1, 6), (1, 6), (1, 9), (1, 7), (1, 10), (2, 1), (1, 11), (2, 2), (3, 1), (3, 2)])
        #expect(verdicts == [.next, .next, .old, .gap(missing: 2), .old, .next, .next, .old, .next, .next, .next])
    }

    @Test("a new epoch begins at 1; what it begins with instead is missing before it")
    func epochs() {
        #expect(judge([(1, 1), (2, 4)]) == [.next, .gap(missing: 3)])
        #expect(judge([(0, 1), (7, 1), (6, 2), (7, 2)]) == [.next, .next, .old, .next])
        #expect(judge([(4, 100), (5, 1), (4, 101), (5, 2)]) == [.next, .next, .old, .next])
    }

    @Test("a state told again is no repeat, and what is coalesced stands for what is missing before it")
    func told() {
        var continuity = Continuity()
        func judge(_ position: UInt64, _ flags: Flags) -> Continuity.Verdict {
            continuity.judge(Envelope(kind: .ticker, channel: .ticker, flags: flags, epoch: 1, position: position))
        }
        #expect(judge(7, .snapshot) == .next && judge(7, .snapshot) == .next && judge(7, []) == .old)
        #expect(judge(12, .coalesced) == .next && judge(12, .coalesced) == .old && judge(13, []) == .next)
        #expect(judge(9, .snapshot) == .next && judge(15, []) == .gap(missing: 1))
    }

    @Test("each book of several venues is whole, and none is told again: one that comes twice is old")
    func consolidated() {
        var continuity = Continuity()
        func judge(_ position: UInt64) -> Continuity.Verdict {
            continuity.judge(
                Envelope(
                    kind: .consolidatedBook, channel: .consolidated, flags: .snapshot, epoch: 1, position: position))
        }
        #expect(judge(1) == .next && judge(1) == .old && judge(4) == .gap(missing: 2) && judge(3) == .old)
    }

    @Test("in a stream with losses and repeats, what is told to be missing is what was lost", arguments: 0..<60)
    func losses(seed: UInt64) {
        var dice = Dice(seed: seed)
        var continuity = Continuity()
        var told = 0
        var known = 0
        var sent: [Place] = []
        for epoch in 1...UInt32(dice.number(1...4)) {
            // Lost since the last that came: known only when another one of the epoch comes.
            var pending = 0
            for position in 1...UInt64(dice.number(1...60)) {
                // The first of all says where the reader joined, so nothing is missing before it.
                if dice.oneIn(5), !sent.isEmpty {
                    pending += 1
                    continue
                }
                switch continuity.judge(Envelope(kind: .trade, channel: .trade, epoch: epoch, position: position)) {
                case .next: break
                case .gap(let missing): told += Int(missing)
                case .old: Issue.record("\(epoch) \(position) taken as old")
                }
                known += pending
                pending = 0
                sent.append((epoch, position))
                #expect(told == known)
                guard dice.oneIn(3) else { continue }
                let again = dice.pick(sent)
                let old = Envelope(kind: .trade, channel: .trade, epoch: again.epoch, position: again.position)
                #expect(continuity.judge(old) == .old)
                #expect(continuity.epoch == epoch && continuity.position == position, "an old one changes nothing")
            }
        }
    }
}
