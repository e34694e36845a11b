import COpenSSL
import Units

/// A key of OpenSSL's, freed when it goes.
///
/// Why `unsafe` is sound here and below: the pointers come from OpenSSL, are checked for nil, owned by one value each, and freed once,
/// when that goes.
@safe
struct PrivateKey: ~Copyable {
    let pointer: OpaquePointer

    /// A new one: EC P-256, or one too weak for anybody (RSA, 1024 bits).
    init?(isWeak: Bool = false) {
        guard let made = unsafe isWeak ? penstock_new_weak_key() : penstock_new_key() else { return nil }
        unsafe pointer = made
    }

    init?(pem: [UInt8]) {
        let memory = Memory(pem)
        guard let read = unsafe PEM_read_bio_PrivateKey(memory.pointer, nil, nil, nil) else {
            Trouble.forget()
            return nil
        }
        unsafe pointer = read
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// PKCS #8, not encrypted; nil when OpenSSL has no memory.
    func pem() -> [UInt8]? {
        let memory = Memory()
        guard unsafe PEM_write_bio_PKCS8PrivateKey(memory.pointer, pointer, nil, nil, 0, nil, nil) == 1 else { return nil }
        return memory.bytes()
    }
}

/// A certificate of OpenSSL's, freed when it goes.
@safe
struct Certificate: ~Copyable {
    let pointer: OpaquePointer

    init(owning pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

    init?(pem: [UInt8]) {
        let memory = Memory(pem)
        guard let read = unsafe PEM_read_bio_X509(memory.pointer, nil, nil, nil) else {
            Trouble.forget()
            return nil
        }
        unsafe pointer = read
    }

    deinit { unsafe X509_free(pointer) }

    func pem() -> [UInt8]? {
        let memory = Memory()
        return unsafe PEM_write_bio_X509(memory.pointer, pointer) == 1 ? memory.bytes() : nil
    }

    /// Whether it is valid at `time` and will be for `span` more.
    func isValid(at time: Nanos, for span: Nanos) -> Bool {
        var begin = time_t(time.count / 1_000_000_000)
        var end = time_t((time + span).count / 1_000_000_000)
        // Negative: before the time that is compared with.
        return unsafe X509_cmp_time(X509_get0_notBefore(pointer), &begin) < 0
            && X509_cmp_time(X509_get0_notAfter(pointer), &end) > 0
    }

    func belongs(to key: borrowing PrivateKey) -> Bool {
        defer { Trouble.forget() }
        return unsafe X509_check_private_key(pointer, key.pointer) == 1
    }

    func isSigned(by key: borrowing PrivateKey) -> Bool {
        defer { Trouble.forget() }
        return unsafe X509_verify(pointer, key.pointer) == 1
    }

    /// Whether a client that asked for `name`, a host name or an address, would take it.
    func names(_ name: String) -> Bool {
        defer { Trouble.forget() }
        return unsafe X509_check_ip_asc(pointer, name, 0) == 1 || X509_check_host(pointer, name, 0, 0, nil) == 1
    }
}

/// Memory that OpenSSL reads from or writes to as if it were a file.
@safe
struct Memory: ~Copyable {
    let pointer: OpaquePointer?

    init() { unsafe pointer = unsafe BIO_new(BIO_s_mem()) }

    /// Holds a copy of `bytes`.
    init(_ bytes: [UInt8]) {
        self.init()
        _ = unsafe BIO_write(pointer, bytes, Int32(clamping: bytes.count))
    }

    deinit { unsafe BIO_free(pointer) }

    func bytes() -> [UInt8] {
        var start: UnsafePointer<UInt8>?
        let count = unsafe penstock_written(pointer, &start)
        // Sound: the BIO lives until after the copy.
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }
}
