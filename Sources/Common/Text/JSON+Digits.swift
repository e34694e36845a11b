public import Bytes
public import Units

// Numbers, eight digits at a time. Source of the multiplications: Lemire, "Quickly parsing eight digits", 2018.
extension JSON {
    /// RFC 8259 number at `at`, without white space before it.
    @inlinable @inline(__always)
    mutating func digits(_ text: RawSpan) -> Decimal {
        let (json, number) = JSON.number(self, text)
        self = json
        return number
    }

    /// The usual price, size, id or time has at most 15 digits and a point, so that it and what ends it lie in two words: it is read
    /// eight digits at a time, without a loop whose length would be guessed wrong. What is longer, has a sign or an exponent, or is
    /// wrong is left to `slowNumber`.
    @inlinable @inline(__always)
    static func number(_ start: JSON, _ text: RawSpan) -> (JSON, Decimal) {
        let word = text.window(start.at)
        let others = nonDigits(word)
        let point = UInt64(others.trailingZeroBitCount & ~7)
        // A leading zero is one digit or wrong.
        if point == 0 || (word & 0xFF == 0x30 && point != 8) { return start.slowNumber(text) }
        if others == 0 { return longNumber(start, text, word) }
        let mark = (word &>> point) & 0xFF
        var json = start
        if mark != 0x2E {
            if mark | 0x20 == 0x65 { return start.slowNumber(text) }
            json.at &+= Int(point &>> 3)
            return (json, Decimal(value((word ^ zeros) &<< (64 &- point)), exponent: 0))
        }
        let rest = others & (others &- 1)
        if rest == 0 { return pointedNumber(start, text, word, point) }
        let end = UInt64(rest.trailingZeroBitCount & ~7)
        let after = (word &>> end) & 0xFF
        if end == point &+ 8 || after | 0x20 == 0x65 || after == 0x2E { return start.slowNumber(text) }
        // The point goes: the digits behind it move down by a byte.
        let below: UInt64 = (1 &<< point) &- 1
        let lanes = ((word & below) | ((word &>> 8) & ~below)) ^ zeros
        json.at &+= Int(end &>> 3)
        let fraction = Int8(truncatingIfNeeded: (end &- point) &>> 3) &- 1
        return (json, Decimal(value(lanes &<< (72 &- end)), exponent: 0 &- fraction))
    }

    /// A number whose point is in `word`, at bit `point`, and whose end is not.
    @inlinable @inline(__always)
    static func pointedNumber(_ start: JSON, _ text: RawSpan, _ word: UInt64, _ point: UInt64) -> (JSON, Decimal) {
        let next = text.window(start.at &+ 8)
        let others = nonDigits(next)
        let below: UInt64 = (1 &<< point) &- 1
        let low = (word & below) | ((word &>> 8) & ~below & 0x00FF_FFFF_FFFF_FFFF) | next &<< 56
        if others == 0 { return widerNumber(start, text, value(low, next &>> 8, 120), 15 &- Int(point &>> 3)) }
        let end = UInt64(others.trailingZeroBitCount & ~7)
        let after = (next &>> end) & 0xFF
        if after | 0x20 == 0x65 || after == 0x2E || (point == 56 && end == 0) { return start.slowNumber(text) }
        var json = start
        json.at &+= 8 &+ Int(end &>> 3)
        let fraction = Int8(truncatingIfNeeded: (64 &+ end &- point) &>> 3) &- 1
        // 7 digits and those before the end.
        return (json, Decimal(value(low, next &>> 8, 56 &+ end), exponent: 0 &- fraction))
    }

    /// A number that begins with eight digits.
    @usableFromInline @inline(never)
    static func longNumber(_ start: JSON, _ text: RawSpan, _ word: UInt64) -> (JSON, Decimal) {
        let next = text.window(start.at &+ 8)
        let others = nonDigits(next)
        let point = UInt64(others.trailingZeroBitCount & ~7)
        if others == 0 { return start.slowNumber(text) }
        let mark = (next &>> point) & 0xFF
        var json = start
        if mark != 0x2E {
            if mark | 0x20 == 0x65 { return start.slowNumber(text) }
            json.at &+= 8 &+ Int(point &>> 3)
            return (json, Decimal(value(word, next, 64 &+ point), exponent: 0))
        }
        let rest = others & (others &- 1)
        let below: UInt64 = (1 &<< point) &- 1
        let high = (next & below) | ((next &>> 8) & ~below)
        if rest == 0 { return widerNumber(start, text, value(word, high, 120), 7 &- Int(point &>> 3)) }
        let end = UInt64(rest.trailingZeroBitCount & ~7)
        let after = (next &>> end) & 0xFF
        if end == point &+ 8 || after | 0x20 == 0x65 || after == 0x2E { return start.slowNumber(text) }
        json.at &+= 8 &+ Int(end &>> 3)
        let fraction = Int8(truncatingIfNeeded: (end &- point) &>> 3) &- 1
        return (json, Decimal(value(word, high, 56 &+ end), exponent: 0 &- fraction))
    }

