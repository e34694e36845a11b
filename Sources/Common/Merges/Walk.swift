import Bytes
import Events
import Wire

extension RawSpan {
    /// Lends the frames that lie one after the other in it.
    func eachFrame(_ body: (RawSpan) -> Void) {
        var at = 0
        while at < byteCount {
            let length = Int(u32(at))
            body(extracting(at..<(at + length)))
            at += length
        }
    }

    /// Lends the events of which frames lie in it, each one's frames together.
    func eachEvent(_ body: (RawSpan) -> Void) {
        var at = 0
        while at < byteCount {
            var end = at
            for _ in 0..<u16(at + 82) { end += Int(u32(end)) }
            body(extracting(at..<end))
            at = end
        }
    }
}

extension Sides {
    /// Makes it the levels of a book's event.
    mutating func read(_ frames: RawSpan) {
        removeAll()
        frames.eachFrame { frame in LevelRows(frame, Header(frame)).append(frame, to: &self) }
    }
}
