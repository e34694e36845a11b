import Support
import Text

/// RFC 8259 as a recursive descent over an array: slow, without a trick, and a witness that no byte order fools.
struct Judge {
    private let bytes: [UInt8]
    private var at = 0
    private var depth = 0

    /// Whether `bytes` are one JSON text, nested at most 64 deep.
    static func accepts(_ bytes: [UInt8]) -> Bool {
        var judge = Judge(bytes: bytes)
        guard judge.value() else { return false }
        judge.space()
        return judge.at == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func space() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { at += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[at...].starts(with: text.utf8) else { return false }
        at += text.utf8.count
        return true
    }

    private mutating func value() -> Bool {
        space()
        switch next {
        case UInt8(ascii: "{"): return list("{", "}") { $0.member() }
        case UInt8(ascii: "["): return list("[", "]") { $0.value() }
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number()
        }
    }

    private mutating func list(_ open: String, _ close: String, _ item: (inout Judge) -> Bool) -> Bool {
        guard take(open), depth < 64 else { return false }
        depth += 1
        defer { depth -= 1 }
        space()
        if take(close) { return true }
        repeat {
            guard item(&self) else { return false }
            space()
        } while take(",")
        return take(close)
    }

    private mutating func member() -> Bool {
        space()
        guard string() else { return false }
        space()
        return take(":") && value()
    }

    private mutating func digits() -> Int {
        let start = at
        while let byte = next, (0x30...0x39).contains(byte) { at += 1 }
        return at - start
    }

    private mutating func number() -> Bool {
        _ = take("-")
        let isZero = next == 0x30
        let count = digits()
        guard count > 0, count == 1 || !isZero else { return false }
        if take("."), digits() == 0 { return false }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            if digits() == 0 { return false }
        }
        return true
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        let start = at
        while let byte = next, byte != 0x22 {
            guard byte >= 0x20 else { return false }
            at += 1
            guard byte == 0x5C else { continue }
            guard let kind = next, "\"\\/bfnrtu".utf8.contains(kind) else { return false }
            at += 1
            guard kind == UInt8(ascii: "u") else { continue }
            for _ in 0..<4 {
                guard let digit = next, Character(Unicode.Scalar(digit)).isHexDigit, digit < 0x80 else { return false }
                at += 1
            }
        }
        let inside = bytes[start..<at]
        return take("\"") && String(validating: inside, as: Unicode.UTF8.self) != nil
    }
}

/// Whether the scanner takes `bytes` for JSON, read right before memory that nobody may touch.
func isAccepted(_ bytes: [UInt8], _ fence: Fence = Fence()) -> Bool { fence.lend(bytes) { JSON.isValid($0) } }

func isAccepted(_ text: String) -> Bool { isAccepted(Array(text.utf8)) }
