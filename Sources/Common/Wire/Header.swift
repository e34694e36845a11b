public import Bytes
public import Events
import Text
public import Units

/// The header of a frame that `Frame.front` has found good, and where its payload lies.
public struct Header: BitwiseCopyable, Sendable {
    public var envelope: Envelope
    public var venueBytes, symbolBytes: Int
    /// Where the payload's fixed part begins and ends.
    public var payload, variable: Int
    /// Where the frame ends.
    public var end: Int

    /// Reads the header of a good frame; traps on shorter bytes.
    @inlinable @inline(__always)
    public init(_ frame: RawSpan) {
        // Said once, so that the compiler does not ask it at each of the fields.
        precondition(frame.byteCount >= Frame.headerBytes, "a header is read of a whole frame")
        envelope = Envelope(
            kind: Kind(rawValue: frame.byte(11)), channel: Channel(rawValue: frame.byte(86)) ?? .control,
            flags: Flags(rawValue: frame.u32(12)), epoch: frame.u32(72), position: frame.u64(16),
            firstSequence: frame.u64(24), lastSequence: frame.u64(32), happened: Nanos(frame.i64(40)),
            received: Nanos(frame.i64(48)), id: frame.u64(56), cause: frame.u64(64),
            routingVersion: frame.u32(76), part: frame.u16(80), parts: frame.u16(82))
        venueBytes = Int(frame.byte(84))
        symbolBytes = Int(frame.byte(85))
        payload = Header.payloadOffset(venueBytes, symbolBytes)
        variable = payload &+ Int(frame.byte(87)) &* 8
        end = frame.byteCount
    }

    /// Where the payload begins behind names of these lengths.
    @inlinable
    public static func payloadOffset(_ venueBytes: Int, _ symbolBytes: Int) -> Int {
        Frame.headerBytes &+ (venueBytes &+ symbolBytes &+ 7) & ~7
    }

    @inlinable public var venue: Range<Int> { Frame.headerBytes..<(Frame.headerBytes &+ venueBytes) }
    @inlinable public var symbol: Range<Int> { venue.upperBound..<(venue.upperBound &+ symbolBytes) }

    /// Nanoseconds from received to `hop`; 0 = not reached.
    @inlinable
    public static func hop(_ hop: Hop, of frame: RawSpan) -> UInt64 { frame.u64(88 &+ hop.rawValue &* 8) }

    // Single fields, for those who need few of them in a place that must stay small: a function into which a whole header is read has so
    // many blocks that the compiler inlines nothing else into it.
    @inlinable @inline(__always)
    public static func kind(of frame: RawSpan) -> Kind { Kind(rawValue: frame.byte(11)) }
    @inlinable @inline(__always)
    public static func flags(of frame: RawSpan) -> Flags { Flags(rawValue: frame.u32(12)) }
    @inlinable @inline(__always)
    public static func position(of frame: RawSpan) -> UInt64 { frame.u64(16) }
    @inlinable @inline(__always)
    public static func received(of frame: RawSpan) -> Nanos { Nanos(frame.i64(48)) }
    @inlinable @inline(__always)
    public static func epoch(of frame: RawSpan) -> UInt32 { frame.u32(72) }
    @inlinable @inline(__always)
    public static func parts(of frame: RawSpan) -> UInt16 { frame.u16(82) }
    @inlinable @inline(__always)
    public static func channel(of frame: RawSpan) -> Channel { Channel(rawValue: frame.byte(86)) ?? .control }

    /// A field of the header that holds what it must not.
    enum Fault: String {
        case kind, flags, channel, happened, received, sequence, part, hops, venue, symbol, length, padding
    }

    /// The first field of the header that holds what it must not; nil when all is well. `frame` is whole.
    @inline(__always)
    static func fault(in frame: RawSpan) -> Fault? {
        // Said once, as above.
        precondition(frame.byteCount >= Frame.headerBytes, "a whole frame has a header")
        let flags = frame.u32(12)
        let (part, parts) = (frame.u16(80), frame.u16(82))
        guard frame.byte(11) != 0 else { return .kind }
        guard flags & ~Flags.known.rawValue == 0 else { return .flags }
        guard Channel(rawValue: frame.byte(86)) != nil else { return .channel }
        guard Nanos.range.contains(Nanos(frame.i64(40))) else { return .happened }
        guard Nanos.range.contains(Nanos(frame.i64(48))) else { return .received }
        guard frame.u64(24) <= frame.u64(32) else { return .sequence }
        guard part >= 1, part <= parts, (parts > 1) == (flags & Flags.part.rawValue != 0) else { return .part }
        // All at once, and one by one only where one is near the bound.
        var hops: UInt64 = 0
        for hop in 0..<8 { hops |= frame.u64(88 &+ hop &* 8) }
        guard hops < Frame.hopMax || hasShortHops(frame) else { return .hops }
        let (venueBytes, symbolBytes) = (Int(frame.byte(84)), Int(frame.byte(85)))
        guard venueBytes <= Frame.venueBytesMax else { return .venue }
        guard symbolBytes <= Frame.symbolBytesMax else { return .symbol }
        let payload = payloadOffset(venueBytes, symbolBytes)
        guard payload &+ Int(frame.byte(87)) &* 8 <= frame.byteCount else { return .length }
        return hasPlainNames(frame, venueBytes &+ symbolBytes) ? nil : nameFault(in: frame, venueBytes, symbolBytes)
    }

