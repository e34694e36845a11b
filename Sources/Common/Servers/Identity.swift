import COpenSSL
import Units

/// What a server shows and proves that it is: certificates, its own first, and the key of that, as PEM.
public struct Identity: Equatable, Sendable {
    public let chain: [UInt8]
    public let key: [UInt8]
    /// Whether its key is too weak to be used but on purpose (`CertificateFault.weakKey`).
    let isWeak: Bool

    public init(chain: [UInt8], key: [UInt8]) { self.init(chain: chain, key: key, isWeak: false) }

    init(chain: [UInt8], key: [UInt8], isWeak: Bool) {
        self.chain = chain
        self.key = key
        self.isWeak = isWeak
    }
}

/// A certificate about to be issued by an authority; nil where OpenSSL cannot (see `Trouble`).
struct Issue {
    let root: Identity
    let names: [String]
    let now: Nanos

    private static let day = Nanos.seconds(86_400)

    private var draft: CertificateDraft {
        CertificateDraft(
            commonName: "Penstock test server", names: names, notBefore: now - Issue.day,
            notAfter: now + Authority.serverSpan)
    }

    func sound(using dice: inout some RandomNumberGenerator) -> Identity? { issue(draft, using: &dice) }

    /// One that is wrong in exactly this way.
    func faulty(_ fault: CertificateFault, using dice: inout some RandomNumberGenerator) -> Identity? {
        var draft = draft
        switch fault {
        case .wrongHost: draft.names = ["wrong.example", "192.0.2.1"]
        case .expired:
            draft.notBefore = now - Nanos.seconds(30 * 86_400)
            draft.notAfter = now - Issue.day
        case .notYetValid: draft.notBefore = now + Issue.day
        case .notForServers: draft.use = .client
        case .weakKey: return issue(draft, isWeak: true, using: &dice)
        case .selfSigned:
            guard let key = PrivateKey(), let made = draft.sign(key, using: &dice) else { return nil }
            return Issue.identity(made, key)
        case .wrongAuthority:
            guard let stranger = PrivateKey()?.pem() else { return nil }
            return Issue(root: Identity(chain: root.chain, key: stranger), names: names, now: now).sound(using: &dice)
        case .issuerNotAuthority:
            // A sound certificate of a server issues another one, as whoever steals its key could.
            guard let middle = sound(using: &dice) else { return nil }
            let below = Issue(root: middle, names: names, now: now)
            guard let made = below.sound(using: &dice) else { return nil }
            return Identity(chain: made.chain + middle.chain, key: made.key)
        }
        return issue(draft, using: &dice)
    }

    private func issue(
        _ draft: CertificateDraft, isWeak: Bool = false, using dice: inout some RandomNumberGenerator
    ) -> Identity? {
        guard let signer = PrivateKey(pem: root.key), let issuer = Certificate(pem: root.chain),
            let key = PrivateKey(isWeak: isWeak), let made = draft.sign(key, by: signer, of: issuer, using: &dice)
        else { return nil }
        return Issue.identity(made, key, isWeak: isWeak)
    }

    private static func identity(
        _ certificate: borrowing Certificate, _ key: borrowing PrivateKey, isWeak: Bool = false
    ) -> Identity? {
        guard let chain = certificate.pem(), let secret = key.pem() else { return nil }
        return Identity(chain: chain, key: secret, isWeak: isWeak)
    }
}
