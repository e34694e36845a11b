import Bytes
import CCurl
import Events
import Glibc
import Wire

/// A bare reader: libcurl's TLS, an upgrade, one text sent, and then nothing but receiving for so many seconds. Of what comes only the
/// heads of WebSocket frames are looked at, to count them. Prints CPU ns a message, messages, bytes.
func drain(_ url: String, _ ca: String, _ path: String, _ text: String, seconds: Int) {
    curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    guard let handle = curl_easy_init() else { exit(70) }
    _ = penstock_curl_set_text(handle, CURLOPT_URL, url)
    _ = penstock_curl_set_text(handle, CURLOPT_CAINFO, ca)
    _ = penstock_curl_set_number(handle, CURLOPT_SSL_ENABLE_ALPN, 0)
    _ = penstock_curl_set_number(handle, CURLOPT_CONNECT_ONLY, 1)
    guard curl_easy_perform(handle) == CURLE_OK else { exit(69) }
    var socket: curl_socket_t = -1
    _ = penstock_curl_socket(handle, &socket)
    send(
        handle,
        Array(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                .utf8))
    // Masked with zeros: it stays as it is.
    let body = Array(text.utf8)
    let length: [UInt8] =
        body.count < 126 ? [0x80 | UInt8(body.count)] : [0xFE, UInt8(body.count >> 8), UInt8(body.count & 255)]
    send(handle, [0x81] + length + [0, 0, 0, 0] + body)
    var counter = FrameCounter()
    var room = [UInt8](repeating: 0, count: 1 << 16)
    var bytes = 0
    let began = cpuTime()
    let end = wallTime() + seconds * 1_000_000_000
    while wallTime() < end {
        var count = 0
        let code = curl_easy_recv(handle, &room, room.count, &count)
        if code == CURLE_AGAIN {
            var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            _ = poll(&watched, 1, 100)
            continue
        }
        guard code == CURLE_OK, count > 0 else { break }
        bytes += count
        room.withUnsafeBytes { counter.take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    let used = cpuTime() - began
    print(Double(used) / Double(max(1, counter.messages)), counter.messages, bytes)
}

private func send(_ handle: UnsafeMutableRawPointer, _ bytes: [UInt8]) {
    var count = 0
    guard curl_easy_send(handle, bytes, bytes.count, &count) == CURLE_OK, count == bytes.count else { exit(74) }
}

/// Finds the heads of unmasked frames in a stream, behind the head of the upgrade's answer.
private struct FrameCounter {
    var messages = 0
    private var lineEnds = 0
    private var left = 0
    private var head: [UInt8] = []

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var at = 0
        while at < bytes.count, lineEnds < 4 {
            let wanted: UInt8 = lineEnds & 1 == 0 ? 13 : 10
            lineEnds = bytes[at] == wanted ? lineEnds + 1 : bytes[at] == 13 ? 1 : 0
            at += 1
        }
        while at < bytes.count {
            if left > 0 {
                let some = min(left, bytes.count - at)
                left -= some
                at += some
                continue
            }
            head.append(bytes[at])
            at += 1
            guard head.count >= 2 else { continue }
            let size = Int(head[1] & 127)
            let need = size == 126 ? 4 : size == 127 ? 10 : 2
            guard head.count == need else { continue }
            left = need == 2 ? size : head[2...].reduce(0) { $0 << 8 | Int($1) }
            if head[0] & 15 == 1 { messages += 1 }
            head.removeAll(keepingCapacity: true)
        }
    }
}

/// Microseconds from the last byte read to the frame given to the pipe: of half of all books, trades and tickers, and of all but a
/// hundredth of them; their number; and how many came within the fullest tenth of a second.
func measureHops(_ path: String) {
    let file = load(path)
    var hops: [UInt64] = []
    var tenths: [UInt64: Int] = [:]
    file.block.read(0..<file.count) { span in
        var at = 0
        while at + Frame.headerBytes <= span.byteCount {
            let length = Int(span.u32(at))
            guard length >= Frame.headerBytes, at + length <= span.byteCount else { break }
            let frame = span.extracting(at..<(at + length))
            let kind = Kind(rawValue: frame.byte(11))
            let hop = Header.hop(.ingestOut, of: frame)
            if hop > 0, [.bookSnapshot, .bookUpdate, .trade, .ticker].contains(kind) {
                hops.append(hop)
                tenths[frame.u64(48) / 100_000_000, default: 0] += 1
            }
            at += length
        }
    }
    hops.sort()
    guard !hops.isEmpty else { return print("0 0 0 0") }
    let fullest = tenths.values.max() ?? 0
    print(Double(hops[hops.count / 2]) / 1000, Double(hops[hops.count * 99 / 100]) / 1000, hops.count, fullest)
}

private func cpuTime() -> Int { time(CLOCK_PROCESS_CPUTIME_ID) }
private func wallTime() -> Int { time(CLOCK_MONOTONIC) }

private func time(_ clock: clockid_t) -> Int {
    var now = timespec()
    clock_gettime(clock, &now)
    return now.tv_sec * 1_000_000_000 + now.tv_nsec
}
