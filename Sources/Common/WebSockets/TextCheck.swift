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
    @inline(never)
    mutating func take(_ text: RawSpan) -> Bool {
        var at = 0
        let end = text.byteCount
        while at < end {
            if needed == 0 {
                let word = text.window(at)
                let odd = word & TextCheck.highBits
                if odd == 0 {
                    at = TextCheck.plainEnd(text, at &+ 8)
                    continue
                }
                at &+= odd.trailingZeroBitCount &>> 3
                let length = TextCheck.sequenceBytes(text.window(at))
                if length > 0 {
                    at &+= length
                    continue
                }
            }
            guard take(text.byte(at)) else { return false }
            at &+= 1
        }
        return true
    }

    /// The first eight bytes from `at` on of which one is not ASCII; the end or beyond when there are none.
    @inline(__always)
    private static func plainEnd(_ text: RawSpan, _ start: Int) -> Int {
        var at = start
        let end = text.byteCount
        while at &+ 32 <= end {
            let words = text.u64(at) | text.u64(at &+ 8) | text.u64(at &+ 16) | text.u64(at &+ 24)
            guard words & highBits == 0 else { break }
            at &+= 32
        }
        while at < end, text.window(at) & highBits == 0 { at &+= 8 }
        return at
    }

    /// Bytes of the valid sequence that `word` begins with, its first byte lowest and no ASCII; 0 when it is not whole or not
    /// valid, which the way byte by byte then finds out.
    @inline(__always)
    private static func sequenceBytes(_ word: UInt64) -> Int {
        let pair = word & 0xFFFF
        if word & 0xC0E0 == 0x80C0 { return word & 0xFE != 0xC0 ? 2 : 0 }
        if word & 0xC0_C0F0 == 0x80_80E0 {
            // Neither overlong nor a surrogate: E0 is followed by A0 to BF, ED by 80 to 9F.
            return pair & 0x20FF != 0x00E0 && pair & 0x20FF != 0x20ED ? 3 : 0
        }
        if word & 0xC0C0_C0F8 == 0x8080_80F0 {
            // Neither overlong nor above U+10FFFF: F0 is followed by 90 to BF, F4 by 80 to 8F.
            let first = word & 0xFF
            return pair & 0x30FF != 0x00F0 && (first < 0xF4 || first == 0xF4 && pair & 0x3000 == 0) ? 4 : 0
        }
        return 0
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
