import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BookKeeperPropertyTests {
    /// One message of the venue.
    private struct Message {
        var head: DeltaHead
        var range: ClosedRange<UInt64>
    }

    /// The messages of one book, as a venue with this rule numbers them.
    private func messages(_ rule: SequenceRule, _ market: inout TrueMarket, _ dice: inout Dice) -> [Message] {
        var messages: [Message] = []
        for _ in 0..<120 {
            let previous = market.number
            if rule == .pointer { market.skip(dice.number(0...3)) }
            let first = market.number + 1
            for _ in 0..<(rule == .next ? 1 : dice.number(1...4)) { market.change(using: &dice) }
            let last = market.number
            let head =
                rule == .next
                ? DeltaHead(first: last, last: last) : DeltaHead(first: first, last: last, previous: previous)
            messages.append(Message(head: head, range: first...last))
        }
        return messages
    }

    @Test(
        "whatever is lost, repeated or swapped: while the keeper says synced its book is the venue's at `held`",
        arguments: 0..<60)
    func isTrueWhileSynced(seed: Int) {
        let rule = [SequenceRule.range, .pointer, .next][seed % 3]
        var dice = Dice(seed: UInt64(seed))
        var market = TrueMarket(start: 1000)
        for _ in 0..<30 { market.change(using: &dice) }
        var messages = messages(rule, &market, &dice)
        let whole = messages
        let isHealthy = seed % 5 == 0
        if !isHealthy { disturb(&messages, &dice) }
        var watch = KeeperWatch(rule: rule, shown: [0, 1, 5, 40][seed % 4])
        var sides = Sides()
        let truth = { [market] in market.book(at: $0) }
        var synced = 0
        for (index, message) in messages.enumerated() {
            market.changes(in: message.range, into: &sides)
            let outcome = watch.delta(message.head, sides, truth: truth)
            if case .broken(let status) = outcome { #expect(!isHealthy && status.reason == .gap, "message \(index)") }
            synced += watch.isSynced ? 1 : 0
            guard !watch.isSynced, dice.oneIn(3) else { continue }
            // A snapshot of now, or one that took its time; where nothing waits for it, an old one is of no use.
            let age = isHealthy && rule == .next ? 0 : UInt64(dice.pick([0, 0, 1, 2, 5, 30]))
            let number = max(message.range.upperBound - min(age, message.range.upperBound - 1001), 1001)
            market.snapshot(at: number, into: &sides)
            watch.snapshot(number, sides, truth: truth)
            synced += watch.isSynced ? 1 : 0
        }
        #expect(synced > 0, "it is synced now and then")
        // However bad it was: a snapshot that fits, and all is well to the end.
        let last = whole[whole.count - 1]
        watch.keeper.void(.disconnected)
        market.snapshot(at: last.range.upperBound, into: &sides)
        #expect(watch.snapshot(last.range.upperBound, sides, truth: truth) == .changed)
        #expect(watch.keeper.held == last.range.upperBound)
    }

    private func disturb(_ messages: inout [Message], _ dice: inout Dice) {
        var index = 0
        while index < messages.count {
            switch dice.number(0...19) {
            case 0: messages.remove(at: index)
            case 1: messages.insert(messages[index], at: index + 1)
            case 2 where index > 3: messages.insert(messages[index - 3], at: index)
            case 3 where index > 0: messages.swapAt(index, index - 1)
            default: break
            }
            index += 1
        }
    }

    @Test("changes that came before the snapshot are used after it, and exactly where it fits them", arguments: 0..<40)
    func usesWhatWaited(seed: Int) {
        let rule = [SequenceRule.range, .pointer][seed % 2]
        var dice = Dice(seed: UInt64(seed))
        var market = TrueMarket(start: 1000)
        for _ in 0..<30 { market.change(using: &dice) }
        let messages = messages(rule, &market, &dice)
        let truth = { [market] in market.book(at: $0) }
        let start = dice.number(10...60)
        let waiting = messages[start..<(start + dice.number(1...30))]
        for number in [
            market.start + 31, waiting[start].head.first - 1, waiting[start].head.first, waiting.last!.head.last,
        ]
            + (0..<5).map({ _ in UInt64(dice.number(1031...Int(market.number))) })
        {
            var watch = KeeperWatch(rule: rule)
            var sides = Sides()
            for message in waiting {
                market.changes(in: message.range, into: &sides)
                _ = watch.delta(message.head, sides, truth: truth)
            }
            market.snapshot(at: number, into: &sides)
            let outcome = watch.snapshot(number, sides, truth: truth)
            // The first that waits must begin right behind the snapshot, or before.
            let oldest = rule == .pointer ? waiting[start].head.previous : waiting[start].head.first - 1
            #expect(outcome == (number < oldest ? .tooOld : .changed), "snapshot at \(number)")
            guard outcome == .changed else { continue }
            #expect(watch.keeper.held == max(number, waiting.last!.head.last))
            // And on it goes.
            guard number <= waiting.last!.head.last else { continue }
            for message in messages[waiting.endIndex...] {
                market.changes(in: message.range, into: &sides)
                let outcome = watch.delta(message.head, sides, truth: truth)
                #expect(outcome == .changed || outcome == .unchanged)
            }
        }
    }

    @Test(
        "only so much waits for a snapshot: the newest, and a snapshot older than that does not fit",
        arguments: [(SequenceRule.range, 3), (.pointer, 3), (.range, 4000)])
    func boundsWhatWaits(rule: SequenceRule, levels: Int) {
        var keeper = BookKeeper(rule: rule, integrity: .sequence)
        var sides = Sides()
        var effects = Sides()
        for price in 0..<levels {
            sides.bids.append(Level(price: Int64(price), size: 1, priceExponent: 0, sizeExponent: 0))
        }
        let count = levels == 3 ? 20_000 : 40
        for number in 1...UInt64(count) {
            let head = DeltaHead(first: number, last: number, previous: number - 1)
            #expect(keeper.delta(head, sides, sides.whole, effects: &effects) == .waiting)
        }
        let nothing = Sides()
        let kept = levels == 3 ? 4096 : 8
        let old = DeltaHead(last: UInt64(count / 4))
        #expect(keeper.snapshot(old, nothing, nothing.whole, depth: 0, effects: &effects) == .tooOld)
        let new = DeltaHead(last: UInt64(count - kept))
        #expect(keeper.snapshot(new, nothing, nothing.whole, depth: 0, effects: &effects) == .changed)
        var used = 0
        while let (_, outcome) = keeper.nextWaiting(effects: &effects) {
            #expect(outcome == .changed || outcome == .unchanged)
            used += 1
        }
        #expect(used >= kept && keeper.held == UInt64(count))
    }
}
