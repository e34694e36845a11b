import Bytes
import Events
import Units

/// A book the slow and obvious way: a dictionary for each side.
public struct PlainBook: Equatable, Sendable {
    /// A level as its wire wrote it: mantissas and exponents of price and size.
    public struct Row: Hashable, Sendable, CustomStringConvertible {
        public let price, size: Int64
        public let priceExponent, sizeExponent: Int8

        public init(_ level: Level) {
            price = level.price
            size = level.size
            priceExponent = level.priceExponent
            sizeExponent = level.sizeExponent
        }

        public var level: Level {
            Level(price: price, size: size, priceExponent: priceExponent, sizeExponent: sizeExponent)
        }

        public var description: String { "\(price)e\(priceExponent)×\(size)e\(sizeExponent)" }
    }

    public enum Side: CaseIterable, Sendable { case bids, asks }

    public var bids: [PlainNumber: Row] = [:]
    public var asks: [PlainNumber: Row] = [:]

    public init() {}

    /// The book with these levels, the later of two of one price winning.
    public init(_ levels: borrowing Sides) {
        apply(levels)
    }

    public mutating func set(_ side: Side, _ level: Level) {
        let key = PlainNumber(level.exactPrice)
        let row = level.size == 0 ? nil : Row(level)
        if side == .bids { bids[key] = row } else { asks[key] = row }
    }

    public mutating func apply(_ levels: borrowing Sides) {
        for index in 0..<levels.bids.count { set(.bids, levels.bids[index]) }
        for index in 0..<levels.asks.count { set(.asks, levels.asks[index]) }
    }

    /// The levels of a side, best first.
    public func best(_ side: Side, _ depth: Int = .max) -> [Row] {
        let rows = side == .bids ? bids : asks
        // Of one exponent, mantissas compare as the prices do.
        if let exponent = rows.values.first?.priceExponent, rows.values.allSatisfy({ $0.priceExponent == exponent }) {
            let sorted = rows.values.sorted { side == .bids ? $0.price > $1.price : $0.price < $1.price }
            return Array(sorted.prefix(depth))
        }
        return rows.sorted { side == .bids ? $0.key > $1.key : $0.key < $1.key }.prefix(depth).map(\.value)
    }

    /// What is left when each side is cut to its best levels.
    public func cut(to depth: Int) -> PlainBook {
        var book = PlainBook()
        for row in best(.bids, depth) { book.set(.bids, row.level) }
        for row in best(.asks, depth) { book.set(.asks, row.level) }
        return book
    }

    public var isCrossed: Bool {
        guard let bid = bids.keys.max(), let ask = asks.keys.min() else { return false }
        return bid >= ask
    }
}

extension Column<Level> {
    /// The levels as the model has them.
    public var rows: [PlainBook.Row] { (0..<count).map { PlainBook.Row(self[$0]) } }
}
