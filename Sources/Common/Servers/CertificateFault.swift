/// What can be wrong with a server's certificate: each has to be refused by a client that verifies. For tests of clients.
public enum CertificateFault: String, CaseIterable, Sendable {
    /// It names another host.
    case wrongHost = "wrong-host"
    case expired
    case notYetValid = "not-yet-valid"
    /// It vouches for itself.
    case selfSigned = "self-signed"
    /// Its authority has the right name and another key.
    case wrongAuthority = "wrong-authority"
    /// It was issued, in the chain, by a certificate that may not issue any.
    case issuerNotAuthority = "issuer-not-authority"
    /// It may be used by clients, not by servers.
    case notForServers = "not-for-servers"
    /// Its key is RSA of 1024 bits.
    case weakKey = "weak-key"
}
