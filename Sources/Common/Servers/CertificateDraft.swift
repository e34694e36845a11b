import COpenSSL
import Units

/// What a certificate is to say, before it is signed.
struct CertificateDraft {
    /// What it may be used for.
    enum Use { case authority, server, client }

    var use = Use.server
    var commonName: String
    /// Host names and addresses; empty for an authority.
    var names: [String] = []
    var notBefore: Nanos
    var notAfter: Nanos

    /// The certificate of `key`, signed by `signer`, which `issuer` belongs to; nil when OpenSSL cannot, see `Trouble`.
    func sign(
        _ key: borrowing PrivateKey, by signer: borrowing PrivateKey, of issuer: borrowing Certificate,
        using dice: inout some RandomNumberGenerator
    ) -> Certificate? {
        unsafe sign(key, signer, issuer.pointer, &dice)
    }

    /// The certificate of `key`, signed by itself.
    func sign(_ key: borrowing PrivateKey, using dice: inout some RandomNumberGenerator) -> Certificate? {
        unsafe sign(key, key, nil, &dice)
    }

    /// Why `unsafe` is sound here: each pointer is OpenSSL's, checked for nil, and freed by the `Certificate` made first; `issuer` is
    /// borrowed by the caller.
    private func sign(
        _ key: borrowing PrivateKey, _ signer: borrowing PrivateKey, _ issuer: OpaquePointer?,
        _ dice: inout some RandomNumberGenerator
    ) -> Certificate? {
        guard let pointer = unsafe X509_new() else { return nil }
        let made = unsafe Certificate(owning: pointer)
        let subject = unsafe X509_get_subject_name(pointer)
        let name = Array(commonName.utf8)
        // Version 3 is written as 2. A serial number has at most 20 bytes and is positive (RFC 5280, 4.1.2.2).
        var good = unsafe X509_set_version(pointer, 2) == 1
            && ASN1_INTEGER_set_uint64(X509_get_serialNumber(pointer), dice.next() >> 1 | 1) == 1
            && X509_set_pubkey(pointer, key.pointer) == 1
            && X509_NAME_add_entry_by_txt(subject, "O", MBSTRING_UTF8, "Penstock", -1, -1, 0) == 1
            && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, Int32(clamping: name.count), -1, 0) == 1
            && ASN1_TIME_set(X509_getm_notBefore(pointer), time_t(notBefore.count / 1_000_000_000)) != nil
            && ASN1_TIME_set(X509_getm_notAfter(pointer), time_t(notAfter.count / 1_000_000_000)) != nil
        let above = unsafe issuer ?? pointer
        good = unsafe good && X509_set_issuer_name(pointer, X509_get_subject_name(above)) == 1
        for (kind, value) in extensions where good {
            good = unsafe CertificateDraft.extend(pointer, above, kind, value)
        }
        guard good, unsafe X509_sign(pointer, signer.pointer, EVP_sha256()) > 0 else { return nil }
        return made
    }

    /// Extensions in OpenSSL's way of writing them, x509v3_config(5).
    private var extensions: [(Int32, String)] {
        var list = [(NID_subject_key_identifier, "hash"), (NID_authority_key_identifier, "keyid")]
        switch use {
        case .authority:
            list += [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")]
        case .server, .client:
            list += [
                (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
                (NID_ext_key_usage, use == .server ? "serverAuth" : "clientAuth"),
            ]
        }
        if !names.isEmpty { list.append((NID_subject_alt_name, names.map(CertificateDraft.entry).joined(separator: ","))) }
        return list
    }

    /// Whether it is an address, not a host name.
    static func isAddress(_ name: String) -> Bool {
        guard let address = unsafe a2i_IPADDRESS(name) else {
            Trouble.forget()
            return false
        }
        unsafe ASN1_OCTET_STRING_free(address)
        return true
    }

    private static func entry(_ name: String) -> String { (isAddress(name) ? "IP:" : "DNS:") + name }

    private static func extend(_ pointer: OpaquePointer, _ issuer: OpaquePointer, _ kind: Int32, _ value: String) -> Bool {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, pointer, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else { return false }
        defer { unsafe X509_EXTENSION_free(made) }
        return unsafe X509_add_ext(pointer, made, -1) == 1
    }
}
