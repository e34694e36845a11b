import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BookModelTests {
    @Test("a book holds what a dictionary of exact decimals holds, spelt as on the wire", arguments: 0..<60)
    func equalsModel(seed: Int) {
        var dice = LevelDice(seed: seed)
        var book = Book()
        var model = PlainBook()
        var sides = Sides()
        var effects = Sides()
        for step in 0..<60 {
            if dice.dice.oneIn(15) {
                dice.changes(0...150, into: &sides)
                #expect(book.replace(with: sides, sides.whole) == nil)
                model = PlainBook(sides)
            } else {
                dice.changes(0...12, into: &sides)
                effects.removeAll()
                #expect(book.apply(sides, sides.whole, effects: &effects) == nil)
                model.apply(sides)
            }
            let difference = difference(book, model)
            #expect(difference == nil, "step \(step)")
            let isCrossed = book.isCrossed
            #expect(isCrossed == model.isCrossed)
        }
    }

    @Test("books of thousands of levels, too, whatever nodes they are kept in", arguments: 0..<4)
    func equalsModelWhenLarge(seed: Int) {
        var dice = LevelDice(seed: seed)
        dice.prices = -4000...12_000
        var book = Book()
        var model = PlainBook()
        var sides = Sides()
        var effects = Sides()
        for round in 0..<6 {
            // Grows to thousands, then shrinks in one place.
            for _ in 0..<10 {
                dice.changes(400...400, into: &sides)
                #expect(book.apply(sides, sides.whole, effects: &effects) == nil)
                model.apply(sides)
            }
            #expect(difference(book, model) == nil, "round \(round), grown")
            sides.removeAll()
            for cents in dice.prices.prefix(9000).dropFirst(round * 1000) where !dice.dice.oneIn(20) {
                sides.bids.append(dice.spell(Int64(cents), 0))
            }
            #expect(book.apply(sides, sides.whole, effects: &effects) == nil)
            model.apply(sides)
            #expect(difference(book, model) == nil, "round \(round), shrunk")
        }
    }

    @Test("only a part of the levels is taken where a part is named")
    func takesPart() {
        var sides = Sides()
        for price in 1...5 {
            sides.bids.append(Level(price: Int64(price), size: 1, priceExponent: 0, sizeExponent: 0))
            sides.asks.append(Level(price: Int64(10 + price), size: 1, priceExponent: 0, sizeExponent: 0))
        }
        var book = Book()
        #expect(book.replace(with: sides, Sides.Part(bids: 1..<3, asks: 4..<5)) == nil)
        var copied = Sides()
        book.copy(to: &copied)
        #expect(copied.bids.rows.map(\.price) == [3, 2])
        #expect(copied.asks.rows.map(\.price) == [15])
        var effects = Sides()
        #expect(book.apply(sides, Sides.Part(bids: 4..<5, asks: 0..<0), effects: &effects) == nil)
        copied.removeAll()
        book.copy(depth: 2, to: &copied)
        #expect(copied.bids.rows.map(\.price) == [5, 3])
    }

    @Test("of two levels of one price in a snapshot the later counts, as in a change")
    func laterLevelCounts() {
        let sizes: [[Int64]] = [[1, 2], [0, 2], [2, 0], [1, 0, 3], [1, 2, 0]]
        for sizes in sizes {
            var sides = Sides()
            for size in sizes {
                sides.bids.append(Level(price: 5, size: size, priceExponent: 0, sizeExponent: 0))
                sides.asks.append(Level(price: 70, size: size, priceExponent: -1, sizeExponent: 0))
            }
            var book = Book()
            #expect(book.replace(with: sides, sides.whole) == nil)
            #expect(difference(book, PlainBook(sides)) == nil, "\(sizes)")
        }
    }

    @Test("a book says how much memory its levels take: 40 bytes a level at most once there are many")
    func tellsMemory() {
        var sides = Sides()
        for price in 0..<10_000 {
            sides.bids.append(Level(price: Int64(-price), size: 1, priceExponent: 0, sizeExponent: 0))
            sides.asks.append(Level(price: Int64(price), size: 1, priceExponent: 0, sizeExponent: 0))
        }
        var book = Book()
        #expect(book.replace(with: sides, sides.whole) == nil)
        let bytes = book.memoryBytes
        #expect(bytes >= 20_000 * 18 && bytes <= 20_000 * 40)
    }
}
