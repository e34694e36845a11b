import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BookFaultTests {
    private func level(_ price: Int64, _ exponent: Int8, size: Int64 = 1) -> Level {
        Level(price: price, size: size, priceExponent: exponent, sizeExponent: 0)
    }

    private func sides(bids: [Level] = [], asks: [Level] = []) -> Sides {
        var sides = Sides()
        for level in bids { sides.bids.append(level) }
        for level in asks { sides.asks.append(level) }
        return sides
    }

    /// Prices of which the second does not fit at the exponent that both together need.
    static let misfits: [(Int64, Int8, Int64, Int8)] = [
        (1, -18, 10, 0), (.max, 0, 1, -1), (10, 0, 1, -18), (1, -9, 9_223_372_037, 0), (1, 63, 1, 0), (1, 0, 1, 63),
        (1, -63, 1, 63), (1, 63, 1, -63), (-1, 0, 1, -19), (.max, -18, .max, 0), (-(.max), 1, 1, 0),
    ]

    @Test(
        "a price that does not fit beside those that are held is a fault of range, and the book is empty then",
        arguments: misfits)
    func rangeFault(price: Int64, exponent: Int8, other: Int64, otherExponent: Int8) {
        for asks in [false, true] {
            var book = Book()
            var effects = Sides()
            let first = level(price, exponent)
            let second = level(other, otherExponent)
            let both = asks ? sides(bids: [first], asks: [second]) : sides(bids: [first, second])
            #expect(book.replace(with: both, both.whole) == .range)
            expectEmpty(book)
            #expect(book.apply(both, both.whole, effects: &effects) == .range)
            expectEmpty(book)
            // The fault leaves no trace: another scale is taken at once.
            let next = asks ? sides(asks: [second]) : sides(bids: [second])
            #expect(book.apply(next, next.whole, effects: &effects) == nil)
            #expect(difference(book, PlainBook(next)) == nil)
        }
    }

    @Test("the widest prices that fit are held exactly")
    func widestFit() {
        let wide = sides(
            bids: [level(.max, -18), level(-.max, -18), level(9, 0), level(0, 63), level(1, -18)],
            asks: [level(.max, -18), level(92, -1)])
        var book = Book()
        #expect(book.replace(with: wide, wide.whole) == nil)
        #expect(difference(book, PlainBook(wide)) == nil)
    }

    @Test("a price of 0 fits at any exponent, however fine", arguments: [-63, -19, 0, 19, 63] as [Int8])
    func zeroFits(exponent: Int8) {
        let model = sides(bids: [level(5, 0), level(0, exponent)], asks: [level(0, exponent)])
        var book = Book()
        #expect(book.replace(with: model, model.whole) == nil)
        #expect(difference(book, PlainBook(model)) == nil)
    }

    @Test("more levels than a side may hold are a fault of the limit, and the book is empty then")
    func limitFault() {
        var many = Sides(capacity: Book.levelsMax + 1)
        for price in 0..<Book.levelsMax { many.bids.append(level(Int64(-price), 0)) }
        var book = Book()
        var effects = Sides()
        #expect(book.replace(with: many, many.whole) == nil)
        let count = book.bidCount
        #expect(count == Book.levelsMax)
        let more = sides(bids: [level(1, 0)])
        #expect(book.apply(more, more.whole, effects: &effects) == .limit)
        expectEmpty(book)
        many.bids.append(level(1, 0))
        #expect(book.replace(with: many, many.whole) == .limit)
        expectEmpty(book)
        // Where the venue cuts, so do we.
        var cut = Book(depth: 1000)
        #expect(cut.replace(with: many, many.whole) == nil)
        let cutCount = cut.bidCount
        #expect(cutCount == 1000)
    }

    @Test("a book is crossed where its best bid is at or above its best ask, whatever their digits")
    func crossed() {
        let cases: [(Level, Level, Bool)] = [
            (level(5, 0), level(6, 0), false), (level(6, 0), level(6, 0), true), (level(7, 0), level(6, 0), true),
            (level(50, -1), level(5, 0), true), (level(4999, -3), level(5, 0), false), (level(0, 0), level(0, 5), true),
            (level(-1, 0), level(0, 0), false), (level(-5, 0), level(-50, -1), true),
        ]
        for (bid, ask, isCrossed) in cases {
            var book = Book()
            let both = sides(bids: [bid], asks: [ask])
            _ = book.replace(with: both, both.whole)
            let found = book.isCrossed
            #expect(found == isCrossed, "\(PlainBook.Row(bid)) \(PlainBook.Row(ask))")
        }
        var book = Book()
        let empty = book.isCrossed
        #expect(!empty)
        let one = sides(bids: [level(5, 0)])
        _ = book.replace(with: one, one.whole)
        let oneSided = book.isCrossed
        #expect(!oneSided)
    }

    private func expectEmpty(_ book: borrowing Book) {
        let (bids, asks, isCrossed) = (book.bidCount, book.askCount, book.isCrossed)
        #expect(bids == 0 && asks == 0 && !isCrossed)
        let (touchedBid, touchedAsk) = (book.touchedBid, book.touchedAsk)
        #expect(touchedBid == 0 && touchedAsk == 0)
    }
}
