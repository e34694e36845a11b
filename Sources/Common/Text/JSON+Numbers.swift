public import Bytes
public import Units

extension JSON {
    /// The next value as an exact decimal: a number, or a string that holds nothing but a number (as most venues
    /// send prices). One that does not fit in 64 bits is told by `takeOverflow`.
    @inlinable @inline(__always)
    public mutating func decimal(_ text: RawSpan) -> Decimal {
        let (json, number) = decimalRead(text)
        self = json
        return number
    }

    @usableFromInline @inline(never)
    func decimalRead(_ text: RawSpan) -> (JSON, Decimal) {
        var json = self
        guard json.peek(text) == 0x22 else {
            let number = json.digits(text)
            return (json, number)
        }
        json.at &+= 1
        let number = json.digits(text)
        guard text.peek(json.at) == 0x22 else { return (json.failed(.unexpected, text), .zero) }
        json.at &+= 1
        return (json, number)
    }

    /// As `decimal`, but null and the empty string are `notGiven`.
    @inlinable
    public mutating func optionalDecimal(_ text: RawSpan) -> Decimal {
        let byte = peek(text)
        if byte == 0x6E {
            null(text)
            return .notGiven
        }
        if byte == 0x22, text.peek(at &+ 1) == 0x22 {
            at &+= 2
            return .notGiven
        }
        return decimal(text)
    }

    /// The next value as a whole number of 64 bits: a number, or a string that holds nothing but one.
    @inlinable @inline(__always)
    public mutating func whole(_ text: RawSpan) -> Int64 {
        let number = decimal(text)
        if number.exponent == 0 { return number.mantissa }
        if let value = number.mantissa(at: 0) { return value }
        state |= JSON.overflow
        return 0
    }

    /// As `whole`, for numbers that are never negative.
    @inlinable @inline(__always)
    public mutating func unsigned(_ text: RawSpan) -> UInt64 {
        let number = whole(text)
        if number >= 0 { return UInt64(bitPattern: number) }
        state |= JSON.overflow
        return 0
    }

    /// RFC 8259 number at `at`, without white space before it.
    ///
    /// The usual price, size, id or time (up to 7 digits, a point, up to 8 digits; or up to 15 digits) is read eight
    /// digits at a time; what is longer, near the end of the text or wrong is left to `slowNumber`.
    @inlinable @inline(__always)
    mutating func digits(_ text: RawSpan) -> Decimal {
        let (json, number) = JSON.number(self, text)
        self = json
        return number
    }

    @inlinable @inline(__always)
    static func number(_ start: JSON, _ text: RawSpan) -> (JSON, Decimal) {
        var json = start
        let head = text.window(start.at)
        let whole = leadingDigits(head)
        // A leading zero is one digit or wrong.
        if whole == 0 || (whole > 1 && head & 0xFF == 0x30) { return start.slowNumber(text) }
        json.at &+= Int(whole)
        var mantissa = value(head, whole)
        if whole == 8 {
            let tail = text.window(json.at)
            let rest = leadingDigits(tail)
            if rest == 8 { return start.slowNumber(text) }
            json.at &+= Int(rest)
            if rest != 0 { mantissa = mantissa &* power(rest) &+ value(tail, rest) }
        }
        let mark = text.peek(json.at)
        if mark != 0x2E {
            if mark | 0x20 == 0x65 { return start.slowNumber(text) }
            return (json, Decimal(Int64(bitPattern: mantissa), exponent: 0))
        }
        if whole == 8 { return start.slowNumber(text) }
        let tail = text.window(json.at &+ 1)
        let fraction = leadingDigits(tail)
        json.at &+= Int(fraction) &+ 1
        let after = text.peek(json.at)
        if fraction == 0 || after | 0x20 == 0x65 || after &- 0x30 <= 9 { return start.slowNumber(text) }
        mantissa = mantissa &* power(fraction) &+ value(tail, fraction)
        return (json, Decimal(Int64(bitPattern: mantissa), exponent: 0 &- Int8(truncatingIfNeeded: Int(fraction))))
    }

    /// How many of the eight characters, counted from the lowest, are digits before the first that is none.
    @inlinable @inline(__always)
    static func leadingDigits(_ word: UInt64) -> UInt64 {
        let lanes = word ^ 0x3030_3030_3030_3030
        let others = ((lanes &+ 0x7676_7676_7676_7676) | lanes) & 0x8080_8080_8080_8080
        return UInt64(others.trailingZeroBitCount &>> 3)
    }

    /// The number that the lowest `count` (1...8) characters of `word`, all digits, spell.
    @inlinable @inline(__always)
    static func value(_ word: UInt64, _ count: UInt64) -> UInt64 {
        var lanes = (word ^ 0x3030_3030_3030_3030) &<< (64 &- count &* 8)
        lanes = (lanes &* 10 &+ (lanes &>> 8)) & 0x00FF_00FF_00FF_00FF
        lanes = (lanes &* 100 &+ (lanes &>> 16)) & 0x0000_FFFF_0000_FFFF
        return (lanes &* 10_000 &+ (lanes &>> 32)) & 0xFFFF_FFFF
    }

    /// 10^n for `n` in 0...8.
    @inlinable @inline(__always)
    static func power(_ n: UInt64) -> UInt64 {
        // Without a branch, which would be taken at random: digit counts vary.
        (1 &+ 9 &* (n & 1)) &* (1 &+ 99 &* (n &>> 1 & 1)) &* (1 &+ 9999 &* (n &>> 2 & 1))
            &* (1 &+ 99_999_999 &* (n &>> 3))
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

    /// `null`.
    @inlinable
    public mutating func null(_ text: RawSpan) { word(text, "null") }

    /// The next value as a truth value.
    @inlinable
    public mutating func bool(_ text: RawSpan) -> Bool {
        let isTrue = peek(text) == 0x74
        word(text, isTrue ? "true" : "false")
        return isTrue
    }

    @inlinable
    mutating func word(_ text: RawSpan, _ word: Key) {
        _ = peek(text)
        let count = word.first > 0xFFFF_FFFF ? 5 : 4
        if at &+ count <= text.byteCount, text.word(at, count: count) == word.first {
            at &+= count
        } else {
            fail(.unexpected, text)
        }
    }
}
