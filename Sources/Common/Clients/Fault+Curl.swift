import CCurl

extension Fault {
    /// What libcurl could not do, for `place`.
    init(_ handle: CurlHandle, _ code: CURLcode, at place: String) {
        let said = handle.reason(code)
        // In a handshake only certificates are ASN.1. Of one whose signature fails, libcurl passes on OpenSSL's words, which name the
        // routine and not the matter.
        if code == CURLE_SSL_CONNECT_ERROR, said.contains("asn1 encoding routines") {
            self.init(
                .unverified, "\(place): SSL certificate problem: it does not bear its issuer's signature (\(said))")
        } else {
            self.init(Fault.kind(code), "\(place): \(said)")
        }
    }

    private static func kind(_ code: CURLcode) -> Kind {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .wrongURL
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR: .unverified
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED: .unencrypted
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        default: .broken
        }
    }
}
