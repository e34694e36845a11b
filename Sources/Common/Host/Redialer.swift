import Glibc
public import Units

/// Connects to a server of this machine without waiting for it, again and again: each try waits twice as long as the one before, up
/// to a bound, and by chance up to half of it less, so that many do not come at once. Connections that end soon after each
/// other count likewise: a server that turns everybody away is not dialled without a pause.
public struct Redialer: ~Copyable {
    /// The wait after the first try that failed.
    public static let shortestWait = Nanos(50_000_000)

    private let address: SocketAddress
    private let longestWait: Nanos
    private var wait = Redialer.shortestWait
    private var underway: Descriptor?
    /// When the last connection was made.
    private var stoodSince: Nanos?
    /// When the next try is due: a deadline for the poll, unless one is under way.
    public private(set) var nextTry = Nanos(0)
    /// Why the last try failed.
    public private(set) var reason: String?
    /// Tries that failed in a row.
    public private(set) var failures = 0

    /// Dials a Unix socket.
    public init(unix path: String, longestWait: Nanos = Nanos(2_000_000_000)) throws(Failure) {
        address = try SocketAddress(unix: path)
        self.longestWait = longestWait
    }

    /// Dials 127.0.0.1.
    public init(loopbackPort port: UInt16, longestWait: Nanos = Nanos(2_000_000_000)) {
        address = SocketAddress(isLoopback: true, isIPv6: false, port: port)
        self.longestWait = longestWait
    }

    /// While a connection is under way: the descriptor to watch for `.write`, and to watch no more when `dial` has answered.
    public var underwayNumber: Int32? {
        switch underway {
        case .some(let descriptor): descriptor.number
        case .none: nil
        }
    }

    /// Tries, if it is time to or something is under way: the connection if it stands, else nil, and `underwayNumber` or `nextTry`
    /// say what to wait for.
    public mutating func dial(now: Nanos, using dice: inout some RandomNumberGenerator) -> Descriptor? {
        if let pending = underway.take() { return finish(pending, now, &dice) }
        guard now >= nextTry else { return nil }
        let descriptor: Descriptor
        do throws(Failure) {
            descriptor = try address.open(SOCK_STREAM)
        } catch {
            return fail(error.what, now, &dice)
        }
        let number = descriptor.number
        if unsafe address.lend({ unsafe connect(number, $0, $1) }) == 0 { return succeed(descriptor, now, &dice) }
        switch errno {
        // Goes on by itself, also after a signal.
        case EINPROGRESS, EINTR: underway = consume descriptor
        // A Unix socket whose server has too many waiting: nothing is under way, the poll would tell nothing.
        case EAGAIN: return fail("too many wait to be accepted", now, &dice)
        default: return fail(System.reason(), now, &dice)
        }
        return nil
    }

    private mutating func finish(
        _ descriptor: consuming Descriptor, _ now: Nanos, _ dice: inout some RandomNumberGenerator
    ) -> Descriptor? {
        if let reason = descriptor.connectionError() { return fail(reason, now, &dice) }
        var poll = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, 0) > 0 else {
            underway = consume descriptor
            return nil
        }
        return succeed(descriptor, now, &dice)
    }

    private mutating func succeed(
        _ descriptor: consuming Descriptor, _ now: Nanos, _ dice: inout some RandomNumberGenerator
    ) -> Descriptor? {
        let isSoon = stoodSince.map { now - $0 < longestWait + longestWait } ?? false
        if failures > 0 || !isSoon { wait = Redialer.shortestWait }
        failures = 0
        reason = nil
        stoodSince = now
        pause(now, &dice)
        return descriptor
    }

    private mutating func fail(_ reason: String, _ now: Nanos, _ dice: inout some RandomNumberGenerator) -> Descriptor?
    {
        self.reason = reason
        failures += 1
        pause(now, &dice)
        return nil
    }

    private mutating func pause(_ now: Nanos, _ dice: inout some RandomNumberGenerator) {
        nextTry = now + Nanos(Int64.random(in: wait.count / 2...wait.count, using: &dice))
        wait = min(Nanos(wait.count * 2), longestWait)
    }
}
