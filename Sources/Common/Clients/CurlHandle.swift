import CCurl
import COpenSSL
import Units

/// An easy handle of libcurl with the settings that all our connections share.
///
/// Why `unsafe` is sound here: `pointer` and `text` live from `init` to `deinit`, and libcurl copies the texts it is given
/// (but for `CURLOPT_ERRORBUFFER`, which is `text`, and lists, whose owner keeps them).
@safe
final class CurlHandle {
    /// What tells handles apart: an address that nobody follows.
    struct Identity: Equatable {
        private let address: UInt
        init(_ pointer: UnsafeMutableRawPointer) { address = UInt(bitPattern: pointer) }
    }

    let pointer: UnsafeMutableRawPointer
    private let text: UnsafeMutablePointer<CChar>
    /// What libcurl could not do of what it was told.
    private(set) var defect = CURLE_OK

    init?(_ options: borrowing ConnectorOptions) {
        guard let made = unsafe curl_easy_init() else { return nil }
        unsafe pointer = made
        unsafe text = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe text.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        keep(unsafe penstock_curl_set_pointer(pointer, CURLOPT_ERRORBUFFER, text))
        set(CURLOPT_NOSIGNAL, 1)
        // Otherwise giving up on a name that is being resolved waits for the resolver, and the loop with it.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_NETRC, 0)
        set(CURLOPT_USERAGENT, options.userAgent)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 10)
        set(CURLOPT_CONNECTTIMEOUT_MS, CurlHandle.milliseconds(options.connectTime))
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        verify(options.caFile)
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        unsafe text.deallocate()
    }

    private func verify(_ caFile: String?) {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_PROXY_SSL_VERIFYPEER, 1)
        set(CURLOPT_PROXY_SSL_VERIFYHOST, 2)
        // Without the folder a file really replaces the system's certificates, and libcurl keeps what it has read:
        // reading 140 of them anew would hold up the loop for 50 ms at each connection.
        set(CURLOPT_CAPATH, nil)
        set(CURLOPT_PROXY_CAPATH, nil)
        guard let caFile else { return }
        set(CURLOPT_CAINFO, caFile)
        set(CURLOPT_PROXY_CAINFO, caFile)
    }

    /// Lets a connection keep what OpenSSL reads records into; libcurl asks for it to be given back at each pause, and then reading
    /// allocates. A libcurl over another TLS library has no such thing and refuses, which is right.
    func keepBuffers() {
        _ = unsafe penstock_curl_set_context(pointer) { _, context, _ in
            unsafe penstock_keep_buffers(context)
            return CURLE_OK
        }
    }

    var identity: Identity { unsafe Identity(pointer) }

    func set(_ option: CURLoption, _ value: Int) { keep(unsafe penstock_curl_set_number(pointer, option, value)) }

    func set(_ option: CURLoption, _ value: String?) { keep(unsafe penstock_curl_set_text(pointer, option, value)) }

    func keep(_ code: CURLcode) { if defect == CURLE_OK { defect = code } }

    func number(_ what: CURLINFO) -> Int {
        var value = 0
        return unsafe penstock_curl_number(pointer, what, &value) == CURLE_OK ? value : 0
    }

    /// Forgets the last error.
    func clearText() { unsafe text[0] = 0 }

    /// What went wrong, in one line: libcurl's own words about this handle, or those about the code.
    func reason(_ code: CURLcode) -> String {
        unsafe text[Int(CURL_ERROR_SIZE) - 1] = 0
        let own = unsafe String(cString: text)
        let said = own.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : own
        return CurlHandle.line(said)
    }

    /// Libcurl counts milliseconds, and takes 0 for "never".
    static func milliseconds(_ span: Nanos) -> Int { Int(max(1, min(span.count / 1_000_000, 1 << 31 - 1))) }

    /// Without control characters, which a peer's certificate could bring in.
    static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || 0x7F..<0xA0 ~= $0.value ? " " : $0 }))
    }
}
