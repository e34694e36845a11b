import Bytes
import Events
import Wire

extension RawSpan {
    /// Lends the frames that lie one after the other: the parts of an event.
    @inline(__always)
    func eachFrame(_ body: (RawSpan) -> Void) {
        var at = 0
        while at < byteCount {
            let length = Int(u32(at))
            body(extracting(at..<(at + length)))
            at += length
        }
    }

    /// Bytes of the first of them.
    @inline(__always)
    var firstBytes: Int { Int(u32(0)) }

    /// The checksum that a book's event bears: that of its first frame.
    var checksum: UInt32 {
        let first = extracting(0..<firstBytes)
        return LevelRows(first, Header(first)).checksum
    }
}
