public import Matching
public import Units

/// One thing that happened on a market: a line of its tape.
public struct Print: BitwiseCopyable, Equatable, Sendable {
    public enum Content: UInt8, BitwiseCopyable, Sendable {
        /// A price has this size now; zero: nothing rests there any more.
        case level
        /// A taker's order met a maker's.
        case trade
        /// The market may be traded for the first time.
        case listed
        case halted, resumed
        /// The market is gone for good.
        case ended
        /// The market's smallest step of price changed.
        case tick
    }

    public var content: Content
    /// Index of the market on its floor.
    public var market: Int32
    /// `level`: the side that the price is on. `trade`: what the taker did, `bid` = bought.
    public var side: BookSide
    /// `level`, `trade`: in the step of price that holds at this place of the tape. All others: mantissa of the step that holds from here
    /// on.
    public var price: Ticks
    /// `level`: all that rests at the price now. `trade`: what changed hands. All others: exponent of the step of price.
    public var size: Lots
    /// Simulated time: ns since 1970, whole microseconds. What one order causes has one time; the next one's is later.
    public var time: Nanos
    /// `level`: number of the change, +1 for each of its market. `trade`: number of the trade, +1 for each of its market.
    public var number: UInt64
    /// `trade`: the orders that met.
    public var maker: UInt64
    public var taker: UInt64

    public init(
        content: Content, market: Int32, side: BookSide, price: Ticks, size: Lots, time: Nanos, number: UInt64,
        maker: UInt64, taker: UInt64
    ) {
        self.content = content
        self.market = market
        self.side = side
        self.price = price
        self.size = size
        self.time = time
        self.number = number
        self.maker = maker
        self.taker = taker
    }
}

/// What has happened since it was last cleared, in order. A full tape stops the floor until it is cleared; one event may go beyond it.
public struct Tape: Sendable {
    public static let printsMax = 1 << 20

    public private(set) var prints: [Print] = []

    public init() {}

    public mutating func clear() { prints.removeAll(keepingCapacity: true) }

    public var isFull: Bool { prints.count >= Tape.printsMax }

    public mutating func append(_ print: Print) { prints.append(print) }
}
