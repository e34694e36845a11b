import Bytes
import CCurl
import Units

/// A fetch under way: libcurl's handle, and what has come of the answer.
///
/// Why `unsafe` is sound here: libcurl calls back only while the handle is in a multi handle, which the `Connector` ends before
/// this goes, and the bytes it lends are read inside the call.
@safe
final class Transfer {
    let handle: CurlHandle
    private(set) var number = 0
    private(set) var place = ""
    private(set) var answer = Answer()
    /// Why libcurl was stopped from here.
    private(set) var excess: String?
    private var body = Block(byteCount: Transfer.usualBytes)
    private var headBytes = 0
    private var lines: UnsafeMutablePointer<curl_slist>?
    private let options: ConnectorOptions

    /// What is kept between fetches.
    private static let usualBytes = 1 << 16
    private static let fieldsMax = 128

    init?(_ options: ConnectorOptions) {
        guard let handle = CurlHandle(options) else { return nil }
        self.handle = handle
        self.options = options
        unsafe lines = nil
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        handle.keep(
            unsafe penstock_curl_set_body(
                handle.pointer,
                { unsafe Transfer.hand($0, $1 * $2, to: $3) { $0.takeBody($1) } }, own))
        handle.keep(
            unsafe penstock_curl_set_head(
                handle.pointer,
                { unsafe Transfer.hand($0, $1 * $2, to: $3) { $0.takeHead($1) } }, own))
        // All that this libcurl can unpack.
        handle.set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        handle.set(CURLOPT_TIMEOUT_MS, CurlHandle.milliseconds(options.fetchTime))
    }

    deinit { unsafe curl_slist_free_all(lines) }

    /// Makes ready for `request`.
    func begin(_ request: borrowing Request, place: String) {
        number = request.number
        self.place = place
        handle.clearText()
        handle.set(CURLOPT_URL, request.url)
        var list: UnsafeMutablePointer<curl_slist>?
        for line in request.fields { unsafe list = curl_slist_append(list, line) }
        handle.keep(unsafe penstock_curl_set_list(handle.pointer, CURLOPT_HTTPHEADER, list))
        unsafe curl_slist_free_all(lines)
        unsafe lines = list
    }

    /// Takes what libcurl knows at the end.
    func end() {
        answer.status = handle.number(CURLINFO_RESPONSE_CODE)
        var seconds: curl_off_t = 0
        _ = unsafe penstock_curl_offset(handle.pointer, CURLINFO_RETRY_AFTER, &seconds)
        if seconds > 0 { answer.retryAfter = .seconds(Int64(min(seconds, 1 << 31))) }
    }

    /// Forgets the answer. A large body's memory is given back.
    func clear() {
        answer = Answer()
        excess = nil
        headBytes = 0
        if body.byteCount > 64 * Transfer.usualBytes { body = Block(byteCount: Transfer.usualBytes) }
    }

    /// Lends the body.
    func read<R, E: Error>(_ reader: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body.read(0..<answer.bodyBytes, reader)
    }

    /// Lends what libcurl brings to the transfer that `state` is. Told another count than it brought, libcurl stops.
    private static func hand(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, to state: UnsafeMutableRawPointer?,
        _ take: (Transfer, RawSpan) -> Bool
    ) -> Int {
        guard let bytes = unsafe bytes, let state = unsafe state else { return 0 }
        let transfer = unsafe Unmanaged<Transfer>.fromOpaque(state).takeUnretainedValue()
        return take(transfer, unsafe RawSpan(_unsafeStart: bytes, byteCount: count)) ? count : 0
    }

    private func takeBody(_ bytes: RawSpan) -> Bool {
        let start = answer.bodyBytes
        let end = start + bytes.byteCount
        guard end <= options.bodyBytesMax else {
            excess = "the body is larger than \(options.bodyBytesMax) bytes"
            return false
        }
        if end > body.byteCount { body.grow(to: max(end, min(body.byteCount * 2, options.bodyBytesMax))) }
        body.write(start..<end) { $0.put(bytes, at: 0) }
        answer.bodyBytes = end
        return true
    }

    private func takeHead(_ line: RawSpan) -> Bool {
        headBytes += line.byteCount
        guard headBytes <= options.headBytesMax else {
            excess = "the head is larger than \(options.headBytesMax) bytes"
            return false
        }
        // Each head begins with a status line; one that announces another (100, or a proxy's) is forgotten.
        guard let colon = line.firstOffset(of: 0x3A), !line.holds("HTTP/", at: 0) else {
            if line.holds("HTTP/", at: 0) { answer.fields.removeAll(keepingCapacity: true) }
            return true
        }
        guard answer.fields.count < Transfer.fieldsMax else { return true }
        var (start, end) = (colon + 1, line.byteCount)
        while start < end, line.byte(start) <= 0x20 { start += 1 }
        while end > start, line.byte(end - 1) <= 0x20 { end -= 1 }
        let name = String(line, 0..<colon).lowercased()
        answer.fields.append(Answer.Field(name: name, value: String(line, start..<end)))
        return true
    }
}

/// A fetch that waits for its turn.
struct Request {
    var number: Int
    var url: String
    /// `Name: value`
    var fields: [String]
}
