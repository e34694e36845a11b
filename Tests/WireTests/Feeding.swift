import Bytes
import Support
import Wire

/// What an inbox makes of a stream that comes in pieces.
struct Feeding {
    var frames: [[UInt8]] = []
    var defect: Frame.Defect?
    /// Where the inbox stood at the end.
    var offset: UInt64 = 0
    var holdsPartialFrame = false
    /// The most that it held at once, its free room counted in.
    var room = 0

    /// `piece`: how many bytes to give, of so many that there is room for.
    init(_ stream: [UInt8], readBytes: Int = 1 << 16, _ piece: (Int) -> Int) {
        var inbox = Inbox(readBytes: readBytes)
        var at = 0
        while at < stream.count, defect == nil {
            let held = inbox.byteCount
            var room = 0
            _ = inbox.fill { span -> Int? in
                room = span.byteCount
                let count = min(piece(span.byteCount), span.byteCount, stream.count - at)
                stream.withUnsafeBytes { bytes in
                    let part = UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])
                    span.put(RawSpan(_unsafeBytes: part), at: 0)
                }
                at += count
                return count
            }
            self.room = max(self.room, held + room)
            defect = inbox.drain { frame in
                frames.append(frame.withUnsafeBytes { [UInt8]($0) })
                return true
            }
        }
        offset = inbox.offset
        holdsPartialFrame = inbox.holdsPartialFrame
    }
}

extension Inbox {
    /// Fills it with `bytes`, as far as there is room.
    @discardableResult
    mutating func give(_ bytes: [UInt8]) -> Int? {
        fill { span -> Int? in
            let count = min(bytes.count, span.byteCount)
            for at in 0..<count { span.put(bytes[at], at: at) }
            return count
        }
    }
}
