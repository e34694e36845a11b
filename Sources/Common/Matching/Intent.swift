import Units

/// What happens when an order would meet another one of its account.
public enum SelfTrade: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// They trade.
    case allowed
    /// What is left of the new order is cancelled.
    case cancelTaker
    /// The resting order is cancelled, the new one goes on.
    case cancelMaker
    case cancelBoth
    /// Both become smaller by the smaller one's size, without a trade; what becomes nothing is cancelled.
    case decrement
}

/// What somebody wants of a market.
public struct Intent: Equatable, Sendable {
    /// How long what is not filled waits.
    public enum Life: UInt8, BitwiseCopyable, Sendable, CaseIterable {
        /// Rests until it is cancelled (GTC).
        case untilCancelled
        /// Fills what it can at once, the rest expires (IOC).
        case immediate
        /// Fills wholly at once or not at all (FOK).
        case whole
    }

    public var account: Account = 0
    /// The account's own number of the order, unique among its open orders of the market; 0: none. An order of account 0 that has one is
    /// not drawn when the crowd cancels (`Matcher.crowdOrder`).
    public var client: UInt64 = 0
    public var side: BookSide
    /// The worst price; nil: at any price (a market order).
    public var price: Ticks?
    public var size: Lots
    /// Instead of a size, for market buys: how much to spend, fee included, in 10^-18 of the quote asset.
    public var amount: Int128?
    public var life = Life.untilCancelled
    /// Refused if it would take.
    public var isPostOnly = false
    public var selfTrade = SelfTrade.allowed

    public init(_ side: BookSide, _ size: Lots, at price: Ticks?) {
        self.side = side
        self.size = size
        self.price = price
    }
}

/// Why an order was refused, or why it ended.
public enum Reason: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case none
    // Refused: what it asks for.
    case offTick, offLot, priceOutOfRange, belowMinimumSize, aboveMaximumSize, belowMinimumValue, valueTooLarge
    /// Parts of the intent contradict each other: post-only with a market order, an amount with a sell, …
    case contradiction
    // Refused: who asks, and when.
    case notTrading, unknownAccount, insufficientFunds, unknownOrder, duplicateClient, wouldTake
    /// The account's open orders in this market, or the market's orders, are at their bound.
    case tooManyOrders, bookFull
    // Ended.
    case requested, selfTrade, unfilled, replaced, marketEnded, offNewTick
}

/// One thing that happened to an order.
public struct Execution: BitwiseCopyable, Equatable, Sendable {
    public enum Kind: UInt8, BitwiseCopyable, Sendable {
        /// It has a number now. `size`: all of it.
        case accepted
        /// It never was. `size`: what was asked for.
        case rejected
        /// `size` changed hands at `price`.
        case filled
        /// It became smaller by `size` and kept its place.
        case reduced
        /// It is gone. `size`: what was left of it.
        case cancelled
        /// What could not fill at once is gone: `size`.
        case expired
    }

    public var kind: Kind
    public var reason: Reason
    public var side: BookSide
    /// Of a fill.
    public var isMaker: Bool
    public var account: Account
    /// The venue's number of the order; 0 where it was refused.
    public var order: UInt64
    public var client: UInt64
    /// The order's, and of a fill the trade's; 0 for a market order.
    public var price: Ticks
    public var size: Lots
    /// What is left of the order after it.
    public var left: Lots
    /// Of a fill: number of the trade, +1 for each of the market.
    public var trade: UInt64
    /// Of a fill: paid in quote units of 10^-18; negative is a rebate.
    public var fee: Int128
}

/// What can be seen of a market's change by anyone.
public struct Sight: BitwiseCopyable, Equatable, Sendable {
    public enum Kind: UInt8, BitwiseCopyable, Sendable { case level, trade }
    public var kind: Kind
    /// `level`: the side; `trade`: what the taker did.
    public var side: BookSide
    public var price: Ticks
    /// `level`: all that rests there now.
    public var size: Lots
    /// Number of the change or of the trade, +1 for each of the market.
    public var number: UInt64
    public var maker: UInt64
    public var taker: UInt64
}
