import Books
import Bytes
import Events
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct BookKeeperTests {
    private func sides(bids: [(Int64, Int64)] = [], asks: [(Int64, Int64)] = [], exponent: Int8 = 0) -> Sides {
        var sides = Sides()
        for (price, size) in bids {
            sides.bids.append(Level(price: price, size: size, priceExponent: exponent, sizeExponent: 0))
        }
        for (price, size) in asks {
            sides.asks.append(Level(price: price, size: size, priceExponent: exponent, sizeExponent: 0))
        }
        return sides
    }

    /// A keeper of numbered changes, synced at 10 with one level a side.
    private func synced(_ rule: SequenceRule = .next, shown: Int = 0) -> BookKeeper {
        var keeper = BookKeeper(rule: rule, integrity: .sequence, shown: shown)
        var effects = Sides()
        let levels = sides(bids: [(5, 1)], asks: [(8, 1)])
        let outcome = keeper.snapshot(DeltaHead(last: 10), levels, levels.whole, depth: 0, effects: &effects)
        #expect(outcome == .changed && effects.count == 2)
        return keeper
    }

    private func delta(
        _ keeper: inout BookKeeper, _ last: UInt64, _ levels: borrowing Sides, checksum: UInt32? = nil
    ) -> BookKeeper.Outcome {
        var effects = Sides()
        return keeper.delta(
            DeltaHead(first: last, last: last, previous: last - 1), levels, levels.whole, checksum: checksum,
            effects: &effects)
    }

    @Test("a book begins syncing, and what it is told says so")
    func begins() {
        let keeper = BookKeeper(rule: .range, integrity: .sequence)
        #expect(keeper.state == .syncing)
        #expect(keeper.status(.start) == BookStatus(.syncing, reason: .start, integrity: .sequence))
        #expect(keeper.levels == 0)
    }

    @Test("a gap voids the book and says between which numbers; the change behind it is the first that waits")
    func gapVoids() {
        for (rule, expected, actual) in [(SequenceRule.next, 11, 13), (.range, 11, 13), (.pointer, 10, 12)]
            as [(SequenceRule, UInt64, UInt64)]
        {
            var keeper = synced(rule)
            #expect(delta(&keeper, 11, sides(bids: [(6, 1)])) == .changed)
            keeper = synced(rule)
            let outcome = delta(&keeper, 13, sides(bids: [(6, 1)]))
            let status = BookStatus(.stale, reason: .gap, integrity: .sequence, expected: expected, actual: actual)
            #expect(outcome == .broken(status))
            #expect(keeper.state == .stale && keeper.levels == 0)
            #expect(delta(&keeper, 14, sides(bids: [(7, 1)])) == .waiting)
            guard rule != .next else { continue }
            var effects = Sides()
            let levels = sides(bids: [(5, 1)], asks: [(8, 1)])
            #expect(keeper.snapshot(DeltaHead(last: 11), levels, levels.whole, depth: 0, effects: &effects) == .tooOld)
            #expect(keeper.state == .stale)
            #expect(keeper.snapshot(DeltaHead(last: 12), levels, levels.whole, depth: 0, effects: &effects) == .changed)
            let waited = [
                keeper.nextWaiting(effects: &effects)?.head.last, keeper.nextWaiting(effects: &effects)?.head.last,
            ]
            #expect(waited == [13, 14] && keeper.held == 14 && keeper.levels == 4)
            let rest = keeper.nextWaiting(effects: &effects) == nil
            #expect(rest)
        }
    }

    @Test("what waits is one chain: a hole in it makes what came before useless, a repeat is left out")
    func waitsInAChain() {
        var keeper = BookKeeper(rule: .range, integrity: .sequence)
        for number in [20, 21, 21, 20, 25, 26] as [UInt64] {
            #expect(delta(&keeper, number, sides(bids: [(Int64(number), 1)])) == .waiting)
        }
        var effects = Sides()
        let nothing = Sides()
        #expect(keeper.snapshot(DeltaHead(last: 19), nothing, nothing.whole, depth: 0, effects: &effects) == .tooOld)
        #expect(keeper.snapshot(DeltaHead(last: 24), nothing, nothing.whole, depth: 0, effects: &effects) == .changed)
        var waited: [UInt64] = []
        while let (head, outcome) = keeper.nextWaiting(effects: &effects) {
            #expect(outcome == .changed)
            waited.append(head.last)
        }
        #expect(waited == [25, 26])
    }

    @Test("a crossed book is void, whether a change or a snapshot crosses it")
    func crossedVoids() {
        var keeper = synced()
        let status = BookStatus(.stale, reason: .crossed, integrity: .sequence)
        #expect(delta(&keeper, 11, sides(bids: [(8, 1)])) == .broken(status))
        #expect(keeper.levels == 0 && keeper.state == .stale)
        keeper = synced()
        var effects = Sides()
        let crossed = sides(bids: [(9, 1)], asks: [(8, 1)])
        #expect(
            keeper.snapshot(DeltaHead(last: 12), crossed, crossed.whole, depth: 0, effects: &effects) == .broken(status)
        )
        #expect(keeper.levels == 0 && keeper.state == .stale)
        // Crossed in passing is not crossed: a message counts as a whole.
        keeper = synced()
        #expect(delta(&keeper, 11, sides(bids: [(8, 1)], asks: [(8, 0), (9, 1)])) == .changed)
    }

    @Test("a number that does not fit, or too many levels, void the book and say which")
    func faultsVoid() {
        var keeper = synced()
        var effects = Sides()
        #expect(
            delta(&keeper, 11, sides(bids: [(.max, 1)], exponent: 1))
                == .broken(BookStatus(.stale, reason: .range, integrity: .sequence)))
        #expect(keeper.levels == 0)
        let misfit = sides(bids: [(.max, 1)], asks: [(1, 1)])
        var wide = Sides()
        wide.append(misfit, misfit.whole)
        wide.bids.append(Level(price: 1, size: 1, priceExponent: -3, sizeExponent: 0))
        #expect(
            keeper.snapshot(DeltaHead(last: 12), wide, wide.whole, depth: 0, effects: &effects)
                == .broken(BookStatus(.stale, reason: .range, integrity: .sequence)))
        var many = Sides()
        for price in 0...Book.levelsMax {
            many.bids.append(Level(price: Int64(-price), size: 1, priceExponent: 0, sizeExponent: 0))
        }
        #expect(
            keeper.snapshot(DeltaHead(last: 12), many, many.whole, depth: 0, effects: &effects)
                == .broken(BookStatus(.stale, reason: .limit, integrity: .sequence)))
        #expect(keeper.levels == 0 && keeper.state == .stale)
    }

    @Test("a checksum that differs voids the book, and the status bears the venue's and ours")
    func checksumVoids() {
        var keeper = BookKeeper(rule: .none, integrity: .checksum)
        var effects = Sides()
        let levels = sides(bids: [(5, 1)], asks: [(8, 1)])
        var checksum = KrakenChecksum()
        var book = Book()
        _ = book.replace(with: levels, levels.whole)
        let right = checksum.checksum(book) ?? 0
        let wrong = keeper.snapshot(
            DeltaHead(), levels, levels.whole, depth: 10, checksum: right &+ 1, effects: &effects)
        #expect(
            wrong
                == .broken(
                    BookStatus(
                        .stale, reason: .checksum, integrity: .checksum, depth: 10, expected: UInt64(right &+ 1),
                        actual: UInt64(right))))
        #expect(
            keeper.snapshot(DeltaHead(), levels, levels.whole, depth: 10, checksum: right, effects: &effects)
                == .changed)
        #expect(keeper.status(.snapshot).depth == 10)
        // Without one a change is taken on trust, and the next checksum covers it.
        #expect(delta(&keeper, 1, sides(bids: [(6, 1)])) == .changed)
        #expect(delta(&keeper, 1, sides(), checksum: right) != .unchanged)
        #expect(keeper.state == .stale)
        // A book whose numbers cannot be written with the listed digits has no checksum.
        keeper.useDigits(price: -1, size: 0)
        #expect(
            keeper.snapshot(DeltaHead(), levels, levels.whole, depth: 10, checksum: right, effects: &effects)
                == .broken(BookStatus(.stale, reason: .range, integrity: .checksum, depth: 10)))
    }

    @Test("silence makes a synced book quiet, a word wakes it; a void one does neither")
    func quietAndWake() {
        var keeper = BookKeeper(rule: .next, integrity: .sequence)
        #expect(keeper.fallQuiet() == nil && keeper.wake() == nil && keeper.state == .syncing)
        keeper = synced()
        #expect(keeper.wake() == nil)
        #expect(keeper.fallQuiet() == BookStatus(.quiet, reason: .silence, integrity: .sequence))
        #expect(keeper.fallQuiet() == nil && keeper.levels == 2)
        #expect(delta(&keeper, 11, sides(bids: [(6, 1)])) == .changed && keeper.state == .quiet)
        #expect(keeper.wake() == BookStatus(.synced, reason: .resumed, integrity: .sequence))
        keeper.void(.disconnected)
        #expect(keeper.fallQuiet() == nil && keeper.wake() == nil && keeper.state == .stale)
    }

    @Test("a repeat changes nothing, and a change of what is not shown is not told")
    func tellsOnlyWhatIsShown() {
        var keeper = synced(shown: 1)
        #expect(keeper.status(.snapshot).depth == 1)
        #expect(delta(&keeper, 10, sides(bids: [(6, 1)])) == .unchanged)
        #expect(delta(&keeper, 11, sides(bids: [(4, 1)])) == .unchanged && keeper.held == 11)
        #expect(delta(&keeper, 12, sides(bids: [(6, 1)])) == .changed)
        #expect(delta(&keeper, 13, sides(bids: [(6, 1)])) == .unchanged && keeper.held == 13)
        #expect(keeper.levels == 4)
    }

    @Test(
        "the depth that is told is the smaller of what is shown and what the venue sends; 0 is all",
        arguments: [(0, 0, 0), (0, 10, 10), (5, 0, 5), (5, 10, 5), (25, 10, 10)])
    func tellsDepth(shown: Int, venue: Int, told: UInt32) {
        var keeper = BookKeeper(rule: .none, integrity: .none, shown: shown)
        var effects = Sides()
        let nothing = Sides()
        _ = keeper.snapshot(DeltaHead(), nothing, nothing.whole, depth: venue, effects: &effects)
        #expect(keeper.status(.snapshot).depth == told)
    }
}
