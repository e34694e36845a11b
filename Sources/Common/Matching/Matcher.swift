import Bytes
import Units

/// One market's book of orders, by price and then by time: who comes first at a price is served first.
///
/// Orders are numbered in the order in which they come: a number is a count × 65,536 and the order's slot, so that it is found at once.
/// Fills are at the resting order's price. Pure: the same calls give the same outcome.
///
/// Bounds: `ordersMax` open orders, then new ones are refused (`bookFull`); `ordersOfAccountMax` of one account (`tooManyOrders`).
/// Memory grows to what the book has needed and is kept.
///
/// Invariant: the best bid is below the best ask; a level's total is the sum of its orders; free and used slots are all slots.
public struct Matcher: ~Copyable {
    public static let ordersMax = 65_536
    public static let ordersOfAccountMax = 500
    /// Prices are 1...priceMax ticks.
    public static let priceMax: Int64 = 1_000_000_000_000_000

    /// A resting order, or one that is being matched.
    struct Slot: BitwiseCopyable {
        var number: UInt64
        var client: UInt64
        /// 0: a market order.
        var price: Int64
        var size: Int64
        var left: Int64
        var account: Account
        /// Neighbours of the same price.
        var next: Int32
        var previous: Int32
        /// Neighbours of the same account.
        var nextOfAccount: Int32
        var previousOfAccount: Int32
        /// Of the crowd's orders: where in `crowd` it stands.
        var place: Int32
        var side: BookSide
    }

    public internal(set) var terms: Terms
    /// Whether orders are taken; cancels always are.
    public var isOpen = true
    /// Numbers of the last change of a level and of the last trade.
    public internal(set) var lastChange: UInt64 = 0
    public internal(set) var lastTrade: UInt64 = 0
    var count: UInt64 = 0

    var money: Money
    var bids = Levels(.bid)
    var asks = Levels(.ask)
    var slots = Column<Slot>(capacity: 256)
    /// First free slot; they are chained by `next`.
    var free: Int32 = -1
    /// The crowd's resting orders without a client number as slots, in no order: one of them can be drawn.
    var crowd = Column<Int32>(capacity: 256)
    /// By account: its first order, and how many.
    var heads = Column<Int32>()
    var open = Column<Int32>()

    /// A market of these terms; nil where they cannot be counted exactly, or the ledger has no room for its assets.
    public init?(_ terms: Terms, ledger: inout Ledger) {
        guard let base = ledger.intern(terms.base), let quote = ledger.intern(terms.quote), base != quote,
            let money = Money(terms, base: base, quote: quote)
        else { return nil }
        self.terms = terms
        self.money = money
    }

    /// Indices of the assets in the ledger.
    public var base: Int { money.base }
    public var quote: Int { money.quote }

    /// Levels of a side.
    public func levelCount(_ side: BookSide) -> Int { side == .bid ? bids.rows.count : asks.rows.count }

    /// The best levels of a side, best first, at most `limit`.
    public borrowing func levels(_ side: BookSide, limit: Int, _ body: (Ticks, Lots) -> Void) {
        let count = levelCount(side)
        for index in 0..<max(min(limit, count), 0) {
            let level = side == .bid ? bids.rows[count - 1 - index] : asks.rows[count - 1 - index]
            body(Ticks(side == .bid ? level.key : -level.key), Lots(level.total))
        }
    }

    /// The best level of a side; nil where nothing rests.
    public borrowing func best(_ side: BookSide) -> (price: Ticks, size: Lots)? {
        if levelCount(side) == 0 { return nil }
        let level = side == .bid ? bids.rows.last : asks.rows.last
        return (Ticks(side == .bid ? level.key : -level.key), Lots(level.total))
    }

    /// What rests at a price.
    public borrowing func size(_ side: BookSide, at price: Ticks) -> Lots {
        switch side {
        case .bid: bids.find(bids.key(price.count)).map { Lots(bids.rows[$0].total) } ?? .zero
        case .ask: asks.find(asks.key(price.count)).map { Lots(asks.rows[$0].total) } ?? .zero
        }
    }

    /// Open orders of all, and of the crowd.
    public internal(set) var orderCount = 0
    public var crowdCount: Int { crowd.count }

    /// The slot of an open order.
    func slot(_ number: UInt64) -> Int? {
        let index = Int(number & 0xFFFF)
        guard number > 0, index < slots.count, slots[index].number == number else { return nil }
        return index
    }
}
