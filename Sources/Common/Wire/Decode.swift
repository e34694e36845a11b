import Bytes
public import Events
import Units

// Typed views of payloads. Each expects a frame that `Frame.front` and `Layout.defect` have found good; on another it may
// give wrong values, but never reads outside the frame.

extension Trade {
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        self.init(
            price: payload.decimal(frame, 0, exponent: 16), size: payload.decimal(frame, 8, exponent: 17),
            side: Side(rawValue: payload.u8(frame, 18)) ?? .unknown, count: payload.u32(frame, 20))
    }

    /// Where the venue's identity of the trade stands in its frame; empty when it has none.
    public static func id(_ frame: RawSpan, _ header: Header) -> Range<Int> {
        let count = Int(Payload(header).u8(frame, 19))
        return header.variable..<min(header.variable + count, header.end)
    }
}

extension Ticker {
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        self.init()
        bid = payload.decimal(frame, 16, exponent: 0)
        bidSize = payload.decimal(frame, 24, exponent: 1)
        ask = payload.decimal(frame, 32, exponent: 2)
        askSize = payload.decimal(frame, 40, exponent: 3)
        last = payload.decimal(frame, 48, exponent: 4)
        lastSize = payload.decimal(frame, 56, exponent: 5)
        volume = payload.decimal(frame, 64, exponent: 6)
        high = payload.decimal(frame, 72, exponent: 7)
        low = payload.decimal(frame, 80, exponent: 8)
        open = payload.decimal(frame, 88, exponent: 9)
    }
}

extension Kline {
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        self.init()
        opened = Nanos(payload.i64(frame, 8))
        closes = Nanos(payload.i64(frame, 16))
        open = payload.decimal(frame, 24, exponent: 0)
        high = payload.decimal(frame, 32, exponent: 1)
        low = payload.decimal(frame, 40, exponent: 2)
        close = payload.decimal(frame, 48, exponent: 3)
        volume = payload.decimal(frame, 56, exponent: 4)
        quoteVolume = payload.decimal(frame, 64, exponent: 5)
        takerVolume = payload.decimal(frame, 72, exponent: 6)
        takerQuoteVolume = payload.decimal(frame, 80, exponent: 7)
        trades = UInt64(payload.u32(frame, 88))
        isFinal = payload.u8(frame, 92) == 1
    }
}

extension BookStatus {
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        self.init(
            BookState(rawValue: payload.u8(frame, 0)) ?? .stale,
            reason: BookReason(rawValue: payload.u8(frame, 1)) ?? .none,
            integrity: Integrity(rawValue: payload.u8(frame, 2)) ?? .none, depth: payload.u32(frame, 4),
            expected: payload.u64(frame, 8), actual: payload.u64(frame, 16))
    }
}

extension EndReason {
    /// Why a stream ends, as its `end` says.
    public init(_ frame: RawSpan, _ header: Header) {
        self = EndReason(rawValue: Payload(header).u8(frame, 0)) ?? .failed
    }

    /// Where more about it stands in its frame, for people; empty when there is nothing.
    public static func text(_ frame: RawSpan, _ header: Header) -> Range<Int> {
        let count = Int(Payload(header).u16(frame, 2))
        return header.variable..<min(header.variable + count, header.end)
    }
}

extension Gap {
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        self.init(reason: GapReason(rawValue: payload.u8(frame, 0)) ?? .unknown)
        missed = payload.u64(frame, 8)
        fromPosition = payload.u64(frame, 16)
        toPosition = payload.u64(frame, 24)
        fromSequence = payload.u64(frame, 32)
        toSequence = payload.u64(frame, 40)
        from = Nanos(payload.i64(frame, 48))
        to = Nanos(payload.i64(frame, 56))
    }
}

/// The levels in one frame of a book.
public struct LevelRows: BitwiseCopyable, Sendable {
    public let bids, asks: Int
    /// Levels a side that the writer keeps; 0 = all.
    public let depth: UInt16
    /// The venue's checksum of the book after this event; 0 = none.
    public let checksum: UInt32
    private let at: Int
    private let mixed: Bool
    private let priceExponent, sizeExponent: Int8

    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        let width = header.envelope.flags.contains(.mixed) ? 24 : 16
        let room = max(header.end - header.variable, 0) / width
        bids = min(Int(payload.u32(frame, 0)), room)
        asks = min(Int(payload.u32(frame, 4)), room - bids)
        priceExponent = payload.i8(frame, 8)
        sizeExponent = payload.i8(frame, 9)
        depth = payload.u16(frame, 10)
        checksum = payload.u32(frame, 12)
        at = header.variable
        mixed = width == 24
    }

    /// The level at `index` of all bids followed by all asks.
    public func level(_ frame: RawSpan, _ index: Int) -> Level {
        precondition(index >= 0 && index < bids + asks, "a level of this frame")
        let offset = at + index * (mixed ? 24 : 16)
        return Level(
            price: frame.i64(offset), size: frame.i64(offset + 8),
            priceExponent: mixed ? frame.i8(offset + 16) : priceExponent,
            sizeExponent: mixed ? frame.i8(offset + 17) : sizeExponent)
    }

    /// Levels that a frame of this stream holds: larger books go as parts of so many, all bids before all asks.
    public static func perPart(_ name: StreamName, mixed: Bool, fixedWords: Int = 2) -> Int {
        (Frame.bytesMax - name.headBytes - max(fixedWords, 2) * 8) / (mixed ? 24 : 16)
    }

    /// Adds the levels to `sides`.
    public func append(_ frame: RawSpan, to sides: inout Sides) {
        for index in 0..<bids { sides.bids.append(level(frame, index)) }
        for index in bids..<(bids + asks) { sides.asks.append(level(frame, index)) }
    }
}
