public import Host
public import Units

/// A certificate authority of one's own and a server's certificate, kept in a folder: made at the first start, used again at later
/// ones, renewed when they are about to end or a host name is missing.
///
///     ca.pem      what clients are given to trust
///     ca.key      its key, mode 0600
///     server.pem  the server's certificate
///     server.key  its key, mode 0600
public struct Authority: Sendable {
    /// How long they are valid, and how long before the end they are made anew.
    public static let authoritySpan = Nanos.seconds(3650 * 86_400)
    public static let serverSpan = Nanos.seconds(365 * 86_400)
    public static let renewalSpan = Nanos.seconds(30 * 86_400)
    /// Names that every certificate bears.
    public static let ownNames = ["localhost", "127.0.0.1", "::1"]
    /// Further names, at most.
    public static let namesMax = 64

    /// The file to trust, for `--ca`.
    public let caPath: String
    /// What a server shows.
    public let identity: Identity
    /// Names in the server's certificate.
    public let names: [String]

    let caPEM: [UInt8]
    let caKeyPEM: [UInt8]

    /// Finds both in `folder`, or makes what is missing. `now` is the wall clock.
    public init(
        in folder: String, names more: [String] = [], now: Nanos, using dice: inout some RandomNumberGenerator
    ) throws(Failure) {
        for name in more where !Authority.isName(name) {
            throw Failure(.usage, "\(name) is neither a host name nor an address")
        }
        guard more.count <= Authority.namesMax else {
            throw Failure(.usage, "a certificate bears at most \(Authority.namesMax) names more")
        }
        let files = try Folder(at: folder)
        let names = Authority.ownNames + more.filter { !Authority.ownNames.contains($0) }
        let root = try Authority.root(in: files, now, &dice)
        identity = try Authority.server(in: files, names, root, now, &dice)
        self.names = names
        caPEM = root.chain
        caKeyPEM = root.key
        caPath = folder + "/ca.pem"
    }

    /// The authority itself, found or made.
    private static func root(
        in files: borrowing Folder, _ now: Nanos, _ dice: inout some RandomNumberGenerator
    ) throws(Failure) -> Identity {
        if let chain = try files.read("ca.pem"), let key = try files.read("ca.key", isSecret: true) {
            guard let certificate = Certificate(pem: chain) else { throw unreadable(files, "ca.pem") }
            guard let secret = PrivateKey(pem: key) else { throw unreadable(files, "ca.key") }
            // Both are replaced one after the other: a program that was killed in between leaves two that do not fit.
            if certificate.belongs(to: secret), certificate.isValid(at: now, for: renewalSpan) {
                return Identity(chain: chain, key: key)
            }
        }
        // The name tells authorities apart that were made one after the other.
        let name = "Penstock test authority " + String(UInt32.random(in: 0 ... .max, using: &dice), radix: 16)
        let draft = CertificateDraft(
            use: .authority, commonName: name, notBefore: now - Nanos.seconds(86_400), notAfter: now + authoritySpan)
        guard let key = PrivateKey(), let made = draft.sign(key, using: &dice),
            let chain = made.pem(), let secret = key.pem()
        else { throw Failure(.software, "cannot make a certificate authority: \(Trouble.reason())") }
        try files.replace("ca.key", with: secret, isSecret: true)
        try files.replace("ca.pem", with: chain)
        return Identity(chain: chain, key: secret)
    }

    /// The server's certificate, found or made.
    private static func server(
        in files: borrowing Folder, _ names: [String], _ root: Identity, _ now: Nanos,
        _ dice: inout some RandomNumberGenerator
    ) throws(Failure) -> Identity {
        if let chain = try files.read("server.pem"), let key = try files.read("server.key", isSecret: true),
            let certificate = Certificate(pem: chain), let secret = PrivateKey(pem: key),
            let rootKey = PrivateKey(pem: root.key), certificate.belongs(to: secret), certificate.isSigned(by: rootKey),
            certificate.isValid(at: now, for: renewalSpan)
        {
            var isNamed = true
            for name in names where !certificate.names(name) { isNamed = false }
            if isNamed { return Identity(chain: chain, key: key) }
        }
        guard let made = Issue(root: root, names: names, now: now).sound(using: &dice) else {
            throw Failure(.software, "cannot make a certificate: \(Trouble.reason())")
        }
        try files.replace("server.key", with: made.key, isSecret: true)
        try files.replace("server.pem", with: made.chain)
        return made
    }

    /// A certificate that clients have to refuse; it is not kept.
    public func faulty(
        _ fault: CertificateFault, now: Nanos, using dice: inout some RandomNumberGenerator
    ) throws(Failure) -> Identity {
        let issue = Issue(root: Identity(chain: caPEM, key: caKeyPEM), names: names, now: now)
        guard let made = issue.faulty(fault, using: &dice) else {
            throw Failure(.software, "cannot make a certificate: \(Trouble.reason())")
        }
        return made
    }

    private static func unreadable(_ files: borrowing Folder, _ name: String) -> Failure {
        Failure(
            .data, "\(files.path)/\(name) cannot be read: \(Trouble.reason())",
            mend: "remove it, and a new authority is made")
    }

    /// Letters, digits, hyphens and dots, or an address: what is safe in OpenSSL's way of writing extensions.
    private static func isName(_ name: String) -> Bool {
        if CertificateDraft.isAddress(name) { return true }
        let parts = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && parts.allSatisfy { part in
                (1...63).contains(part.count)
                    && part.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D }
            }
    }
}
