import Bytes

extension MutableRawSpan {
    /// Resolves the escapes of the JSON string that begins at `start` (behind its quote), in place: what it stands for is
    /// never longer. Returns where that ends and where the text goes on behind the closing quote; nil when it is no valid string.
    ///
    /// A lone surrogate becomes U+FFFD.
    public mutating func unescapeJSON(from start: Int) -> (end: Int, next: Int)? {
        var source = start
        var target = start
        while true {
            let word = bytes.window(source)
            let stop = JSON.special(word)
            if stop == 0 {
                put(word, at: target)
                source &+= 8
                target &+= 8
                continue
            }
            let bits = stop.trailingZeroBitCount & ~7
            let count = bits &>> 3
            if target != source { put(prefix: word, count, at: target, unread: source &+ count) }
            source &+= count
            target &+= count
            switch UInt8(truncatingIfNeeded: word &>> UInt64(bits)) {
            case 0x22: return source < byteCount ? (target, source + 1) : nil
            case 0x5C:
                guard let (from, to) = escape(source, target) else { return nil }
                source = from
                target = to
            case 0x80...:
                guard let length = UTF8.sequenceLength(bytes, source, byteCount) else { return nil }
                for _ in 0..<length {
                    put(bytes.byte(source), at: target)
                    source &+= 1
                    target &+= 1
                }
            default: return nil
            }
        }
    }

    /// Stores the lowest `count` bytes of `word`: all eight at once where those behind are not needed any more.
    @inline(__always)
    private mutating func put(prefix word: UInt64, _ count: Int, at target: Int, unread: Int) {
        if target &+ 8 <= unread { return put(word, at: target) }
        var rest = word
        for index in 0..<count {
            put(UInt8(truncatingIfNeeded: rest), at: target &+ index)
            rest &>>= 8
        }
    }

    /// Resolves the escape at `source`; returns where both go on.
    @inline(__always)
    private mutating func escape(_ source: Int, _ target: Int) -> (Int, Int)? {
        let kind = bytes.peek(source &+ 1)
        if kind == 0x22 || kind == 0x5C || kind == 0x2F {
            put(kind, at: target)
            return (source &+ 2, target &+ 1)
        }
        return rareEscape(source, target)
    }

    @inline(never)
    private mutating func rareEscape(_ source: Int, _ target: Int) -> (Int, Int)? {
        guard let length = JSON.escapeLength(bytes, source) else { return nil }
        // A pair of surrogates is two escapes and one scalar.
        let isPair = length == 6 && JSON.isSurrogatePair(bytes, source)
        let end = source + (isPair ? 12 : length)
        var resolved: [UInt8] = []
        _ = JSON.unescape(bytes, source..<end) { byte in
            resolved.append(byte)
            return true
        }
        for (offset, byte) in resolved.enumerated() { put(byte, at: target + offset) }
        return (end, target + resolved.count)
    }
}

extension JSON {
    /// Whether two escapes from `at` on are a pair of surrogates.
    static func isSurrogatePair(_ text: RawSpan, _ at: Int) -> Bool {
        guard let high = hex4(text, at + 2), (0xD800..<0xDC00).contains(high), text.peek(at + 6) == 0x5C,
            text.peek(at + 7) == 0x75, let low = hex4(text, at + 8)
        else { return false }
        return (0xDC00..<0xE000).contains(low)
    }
}
