import Bytes
import FuzzSupport
import WebSockets

/// What comes before frames and frames themselves, read whole and in pieces: the same heads, messages and defects, and no more
/// memory than the limits say. What was understood can be sent again, and is understood again.
///
///     offset 0   0, 1: frames to a client, to a server; 2, 3: requests, responses
///            1   sizes of the pieces, four of them, by turns
///            5   the stream
private func check(_ input: RawSpan) {
    guard input.byteCount >= 5 else { return }
    let stream = input.extracting(5..<input.byteCount).array
    let sizes = (1...4).map { [1, 2, 3, 7, 14, 125, 256, 1000][Int(input.byte($0) & 7)] }
    switch input.byte(0) & 3 {
    case 0: frames(stream, sizes, .client)
    case 1: frames(stream, sizes, .server)
    case 2:
        let whole = requests(stream, [stream.count])
        must(whole == requests(stream, sizes), "in pieces of \(sizes) the requests are others")
    default:
        let whole = responses(stream, [stream.count])
        must(whole == responses(stream, sizes), "in pieces of \(sizes) the responses are others")
    }
}

private let limit = 2000

/// What became of a stream.
private struct Heard: Equatable {
    var arrivals: [Arrival] = []
    var bytes: [[UInt8]] = []
    var defect: Defect?
    var isPartial = false
}

private func frames(_ stream: [UInt8], _ sizes: [Int], _ role: Role) {
    let whole = hear(stream, [stream.count], role)
    let pieces = hear(stream, sizes, role)
    must(whole == pieces, "read in pieces of \(sizes): \(pieces) instead of \(whole)")
    var sender = Sender(role == .client ? .server : .client, capacity: 0, limit: 1 << 20)
    for (arrival, bytes) in zip(whole.arrivals, whole.bytes) {
        let isSent =
            switch arrival {
            case .text: sender.put(.text, bytes.span.bytes, key: 0x1234_5678)
            case .binary: sender.put(.binary, bytes.span.bytes, key: 0x1234_5678)
            case .ping: sender.put(.ping, bytes.span.bytes, key: 0x1234_5678)
            case .pong: sender.put(.pong, bytes.span.bytes, key: 0x1234_5678)
            case .close(let code): sender.put(close: code, reason: bytes.span.bytes, key: 0x1234_5678)
            }
        must(isSent, "what came does not fit")
    }
    let again = hear(sender.read { $0.array }, sizes, role)
    must(again.arrivals == whole.arrivals && again.bytes == whole.bytes, "sent again it is something else")
    must(again.defect == nil && !again.isPartial, "what we send is not understood")
}

private func hear(_ stream: [UInt8], _ sizes: [Int], _ role: Role) -> Heard {
    var receiver = Receiver(role, messageLimit: limit, readBytes: 256)
    var heard = Heard()
    pour(stream, sizes) { bytes, at, size in
        let count = receiver.fill { room in put(bytes, at, size, &room) } ?? 0
        heard.defect = receiver.drain { arrival, bytes in
            heard.arrivals.append(arrival)
            heard.bytes.append(bytes.array)
            must(bytes.byteCount <= limit, "a message larger than the limit")
            return true
        }
        return count
    }
    heard.isPartial = receiver.holdsPartialMessage
    must(receiver.memoryBytes <= limit + 256, "more memory than the limit")
    return heard
}

/// What became of a stream of heads.
private struct Heads: Equatable {
    var requests: [RequestHead] = []
    var responses: [ResponseHead] = []
    var bodies: [[UInt8]] = []
    var defect: HeadDefect?
}

private func requests(_ stream: [UInt8], _ sizes: [Int]) -> Heads {
    var reader = HeadReader(readBytes: 256)
    var heads = Heads()
    var awaited: Int?
    pour(stream, sizes) { bytes, at, size in
        let count = reader.fill { room in put(bytes, at, size, &room) } ?? 0
        while heads.defect == nil {
            if let body = awaited {
                guard let bytes = reader.body(body, { $0.array }) else { break }
                heads.bodies.append(bytes)
                awaited = nil
            }
            let found = reader.request()
            if case .none = found { break }
            if case .defect(let defect) = found { heads.defect = defect }
            guard case .head(let head) = found else { continue }
            _ = ServerUpgrade.judge(head)
            heads.requests.append(head)
            awaited = head.bodyBytes
        }
        return count
    }
    return heads
}

private func responses(_ stream: [UInt8], _ sizes: [Int]) -> Heads {
    var reader = HeadReader(readBytes: 256)
    var heads = Heads()
    pour(stream, sizes) { bytes, at, size in
        let count = reader.fill { room in put(bytes, at, size, &room) } ?? 0
        while heads.defect == nil {
            let found = reader.response()
            if case .none = found { break }
            if case .defect(let defect) = found { heads.defect = defect }
            if case .head(let head) = found { heads.responses.append(head) }
        }
        return count
    }
    return heads
}

/// Hands a stream on piece by piece; `give` takes of `size` bytes from `at` on as many as it can.
private func pour(_ stream: [UInt8], _ sizes: [Int], _ give: ([UInt8], Int, Int) -> Int) {
    var at = 0
    var turn = 0
    while at < stream.count {
        at += give(stream, at, min(sizes[turn % sizes.count], stream.count - at))
        turn += 1
    }
}

private func put(_ bytes: [UInt8], _ at: Int, _ size: Int, _ room: inout MutableRawSpan) -> Int {
    let count = min(size, room.byteCount)
    room.put(bytes.span.bytes.extracting(at..<(at + count)), at: 0)
    return count
}

@_cdecl("FuzzWebSockets_main")
public func fuzzMain(_ count: CInt, _ words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    fuzz(count, words, check)
}
