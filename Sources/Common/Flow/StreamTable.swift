import Bytes
public import Events
public import Wire

/// Gives each stream of frames a small number: (venue, symbol, channel), told apart by their text.
///
/// Holds at most `limit` streams; one beyond has no number.
public struct StreamTable: ~Copyable {
    private var names: Names
    private var scratch = Block(byteCount: 128)

    public init(limit: Int = 1 << 16) { names = Names(limit: limit) }

    /// Streams known.
    public var count: Int { names.count }

    /// The number of the frame's stream, a new one for a new stream; nil when there is no room for it.
    public mutating func index(_ frame: RawSpan, _ header: Header) -> Int? {
        let length = 2 + header.venueBytes + header.symbolBytes
        scratch.write(0..<length) { span in
            span.put(header.envelope.channel.rawValue, at: 0)
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
