public import Bytes
public import Units

extension JSON {
    /// The next value as an exact decimal: a number, or a string that holds nothing but a number (as most venues
    /// send prices). One that does not fit in 64 bits, or is -2^63 (see FORMAT.md), is told by `takeOverflow`.
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
