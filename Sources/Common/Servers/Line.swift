import COpenSSL
public import Host

/// An accepted connection, plain or with TLS, that never waits. The handshake goes on inside `read` and `write`.
///
/// How a level-triggered loop uses it:
/// - watch `number` for `interest(wantsToWrite:)`, asked anew after each turn;
/// - when it is ready in any way, read until `again`, and write if there is something to write: TLS may have to read to write;
/// - OpenSSL takes whole records off the socket, of which the poll then knows nothing. Whoever stops reading before `again` must
///   look at `hasPending` and come back without waiting while it is true.
/// - Bytes that a `write` answered with `again` must be offered again, the same ones first, from wherever they are by then, and at
///   least as many.
///
/// Nothing is allocated for a read or a write, but what OpenSSL may.
/// Why `unsafe` is sound here: `ssl` and `wire` are made together, used by this value only, and freed once, when it goes.
@safe
public struct Line: ~Copyable {
    private let descriptor: Descriptor
    /// Nil of a plain line.
    private let ssl: OpaquePointer?
    private let wire: UnsafeMutablePointer<Wire>?
    private var readNeeds = Poll.Interest.read
    private var writeNeeds = Poll.Interest.write
    /// Why it can be used no more.
    private var failure: String?
    /// Whether the handshake is done; of a plain line always.
    public private(set) var isEstablished: Bool

    public var number: Int32 { descriptor.number }
    public var isSecure: Bool { unsafe ssl != nil }

    /// Takes over an accepted connection; without `tls` it is plain.
    public init(_ descriptor: consuming Descriptor, _ tls: TLS? = nil) throws(Failure) {
        descriptor.sendAtOnce()
        guard let tls else {
            self.descriptor = descriptor
            isEstablished = true
            unsafe (ssl, wire) = (nil, nil)
            return
        }
        Trouble.forget()
        let state = UnsafeMutablePointer<Wire>.allocate(capacity: 1)
        unsafe state.initialize(to: Wire(descriptor.number))
        let made = unsafe SSL_new(tls.context)
        guard let made = unsafe made, unsafe Wire.attach(state, to: made) else {
            unsafe SSL_free(made)
            unsafe state.deinitialize(count: 1)
            unsafe state.deallocate()
            throw Failure(.software, "cannot make a TLS connection: \(Trouble.reason())")
        }
        unsafe SSL_set_accept_state(made)
        self.descriptor = descriptor
        isEstablished = false
        unsafe (ssl, wire) = unsafe (made, state)
    }

    deinit {
        unsafe SSL_free(ssl)
        unsafe wire?.deinitialize(count: 1)
        unsafe wire?.deallocate()
    }

    /// Whether there are bytes to read of which the poll does not know.
    public var hasPending: Bool { unsafe failure == nil && ssl.map { unsafe SSL_pending($0) > 0 } ?? false }

    /// The version of TLS, as `TLSv1.3`; nil of a plain line.
    public var version: String? { unsafe ssl.map { unsafe String(cString: SSL_get_version($0)) } }

    /// What to watch it for, given whether there is something to write.
    public func interest(wantsToWrite: Bool) -> Poll.Interest {
        wantsToWrite ? readNeeds.union(writeNeeds) : readNeeds
    }

    /// Reads what is there. `closed`: the peer is through and has said so (TLS: by close_notify). `failed`: why not; a TLS
    /// connection that ends without close_notify may have been cut by anybody.
    public mutating func read(into span: inout MutableRawSpan) -> Transfer {
        guard let ssl = unsafe ssl else { return descriptor.receive(into: &span) }
        if let failure { return .failed(failure) }
        guard span.byteCount > 0 else { return .count(0) }
        Trouble.forget()
        if !isEstablished, let wait = unsafe greet(ssl, isReading: true) { return wait }
        var count = 0
        let result = unsafe span.withUnsafeMutableBytes { unsafe SSL_read_ex(ssl, $0.baseAddress, $0.count, &count) }
        readNeeds = .read
        if result == 1 { return .count(count) }
        return unsafe judge(ssl, result, isReading: true)
    }

    /// Writes some of `span`. `closed` (of a plain line): the peer reads no more.
    public mutating func write(_ span: RawSpan) -> Transfer {
        guard let ssl = unsafe ssl else { return descriptor.send(span) }
        if let failure { return .failed(failure) }
        guard span.byteCount > 0 else { return .count(0) }
        Trouble.forget()
        if !isEstablished, let wait = unsafe greet(ssl, isReading: false) { return wait }
        var count = 0
        let result = unsafe span.withUnsafeBytes { unsafe SSL_write_ex(ssl, $0.baseAddress, $0.count, &count) }
        writeNeeds = .write
        if result == 1 { return .count(count) }
        return unsafe judge(ssl, result, isReading: false)
    }

    /// Says that nothing more will be written: close_notify, then the end. `closed`: said; the line can go, once it has been read to
    /// its end if the peer is to get everything (a socket closed with bytes unread resets the connection). `again`: ask once more
    /// when it can be written. Only when nothing is left that `write` answered with `again`.
    public mutating func close() -> Transfer {
        if let ssl = unsafe ssl, failure == nil, isEstablished {
            Trouble.forget()
            let result = unsafe SSL_shutdown(ssl)
            writeNeeds = .write
            if result < 0 {
                let verdict = unsafe judge(ssl, result, isReading: false)
                guard verdict == .closed else { return verdict }
            }
        }
        descriptor.endSending()
        return .closed
    }

    /// Ends it abruptly: the peer sees a reset, what is not yet sent is lost.
    public consuming func reset() { descriptor.closeByReset() }

    /// Goes on with the handshake: nil when it is done. Not left to the reading, which would not tell whose failure it is.
    private mutating func greet(_ ssl: OpaquePointer, isReading: Bool) -> Transfer? {
        let result = unsafe SSL_do_handshake(ssl)
        guard result != 1 else {
            isEstablished = true
            return nil
        }
        return unsafe judge(ssl, result, isReading: isReading)
    }

    /// What a call that moved nothing means.
    private mutating func judge(_ ssl: OpaquePointer, _ result: Int32, isReading: Bool) -> Transfer {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ:
            wait(.read, isReading)
            return .again
        case SSL_ERROR_WANT_WRITE:
            wait(.write, isReading)
            return .again
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            var reason: String
            if let told = unsafe wire?.pointee.failure {
                reason = told
            } else if unsafe wire?.pointee.isEnded == true {
                reason = isEstablished ? "the peer ended without close_notify" : "the peer ended"
            } else {
                reason = Trouble.reason()
            }
            Trouble.forget()
            if !isEstablished { reason = "TLS handshake: \(reason)" }
            failure = reason
            return .failed(reason)
        }
    }

    private mutating func wait(_ interest: Poll.Interest, _ isReading: Bool) {
        if isReading { readNeeds = interest } else { writeNeeds = interest }
    }
}
