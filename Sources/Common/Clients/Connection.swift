import Bytes
import CCurl
import Host

/// A connection that is being made, or stands: libcurl's handle, and bytes on their way out.
final class Connection {
    let number: Int
    let handle: CurlHandle
    /// What of the URL a person is told: host and port.
    let place: String
    /// Of the socket; nil while connecting, and when libcurl has closed it.
    var descriptor: Int32?
    private(set) var isOpen = false
    /// What its socket is watched for.
    var watched: Poll.Interest = []
    /// Not any more when it has ended and nobody wants to read it.
    var isWatched = true
    /// Whether its owner wants to be told of bytes.
    var isWanted = true
    /// Whether the last read found nothing more.
    var isDrained = true
    /// A write that OpenSSL could not finish has to be repeated with the same bytes at the same address: so they wait here.
    private var staged = Block(byteCount: Connection.stagedBytesMax)
    private var stagedRange = 0..<0

    /// As much as a TLS record takes.
    private static let stagedBytesMax = 16 << 10

    init(_ number: Int, _ handle: CurlHandle, place: String) {
        self.number = number
        self.handle = handle
        self.place = place
    }

    /// Takes the socket over from libcurl's multi handle; false when there is none.
    func open() -> Bool {
        var number: curl_socket_t = -1
        guard unsafe penstock_curl_socket(handle.pointer, &number) == CURLE_OK, number >= 0 else { return false }
        descriptor = number
        isOpen = true
        return true
    }

    var holdsStaged: Bool { !stagedRange.isEmpty }

    /// Reads what is there, at most the span. Sound: libcurl is given the span's own bounds.
    func read(into span: inout MutableRawSpan) -> Connector.Passage {
        var count = 0
        let code = unsafe span.withUnsafeMutableBytes {
            unsafe curl_easy_recv(handle.pointer, $0.baseAddress, $0.count, &count)
        }
        isDrained = code != CURLE_OK || count == 0
        switch code {
        case CURLE_OK: return count > 0 ? .bytes(count) : .ended
        case CURLE_AGAIN: return .again
        // libcurl has closed it, having found that its peer has gone without leaving anything to read.
        default: return descriptor == nil ? .ended : .failed(fault(code))
        }
    }

    /// Takes as much of `span` as there is room for.
    func write(_ span: RawSpan) -> Connector.Passage {
        var taken = 0
        while taken < span.byteCount {
            if let fault = flush() { return .failed(fault) }
            guard !holdsStaged else { break }
            let count = min(span.byteCount - taken, staged.byteCount)
            staged.write(0..<count) { $0.put(span.extracting(taken..<(taken + count)), at: 0) }
            stagedRange = 0..<count
            taken += count
        }
        if let fault = flush() { return .failed(fault) }
        return taken > 0 ? .bytes(taken) : .again
    }

    /// Sends what is staged, as far as it goes.
    func flush() -> Fault? {
        while holdsStaged {
            var count = 0
            let code = staged.read(stagedRange) { span in
                unsafe span.withUnsafeBytes { unsafe curl_easy_send(handle.pointer, $0.baseAddress, $0.count, &count) }
            }
            if code == CURLE_AGAIN { return nil }
            guard code == CURLE_OK, count > 0 else { return fault(code) }
            stagedRange = (stagedRange.lowerBound + count)..<stagedRange.upperBound
        }
        return nil
    }

    private func fault(_ code: CURLcode) -> Fault {
        Fault(.broken, "\(place): \(handle.reason(code))")
    }
}
