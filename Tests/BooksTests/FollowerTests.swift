import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FollowerTests {
    private func sides(bid: Int64, ask: Int64, exponent: Int8 = 0) -> Sides {
        var sides = Sides()
        sides.bids.append(Level(price: bid, size: 1, priceExponent: exponent, sizeExponent: 0))
        sides.asks.append(Level(price: ask, size: 1, priceExponent: exponent, sizeExponent: 0))
        return sides
    }

    @Test("a consumer complains of a book's event while the book is void, whatever voids it")
    func complainsOfVoid() {
        var follower = Follower()
        var effects = Sides()
        let levels = sides(bid: 1, ask: 2)
        expect(follower, isValid: false, state: nil)
        #expect(follower.replace(with: levels) == .void, "before the first status")
        for state in [BookState.syncing, .stale] {
            follower.take(BookStatus(state, reason: .gap))
            expect(follower, isValid: false, state: state)
            #expect(follower.apply(levels, effects: &effects) == .void)
            #expect(follower.replace(with: levels) == .void)
        }
    }

    @Test("an update before the first snapshot is a complaint, and so is a crossed book")
    func complainsOfOrder() {
        var follower = Follower()
        var effects = Sides()
        #expect(follower.apply(sides(bid: 1, ask: 2), effects: &effects) == .noSnapshot, "without a status")
        follower.take(BookStatus(.synced, reason: .snapshot))
        #expect(follower.apply(sides(bid: 1, ask: 2), effects: &effects) == .noSnapshot)
        #expect(follower.replace(with: sides(bid: 1, ask: 3)) == nil)
        expect(follower, isValid: true, state: .synced)
        #expect(follower.apply(sides(bid: 2, ask: 3), effects: &effects) == nil)
        #expect(follower.apply(sides(bid: 3, ask: 4), effects: &effects) == .crossed)
        #expect(follower.replace(with: sides(bid: 3, ask: 3)) == .crossed)
    }

    @Test("a quiet book still stands; a status that voids takes it away")
    func quietStands() {
        var follower = Follower()
        var effects = Sides()
        follower.take(BookStatus(.synced, reason: .snapshot))
        _ = follower.replace(with: sides(bid: 1, ask: 3))
        follower.take(BookStatus(.quiet, reason: .silence))
        expect(follower, isValid: true, state: .quiet)
        #expect(follower.apply(sides(bid: 2, ask: 3), effects: &effects) == nil)
        follower.take(BookStatus(.stale, reason: .disconnected))
        expect(follower, isValid: false, state: .stale)
    }

    @Test("levels that cannot be held are a fault, and the book is gone until the next snapshot")
    func tellsFault() {
        var follower = Follower()
        var effects = Sides()
        follower.take(BookStatus(.synced, reason: .snapshot))
        _ = follower.replace(with: sides(bid: 1, ask: .max))
        #expect(follower.apply(sides(bid: 1, ask: 2, exponent: -1), effects: &effects) == .fault(.range))
        expect(follower, isValid: false, state: .synced)
        #expect(follower.apply(sides(bid: 1, ask: 2), effects: &effects) == .noSnapshot)
        var misfit = sides(bid: 1, ask: .max)
        misfit.asks.append(Level(price: 1, size: 1, priceExponent: -1, sizeExponent: 0))
        #expect(follower.replace(with: misfit) == .fault(.range))
        expect(follower, isValid: false, state: .synced)
    }

    private func expect(_ follower: borrowing Follower, isValid: Bool, state: BookState?) {
        let (found, status, count) = (
            follower.isValid, follower.status, follower.book.bidCount + follower.book.askCount
        )
        #expect(found == isValid && status?.state == state)
        if !isValid { #expect(count == 0) }
    }
}
