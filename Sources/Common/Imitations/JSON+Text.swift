import Bytes
import Text

extension JSON {
    /// The next string, its escapes resolved; of one that has some the first 256 bytes.
    mutating func text(_ span: RawSpan) -> String {
        let place = string(span)
        guard place.escaped else { return String(span, place.range) }
        var bytes: [UInt8] = []
        _ = JSON.unescape(span, place.range) { byte in
            bytes.append(byte)
            return bytes.count < 256
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }
}
