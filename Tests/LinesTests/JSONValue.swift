/// JSON read by a reader that is not ours, so that what ours writes is judged by another.
indirect enum JSONValue: Equatable {
    case null
    case bool(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The value of a whole text; nil where it is no JSON, or where a key comes twice.
    init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let value = reader.value(), reader.next() == 0 else { return nil }
        self = value
    }

    subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0

        /// The next byte behind white space; 0 at the end.
        mutating func next() -> UInt8 {
            while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
            return at < bytes.count ? bytes[at] : 0
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard next() == byte else { return false }
            at += 1
            return true
        }

        mutating func value() -> JSONValue? {
            switch next() {
            case UInt8(ascii: "{"): return object()
            case UInt8(ascii: "["): return array()
            case UInt8(ascii: "\""): return string().map(JSONValue.string)
            case UInt8(ascii: "t"): return word("true", .bool(true))
            case UInt8(ascii: "f"): return word("false", .bool(false))
            case UInt8(ascii: "n"): return word("null", .null)
            default: return number()
            }
        }

        mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
            guard bytes[at...].starts(with: word.utf8) else { return nil }
            at += word.utf8.count
            return value
        }

        mutating func number() -> JSONValue? {
            let start = at
            while at < bytes.count, "+-.eE0123456789".utf8.contains(bytes[at]) { at += 1 }
            return at > start ? .number(String(decoding: bytes[start..<at], as: UTF8.self)) : nil
        }

        mutating func array() -> JSONValue? {
            var elements: [JSONValue] = []
            guard take(UInt8(ascii: "[")) else { return nil }
            if take(UInt8(ascii: "]")) { return .array([]) }
            repeat {
                guard let element = value() else { return nil }
                elements.append(element)
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "]")) ? .array(elements) : nil
        }

        mutating func object() -> JSONValue? {
            var members: [String: JSONValue] = [:]
            guard take(UInt8(ascii: "{")) else { return nil }
            if take(UInt8(ascii: "}")) { return .object([:]) }
            repeat {
                guard next() == UInt8(ascii: "\""), let key = string(), take(UInt8(ascii: ":")), let member = value(),
                    members.updateValue(member, forKey: key) == nil
                else { return nil }
            } while take(UInt8(ascii: ","))
            return take(UInt8(ascii: "}")) ? .object(members) : nil
        }

        mutating func string() -> String? {
            at += 1
            var units: [UInt8] = []
            while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                guard bytes[at] >= 0x20 else { return nil }
                guard bytes[at] == UInt8(ascii: "\\") else {
                    units.append(bytes[at])
                    at += 1
                    continue
                }
                guard at + 1 < bytes.count, let unit = escape() else { return nil }
                units += unit
            }
            at += 1
            return String(validating: units, as: UTF8.self)
        }

        /// Ours writes no surrogates, and so none are read.
        mutating func escape() -> [UInt8]? {
            let letter = bytes[at + 1]
            at += 2
            let plain: [UInt8: UInt8] = [
                0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
            ]
            if let unit = plain[letter] { return [unit] }
            guard letter == UInt8(ascii: "u"), at + 4 <= bytes.count,
                let code = UInt32(String(decoding: bytes[at..<(at + 4)], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code)
            else { return nil }
            at += 4
            return Array(String(scalar).utf8)
        }
    }
}
