import Bytes
public import Events
import Units

/// All resting interest of one symbol: two sides of exact levels.
///
/// Prices are compared at one exponent, the finest that came so far; each level keeps the digits of its wire text.
public struct Book: ~Copyable {
    var bids = Ladder(asks: false)
    var asks = Ladder(asks: true)
    /// Of all keys; `unset` before the first level.
    private(set) var exponent = Book.unset
    /// How many levels are better than the best one that changed since `clearTouched`, by side.
    public private(set) var touchedBid = Int.max
    public private(set) var touchedAsk = Int.max
    /// Levels a side at most, worse ones being cut off; 0 = `levelsMax`, beyond which the book is refused, not cut.
    public internal(set) var depth: Int

    /// Levels that a side may hold whatever its venue sends: a whole snapshot fits in one event.
    public static let levelsMax = 1 << 17
    private static let unset = Int8.min

    public init(depth: Int = 0) {
        precondition(depth >= 0 && depth <= Book.levelsMax, "a depth within bounds")
        self.depth = depth
    }

    /// Why levels cannot be taken. The book is void then.
    public enum Fault: Equatable, Sendable {
        /// A price that does not fit in 64 bits at the book's exponent.
        case range
        /// More levels than a side may hold.
        case limit
    }

    public var bidCount: Int { bids.count }
    public var askCount: Int { asks.count }
    /// The bid with `rank` better ones; traps outside `0..<bidCount`.
    public func bid(_ rank: Int) -> Level { bids.level(bids.place(rank), exponent: exponent) }
    /// The ask with `rank` better ones; traps outside `0..<askCount`.
    public func ask(_ rank: Int) -> Level { asks.level(asks.place(rank), exponent: exponent) }

    /// Whether the best bid is at or above the best ask.
    public var isCrossed: Bool {
        guard let bid = bids.bestKey, let ask = asks.bestKey else { return false }
        return bid >= 0 &- ask
    }

    /// Bytes of memory held for levels.
    public var memoryBytes: Int { bids.memoryBytes + asks.memoryBytes }

    /// Forgets all levels.
    public mutating func removeAll() {
        bids.removeAll()
        asks.removeAll()
        exponent = Book.unset
        touchedBid = 0
        touchedAsk = 0
    }

    /// Starts to watch anew which ranks change.
    public mutating func clearTouched() {
        touchedBid = .max
        touchedAsk = .max
    }

    /// Makes the book these levels. On a fault it is empty.
    public mutating func replace(with levels: borrowing Sides, _ part: Sides.Part) -> Fault? {
        removeAll()
        // Worst first, as venues send the best first: then each insertion is at the end.
        for index in part.bids.reversed() {
            let level = levels.bids[index]
            guard let key = key(of: level) else { return refuse(.range) }
            guard bids.set(key, size: level.size, digits: Book.digits(of: level)).change == .inserted else {
                return replaceInOrder(with: levels, part)
            }
        }
        for index in part.asks.reversed() {
            let level = levels.asks[index]
            guard let key = key(of: level) else { return refuse(.range) }
            guard asks.set(0 &- key, size: level.size, digits: Book.digits(of: level)).change == .inserted else {
                return replaceInOrder(with: levels, part)
            }
        }
        if let depth = cut {
            bids.removeBeyond(depth)
            asks.removeBeyond(depth)
        }
        // A book that is cut to a few levels stays in its first node.
        if cut.map({ $0 > Ladder.nodeSlots / 2 }) ?? true {
            bids.reserveGrowth()
            asks.reserveGrowth()
        }
        return isOverfull ? refuse(.limit) : nil
    }

    /// As `replace`, first level first: where a price comes twice, or with a size of 0, the last word counts.
    @inline(never)
    private mutating func replaceInOrder(with levels: borrowing Sides, _ part: Sides.Part) -> Fault? {
        removeAll()
        var effects = Sides()
        return apply(levels, part, effects: &effects)
    }

    /// Applies changes in their order, then cuts to `depth`. What a consumer of the whole book must do to follow is added to
    /// `effects`: changes that changed something, and removals of levels that fell out of the depth.
    public mutating func apply(_ changes: borrowing Sides, _ part: Sides.Part, effects: inout Sides) -> Fault? {
        for index in part.bids {
            let level = changes.bids[index]
            guard let key = key(of: level) else { return refuse(.range) }
            let effect = bids.set(key, size: level.size, digits: Book.digits(of: level))
            guard effect.change != .none else { continue }
            touchedBid = min(touchedBid, effect.rank)
            effects.bids.append(level)
        }
        for index in part.asks {
            let level = changes.asks[index]
            guard let key = key(of: level) else { return refuse(.range) }
            let effect = asks.set(0 &- key, size: level.size, digits: Book.digits(of: level))
            guard effect.change != .none else { continue }
            touchedAsk = min(touchedAsk, effect.rank)
            effects.asks.append(level)
        }
        if let depth = cut {
            Book.cut(&bids, to: depth, exponent, &effects.bids)
            Book.cut(&asks, to: depth, exponent, &effects.asks)
        }
        return isOverfull ? refuse(.limit) : nil
    }

    /// Adds the best `depth` levels a side (0 = all) to `sides`, best first.
    public func copy(depth: Int = 0, to sides: inout Sides) {
        let most = depth == 0 ? Int.max : depth
        Book.copy(bids, most, exponent, to: &sides.bids)
        Book.copy(asks, most, exponent, to: &sides.asks)
    }

    private static func copy(_ side: borrowing Ladder, _ most: Int, _ exponent: Int8, to levels: inout Column<Level>) {
        var place = side.best
        var left = min(most, side.count)
        while left > 0, let here = place {
            levels.append(side.level(here, exponent: exponent))
            place = side.worse(than: here)
            left -= 1
        }
    }

    /// Removes the levels beyond the best `depth`, and tells of each.
    private static func cut(
        _ side: inout Ladder, to depth: Int, _ exponent: Int8, _ effects: inout Column<Level>
    ) {
        guard side.count > depth else { return }
        for rank in depth..<side.count { effects.append(removal(of: side.level(side.place(rank), exponent: exponent))) }
        side.removeBeyond(depth)
    }

    private var cut: Int? { depth > 0 ? depth : nil }
    private var isOverfull: Bool { bids.count > Book.levelsMax || asks.count > Book.levelsMax }

    private mutating func refuse(_ fault: Fault) -> Fault {
        removeAll()
        return fault
    }

    static func removal(of level: Level) -> Level {
        Level(price: level.price, size: 0, priceExponent: level.priceExponent, sizeExponent: level.sizeExponent)
    }

    static func digits(of level: Level) -> UInt16 {
        UInt16(UInt8(bitPattern: level.priceExponent)) | UInt16(UInt8(bitPattern: level.sizeExponent)) << 8
    }

    /// The price at the book's exponent, which it makes finer where needed; nil where that does not fit.
    private mutating func key(of level: Level) -> Int64? {
        level.priceExponent == exponent ? level.price : scaledKey(of: level)
    }

    @inline(never)
    private mutating func scaledKey(of level: Level) -> Int64? {
        // 0 is 0 at any exponent, and needs none.
        if level.price == 0 { return 0 }
        if exponent == Book.unset { exponent = level.priceExponent }
        if level.priceExponent < exponent {
            let steps = Int(exponent) - Int(level.priceExponent)
            guard steps <= 18 else { return nil }
            let factor = Decimal.power(of: steps)
            guard bids.scale(by: factor), asks.scale(by: factor) else { return nil }
            exponent = level.priceExponent
        }
        return level.exactPrice.mantissa(at: exponent)
    }
}
