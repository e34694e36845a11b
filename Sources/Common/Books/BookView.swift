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

    /// Brings the keys to a finer exponent. Where one does not fit any more, its level is long gone from the book, and a coarser
    /// one is that of another book: all is told to be removed, and is shown anew.
    private static func rescale(
        _ rows: inout Rows, from old: Int8, to new: Int8, asks: Bool, _ effects: inout Column<Level>
    ) {
        for row in 0..<rows.keys.count
        where new > old || Decimal(rows.keys[row], exponent: old).mantissa(at: new) == nil {
            for other in 0..<rows.keys.count { effects.append(removal(rows, other, old, asks)) }
            rows = Rows()
            return
        }
        for row in 0..<rows.keys.count {
            rows.keys[row] = Decimal(rows.keys[row], exponent: old).mantissa(at: new) ?? 0
        }
    }

    /// One pass over what was shown and what is best now, both best first.
    private static func follow(
        _ ladder: borrowing Ladder, _ rows: inout Rows, _ depth: Int, _ exponent: Int8, asks: Bool,
        _ effects: inout Column<Level>
    ) {
        var row = 0
        var left = min(ladder.count, depth)
        var place = left > 0 ? ladder.best : nil
        while row < rows.keys.count || place != nil {
            guard let here = place, row >= rows.keys.count || rows.keys[row] <= ladder.key(here) else {
                effects.append(removal(rows, row, exponent, asks))
                row += 1
                continue
            }
            let isShown = row < rows.keys.count && rows.keys[row] == ladder.key(here)
            if !isShown || rows.sizes[row] != ladder.size(here) || rows.digits[row] != ladder.digits(here) {
                effects.append(ladder.level(here, exponent: exponent))
            }
            if isShown { row += 1 }
            left -= 1
            place = left > 0 ? ladder.worse(than: here) : nil
        }
        show(ladder, &rows, depth)
    }

    /// Takes note of what is shown now.
    private static func show(_ ladder: borrowing Ladder, _ rows: inout Rows, _ depth: Int) {
        rows.keys.removeAll()
        rows.sizes.removeAll()
        rows.digits.removeAll()
        var place = ladder.best
        while let here = place, rows.keys.count < depth {
            rows.keys.append(ladder.key(here))
            rows.sizes.append(ladder.size(here))
            rows.digits.append(ladder.digits(here))
            place = ladder.worse(than: here)
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
