import Bytes
import WebSockets

/// What was lent.
struct Heard: Equatable, CustomStringConvertible {
    var arrival: Arrival
    var bytes: [UInt8]

    init(_ arrival: Arrival, _ bytes: [UInt8] = []) {
        self.arrival = arrival
        self.bytes = bytes
    }

    init(_ arrival: Arrival, _ text: String) { self.init(arrival, Array(text.utf8)) }

    var description: String { "\(arrival) \(bytes.count) \(bytes.prefix(8))" }
}

/// What a receiver makes of a stream that comes in pieces.
struct Hearing {
    var heard: [Heard] = []
    var defect: Defect?
    /// Bytes of the stream that had come when the defect was found, to a piece.
    var failedAt: Int?
    var holdsPartial = false
    var memoryBytes = 0

    /// `piece`: how many bytes to give, of so many that there is room for.
    init(
        _ stream: [UInt8], as role: Role, limit: Int = 1 << 20, readBytes: Int = 1 << 12, _ piece: (Int) -> Int = { $0 }
    ) {
        var receiver = Receiver(role, messageLimit: limit, readBytes: readBytes)
        var at = 0
        while at < stream.count {
            _ = receiver.fill { room -> Int? in
                let count = min(piece(room.byteCount), room.byteCount, stream.count - at)
                stream.withUnsafeBytes { bytes in
                    let part = UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])
                    room.put(RawSpan(_unsafeBytes: part), at: 0)
                }
                at += count
                return count
            }
            defect = receiver.drain { arrival, bytes in
                heard.append(Heard(arrival, bytes.array))
                return true
            }
            if defect != nil, failedAt == nil { failedAt = at }
        }
        holdsPartial = receiver.holdsPartialMessage
        memoryBytes = receiver.memoryBytes
    }
}

extension RawSpan {
    var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

extension [UInt8] {
    /// The bytes as a text, for expectations that people read.
    var text: String { String(decoding: self, as: UTF8.self) }
}
