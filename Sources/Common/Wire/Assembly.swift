import Bytes
import Events

/// Puts the parts of an event together; the parts of one event follow each other directly in every stream of frames.
///
/// Holds at most `Frame.eventBytesMax` bytes.
public struct Assembly: ~Copyable {
    private var block = Block(byteCount: 0)
    private var count = 0
    @usableFromInline var part: UInt16 = 0

    public init() {}

    public enum Verdict: Equatable, Sendable {
        /// The frame is a whole event.
        case single
        /// A part was kept; more are to come.
        case more
        /// The last part came: `read` lends all.
        case complete
        /// A part of an event whose beginning is missing, or of one larger than it may be; it was not kept.
        case stray
    }

    /// Events of which a part was missing.
    public private(set) var lost: UInt64 = 0

    /// Whether an event has begun and is not complete.
    @inlinable public var isOpen: Bool { part > 0 }

    /// Takes the next frame of a stream; a part is kept until the last one comes, or another event.
    public mutating func take(_ frame: RawSpan) -> Verdict {
        let envelope = Header(frame).envelope
        let follows = isOpen && envelope.part == part + 1 && belongs(frame)
        if isOpen && !follows {
            part = 0
            lost += 1
        }
        if envelope.parts == 1 { return .single }
        if envelope.part == 1 {
            count = 0
        } else if !follows {
            return .stray
        }
        guard count + frame.byteCount <= Frame.eventBytesMax else {
            part = 0
            lost += 1
            return .stray
        }
        if block.byteCount < count + frame.byteCount {
            block.grow(to: min(Frame.eventBytesMax, max(block.byteCount * 2, count + frame.byteCount)))
        }
        block.write(count..<(count + frame.byteCount)) { $0.put(frame, at: 0) }
        count += frame.byteCount
        part = envelope.part
        guard part == envelope.parts else { return .more }
        part = 0
        return .complete
    }

    /// Whether the header is that of the event's first part, but for length, checksum, part and hops.
    private func belongs(_ frame: RawSpan) -> Bool {
        let names = Frame.headerBytes..<Header(frame).payload
        return block.read(0..<count) { first in
            [8..<80, 82..<88, names].allSatisfy { range in
                range.upperBound <= count && first.extracting(range).holdsSameBytes(as: frame.extracting(range))
            }
        }
    }

    /// Lends the frames of the event that is complete, one after the other.
    public borrowing func read<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try block.read(0..<count, body)
    }
}
