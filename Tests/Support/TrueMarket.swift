import Bytes
import Events
import Units

/// What truly rests at a venue: one level changes with each number, and what the book was after every number is kept.
///
/// Never crossed: bids lie below the middle, asks above it.
public struct TrueMarket: Sendable {
    /// Digits after the point of all prices and sizes.
    public let priceDigits, sizeDigits: Int
    /// The number before the first change.
    public let start: UInt64
    private var books: [PlainBook] = [PlainBook()]
    private var changes: [(side: PlainBook.Side, level: Level)] = []
    private let middle: Int64
    private let reach: Int

    /// `reach`: different prices a side.
    public init(start: UInt64, middle: Int64 = 10_000, reach: Int = 25, priceDigits: Int = 2, sizeDigits: Int = 8) {
        self.start = start
        self.middle = middle
        self.reach = reach
        self.priceDigits = priceDigits
        self.sizeDigits = sizeDigits
    }

    /// The newest number.
    public var number: UInt64 { start + UInt64(changes.count) }

    /// The book after the change `number`.
    public func book(at number: UInt64) -> PlainBook { books[Int(number - start)] }

    public var book: PlainBook { books[changes.count] }

    /// One level comes, changes or goes; what goes may not have been there.
    public mutating func change(using dice: inout Dice) {
        let change = draw(using: &dice)
        var book = book
        book.set(change.side, change.level)
        changes.append(change)
        books.append(book)
    }

    /// A change that might be the next.
    public func draw(using dice: inout Dice) -> (side: PlainBook.Side, level: Level) {
        let side = dice.pick(PlainBook.Side.allCases)
        let away = Int64(dice.number(1...reach))
        let size = dice.oneIn(3) ? 0 : Int64(dice.number(1...999_999_999))
        let level = Level(
            price: side == .bids ? middle - away : middle + away, size: size, priceExponent: -Int8(priceDigits),
            sizeExponent: -Int8(sizeDigits))
        return (side, level)
    }

    /// Numbers that change nothing of this symbol: other symbols' of the same venue.
    public mutating func skip(_ count: Int) {
        for _ in 0..<count {
            let level = Level(
                price: 1, size: 0, priceExponent: -Int8(priceDigits), sizeExponent: -Int8(sizeDigits))
            changes.append((.bids, level))
            books.append(book(at: number - 1))
        }
    }

    /// What changed in the numbers `range`, one level a price: its last size.
    public func changes(in range: ClosedRange<UInt64>, into sides: inout Sides) {
        sides.removeAll()
        let after = book(at: range.upperBound)
        var seen: Set<PlainNumber> = []
        for number in range {
            let (side, level) = changes[Int(number - start) - 1]
            let key = PlainNumber(level.exactPrice)
            guard seen.insert(key).inserted else { continue }
            let row = side == .bids ? after.bids[key] : after.asks[key]
            var now = level
            now.size = row?.size ?? 0
            if side == .bids { sides.bids.append(now) } else { sides.asks.append(now) }
        }
    }

    /// The book after the change `number`, best first.
    public func snapshot(at number: UInt64, depth: Int = .max, into sides: inout Sides) {
        sides.removeAll()
        let book = book(at: number)
        for row in book.best(.bids, depth) { sides.bids.append(row.level) }
        for row in book.best(.asks, depth) { sides.asks.append(row.level) }
    }
}
