import Glibc

/// Sends datagrams to a Unix socket, as telemetry does: never waits, loses what cannot be taken, and counts it.
///
/// Invariant: what was given to `send` = `sent` + `lost`.
public struct DatagramSender: ~Copyable {
    private let address: SocketAddress
    private var socket: Descriptor?
    /// Datagrams that the receiver's socket took.
    public private(set) var sent: UInt64 = 0
    /// Datagrams given away because nobody was there or the receiver was too slow.
    public private(set) var lost: UInt64 = 0

    /// - Throws: only if `path` cannot be a socket's; nobody has to be there.
    public init(to path: String) throws(Failure) { address = try SocketAddress(unix: path) }

    /// Sends a datagram; false when it was lost. Finds a receiver that came, or came again, since the last one.
    @discardableResult
    public mutating func send(_ bytes: RawSpan) -> Bool {
        // Twice: the first may only find that the receiver that was there is gone.
        for _ in 0..<2 {
            guard let number = connect() else { break }
            switch DatagramSender.offer(bytes, to: number) {
            case 0:
                sent += 1
                return true
            // The receiver is slow, or this datagram is longer than any may be: the connection is good.
            case EAGAIN, EMSGSIZE, ENOBUFS:
                lost += 1
                return false
            default: socket = nil
            }
        }
        lost += 1
        return false
    }

    /// 0 or the error.
    private static func offer(_ bytes: RawSpan, to number: Int32) -> Int32 {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        while true {
            // Sound: the count is the span's.
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, flags) }
            if count >= 0 { return 0 }
            if errno != EINTR { return errno }
        }
    }

    /// The receiver's socket, connected now if need be; nil when nobody is there.
    private mutating func connect() -> Int32? {
        switch socket {
        case .some(let socket): return socket.number
        case .none: break
        }
        guard let made = try? address.open(SOCK_DGRAM) else { return nil }
        let number = made.number
        guard unsafe address.lend({ unsafe Glibc.connect(number, $0, $1) }) == 0 else { return nil }
        socket = consume made
        return number
    }
}
