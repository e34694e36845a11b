import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BookEffectTests {
    @Test(
        "a consumer that applies the effects and knows nothing else holds the book cut at its depth", arguments: 0..<48)
    func followerHoldsCutBook(seed: Int) {
        let depth = [1, 2, 3, 5, 10, 25, 100, 0][seed % 8]
        var dice = LevelDice(seed: seed)
        var book = Book(depth: depth)
        var model = PlainBook()
        var follower = Follower()
        var sides = Sides()
        var effects = Sides()
        var scratch = Sides()
        follower.take(BookStatus(.synced, reason: .snapshot))
        for step in 0..<60 {
            effects.removeAll()
            if step == 0 || dice.dice.oneIn(20) {
                dice.snapshot(dice.dice.number(0...60), into: &sides)
                #expect(book.replace(with: sides, sides.whole) == nil)
                model = PlainBook(sides)
                book.copy(to: &effects)
                #expect(follower.replace(with: effects) == nil)
            } else {
                dice.changes(0...12, into: &sides)
                #expect(book.apply(sides, sides.whole, effects: &effects) == nil)
                model.apply(sides)
                _ = follower.apply(effects, effects: &scratch)
            }
            if depth > 0 { model = model.cut(to: depth) }
            #expect(difference(book, model) == nil, "step \(step)")
            #expect(difference(follower.book, model) == nil, "step \(step)")
        }
    }

    @Test("what changes nothing is not told: the same level again, the removal of one that is not there")
    func tellsOnlyChanges() {
        var sides = Sides()
        var effects = Sides()
        var book = Book()
        sides.bids.append(Level(price: 5, size: 7, priceExponent: 0, sizeExponent: -1))
        _ = book.apply(sides, sides.whole, effects: &effects)
        #expect(effects.bids.rows == sides.bids.rows)
        effects.removeAll()
        sides.bids.append(Level(price: 6, size: 0, priceExponent: 0, sizeExponent: -1))
        sides.asks.append(Level(price: 6, size: 0, priceExponent: 0, sizeExponent: -1))
        _ = book.apply(sides, sides.whole, effects: &effects)
        #expect(effects.count == 0)
        // Other digits are another text, which a checksum needs.
        sides.removeAll()
        sides.bids.append(Level(price: 5, size: 70, priceExponent: 0, sizeExponent: -2))
        _ = book.apply(sides, sides.whole, effects: &effects)
        #expect(effects.bids.rows == sides.bids.rows)
    }

    @Test(
        "each rank that changed is at or behind the touched one, and in a small book exactly there", arguments: 0..<30)
    func touchedRanksAreConservative(seed: Int) {
        var dice = LevelDice(seed: seed)
        dice.prices = seed % 3 == 0 ? -20...40 : -300...900
        var book = Book(depth: seed % 5 == 0 ? 20 : 0)
        var sides = Sides()
        var effects = Sides()
        dice.changes(seed % 3 == 0 ? 20...20 : 500...500, into: &sides)
        _ = book.replace(with: sides, sides.whole)
        for step in 0..<80 {
            let before = ranks(book)
            book.clearTouched()
            dice.changes(1...(step % 2 == 0 ? 1 : 6), into: &sides)
            effects.removeAll()
            _ = book.apply(sides, sides.whole, effects: &effects)
            let after = ranks(book)
            let bid = firstDifference(before.bids, after.bids)
            let ask = firstDifference(before.asks, after.asks)
            let (touchedBid, touchedAsk) = (book.touchedBid, book.touchedAsk)
            #expect(touchedBid <= bid && touchedAsk <= ask, "step \(step)")
            // One node holds 64: in it the rank is exact, unless one message changed a level back and forth.
            if before.bids.count < 60, effects.bids.count == 1, effects.asks.count == 0 { #expect(touchedBid == bid) }
            if before.asks.count < 60, effects.asks.count == 1, effects.bids.count == 0 { #expect(touchedAsk == ask) }
        }
    }

    @Test("a new book, and one that was emptied, has changed from the first rank on")
    func emptyingTouchesAll() {
        var book = Book()
        book.clearTouched()
        book.removeAll()
        let (bid, ask) = (book.touchedBid, book.touchedAsk)
        #expect(bid == 0 && ask == 0)
    }

    private func ranks(_ book: borrowing Book) -> (bids: [PlainBook.Row], asks: [PlainBook.Row]) {
        var sides = Sides()
        book.copy(to: &sides)
        return (sides.bids.rows, sides.asks.rows)
    }

    private func firstDifference(_ a: [PlainBook.Row], _ b: [PlainBook.Row]) -> Int {
        for rank in 0..<min(a.count, b.count) where a[rank] != b[rank] { return rank }
        return a.count == b.count ? .max : min(a.count, b.count)
    }
}
