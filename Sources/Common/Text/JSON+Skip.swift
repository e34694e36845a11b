import Bytes

extension JSON {
    /// Passes over the next value, whatever it is, checking it wholly.
    @inlinable @inline(__always)
    public mutating func skip(_ text: RawSpan) {
        let byte = peek(text)
        if byte == 0x22 {
            _ = string(text)
        } else if byte &- 0x30 <= 9 {
            let hadOverflow = state & JSON.overflow
            _ = plainDecimal(text)
            state = state & ~JSON.overflow | hadOverflow
        } else {
            self = skipped(text)
        }
    }

    /// Behind the next value.
    @usableFromInline @inline(never)
    func skipped(_ text: RawSpan) -> JSON {
        var json = self
        // Bit n: whether the container n levels up is an object.
        var kinds: UInt64 = 0
        var wantsValue = true
        while json.isSound {
            if wantsValue {
                switch json.peek(text) {
                case 0x22: _ = json.string(text)
                case 0x7B:
                    guard json.enterObject(text) else { return json }
                    kinds = kinds << 1 | 1
                case 0x5B:
                    guard json.enterArray(text) else { return json }
                    kinds <<= 1
                case 0x74: json.word(text, "true")
                case 0x66: json.word(text, "false")
                case 0x6E: json.word(text, "null")
                default: json.number(text)
                }
            }
            if json.depth == depth || !json.isSound { return json }
            wantsValue = kinds & 1 == 1 ? json.skipKey(text) : json.nextElement(text)
            if !wantsValue { kinds >>= 1 }
        }
        return json
    }

    /// As `nextKey`, of any length, its name not needed.
    mutating func skipKey(_ text: RawSpan) -> Bool {
        guard more(closing: 0x7D, text) else { return false }
        _ = string(text)
        return expect(0x3A, text)
    }

    /// Passes over a number of any size.
    mutating func number(_ text: RawSpan) {
        if text.peek(at) == 0x2D { at += 1 }
        let start = at
        passDigits(text)
        if at == start || (at - start > 1 && text.peek(start) == 0x30) { return fail(.syntax, text) }
        if text.peek(at) == 0x2E {
            at += 1
            let point = at
            passDigits(text)
            if at == point { return fail(.syntax, text) }
        }
        if text.peek(at) | 0x20 == 0x65 {
            at += 1
            if text.peek(at) == 0x2B || text.peek(at) == 0x2D { at += 1 }
            let power = at
            passDigits(text)
            if at == power { return fail(.syntax, text) }
        }
    }

    mutating func passDigits(_ text: RawSpan) {
        while text.peek(at) &- 0x30 <= 9 { at &+= 1 }
    }

    /// Whether `text` is one JSON value and nothing else. Repeated keys are accepted, as RFC 8259 does.
    public static func isValid(_ text: RawSpan) -> Bool { check(text).defect == .none }

    /// What is wrong with `text`, if anything, and where.
    public static func check(_ text: RawSpan) -> (defect: Defect, offset: Int) {
        var json = JSON()
        json.skip(text)
        json.finish(text)
        return (json.defect, json.defectOffset)
    }
}