    @inline(never)
    private static func hasShortHops(_ frame: RawSpan) -> Bool {
        Hop.allCases.allSatisfy { Header.hop($0, of: frame) <= Frame.hopMax }
    }

    @inline(never)
    private static func nameFault(in frame: RawSpan, _ venueBytes: Int, _ symbolBytes: Int) -> Fault? {
        let symbol = Frame.headerBytes + venueBytes
        for offset in (symbol + symbolBytes)..<payloadOffset(venueBytes, symbolBytes) where frame.byte(offset) != 0 {
            return .padding
        }
        guard isName(frame, Frame.headerBytes..<symbol) else { return .venue }
        return isName(frame, symbol..<(symbol + symbolBytes)) ? nil : .symbol
    }

    /// Whether the names, `count` bytes together, are printable ASCII with zeros behind them, as nearly all are: judged a word at a
    /// time. Others are judged byte by byte.
    @inline(__always)
    private static func hasPlainNames(_ frame: RawSpan, _ count: Int) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let spaces: UInt64 = 0x2020_2020_2020_2020
        // The highest bit of a byte comes up where it is above 0x7E or below 0x20.
        func odds(_ word: UInt64) -> UInt64 { word | (word &+ ones) | (word &- spaces) }
        var odd: UInt64 = 0
        var at = Frame.headerBytes
        let whole = at &+ (count & ~7)
        // The first two, which most names have, without what the compiler prepares for a loop.
        if at < whole {
            odd = odds(frame.u64(at))
            at &+= 8
        }
        if at < whole {
            odd |= odds(frame.u64(at))
            at &+= 8
        }
        while at < whole {
            odd |= odds(frame.u64(at))
            at &+= 8
        }
        let rest = UInt64(count & 7) &* 8
        if rest > 0 {
            let padding: UInt64 = ~0 &<< rest
            let word = frame.u64(at)
            guard word & padding == 0 else { return false }
            odd |= odds(word | (spaces & padding))
        }
        return odd & 0x8080_8080_8080_8080 == 0
    }

    /// Whether `range` is UTF-8 without control characters (those from U+0080 to U+009F, too): a name goes to terminals.
    static func isName(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        for offset in range where bytes.byte(offset) &- 0x20 >= 0x5F {
            let byte = bytes.byte(offset)
            if byte < 0x80 || (byte == 0xC2 && offset + 1 < range.upperBound && bytes.byte(offset + 1) < 0xA0) {
                return false
            }
        }
        return UTF8.isValid(bytes, range)
    }
}

extension MutableRawSpan {
    /// Writes the whole header but length and checksum, which come last, and the name.
    @inlinable
    mutating func put(_ envelope: Envelope, _ name: StreamName, fixedWords: Int) {
        put(
            UInt64(Frame.magic) | UInt64(Frame.version) << 16 | UInt64(envelope.kind.rawValue) << 24
                | UInt64(envelope.flags.rawValue) << 32, at: 8)
        put(envelope.position, at: 16)
        put(envelope.firstSequence, at: 24)
        put(envelope.lastSequence, at: 32)
        put(envelope.happened.count, at: 40)
        put(envelope.received.count, at: 48)
        put(envelope.id, at: 56)
        put(envelope.cause, at: 64)
        put(UInt64(envelope.epoch) | UInt64(envelope.routingVersion) << 32, at: 72)
        put(
            UInt64(envelope.part) | UInt64(envelope.parts) << 16 | UInt64(name.venueBytes) << 32
                | UInt64(name.symbolBytes) << 40 | UInt64(envelope.channel.rawValue) << 48
                | UInt64(fixedWords) << 56, at: 80)
        for hop in 0..<8 { put(0 as UInt64, at: 88 &+ hop &* 8) }
        for index in 0..<name.wordCount { put(name.words[index], at: Frame.headerBytes &+ index &* 8) }
    }

    /// Writes length and checksum of the frame that fills the span.
    @inlinable
    mutating func seal() {
        put(UInt64(byteCount), at: 0)
        put(Frame.checksum(of: bytes), at: 4)
    }
}
