import CLinux
import Glibc
public import Units

/// Who is at the other end of a Unix socket, as the kernel saw it when they connected.
public struct Peer: Equatable, Sendable {
    public let process: Int32
    public let user: UInt32
    public let group: UInt32

    /// Whether it is the user that this program runs as, or root.
    public var isTrusted: Bool { user == geteuid() || user == 0 }
}

/// What can be set on a socket and asked of it. Settings that a kind of socket does not have are left out silently: they make a
/// connection better, none depends on them.
extension Descriptor {
    /// Who is at the other end of a Unix socket; nil of any other.
    public borrowing func peer() -> Peer? {
        var peer = penstock_peer()
        var length = socklen_t(MemoryLayout<penstock_peer>.size)
        // Of a TCP socket the kernel tells nobody: process 0.
        guard unsafe getsockopt(number, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0, peer.process > 0 else {
            return nil
        }
        return Peer(process: peer.process, user: peer.user, group: peer.group)
    }

    /// TCP_NODELAY: small messages leave at once.
    public borrowing func sendAtOnce() { set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    /// TCP keepalive: after `idle` of silence it is asked every `interval`, and given up after `count` questions. Whole seconds, at
    /// least one.
    public borrowing func keepAlive(idle: Nanos, interval: Nanos, count: Int32) {
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, Int32(clamping: max(1, idle.count / 1_000_000_000)))
        set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, Int32(clamping: max(1, interval.count / 1_000_000_000)))
        set(Int32(IPPROTO_TCP), TCP_KEEPCNT, max(1, count))
    }

    /// Bytes that the kernel holds for it at most, in each direction; the kernel doubles and bounds them.
    public borrowing func limitBuffers(toByteCount count: Int32) {
        set(SOL_SOCKET, SO_SNDBUF, count)
        set(SOL_SOCKET, SO_RCVBUF, count)
    }

    /// Makes its closing abrupt: the peer of a TCP connection sees a reset, and what was not sent is thrown away.
    public borrowing func closeByReset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Says that nothing more will be sent; the peer reads the end, and can still be read from.
    public borrowing func endSending() { shutdown(number, Int32(SHUT_WR)) }

    /// What became of a connection under way, once the poll says that it can be written: nil when it stands.
    public borrowing func connectionError() -> String? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return System.reason() }
        return code == 0 ? nil : unsafe String(cString: strerror(code))
    }

    private borrowing func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
