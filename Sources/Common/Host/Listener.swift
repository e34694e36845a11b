import CLinux
import Glibc

/// A socket that others connect to.
///
/// When the process has no descriptor left, a spare one is given up for a moment to accept the waiting connection and close it: its
/// peer sees an end instead of silence, and a level-triggered poll does not spin. That is counted (`turnedAway`).
public struct Listener: ~Copyable {
    /// Where a TCP listener can be reached.
    public enum Reach: Sendable {
        /// 127.0.0.1; from this machine only.
        case loopback
        /// ::1; from this machine only.
        case loopbackIPv6
        /// All of this machine's addresses: 0.0.0.0.
        case any
        /// All of them, IPv4 too: `::`.
        case anyIPv6
    }

    /// Connections that wait to be accepted, at most; beyond, the kernel lets them wait (TCP) or says so (Unix).
    public static let backlog: Int32 = 128
    /// Connections turned away by one call, at most.
    private static let turnedAwayMax = 64

    private let descriptor: Descriptor
    private let place: SocketPlace?
    /// /dev/null, held for the day when descriptors run out; -1 when even that could not be opened.
    private var spare: Int32
    /// Connections that were closed at once because descriptors had run out.
    public private(set) var turnedAway: UInt64 = 0
    /// Whether the last `accept` could neither accept nor turn away: watch the listener again only after a pause.
    public private(set) var isExhausted = false

    /// To watch for `.read`.
    public var number: Int32 { descriptor.number }
    /// The TCP port; 0 of a Unix socket.
    public var port: UInt16 { place == nil ? SocketAddress.port(of: descriptor.number) : 0 }

    /// Listens for TCP at `port`; 0 takes a free one, see `port`.
    public init(_ reach: Reach, port: UInt16) throws(Failure) {
        let isLoopback = reach == .loopback || reach == .loopbackIPv6
        let isIPv6 = reach == .loopbackIPv6 || reach == .anyIPv6
        let address = SocketAddress(isLoopback: isLoopback, isIPv6: isIPv6, port: port)
        let descriptor = try address.open(SOCK_STREAM)
        let number = descriptor.number
        // Connections of a server that has just ended do not keep its port from the next one; a living one does.
        var one: Int32 = 1
        unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe address.lend({ unsafe bind(number, $0, $1) }) == 0, listen(number, Listener.backlog) == 0 else {
            let mend = errno == EADDRINUSE ? "is another one running? port 0 takes a free one" : nil
            throw Failure(.cantCreate, "cannot listen at port \(port): \(System.reason())", mend: mend)
        }
        self.descriptor = descriptor
        place = nil
        spare = Listener.openSpare()
    }

    /// Listens at a Unix socket that only this user can connect to (mode 0600) and that is removed at the end; `isOpenToAll`, that
    /// everybody can connect to whom its folder lets pass (0666).
    ///
    /// A socket that nobody listens at is replaced; one that is in use, and anything that is not a socket (a link too), is refused.
    public init(unix path: String, isOpenToAll: Bool = false) throws(Failure) {
        let address = try SocketAddress(unix: path)
        let descriptor = try address.open(SOCK_STREAM)
        place = try SocketPlace(binding: descriptor, to: path, address, isOpenToAll: isOpenToAll)
        self.descriptor = descriptor
        spare = Listener.openSpare()
    }

    /// Takes over a socket that listens already: of a service manager, which keeps it (sd_listen_fds(3)).
    public init(inherited number: Int32) throws(Failure) {
        var isListening: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &length) == 0, isListening == 1 else {
            throw Failure(.noInput, "descriptor \(number) is no socket that listens")
        }
        let descriptor = Descriptor(number)
        try descriptor.stopBlocking()
        self.descriptor = descriptor
        place = nil
        spare = Listener.openSpare()
    }

    /// Sockets that a service manager hands over, from descriptor 3 on; none where they are meant for another process.
    public static var inheritedCount: Int {
        guard Environment.value("LISTEN_PID").flatMap({ Int32($0) }) == getpid() else { return 0 }
        return Environment.value("LISTEN_FDS").flatMap { Int($0) } ?? 0
    }

    deinit {
        place?.remove()
        if spare >= 0 { close(spare) }
    }

    /// The next connection that waits, non-blocking; nil when there is none. To be asked until nil.
    public mutating func accept() -> Descriptor? {
        isExhausted = false
        var left = Listener.turnedAwayMax
        while left > 0 {
            let number = penstock_accept(descriptor.number, SocketAddress.flags)
            if number >= 0 { return Descriptor(number) }
            switch errno {
            case EMFILE, ENFILE:
                left -= 1
                guard turnAway() else {
                    isExhausted = true
                    return nil
                }
            case EAGAIN: return nil
            case ENOBUFS, ENOMEM:
                isExhausted = true
                return nil
            // A connection that died while it waited, and errors of the network that Linux passes on: the next one, accept(2).
            default: left -= 1
            }
        }
        return nil
    }

    /// Accepts the next connection with the spare descriptor's number and closes it.
    private mutating func turnAway() -> Bool {
        if spare >= 0 { close(spare) }
        let number = penstock_accept(descriptor.number, SocketAddress.flags)
        if number >= 0 {
            close(number)
            turnedAway += 1
        }
        let isDone = number >= 0 || errno == EAGAIN
        spare = Listener.openSpare()
        return isDone
    }

    private static func openSpare() -> Int32 { unsafe open("/dev/null", O_RDONLY | O_CLOEXEC) }
}
