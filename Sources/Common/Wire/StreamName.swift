import Bytes
public import Events
public import Units

/// The venue and symbol of a stream as a frame writes them: one text, padded with zeros to whole words.
public struct StreamName: Sendable {
    @usableFromInline let words: InlineArray<12, UInt64>
    public let venueBytes, symbolBytes: Int
    /// The stream's part of an event's identity; mixes in venue, symbol and their lengths.
    @usableFromInline let hash: UInt64

    /// No venue and no symbol: control frames.
    public static let none = StreamName()

    private init() {
        words = InlineArray(repeating: 0)
        venueBytes = 0
        symbolBytes = 0
        hash = 0
    }

    /// Nil when a name is too long (32 and 64 bytes), holds control characters, or is not UTF-8.
    public init?(venue: RawSpan, symbol: RawSpan) {
        guard venue.byteCount <= Frame.venueBytesMax, symbol.byteCount <= Frame.symbolBytesMax,
            Header.isName(venue, 0..<venue.byteCount), Header.isName(symbol, 0..<symbol.byteCount)
        else { return nil }
        var words = InlineArray<12, UInt64>(repeating: 0)
        for at in 0..<venue.byteCount { words[at / 8] |= UInt64(venue.byte(at)) << UInt64(at % 8 * 8) }
        for at in 0..<symbol.byteCount {
            let place = venue.byteCount + at
            words[place / 8] |= UInt64(symbol.byte(at)) << UInt64(place % 8 * 8)
        }
        self.words = words
        venueBytes = venue.byteCount
        symbolBytes = symbol.byteCount
        var hash = UInt64(venueBytes) << 8 | UInt64(symbolBytes)
        for index in 0..<((venueBytes + symbolBytes + 7) / 8) { hash = SplitMix64.mix(hash ^ words[index]) }
        self.hash = hash
    }

    public init?(venue: String, symbol: String) {
        let name = venue.withBytes { venue in
            symbol.withBytes { symbol in StreamName(venue: venue, symbol: symbol) }
        }
        guard let name else { return nil }
        self = name
    }

    @inlinable public var wordCount: Int { (venueBytes &+ symbolBytes &+ 7) &>> 3 }

    /// Bytes of a frame of this stream before its payload.
    @inlinable public var headBytes: Int { Frame.headerBytes &+ wordCount &* 8 }

    /// The identity of an event of this stream: a hash of stream and epoch plus the position, so that the identities
    /// of one stream and epoch are consecutive and two streams would have to start within each other's count.
    @inlinable
    public func id(channel: Channel, epoch: UInt32, position: UInt64) -> UInt64 {
        SplitMix64.mix(hash ^ (UInt64(channel.rawValue) << 32 | UInt64(epoch))) &+ position
    }
}
