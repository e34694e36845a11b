import Bytes

/// Whether a text that comes in pieces is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
///
/// Says no at the first byte after which nothing could make it valid, however the text is cut.
/// Invariant: `needed == 0`, or the next byte of a sequence must lie in `low...high`.
struct TextCheck {
    /// Bytes that the sequence begun still needs.
    private var needed: UInt8 = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Whether the text may end here: no sequence is half begun.
    var isWhole: Bool { needed == 0 }

    /// Takes the next piece; false when the text cannot be valid any more.
    mutating func take(_ text: RawSpan) -> Bool {
        var at = 0
        while true {
            if needed == 0 { at = TextCheck.plainEnd(text, at) }
            guard at < text.byteCount else { return true }
            guard take(text.byte(at)) else { return false }
            at &+= 1
        }
    }

    /// Where the first byte from `at` on stands that is not ASCII; the end or beyond when there is none.
    @inline(__always)
    private static func plainEnd(_ text: RawSpan, _ start: Int) -> Int {
        var at = start
        let end = text.byteCount
        while at &+ 32 <= end {
            let words = text.u64(at) | text.u64(at &+ 8) | text.u64(at &+ 16) | text.u64(at &+ 24)
            guard words & highBits == 0 else { break }
            at &+= 32
        }
        while at < end {
            let odd = text.window(at) & highBits
            if odd != 0 { return at &+ odd.trailingZeroBitCount &>> 3 }
            at &+= 8
        }
        return at
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        if needed > 0 {
            guard byte >= low, byte <= high else { return false }
            needed &-= 1
            (low, high) = (0x80, 0xBF)
            return true
        }
        switch byte {
        case 0..<0x80: break
        case 0xC2...0xDF: needed = 1
        case 0xE0: (needed, low) = (2, 0xA0)
        case 0xED: (needed, high) = (2, 0x9F)
        case 0xE1...0xEF: needed = 2
        case 0xF0: (needed, low) = (3, 0x90)
        case 0xF1...0xF3: needed = 3
        case 0xF4: (needed, high) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
