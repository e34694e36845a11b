public import Bytes
public import Events

/// Bytes in which good frames lie one directly after the other: the parts of an event, or several events.
extension RawSpan {
    /// Lends the frames, in order.
    @inlinable @inline(__always)
    public func eachFrame(_ body: (RawSpan) -> Void) {
        var at = 0
        while at < byteCount {
            let length = Int(u32(at))
            body(extracting(at..<(at &+ length)))
            at &+= length
        }
    }

    /// Lends the events, in order, the parts of each together.
    public func eachEvent(_ body: (RawSpan) -> Void) {
        var at = 0
        while at < byteCount {
            var end = at
            for _ in 0..<u16(at + 82) { end += Int(u32(end)) }
            body(extracting(at..<end))
            at = end
        }
    }

    /// Bytes of the first frame.
    @inlinable @inline(__always)
    public var firstFrameBytes: Int { Int(u32(0)) }
}

extension Sides {
    /// Adds the levels of a book's event, of all its parts.
    public mutating func append(levelsOf event: RawSpan) {
        event.eachFrame { LevelRows($0, Header($0)).append($0, to: &self) }
    }
}
