/// Bytes as text of 64 letters, with padding. Source: RFC 4648, 4.
enum Base64 {
    private static let letters = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(of bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var word: UInt32 = 0
            for index in 0..<3 { word = word << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= count ? letters[Int(word >> UInt32(18 - index * 6) & 63)] : 0x3D)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// How many bytes `text` stands for; nil when it is not the one text of some bytes: a letter that is none, padding that
    /// is missing, bits that should be zero.
    static func byteCount(of text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count % 4 == 0, !bytes.isEmpty else { return bytes.isEmpty ? 0 : nil }
        let padding = bytes.suffix(2).reversed().prefix { $0 == 0x3D }.count
        let values = bytes.dropLast(padding).map { letters.firstIndex(of: $0) }
        guard let last = values.last ?? nil, !values.contains(nil) else { return nil }
        let spare = padding == 1 ? 3 : padding == 2 ? 15 : 0
        guard last & spare == 0 else { return nil }
        return bytes.count / 4 * 3 - padding
    }
}
