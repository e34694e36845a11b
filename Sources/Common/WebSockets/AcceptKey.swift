import COpenSSL

/// What a server proves with that it has understood the upgrade: the client's key and a fixed text, digested. Source: RFC 6455, 4.2.2.
enum AcceptKey {
    private static let fixed = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    static func answer(to key: String) -> String { Base64.text(of: sha1(Array((key + fixed).utf8))) }

    /// SHA-1 has no secret to keep here: the protocol asks for it, and OpenSSL has it.
    private static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        // Sound: it reads `count` bytes of one array and writes the 20 of the other, both for the call only.
        _ = unsafe SHA1(bytes, bytes.count, &digest)
        return digest
    }
}
