import Glibc

/// What came of reading or writing without waiting.
public enum Transfer: Equatable, Sendable {
    /// So many bytes were moved: at least one, unless none were offered.
    case count(Int)
    /// Nothing now; the poll tells when.
    case again
    /// The other end is through, in good order.
    case closed
    /// The connection is lost, and why.
    case failed(String)
}

/// Reading and writing without waiting. Nothing here raises SIGPIPE on a socket.
///
/// Why `unsafe` is sound here: the kernel reads or writes at most the count it is given, which is the span's.
extension Descriptor {
    /// Takes what has arrived at a socket, at most the span.
    public borrowing func receive(into span: inout MutableRawSpan) -> Transfer {
        transfer(isEnd: span.byteCount > 0) {
            unsafe span.withUnsafeMutableBytes { unsafe recv(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
        }
    }

    /// Gives a socket as much as it takes. `closed`: the other end reads no more.
    public borrowing func send(_ span: RawSpan) -> Transfer {
        transfer(isEnd: false) {
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
            return unsafe span.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, flags) }
        }
    }

    /// Reads a pipe or a terminal that does not block (`stopBlocking`).
    public borrowing func readNow(into span: inout MutableRawSpan) -> Transfer {
        transfer(isEnd: span.byteCount > 0) {
            unsafe span.withUnsafeMutableBytes { unsafe Glibc.read(number, $0.baseAddress, $0.count) }
        }
    }

    /// Writes to a pipe or a terminal that does not block. SIGPIPE has to be ignored: `Interrupts.install` sees to it.
    public borrowing func writeNow(_ span: RawSpan) -> Transfer {
        transfer(isEnd: false) {
            unsafe span.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
        }
    }

    /// Makes it non-blocking. Whoever shares the open file (a terminal, an inherited pipe) shares that too.
    public borrowing func stopBlocking() throws(Failure) {
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0 else {
            throw Failure(.io, "cannot make descriptor \(number) non-blocking: \(System.reason())")
        }
    }

    @inline(__always)
    private borrowing func transfer(isEnd: Bool, _ call: () -> Int) -> Transfer {
        while true {
            let count = call()
            if count > 0 { return .count(count) }
            if count == 0 { return isEnd ? .closed : .count(0) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .again
            case EPIPE: return .closed
            default: return .failed(System.reason())
            }
        }
    }
}
