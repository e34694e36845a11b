import Bytes
import Text
import Units

extension EventFromJSON.Reading {
    /// The next key as text; nil at the end of the object. One that no field has, being empty or longer than any, comes in its
    /// quotes, as it stands.
    static func nextName(_ json: inout JSON, _ text: RawSpan) -> String? {
        let start = json.at
        guard let key = json.nextKey(text) else { return nil }
        if key != "" { return key.text }
        let between = (start..<json.at).filter { text.byte($0) == 0x22 }
        guard let first = between.first, let last = between.last else { return "" }
        return String(text, first..<(last + 1))
    }

    static func string(_ json: inout JSON, _ text: RawSpan, _ name: String) throws(Defect) -> String {
        let place = json.string(text)
        guard json.isSound else { throw Defect("\(name) is not a string") }
        guard place.escaped else { return String(text, place.range) }
        var bytes: [UInt8] = []
        _ = JSON.unescape(text, place.range) { byte in
            bytes.append(byte)
            return true
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }

    static func decimal(_ json: inout JSON, _ text: RawSpan, _ name: String) throws(Defect) -> Decimal {
        let number = json.decimal(text)
        guard json.isSound, !json.takeOverflow() else { throw Defect("\(name) is not a number that fits") }
        return number
    }

    /// A whole number, bare or in quotes, of all 64 bits if need be.
    static func number<N: FixedWidthInteger>(
        _ json: inout JSON, _ text: RawSpan, _ name: String
    ) throws(Defect) -> N {
        let digits: String
        if json.peek(text) == 0x22 {
            digits = try string(&json, text, name)
        } else {
            let start = json.at
            json.skip(text)
            digits = String(text, start..<json.at)
        }
        guard json.isSound, let number = N(digits), !digits.hasPrefix("+") else {
            throw Defect("\(name) is not a whole number that fits")
        }
        return number
    }

    /// Sixteen hexadecimal digits.
    static func word(_ json: inout JSON, _ text: RawSpan, _ name: String) throws(Defect) -> UInt64 {
        let digits = try string(&json, text, name)
        guard digits.utf8.count == 16 else { throw Defect("\(name) is not of 16 hexadecimal digits") }
        return try bytes(ofHex: digits, name).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Two hexadecimal digits a byte.
    static func hex(_ json: inout JSON, _ text: RawSpan, _ name: String) throws(Defect) -> [UInt8] {
        try bytes(ofHex: string(&json, text, name), name)
    }

    private static func bytes(ofHex text: String, _ name: String) throws(Defect) -> [UInt8] {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { throw Defect("\(name) is not of whole bytes") }
        var bytes: [UInt8] = []
        for at in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[at]), let low = nibble(digits[at + 1]) else {
                throw Defect("\(name) is not hexadecimal")
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}

extension Key {
    /// The name as text, without the zeros that fill it.
    var text: String {
        var bytes: [UInt8] = []
        for (index, word) in [first, second, third, fourth].enumerated() where word != 0 {
            while bytes.count < index * 8 { bytes.append(0) }
            var rest = word
            while rest != 0 {
                bytes.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }
}
