public import Bytes
public import Units

// A venue spells a message of a kind in one way for years. A reader may therefore try that spelling first, with these, and read piece by
// piece only where the text is another: measured, two to three times as fast. Everything here fails as the rest of the scanner does, so
// the reader asks once, at the end, whether the text was as expected, and else begins again.
extension JSON {
    /// Goes past `spelling`, which must stand here byte for byte. At most 32 bytes, none of them zero.
    @inlinable @inline(__always)
    public mutating func literal(_ spelling: Key, _ text: RawSpan) {
        if isNext(spelling, text) {
            at &+= JSON.count(spelling)
        } else {
            fail(.syntax, text)
        }
    }

    /// Goes past `spelling` if it stands here.
    @inlinable @inline(__always)
    public mutating func literalIfNext(_ spelling: Key, _ text: RawSpan) -> Bool {
        guard isNext(spelling, text) else { return false }
        at &+= JSON.count(spelling)
        return true
    }

    /// Whether `spelling` stands here.
    @inlinable @inline(__always)
    public func isNext(_ spelling: Key, _ text: RawSpan) -> Bool { text.holds(spelling, at: at) }

    /// What comes before the next quote, as the inside of a string without escapes; the quote stays.
    @inlinable @inline(__always)
    public mutating func plain(_ text: RawSpan) -> Text {
        let start = at
        while true {
            let word = text.window(at)
            let stop = JSON.special(word)
            if stop == 0 {
                at &+= 8
                continue
            }
            let bits = UInt64(stop.trailingZeroBitCount & ~7)
            at &+= Int(bits &>> 3)
            if (word &>> bits) & 0xFF != 0x22 { fail(.syntax, text) }
            return Text(start: start, count: at &- start, escaped: false)
        }
    }

    /// Goes past what comes before the next quote, as the inside of a string without escapes: as `plain`, for what mostly has 24
    /// bytes or more.
    @inlinable @inline(__always)
    public mutating func skipPlain(_ text: RawSpan) {
        let stops =
            JSON.special(text.window(at)) | JSON.special(text.window(at &+ 8)) | JSON.special(text.window(at &+ 16))
        if stops == 0 { at &+= 24 }
        _ = plain(text)
    }

    /// Digits of a whole number that is not negative, without what may be around it.
    @inlinable @inline(__always)
    public mutating func plainUnsigned(_ text: RawSpan) -> UInt64 {
        let (json, number) = plainUnsignedRead(text)
        self = json
        return number
    }

    @usableFromInline @inline(never)
    func plainUnsignedRead(_ text: RawSpan) -> (JSON, UInt64) {
        var json = self
        let word = text.window(at)
        let others = JSON.nonDigits(word)
        let bits = UInt64(others.trailingZeroBitCount & ~7)
        if word & 0xFF == 0x30 {
            json.at &+= 1
            return (bits == 8 ? json : failed(.syntax, text), 0)
        }
        if others != 0 {
            json.at &+= Int(bits &>> 3)
            if bits == 0 { return (failed(.syntax, text), 0) }
            return (json, UInt64(bitPattern: JSON.value((word ^ JSON.zeros) &<< (64 &- bits))))
        }
        let next = text.window(at &+ 8)
        let rest = JSON.nonDigits(next)
        // Sixteen digits and more are for the other reader.
        if rest == 0 { return (failed(.syntax, text), 0) }
        let more = UInt64(rest.trailingZeroBitCount & ~7)
        json.at &+= 8 &+ Int(more &>> 3)
        return (json, UInt64(bitPattern: JSON.value(word, next, 64 &+ more)))
    }

    /// A number as it stands, without quotes around it.
    @inlinable @inline(__always)
    public mutating func plainDecimal(_ text: RawSpan) -> Decimal {
        let (json, number) = plainDecimalRead(text)
        self = json
        return number
    }

    @usableFromInline @inline(never)
    func plainDecimalRead(_ text: RawSpan) -> (JSON, Decimal) { JSON.number(self, text) }

    @inlinable @inline(__always)
    static func count(_ spelling: Key) -> Int {
        (32 &* 8 &- bits(spelling.fourth) &- bits(spelling.third) &- bits(spelling.second) &- bits(spelling.first))
            &>> 3
    }

    /// Bits of a word that are not used.
    @inlinable @inline(__always)
    static func bits(_ word: UInt64) -> Int { word.leadingZeroBitCount & ~7 }

    /// An RFC 3339 time as it stands, without quotes around it.
    @inlinable @inline(__always)
    public mutating func plainTime(_ text: RawSpan) -> Nanos {
        let (time, count) = Nanos.usualTime(text, at)
        if count == 0 { fail(.unexpected, text) }
        at &+= count
        return time
    }

    /// Seconds since 1970 with a fraction, without quotes around it.
    @inlinable @inline(__always)
    public mutating func plainSeconds(_ text: RawSpan) -> Nanos {
        let number = plainDecimal(text)
        if let time = Nanos(seconds: number) { return time }
        fail(.unexpected, text)
        return .zero
    }
}
