import Bytes
import Text
import Wire

extension [UInt8] {
    /// What the reader of frames finds at the front of them.
    public var front: Frame.Front { Frame.front(of: span.bytes) }

    /// What is wrong with the payload of the good frame that they are.
    public var payloadDefect: String? { Layout.defect(in: span.bytes) }

    /// Puts the lowest `width` bytes of `value` at `offset`, little-endian.
    public mutating func put(_ value: UInt64, at offset: Int, width: Int) {
        for byte in 0..<width { self[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(byte * 8)) }
    }

    /// The number in `width` bytes at `offset`, little-endian.
    public func number(at offset: Int, width: Int) -> UInt64 {
        (0..<width).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64($1 * 8) }
    }

    /// The same with a length and a checksum that are right: what a hostile writer would send.
    public func sealed() -> [UInt8] {
        var bytes = self
        bytes.put(UInt64(count), at: 0, width: 4)
        bytes.put(UInt64(Frame.checksum(of: bytes.span.bytes)), at: 4, width: 4)
        return bytes
    }

    /// The frames that lie one after the other in them; traps where they are none.
    public var frames: [[UInt8]] {
        var frames: [[UInt8]] = []
        var at = 0
        while at < count {
            let length = Int(number(at: at, width: 4))
            frames.append(Array(self[at..<(at + length)]))
            at += length
        }
        return frames
    }
}

extension Outbox {
    /// What waits in it.
    public var bytes: [UInt8] { read { span in span.withUnsafeBytes { [UInt8]($0) } } }
}

extension Printer {
    /// What was printed.
    public var text: String { read { span in span.withUnsafeBytes { String(decoding: $0, as: Unicode.UTF8.self) } } }
}

/// The frames that `body` puts; none when it says that it did not.
public func written(_ body: (inout Outbox) -> Bool) -> [UInt8] {
    var outbox = Outbox(capacity: 1 << 12)
    return body(&outbox) ? outbox.bytes : []
}
