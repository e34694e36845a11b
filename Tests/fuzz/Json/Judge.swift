/// A second opinion on JSON, written for being read: RFC 8259 by recursive descent over an array, at most 64 containers deep.
/// It shares no code with the scanner that it judges.
struct Judge {
    let text: [UInt8]
    var at = 0
    var depth = 0
    /// What the strings of the text stand for, in order of their ends, keys included.
    var strings: [[UInt8]] = []
    /// The texts of the numbers.
    var numbers: [ArraySlice<UInt8>] = []

    init(_ text: [UInt8]) { self.text = text }

    /// Whether the text is one value and nothing else.
    mutating func accepts() -> Bool {
        guard value() else { return false }
        space()
        return at == text.count
    }

    private var next: UInt8? { at < text.count ? text[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func space() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let bytes = Array("\(word)".utf8)
        guard text[at...].starts(with: bytes) else { return false }
        at += bytes.count
        return true
    }

    private mutating func value() -> Bool {
        space()
        switch next {
        case UInt8(ascii: "{"): return members(until: UInt8(ascii: "}"), areKeyed: true)
        case UInt8(ascii: "["): return members(until: UInt8(ascii: "]"), areKeyed: false)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func members(until bracket: UInt8, areKeyed: Bool) -> Bool {
        at += 1
        depth += 1
        guard depth <= 64 else { return false }
        space()
        if take(bracket) {
            depth -= 1
            return true
        }
        while true {
            if areKeyed {
                space()
                guard string() else { return false }
                space()
                guard take(UInt8(ascii: ":")) else { return false }
            }
            guard value() else { return false }
            space()
            if take(bracket) {
                depth -= 1
                return true
            }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func digits() -> Int {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        return at - start
    }

    private mutating func number() -> Bool {
        let start = at
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")), digits() == 0 { return false }
        if take(UInt8(ascii: ".")), digits() == 0 { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { return false }
        }
        numbers.append(text[start..<at])
        return true
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        // Two units of UTF-16 make one scalar, so what stands for the string is gathered as scalars.
        var bytes: [UInt8] = []
        while let byte = next {
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                // Invalid UTF-8 does not survive the way to a String and back.
                let isValid = Array(String(decoding: bytes, as: Unicode.UTF8.self).utf8) == bytes
                if isValid { strings.append(bytes) }
                return isValid
            case UInt8(ascii: "\\"): guard escape(&bytes) else { return false }
            case 0..<0x20: return false
            default: bytes.append(byte)
            }
        }
        return false
    }

    private mutating func escape(_ bytes: inout [UInt8]) -> Bool {
        guard let kind = next else { return false }
        at += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(kind)
        case UInt8(ascii: "b"): bytes.append(8)
        case UInt8(ascii: "f"): bytes.append(12)
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "r"): bytes.append(13)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "u"):
            guard let first = hex() else { return false }
            var units = [first]
            let place = at
            if (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
                let second = hex(), (0xDC00..<0xE000).contains(second)
            {
                units.append(second)
            } else {
                at = place
            }
            bytes += Array(String(decoding: units, as: UTF16.self).utf8)
        default: return false
        }
        return true
    }

    private mutating func hex() -> UInt16? {
        guard at + 4 <= text.count else { return nil }
        var value: UInt16 = 0
        for byte in text[at..<(at + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        at += 4
        return value
    }
}
