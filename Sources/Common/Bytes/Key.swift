/// A short name (32 bytes at most) as four words, so that names are compared without touching memory.
///
/// Written as a string literal it becomes four constants at compile time, which is why
/// `switch key { case "bids": … }` on the hot path costs a few comparisons and no string.
/// A literal longer than 32 bytes traps at its first use.
public struct Key: Equatable, BitwiseCopyable, Sendable, ExpressibleByStringLiteral {
    public var first, second, third, fourth: UInt64

    @inlinable @inline(__always)
    public init(_ first: UInt64, _ second: UInt64 = 0, _ third: UInt64 = 0, _ fourth: UInt64 = 0) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// Sound: the literal's bytes live as long as the program, and the loops stay below their count.
    @inlinable @inline(__always)
    public init(stringLiteral text: StaticString) {
        let bytes = unsafe text.utf8Start
        let count = text.utf8CodeUnitCount
        precondition(count <= 32, "a key holds at most 32 bytes")
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var at = 0
        while at < count && at < 8 {
            words.0 |= unsafe UInt64(bytes[at]) &<< UInt64(at &* 8)
            at &+= 1
        }
        while at < count && at < 16 {
            words.1 |= unsafe UInt64(bytes[at]) &<< UInt64((at &- 8) &* 8)
            at &+= 1
        }
        while at < count && at < 24 {
            words.2 |= unsafe UInt64(bytes[at]) &<< UInt64((at &- 16) &* 8)
            at &+= 1
        }
        while at < count {
            words.3 |= unsafe UInt64(bytes[at]) &<< UInt64((at &- 24) &* 8)
            at &+= 1
        }
        self.init(words.0, words.1, words.2, words.3)
    }

    /// The name in `range` of `bytes`; nil when it is longer than 32 bytes. Traps outside the span.
    @inlinable
    public init?(_ bytes: RawSpan, _ range: Range<Int>) {
        guard range.count <= 32 else { return nil }
        let at = range.lowerBound
        let count = range.count
        self.init(
            bytes.word(at, count: min(count, 8)),
            bytes.word(at &+ 8, count: min(count &- 8, 8)),
            bytes.word(at &+ 16, count: min(count &- 16, 8)),
            bytes.word(at &+ 24, count: count &- 24))
    }

    @inlinable @inline(__always)
    public static func == (a: Key, b: Key) -> Bool {
        a.first == b.first && a.second == b.second && a.third == b.third && a.fourth == b.fourth
    }

    /// The first eight bytes and whether there are more: one word, so that a `switch` over it becomes a jump. It tells apart names
    /// of at most eight bytes; one of a longer name has to be compared as a whole in its `case`:
    ///
    ///     switch key.tag {
    ///     case "seq": …
    ///     case "product_id" where key == "product_id": …
    public struct Tag: Equatable, BitwiseCopyable, Sendable, ExpressibleByStringLiteral {
        @usableFromInline let word: UInt64

        @inlinable @inline(__always)
        init(_ key: Key) {
            // No name of ours has a byte above 0x7F, so the highest bit is free.
            word = key.second == 0 ? key.first : key.first | 1 << 63
        }

        @inlinable @inline(__always)
        public init(stringLiteral text: StaticString) { self.init(Key(stringLiteral: text)) }

        @inlinable @inline(__always)
        public static func == (a: Tag, b: Tag) -> Bool { a.word == b.word }
    }

    @inlinable @inline(__always) public var tag: Tag { Tag(self) }
}
