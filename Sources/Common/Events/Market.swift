public import Units

/// One price with its size. In an update a size of 0 removes the level.
public struct Level: BitwiseCopyable, Sendable {
    public var price: Int64
    public var size: Int64
    public var priceExponent: Int8
    public var sizeExponent: Int8

    @inlinable @inline(__always)
    public init(price: Decimal, size: Decimal) {
        self.price = price.mantissa
        self.size = size.mantissa
        priceExponent = price.exponent
        sizeExponent = size.exponent
    }

    @inlinable @inline(__always)
    public init(price: Int64, size: Int64, priceExponent: Int8, sizeExponent: Int8) {
        self.price = price
        self.size = size
        self.priceExponent = priceExponent
        self.sizeExponent = sizeExponent
    }

    @inlinable public var exactPrice: Decimal { Decimal(price, exponent: priceExponent) }
    @inlinable public var exactSize: Decimal { Decimal(size, exponent: sizeExponent) }
}

/// A level of a book of several venues, and which of them it stands at.
public struct VenueLevel: BitwiseCopyable, Sendable {
    /// Bytes in a frame.
    public static let bytes = 24

    public var level: Level
    /// Counted from 0 in the event's list of venues.
    public var venue: UInt8

    @inlinable
    public init(_ level: Level, venue: UInt8) {
        self.level = level
        self.venue = venue
    }
}

/// A print on the public tape.
public struct Trade: BitwiseCopyable, Sendable {
    public var price, size: Decimal
    /// The taker's.
    public var side: Side
    /// How many executions it stands for; 0 = not given.
    public var count: UInt32

    @inlinable
    public init(price: Decimal, size: Decimal, side: Side, count: UInt32 = 0) {
        self.price = price
        self.size = size
        self.side = side
        self.count = count
    }
}

/// The state of the touch and of the day, as far as the venue tells; what it does not tell is `notGiven`.
public struct Ticker: BitwiseCopyable, Sendable {
    public var bid = Decimal.notGiven
    public var bidSize = Decimal.notGiven
    public var ask = Decimal.notGiven
    public var askSize = Decimal.notGiven
    /// Price and size of the last trade.
    public var last = Decimal.notGiven
    public var lastSize = Decimal.notGiven
    /// Of the last 24 hours (or the venue's day): base volume, highest, lowest, opening price.
    public var volume = Decimal.notGiven
    public var high = Decimal.notGiven
    public var low = Decimal.notGiven
    public var open = Decimal.notGiven

    @inlinable public init() {}
}

/// A candle.
public struct Kline: BitwiseCopyable, Sendable {
    public var open = Decimal.notGiven
    public var high = Decimal.notGiven
    public var low = Decimal.notGiven
    public var close = Decimal.notGiven
    /// In base and in quote units.
    public var volume = Decimal.notGiven
    public var quoteVolume = Decimal.notGiven
    /// The part of them in which the taker bought.
    public var takerVolume = Decimal.notGiven
    public var takerQuoteVolume = Decimal.notGiven
    /// First nanosecond that belongs to it, and the first that no longer does.
    public var opened = Nanos.zero
    public var closes = Nanos.zero
    /// Trades in it; 0 = none or not given.
    public var trades: UInt64 = 0
    /// Whether it will not change any more.
    public var isFinal = false

    @inlinable public init() {}
}

/// Why and how far a stream is missing events; 0 = not known.
public struct Gap: Equatable, BitwiseCopyable, Sendable {
    public var reason: GapReason
    public var missed: UInt64 = 0
    public var fromPosition: UInt64 = 0
    public var toPosition: UInt64 = 0
    public var fromSequence: UInt64 = 0
    public var toSequence: UInt64 = 0
    public var from = Nanos.zero
    public var to = Nanos.zero

    @inlinable public init(reason: GapReason) { self.reason = reason }
}

/// A change of a book's state.
public struct BookStatus: Equatable, BitwiseCopyable, Sendable {
    public var state: BookState
    public var reason: BookReason
    public var integrity: Integrity
    /// Levels a side that the writer keeps; 0 = all.
    public var depth: UInt32
    /// With reason `gap`: sequences. With reason `checksum`: the venue's and ours.
    public var expected: UInt64 = 0
    public var actual: UInt64 = 0

    @inlinable
    public init(
        _ state: BookState, reason: BookReason, integrity: Integrity = .none, depth: UInt32 = 0, expected: UInt64 = 0,
        actual: UInt64 = 0
    ) {
        self.state = state
        self.reason = reason
        self.integrity = integrity
        self.depth = depth
        self.expected = expected
        self.actual = actual
    }
}
