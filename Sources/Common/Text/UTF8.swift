import Bytes

/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
public enum UTF8 {
    /// Bytes of the multi-byte sequence at `at`; nil when there is no valid one before `end`.
    public static func sequenceLength(_ text: RawSpan, _ at: Int, _ end: Int) -> Int? {
        let first = text.byte(at)
        let length: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, low) = (3, 0xA0)
        case 0xED: (length, high) = (3, 0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, low) = (4, 0x90)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, high) = (4, 0x8F)
        default: return nil
        }
        guard at + length <= end else { return nil }
        guard (low...high).contains(text.byte(at + 1)) else { return nil }
        for offset in 2..<max(length, 2) {
            guard (0x80...0xBF).contains(text.byte(at + offset)) else { return nil }
        }
        return length
    }

    /// Whether `range` of `text` is valid. Traps outside the span.
    public static func isValid(_ text: RawSpan, _ range: Range<Int>) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            if at + 8 <= range.upperBound, text.u64(at) & 0x8080_8080_8080_8080 == 0 {
                at += 8
            } else if text.byte(at) < 0x80 {
                at += 1
            } else {
                guard let length = sequenceLength(text, at, range.upperBound) else { return false }
                at += length
            }
        }
        return true
    }

    /// Gives the bytes of `scalar` one by one, until `body` returns false; returns whether all were taken.
    static func encode(_ scalar: Unicode.Scalar, _ body: (UInt8) -> Bool) -> Bool {
        for byte in scalar.utf8 {
            guard body(byte) else { return false }
        }
        return true
    }
}
