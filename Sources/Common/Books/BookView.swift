import Bytes
public import Events
import Units

/// The best levels of a book as somebody was shown them: tells what to change so that he sees the best ones again.
///
/// Invariant after `update`: what was shown, changed as told, is the best `depth` levels of the book.
public struct BookView: ~Copyable {
    public let depth: Int
    private var bids = Rows()
    private var asks = Rows()
    private var exponent: Int8 = 0

    /// The shown levels of one side, best first, at the book's exponent.
    struct Rows: ~Copyable {
        var keys = Column<Int64>(capacity: 16)
        var sizes = Column<Int64>(capacity: 16)
        var digits = Column<UInt16>(capacity: 16)
    }

    public init(depth: Int) {
        precondition(depth > 0, "a view shows something")
        self.depth = depth
    }

    /// Adds to `effects` what has changed in the view since the last call. `book.touched…` must cover that time.
    public mutating func update(_ book: borrowing Book, effects: inout Sides) {
        if exponent != book.exponent {
            BookView.rescale(&bids, from: exponent, to: book.exponent, asks: false, &effects.bids)
            BookView.rescale(&asks, from: exponent, to: book.exponent, asks: true, &effects.asks)
            exponent = book.exponent
        }
        if book.touchedBid < depth || bids.keys.count < min(book.bidCount, depth) {
            BookView.follow(book.bids, &bids, depth, exponent, asks: false, &effects.bids)
        }
        if book.touchedAsk < depth || asks.keys.count < min(book.askCount, depth) {
            BookView.follow(book.asks, &asks, depth, exponent, asks: true, &effects.asks)
        }
    }

    /// Starts anew, as nobody was shown anything.
    public mutating func removeAll() {
        bids = Rows()
        asks = Rows()
        exponent = 0
    }

    /// Brings the keys to a finer exponent. Where one does not fit any more, its level is long gone from the book: all is told
    /// to be removed, and is shown anew.
    private static func rescale(
        _ rows: inout Rows, from old: Int8, to new: Int8, asks: Bool, _ effects: inout Column<Level>
    ) {
        for row in 0..<rows.keys.count {
            guard let key = Decimal(rows.keys[row], exponent: old).mantissa(at: new) else {
                // Those before `row` have the new exponent already.
                for other in 0..<rows.keys.count {
                    effects.append(removal(rows, other, other < row ? new : old, asks))
                }
                rows = Rows()
                return
            }
            rows.keys[row] = key
        }
    }

    /// One pass over what was shown and what is best now, both best first.
    private static func follow(
        _ ladder: borrowing Ladder, _ rows: inout Rows, _ depth: Int, _ exponent: Int8, asks: Bool,
        _ effects: inout Column<Level>
    ) {
        let count = min(ladder.count, depth)
        var row = 0
        var rank = 0
        while row < rows.keys.count || rank < count {
            let isGone = rank == count || (row < rows.keys.count && rows.keys[row] > ladder.key(rank))
            if isGone {
                effects.append(removal(rows, row, exponent, asks))
                row += 1
                continue
            }
            if row < rows.keys.count, rows.keys[row] == ladder.key(rank) {
                if !ladder.holds(rank, key: rows.keys[row], size: rows.sizes[row], digits: rows.digits[row]) {
                    effects.append(ladder.level(rank, exponent: exponent))
                }
                row += 1
            } else {
                effects.append(ladder.level(rank, exponent: exponent))
            }
            rank += 1
        }
        rows.keys.removeAll()
        rows.sizes.removeAll()
        rows.digits.removeAll()
        for rank in 0..<count {
            rows.keys.append(ladder.key(rank))
            rows.sizes.append(ladder.size(rank))
            rows.digits.append(ladder.digits(rank))
        }
    }

    private static func removal(_ rows: borrowing Rows, _ row: Int, _ exponent: Int8, _ asks: Bool) -> Level {
        let priceExponent = Int8(truncatingIfNeeded: rows.digits[row])
        var price = asks ? 0 &- rows.keys[row] : rows.keys[row]
        if priceExponent != exponent, price != 0 { price /= Decimal.power(of: Int(priceExponent) - Int(exponent)) }
        return Level(
            price: price, size: 0, priceExponent: priceExponent,
            sizeExponent: Int8(truncatingIfNeeded: rows.digits[row] >> 8))
    }
}
