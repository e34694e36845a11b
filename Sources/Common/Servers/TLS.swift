import COpenSSL
public import Host

/// What the TLS connections of a server have in common: TLS 1.2 and up, its certificate, http/1.1 as the only protocol.
///
/// A class, because any number of lines may be made from it; they may outlive it.
/// Why `unsafe` is sound here: `context` is OpenSSL's, checked for nil, and freed once; lines hold references of their own to it.
@safe
public final class TLS {
    let context: OpaquePointer

    public init(_ identity: Identity) throws(Failure) {
        Trouble.forget()
        guard let made = unsafe penstock_new_server() else {
            throw Failure(.software, "cannot make a TLS server: \(Trouble.reason())")
        }
        unsafe context = made
        if identity.isWeak { unsafe SSL_CTX_set_security_level(made, 0) }
        let memory = Memory(identity.chain)
        let key = PrivateKey(pem: identity.key)
        var good = false
        if let own = TLS.next(memory) { good = unsafe SSL_CTX_use_certificate(made, own.pointer) == 1 }
        while good, let issuer = TLS.next(memory) { good = unsafe penstock_add_chain(made, issuer.pointer) == 1 }
        guard good, let key, unsafe SSL_CTX_use_PrivateKey(made, key.pointer) == 1 else {
            throw Failure(.config, "the certificate and its key cannot be used: \(Trouble.reason())")
        }
        Trouble.forget()
    }

    deinit { unsafe SSL_CTX_free(context) }

    private static func next(_ memory: borrowing Memory) -> Certificate? {
        guard let read = unsafe PEM_read_bio_X509(memory.pointer, nil, nil, nil) else { return nil }
        return unsafe Certificate(owning: read)
    }
}