    /// A number of which 15 digits and a point are read, `fraction` of them behind the point: seconds with microseconds, say.
    @usableFromInline @inline(never)
    static func widerNumber(_ start: JSON, _ text: RawSpan, _ fifteen: Int64, _ fraction: Int) -> (JSON, Decimal) {
        let word = text.window(start.at &+ 16)
        let others = nonDigits(word)
        let bits = UInt64(others.trailingZeroBitCount & ~7)
        let after = (word &>> bits) & 0xFF
        // No more than 18 digits, which always fit; a number may not end in its point.
        if others == 0 || bits > 24 || fraction &+ Int(bits &>> 3) == 0 || after | 0x20 == 0x65 || after == 0x2E {
            return start.slowNumber(text)
        }
        var json = start
        json.at &+= 16 &+ Int(bits &>> 3)
        let exponent = 0 &- Int8(truncatingIfNeeded: fraction &+ Int(bits &>> 3))
        if bits == 0 { return (json, Decimal(fifteen, exponent: exponent)) }
        let power: Int64 = bits == 8 ? 10 : bits == 16 ? 100 : 1000
        return (json, Decimal(fifteen &* power &+ value((word ^ zeros) &<< (64 &- bits)), exponent: exponent))
    }

    @inlinable @inline(__always) static var zeros: UInt64 { 0x3030_3030_3030_3030 }

    /// High bit of each byte that is no digit.
    @inlinable @inline(__always)
    static func nonDigits(_ word: UInt64) -> UInt64 {
        let lanes = word ^ zeros
        return ((lanes &+ 0x7676_7676_7676_7676) | lanes) & 0x8080_8080_8080_8080
    }

    /// The number that eight lanes of 0...9 spell, the first digit in the lowest.
    @inlinable @inline(__always)
    static func value(_ lanes: UInt64) -> Int64 {
        var lanes = lanes
        lanes = (lanes &* 10 &+ (lanes &>> 8)) & 0x00FF_00FF_00FF_00FF
        lanes = (lanes &* 100 &+ (lanes &>> 16)) & 0x0000_FFFF_0000_FFFF
        return Int64(bitPattern: (lanes &* 10_000 &+ (lanes &>> 32)) & 0xFFFF_FFFF)
    }

    /// The number that the lowest `bits` / 8 (1...15) of sixteen characters spell.
    @inlinable @inline(__always)
    static func value(_ low: UInt64, _ high: UInt64, _ bits: UInt64) -> Int64 {
        if bits <= 64 { return value((low ^ zeros) &<< (64 &- bits)) }
        // Moved up until the last digit is in the last lane; zeros come in below.
        let shift = 128 &- bits
        let first = (low ^ zeros) &<< shift
        let second = (high ^ zeros) &<< shift | (low ^ zeros) &>> (64 &- shift)
        return value(first) &* 100_000_000 &+ value(second)
    }

    /// Any number, digit by digit.
    @usableFromInline @inline(never)
    func slowNumber(_ text: RawSpan) -> (JSON, Decimal) {
        var json = self
        json.number(text)
        guard json.isSound else { return (json, .zero) }
        var mantissa: Int64 = 0
        var exponent = 0
        var afterPoint = false
        var fits = true
        var offset = at
        let negative = text.peek(offset) == 0x2D
        if negative { offset += 1 }
        scan: while offset < json.at {
            let byte = text.peek(offset)
            offset += 1
            switch byte {
            case 0x2E: afterPoint = true
            case 0x30...0x39:
                if afterPoint { exponent -= 1 }
                let (tens, overTens) = mantissa.multipliedReportingOverflow(by: 10)
                let (sum, overSum) = tens.addingReportingOverflow(Int64(byte - 0x30))
                fits = fits && !overTens && !overSum
                mantissa = sum
            default: break scan
            }
        }
        if offset < json.at { exponent += power(text, offset..<json.at) }
        guard fits, let exponent = Int8(exactly: exponent), Decimal.exponents.contains(exponent) else {
            json.state |= JSON.overflow
            return (json, .zero)
        }
        return (json, Decimal(negative ? -mantissa : mantissa, exponent: exponent))
    }

    /// The whole number in `range` (sign allowed), which has been checked; clamped to a million.
    private func power(_ text: RawSpan, _ range: Range<Int>) -> Int {
        var power = 0
        for offset in range where text.peek(offset) &- 0x30 <= 9 {
            power = min(power * 10 + Int(text.peek(offset) - 0x30), 1_000_000)
        }
        return text.peek(range.lowerBound) == 0x2D ? -power : power
    }
}
