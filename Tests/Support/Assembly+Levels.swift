import Bytes
public import Events
public import Wire

extension Assembly {
    /// Reads all levels of the event of a book that was complete with `frame`, whether it came as one frame or in parts.
    public func readLevels(_ frame: RawSpan, _ header: Header, into sides: inout Sides) {
        sides.removeAll()
        guard header.envelope.parts > 1 else { return LevelRows(frame, header).append(frame, to: &sides) }
        read { frames in
            var at = 0
            while at < frames.byteCount {
                let part = frames.extracting(at..<(at + Int(frames.u32(at))))
                LevelRows(part, Header(part)).append(part, to: &sides)
                at += part.byteCount
            }
        }
    }
}
