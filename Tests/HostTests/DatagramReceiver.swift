import Foundation

/// A socket that datagrams come to.
struct DatagramReceiver: ~Copyable {
    let number: Int32

    init(at path: String) {
        number = boundSocket(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue, at: path)
    }

    deinit { close(number) }

    /// The next datagram; nil when there is none.
    func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(number, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}

/// A Unix socket of this kind that has the address `path`.
func boundSocket(_ kind: UInt32, at path: String) -> Int32 {
    let number = socket(AF_UNIX, Int32(kind), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
    }
    precondition(bound == 0, "no socket at \(path)")
    return number
}
