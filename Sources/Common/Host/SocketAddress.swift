import Glibc

/// Where a socket is bound or connected to, as the system wants it.
///
/// Why `unsafe` is sound here: every address type fits into `sockaddr_storage`, which is made for that, and `length` says how much
/// of it is one.
struct SocketAddress {
    /// Bytes of the longest path; one more ends it.
    static let pathMax = 107

    /// Of every socket: not blocking, closed on exec.
    static let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)

    private var storage = sockaddr_storage()
    private var length = socklen_t(0)
    var family: Int32 { Int32(storage.ss_family) }

    /// The address of a Unix socket.
    init(unix path: String) throws(Failure) {
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, !bytes.contains(0) else {
            throw Failure(.usage, "a socket's path is not empty and has no zero byte")
        }
        guard bytes.count <= SocketAddress.pathMax else {
            throw Failure(
                .usage, "the socket's path is longer than \(SocketAddress.pathMax) bytes: \(path)",
                mend: "choose a shorter one")
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        store(address)
    }

    /// An address of this machine: one that only this machine reaches, or all that it has.
    init(isLoopback: Bool, isIPv6: Bool, port: UInt16) {
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = isLoopback ? in6addr_loopback : in6addr_any
            store(address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(isLoopback ? 0x7F00_0001 : 0).bigEndian
            store(address)
        }
    }

    private mutating func store<Address>(_ address: Address) {
        length = socklen_t(MemoryLayout<Address>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.storeBytes(of: address, as: Address.self) }
    }

    /// Lends it to a system call.
    func lend(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, length) }
        }
    }

    /// The port that a socket was bound to; 0 when it has none.
    static func port(of socket: Int32) -> UInt16 {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(socket, $0, &length)
            }
        }
        // The port stands at the same place in both families.
        return result == 0 ? UInt16(bigEndian: address.sin6_port) : 0
    }

    /// A new socket of its family: not blocking, closed on exec.
    func open(_ kind: __socket_type) throws(Failure) -> Descriptor {
        let number = socket(family, Int32(kind.rawValue) | SocketAddress.flags, 0)
        guard number >= 0 else { throw Failure(.tempFail, "cannot make a socket: \(System.reason())") }
        return Descriptor(number)
    }
}
