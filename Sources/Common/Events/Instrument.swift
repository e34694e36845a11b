public import Units

/// What a venue lets people trade, and in which steps; numbers that it does not tell are `notGiven`.
public struct Instrument: Equatable, Sendable {
    /// The venue's own text, as its messages have it.
    public var native: String
    public var base: String
    public var quote: String
    /// What profits and margin are paid in; empty for spot.
    public var settle = ""
    public var type: InstrumentType
    public var status = InstrumentStatus.unknown
    /// Smallest steps of price and size.
    public var tick = Decimal.notGiven
    public var lot = Decimal.notGiven
    public var minimumSize = Decimal.notGiven
    public var maximumSize = Decimal.notGiven
    /// Smallest price × size of an order.
    public var minimumValue = Decimal.notGiven
    /// Base (or, if inverse, quote) units of one contract.
    public var contractSize = Decimal.notGiven
    public var expiry = Nanos.zero
    /// Digits after the point that the venue's checksum writes with; 255 = not given. No frame tells of them.
    public var priceDigits: UInt8 = 255
    public var sizeDigits: UInt8 = 255
    /// Whether a contract is worth a fixed sum of the quote.
    public var isInverse = false

    public init(native: String, base: String, quote: String, type: InstrumentType) {
        self.native = native
        self.base = base
        self.quote = quote
        self.type = type
    }
}

/// Who writes a stream, and what its times mean: first in every stream, allowed anywhere, governs what follows.
public struct Hello: Sendable {
    /// The tool and what it was asked for.
    public var producer: String
    /// Identity of the binary; empty in a replay, whose bytes must not depend on it.
    public var build: String
    public var host: String
    /// The boot that monotonic times belong to; 0 in a replay.
    public var boot: (high: UInt64, low: UInt64)
    public var timeBase: TimeBase
    /// What to add to a received time to get the wall clock's.
    public var wallOffset: Nanos

    public init(
        producer: String, build: String = "", host: String = "", boot: (high: UInt64, low: UInt64) = (0, 0),
        timeBase: TimeBase, wallOffset: Nanos = .zero
    ) {
        self.producer = producer
        self.build = build
        self.host = host
        self.boot = boot
        self.timeBase = timeBase
        self.wallOffset = wallOffset
    }
}
