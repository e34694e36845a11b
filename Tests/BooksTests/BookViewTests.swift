import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BookViewTests {
    @Test(
        "whoever applies what a view tells, and knows nothing else, holds the best N levels after every update",
        arguments: 1...25)
    func consumerHoldsBestLevels(depth: Int) {
        for seed in 0..<4 {
            var dice = LevelDice(seed: depth * 100 + seed)
            dice.prices = seed % 2 == 0 ? -20...40 : -100...200
            var book = Book(depth: seed == 3 ? depth + seed : 0)
            var view = BookView(depth: depth)
            var seen = PlainBook()
            var effects = Sides()
            for step in 0..<50 {
                let isNew = change(&book, &dice)
                if isNew, dice.dice.oneIn(2) {
                    // As a keeper does with a snapshot: the consumer begins anew, too.
                    view.removeAll()
                    seen = PlainBook()
                }
                effects.removeAll()
                view.update(book, effects: &effects)
                seen.apply(effects)
                if !dice.dice.oneIn(4) { book.clearTouched() }
                #expect(seen == best(depth, of: book), "seed \(seed), step \(step)")
            }
        }
    }

    /// Changes the book a little or wholly; true when it is another one.
    private func change(_ book: inout Book, _ dice: inout LevelDice) -> Bool {
        var sides = Sides()
        var effects = Sides()
        switch dice.dice.number(0...11) {
        case 0:
            dice.spellings = dice.dice.pick([0...0, 0...3, 4...6])
            dice.snapshot(dice.dice.number(0...80), into: &sides)
            _ = book.replace(with: sides, sides.whole)
            return true
        case 1:
            book.removeAll()
            return true
        case 2:
            // A whole side goes.
            for rank in 0..<book.bidCount { sides.bids.append(removal(of: book.bid(rank))) }
            _ = book.apply(sides, sides.whole, effects: &effects)
        case 3:
            for rank in 0..<book.askCount { sides.asks.append(removal(of: book.ask(rank))) }
            _ = book.apply(sides, sides.whole, effects: &effects)
        default:
            dice.changes(0...8, into: &sides)
            _ = book.apply(sides, sides.whole, effects: &effects)
        }
        return false
    }

    @Test("what is shown already is not told again")
    func tellsOnlyChanges() {
        var sides = Sides()
        for price in 1...9 { sides.bids.append(Level(price: Int64(price), size: 1, priceExponent: 0, sizeExponent: 0)) }
        var book = Book()
        _ = book.replace(with: sides, sides.whole)
        var view = BookView(depth: 3)
        var effects = Sides()
        view.update(book, effects: &effects)
        #expect(effects.bids.rows.map(\.price) == [9, 8, 7])
        effects.removeAll()
        view.update(book, effects: &effects)
        #expect(effects.count == 0)
        // Below the view.
        apply(Level(price: 2, size: 5, priceExponent: 0, sizeExponent: 0), to: &book)
        view.update(book, effects: &effects)
        #expect(effects.count == 0)
        // A level that leaves pulls another one up; one that comes pushes one out. Removals come at their place.
        apply(Level(price: 8, size: 0, priceExponent: 0, sizeExponent: 0), to: &book)
        view.update(book, effects: &effects)
        #expect(effects.bids.rows.map { [$0.price, $0.size] } == [[8, 0], [6, 1]])
        effects.removeAll()
        apply(Level(price: 10, size: 2, priceExponent: 0, sizeExponent: 0), to: &book)
        view.update(book, effects: &effects)
        #expect(effects.bids.rows.map { [$0.price, $0.size] } == [[10, 2], [6, 0]])
    }

    @Test("a view of a book that became so fine that what was shown no longer fits tells all anew")
    func showsAnewWhereScalesDoNotMeet() {
        var book = Book()
        var view = BookView(depth: 5)
        var seen = PlainBook()
        for (price, exponent) in [(Int64.max / 2, Int8(0)), (3, -18), (7, 20), (0, -63), (9, 2)] {
            var sides = Sides()
            sides.bids.append(Level(price: price, size: 1, priceExponent: exponent, sizeExponent: 0))
            sides.asks.append(Level(price: price, size: 2, priceExponent: exponent, sizeExponent: -3))
            #expect(book.replace(with: sides, sides.whole) == nil)
            var effects = Sides()
            view.update(book, effects: &effects)
            seen.apply(effects)
            #expect(seen == PlainBook(sides))
        }
    }

    private func apply(_ bid: Level, to book: inout Book) {
        var sides = Sides()
        var effects = Sides()
        sides.bids.append(bid)
        book.clearTouched()
        _ = book.apply(sides, sides.whole, effects: &effects)
    }

    private func best(_ depth: Int, of book: borrowing Book) -> PlainBook {
        var sides = Sides()
        book.copy(depth: depth, to: &sides)
        return PlainBook(sides)
    }

    private func removal(of level: Level) -> Level {
        Level(price: level.price, size: 0, priceExponent: level.priceExponent, sizeExponent: level.sizeExponent)
    }
}
