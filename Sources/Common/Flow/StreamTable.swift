import Bytes
public import Events
public import Wire

/// Gives each stream of frames a small number: (venue, symbol, channel), told apart by their text.
///
/// Holds at most `limit` streams; one beyond has no number.
public struct StreamTable: ~Copyable {
    private var names: Names
    private var scratch = Block(byteCount: 128)
    /// Streams by a hash of their names as frames have them: who comes twice is mostly found there. 80 KB; nothing in a table that
    /// nobody has asked yet.
    private var recent = Column<Recent>()

    private static let recentCount = 1 << 11

    /// A stream with names of at most 32 bytes.
    struct Recent: BitwiseCopyable {
        /// Lengths of the names and the channel, as in the header.
        var lengths: UInt32 = .max
        var index: Int32 = 0
        var first: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0

        /// Nil: its names are longer.
        @inline(__always)
        init?(_ frame: RawSpan, _ channel: Channel) {
            lengths = frame.u32(84) & 0xFFFF | UInt32(channel.rawValue) << 16
            let words = (Int(lengths & 0xFF) &+ Int(lengths &>> 8 & 0xFF) &+ 7) &>> 3
            guard words <= 4 else { return nil }
            if words > 0 { first = frame.u64(152) }
            if words > 1 { second = frame.u64(160) }
            if words > 2 { third = frame.u64(168) }
            if words > 3 { fourth = frame.u64(176) }
        }

        init() {}

        @inline(__always)
        var place: Int {
            let low = (first ^ UInt64(lengths)) &* 0x9E37_79B9_7F4A_7C15
            let high = (second &* 0xFF51_AFD7_ED55_8CCD) ^ third ^ (fourth &* 0xC2B2_AE3D_27D4_EB4F)
            return Int(truncatingIfNeeded: ((low ^ low &>> 29 ^ high) &* 0xC4CE_B9FE_1A85_EC53) &>> 53)
        }

        @inline(__always)
        func isSame(as other: Recent) -> Bool {
            (first ^ other.first) | (second ^ other.second) | (third ^ other.third) | (fourth ^ other.fourth)
                | UInt64(lengths ^ other.lengths) == 0
        }
    }

    public init(limit: Int = 1 << 16) { names = Names(limit: limit) }

    /// Streams known.
    public var count: Int { names.count }

    /// The number of the frame's stream, a new one for a new stream; nil when there is no room for it.
    @inlinable @inline(__always)
    public mutating func index(_ frame: RawSpan) -> Int? {
        index(frame, as: Header.channel(of: frame))
    }

    /// The same of the frame's names with another channel.
    public mutating func index(_ frame: RawSpan, as channel: Channel) -> Int? {
        guard let key = Recent(frame, channel) else { return indexByText(frame, channel) }
        let place = key.place
        if place < recent.count, recent[place].isSame(as: key) { return Int(recent[place].index) }
        return learn(frame, channel)
    }

    // A call of its own, so that the way that is mostly taken keeps no registers for it.
    @inline(never)
    private mutating func learn(_ frame: RawSpan, _ channel: Channel) -> Int? {
        guard var key = Recent(frame, channel), let index = indexByText(frame, channel) else { return nil }
        let place = key.place
        if recent.count == 0 { recent.append(repeating: Recent(), count: StreamTable.recentCount) }
        key.index = Int32(index)
        recent[place] = key
        return index
    }

    @inline(never)
    private mutating func indexByText(_ frame: RawSpan, _ channel: Channel) -> Int? {
        let header = Header(frame)
        let length = 2 + header.venueBytes + header.symbolBytes
        scratch.write(0..<length) { span in
            span.put(channel.rawValue, at: 0)
            span.put(UInt8(header.venueBytes), at: 1)
            span.put(frame.extracting(header.venue.lowerBound..<header.symbol.upperBound), at: 2)
        }
        return scratch.read(0..<length) { names.intern($0, 0..<length) }
    }

    /// What the stream with this number is; traps on a number that was not given out.
    public func stream(_ index: Int) -> (venue: String, symbol: String, channel: Channel) {
        names.read(index) { bytes in
            let split = 2 + Int(bytes.byte(1))
            return (
                String(bytes, 2..<split), String(bytes, split..<bytes.byteCount),
                Channel(rawValue: bytes.byte(0)) ?? .control
            )
        }
    }
}
