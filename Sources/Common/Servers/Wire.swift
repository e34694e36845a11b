import COpenSSL
import Host

/// The socket as OpenSSL sees it: a BIO that reads and writes without waiting, never raises SIGPIPE, and remembers why it failed.
///
/// Why `unsafe` is sound here: OpenSSL hands back the pointer that `attach` gave it, which its `Line` keeps valid as long as the
/// SSL lives; the bytes are OpenSSL's own, lent for the length of the call.
struct Wire {
    let number: Int32
    /// The peer has sent its last byte.
    var isEnded = false
    var failure: String?

    init(_ number: Int32) { self.number = number }

    /// Makes `ssl` use the socket that `wire` describes.
    static func attach(_ wire: UnsafeMutablePointer<Wire>, to ssl: OpaquePointer) -> Bool {
        guard method != 0, let bio = unsafe BIO_new(OpaquePointer(bitPattern: method)) else { return false }
        unsafe BIO_set_data(bio, wire)
        unsafe BIO_set_init(bio, 1)
        unsafe SSL_set_bio(ssl, bio, bio)
        return true
    }

    /// The functions that make the BIO, once a process: the pointer as a number, which can be shared.
    private static let method: UInt = {
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let made = unsafe BIO_meth_new(kind, "socket of Penstock") else { return 0 }
        unsafe BIO_meth_set_read_ex(made) { bio, bytes, count, moved in
            guard let bio = unsafe bio, let bytes = unsafe bytes else { return 0 }
            var span = unsafe MutableRawSpan(_unsafeStart: UnsafeMutableRawPointer(bytes), byteCount: count)
            return unsafe Wire.move(bio, moved, BIO_FLAGS_READ) { $0.receive(into: &span) }
        }
        unsafe BIO_meth_set_write_ex(made) { bio, bytes, count, moved in
            guard let bio = unsafe bio, let bytes = unsafe bytes else { return 0 }
            let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(bytes), byteCount: count)
            return unsafe Wire.move(bio, moved, BIO_FLAGS_WRITE) { $0.send(span) }
        }
        unsafe BIO_meth_set_ctrl(made) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: return 1
            case BIO_CTRL_EOF:
                let wire = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: Wire.self)
                return unsafe wire?.pointee.isEnded == true ? 1 : 0
            default: return 0
            }
        }
        return UInt(bitPattern: made)
    }()

    /// Moves bytes and tells OpenSSL what came of it: 1, or 0 with a flag when it is to try again.
    private static func move(
        _ bio: OpaquePointer, _ moved: UnsafeMutablePointer<Int>?, _ direction: Int32,
        _ transfer: (borrowing Descriptor) -> Transfer
    ) -> Int32 {
        unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
        guard let wire = unsafe BIO_get_data(bio)?.assumingMemoryBound(to: Wire.self) else { return 0 }
        let descriptor = unsafe Descriptor(wire.pointee.number, owns: false)
        switch transfer(descriptor) {
        case .count(let count):
            unsafe moved?.pointee = count
            return 1
        case .again: unsafe BIO_set_flags(bio, direction | BIO_FLAGS_SHOULD_RETRY)
        case .closed:
            if direction == BIO_FLAGS_READ {
                unsafe wire.pointee.isEnded = true
            } else {
                unsafe wire.pointee.failure = "the peer is gone"
            }
        case .failed(let reason): unsafe wire.pointee.failure = reason
        }
        return 0
    }
}
