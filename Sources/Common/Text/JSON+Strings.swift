public import Bytes

extension JSON {
    /// Where a string stands: between its quotes, still with its escapes. For texts below 4 GiB.
    public struct Text: BitwiseCopyable, Sendable {
        // Half words: every event of a message holds one.
        @usableFromInline let first, length: UInt32
        /// Whether there is an escape in it.
        public let escaped: Bool

        @inlinable @inline(__always)
        public init(start: Int, count: Int, escaped: Bool) {
            first = UInt32(truncatingIfNeeded: start)
            length = UInt32(truncatingIfNeeded: count)
            self.escaped = escaped
        }

        @inlinable public var start: Int { Int(first) }
        @inlinable public var count: Int { Int(length) }
        @inlinable public var range: Range<Int> { start..<(start &+ count) }
        @inlinable public var isEmpty: Bool { length == 0 }

        @inlinable public static var none: Text { Text(start: 0, count: 0, escaped: false) }
    }

    /// The next string, checked: escapes, control characters, UTF-8.
    @inlinable @inline(__always)
    public mutating func string(_ text: RawSpan) -> Text {
        guard peek(text) == 0x22 else {
            fail(.unexpected, text)
            return .none
        }
        at &+= 1
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
            if (word &>> bits) & 0xFF == 0x22 {
                let count = at &- start
                at &+= 1
                return Text(start: start, count: count, escaped: false)
            }
            break
        }
        let (json, escaped) = stringEnd(text)
        self = json
        return json.isSound ? Text(start: start, count: at &- 1 &- start, escaped: escaped) : .none
    }

    /// The next string as a key, to be compared with literals; an empty key when it is longer than 32 bytes.
    @inlinable @inline(__always)
    public mutating func name(_ text: RawSpan) -> Key {
        if peek(text) == 0x22 {
            let (json, first, second) = shortName(text)
            if json.at > at {
                self = json
                return Key(first, second)
            }
        }
        let string = string(text)
        return string.escaped ? JSON.unescapedKey(text, string.range) : Key(text, string.range) ?? Key(0)
    }

    /// Behind a string of at most 15 bytes and no escape that begins at `at`, and its bytes; this scanner where it is another.
    @usableFromInline @inline(never)
    func shortName(_ text: RawSpan) -> (JSON, UInt64, UInt64) {
        var json = self
        let first = text.window(at &+ 1)
        let stop = JSON.special(first)
        if stop != 0 {
            let bits = UInt64(stop.trailingZeroBitCount & ~7)
            guard (first &>> bits) & 0xFF == 0x22 else { return (self, 0, 0) }
            json.at &+= Int(bits &>> 3) &+ 2
            return (json, first & ((1 &<< bits) &- 1), 0)
        }
        let second = text.window(at &+ 9)
        let end = JSON.special(second)
        let bits = UInt64(end.trailingZeroBitCount & ~7)
        guard end != 0, (second &>> bits) & 0xFF == 0x22 else { return (self, 0, 0) }
        json.at &+= Int(bits &>> 3) &+ 10
        return (json, first, second & ((1 &<< bits) &- 1))
    }

    /// Behind the closing quote of a string with escapes, other than ASCII, or near the end of the text.
    @usableFromInline @inline(never)
    func stringEnd(_ text: RawSpan) -> (JSON, escaped: Bool) {
        var json = self
        var escaped = false
        while json.at < text.byteCount {
            let byte = text.peek(json.at)
            switch byte {
            case 0x22:
                json.at += 1
                return (json, escaped)
            case 0x5C:
                escaped = true
                guard let length = JSON.escapeLength(text, json.at) else { return (json.failed(.syntax, text), false) }
                json.at += length
            case 0..<0x20:
                return (json.failed(.syntax, text), false)
            case 0x80...:
                guard let length = UTF8.sequenceLength(text, json.at, text.byteCount) else {
                    return (json.failed(.syntax, text), false)
                }
                json.at += length
            default:
                json.at += 1
            }
        }
        return (json.failed(.syntax, text), false)
    }

    /// Bytes of the escape at `at`; nil when it is none. A lone surrogate is allowed here (RFC 8259, section 8.2).
    static func escapeLength(_ text: RawSpan, _ at: Int) -> Int? {
        switch text.peek(at + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return 2
        case 0x75:
            return hex4(text, at + 2) == nil ? nil : 6
        default: return nil
        }
    }

    /// The value of four hexadecimal digits; nil when one is none.
    static func hex4(_ text: RawSpan, _ at: Int) -> UInt32? {
        var value: UInt32 = 0
        for offset in 0..<4 {
            let byte = text.peek(at + offset)
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// A key spelt with escapes is the same key: `"\u0065"` is `"e"`. One that holds a NUL, which a `Key` cannot tell from its
    /// end, is given as an empty one.
    @usableFromInline
    static func unescapedKey(_ text: RawSpan, _ range: Range<Int>) -> Key {
        var words: [UInt64] = [0, 0, 0, 0]
        var count = 0
        let fits = unescape(text, range) { byte in
            guard count < 32, byte != 0 else { return false }
            words[count / 8] |= UInt64(byte) << UInt64(count % 8 * 8)
            count += 1
            return true
        }
        return fits ? Key(words[0], words[1], words[2], words[3]) : Key(0)
    }

    /// Gives the bytes that a checked string stands for, one by one, until `body` returns false.
    ///
    /// A lone surrogate becomes U+FFFD. Returns whether all were taken.
    public static func unescape(_ text: RawSpan, _ range: Range<Int>, _ body: (UInt8) -> Bool) -> Bool {
        var at = range.lowerBound
        while at < range.upperBound {
            let byte = text.byte(at)
            guard byte == 0x5C, at + 1 < range.upperBound else {
                guard body(byte) else { return false }
                at += 1
                continue
            }
            let kind = text.byte(at + 1)
            at += 2
            switch kind {
            case 0x62: guard body(0x08) else { return false }
            case 0x66: guard body(0x0C) else { return false }
            case 0x6E: guard body(0x0A) else { return false }
            case 0x72: guard body(0x0D) else { return false }
            case 0x74: guard body(0x09) else { return false }
            case 0x75:
                guard at + 4 <= range.upperBound, var scalar = hex4(text, at) else { return false }
                at += 4
                if (0xD800..<0xDC00).contains(scalar), at + 6 <= range.upperBound, text.byte(at) == 0x5C,
                    text.byte(at + 1) == 0x75, let low = hex4(text, at + 2), (0xDC00..<0xE000).contains(low)
                {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                    at += 6
                }
                guard UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}", body) else { return false }
            default: guard body(kind) else { return false }
            }
        }
        return true
    }
}
