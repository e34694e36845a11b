import Glibc

/// What can be set on a socket and asked of it. Settings that a kind of socket does not have are left out silently: they make a
/// connection better, none depends on them.
extension Descriptor {
    /// TCP_NODELAY: small messages leave at once.
    public borrowing func sendAtOnce() { set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    /// Makes its closing abrupt: the peer of a TCP connection sees a reset, and what was not sent is thrown away.
    public borrowing func closeByReset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// Says that nothing more will be sent; the peer reads the end, and can still be read from.
    public borrowing func endSending() { shutdown(number, Int32(SHUT_WR)) }

    /// What became of a connection under way, once the poll says that it can be written: nil when it stands.
    borrowing func connectionError() -> String? {
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
