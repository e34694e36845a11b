public import Bytes

/// A pull scanner over one JSON text: the caller, who knows what it expects, asks for it piece by piece.
///
/// Strict RFC 8259; nothing is allocated; numbers keep their digits. All input is read with bounds checks, and what
/// is wrong ends in `defect`, never in a trap: after the first defect every question is answered with
/// nothing, so that a reader may ask on and look at `defect` once, at the end.
///
///     json.enterObject(text)
///     while let key = json.nextKey(text) {
///         switch key {
///         case "price": price = json.decimal(text)
///         default: json.skip(text)
///         }
///     }
///     json.finish(text)
///     guard json.defect == .none else { … }
///
/// Each value asked for must be taken or skipped before the next key or element is asked for.
///
/// It is two words, and what is rare is a function from value to value: so the compiler keeps the place in
/// registers, where `mutating` slow paths would force it to memory (measured: a fifth of the time).
public struct JSON: BitwiseCopyable, Sendable {
    public enum Defect: UInt8, BitwiseCopyable, Sendable {
        case none
        /// Not JSON.
        case syntax
        /// JSON, but not what was asked for.
        case unexpected
        /// Nested deeper than `depthLimit`.
        case depth
        /// A field that the reader uses came twice.
        case repeated
    }

    /// Containers that may be open at once.
    @inlinable public static var depthLimit: UInt64 { 64 }

    // Half a word, so that the compiler knows that it is not below 0, which is half of every check of bounds.
    @usableFromInline var place: UInt32
    /// Offset of the next byte to look at. For texts below 4 GiB.
    @inlinable @inline(__always) public var at: Int {
        get { Int(place) }
        set { place = UInt32(truncatingIfNeeded: newValue) }
    }
    /// From the lowest bit: depth (8 bits), fresh (8), defect (8), overflow (8), the defect's offset (32).
    @usableFromInline var state: UInt64 = 0

    /// What is wrong, if anything. The first defect stays.
    @inlinable public var defect: Defect { Defect(rawValue: UInt8(truncatingIfNeeded: state &>> 16)) ?? .syntax }
    /// Where `defect` was found.
    public var defectOffset: Int { Int(state >> 32) }
    /// Nothing has been wrong so far.
    @inlinable @inline(__always) public var isSound: Bool { state & 0xFF_0000 == 0 }
    @inlinable @inline(__always) var depth: UInt64 { state & 0xFF }
    @inlinable @inline(__always) static var overflow: UInt64 { 0x100_0000 }
    /// Between an opening bracket and the first thing after it.
    @inlinable @inline(__always) static var fresh: UInt64 { 0x100 }

    /// Scans from offset `start` on.
    @inlinable @inline(__always)
    public init(from start: Int = 0) { place = UInt32(truncatingIfNeeded: start) }

    /// This scanner, ended by a defect.
    @usableFromInline @inline(never)
    func failed(_ defect: Defect, _ text: RawSpan) -> JSON {
        var json = self
        if isSound {
            json.state |= UInt64(defect.rawValue) << 16 | UInt64(UInt32(clamping: min(at, text.byteCount))) << 32
        }
        json.at = text.byteCount
        return json
    }

    @inlinable @inline(__always)
    mutating func fail(_ defect: Defect, _ text: RawSpan) { self = failed(defect, text) }

    /// Called by a reader that finds a value wrong: same effect as a defect of the text.
    @inlinable
    public mutating func refuse(_ defect: Defect, _ text: RawSpan) { fail(defect, text) }

    /// Whether a number since the last call was too large or too fine for its place. Such a number is good JSON, so the
    /// scanner goes on behind it; what it gave for it is 0, and what the number belongs to must not be used.
    @inlinable @inline(__always)
    public mutating func takeOverflow() -> Bool {
        let had = state & JSON.overflow != 0
        state &= ~JSON.overflow
        return had
    }

    /// The next byte after white space, 0 at the end. Consumes the white space only.
    @inlinable @inline(__always)
    public mutating func peek(_ text: RawSpan) -> UInt8 {
        let byte = text.peek(at)
        if byte > 0x20 { return byte }
        at = spaceSkipped(text)
        return nextByte(text)
    }

    /// The byte at `at`, where a NUL in the text does not look like the end of it.
    @usableFromInline @inline(never)
    func nextByte(_ text: RawSpan) -> UInt8 { at < text.byteCount ? max(text.peek(at), 1) : 0 }

    @usableFromInline @inline(never)
    func spaceSkipped(_ text: RawSpan) -> Int {
        var at = at
        while true {
            switch text.peek(at) {
            case 0x20, 0x09, 0x0A, 0x0D: at &+= 1
            default: return at
            }
        }
    }

    @inlinable @inline(__always)
    mutating func expect(_ byte: UInt8, _ text: RawSpan) -> Bool {
        if peek(text) == byte {
            at &+= 1
            return true
        }
        fail(.syntax, text)
        return false
    }

    /// Goes into an object. False, with a defect, when the next value is none.
    @inlinable @inline(__always) @discardableResult
    public mutating func enterObject(_ text: RawSpan) -> Bool { enter(0x7B, text) }

    /// Goes into an array. False, with a defect, when the next value is none.
    @inlinable @inline(__always) @discardableResult
    public mutating func enterArray(_ text: RawSpan) -> Bool { enter(0x5B, text) }

    @inlinable @inline(__always)
    mutating func enter(_ bracket: UInt8, _ text: RawSpan) -> Bool {
        guard peek(text) == bracket else {
            fail(.unexpected, text)
            return false
        }
        at &+= 1
        state = (state &+ 1) | JSON.fresh
        if depth > JSON.depthLimit {
            fail(.depth, text)
            return false
        }
        return true
    }

    /// The next key of the object that was entered, its colon consumed; nil when the object has ended.
    ///
    /// A key longer than 32 bytes is given as an empty one, which no reader uses.
    @inlinable @inline(__always)
    public mutating func nextKey(_ text: RawSpan) -> Key? {
        // The usual key: behind a comma, at most 4 bytes and no escape, so that all of it up to the colon lies in one word.
        let word = text.window(at)
        if word & 0xFFFF == 0x222C, state & JSON.fresh == 0 {
            let name = word &>> 16
            let stop = JSON.special(name)
            let bits = UInt64(stop.trailingZeroBitCount & ~7)
            if bits <= 32, (name &>> bits) & 0xFFFF == 0x3A22 {
                at &+= Int(bits &>> 3) &+ 4
                return Key(name & ((1 &<< bits) &- 1))
            }
        }
        guard more(closing: 0x7D, text) else { return nil }
        if text.peek(at) == 0x22 {
            let (json, first, second) = shortName(text)
            if json.at > at, text.peek(json.at) == 0x3A {
                self = json
                at &+= 1
                return Key(first, second)
            }
        }
        let (json, key) = longKey(text)
        self = json
        return json.isSound ? key : nil
    }

    @usableFromInline @inline(never)
    func longKey(_ text: RawSpan) -> (JSON, Key) {
        var json = self
        let string = json.string(text)
        guard json.expect(0x3A, text) else { return (json, Key(0)) }
        if string.escaped { return (json, JSON.unescapedKey(text, string.range)) }
        return (json, Key(text, string.range) ?? Key(0))
    }

    /// Whether everything that was entered has ended.
    @inlinable @inline(__always) public var isClosed: Bool { depth == 0 }

    /// Whether the array that was entered holds another element; at its end consumes the bracket.
    @inlinable @inline(__always)
    public mutating func nextElement(_ text: RawSpan) -> Bool { more(closing: 0x5D, text) }

    @inlinable @inline(__always)
    mutating func more(closing bracket: UInt8, _ text: RawSpan) -> Bool {
        let byte = peek(text)
        if state & JSON.fresh != 0 {
            state ^= JSON.fresh
            if byte != bracket, byte != 0 { return true }
        } else if byte == 0x2C {
            at &+= 1
            // Only white space may lie between the comma and the next thing; a reader's next question finds
            // out what else there is.
            _ = peek(text)
            return true
        }
        if byte == bracket {
            at &+= 1
            state &-= 1
            return false
        }
        fail(.syntax, text)
        return false
    }

    /// Must be called last: nothing but white space may follow.
    @inlinable @inline(__always)
    public mutating func finish(_ text: RawSpan) {
        if at < text.byteCount || depth != 0 { self = finished(text) }
    }

    @usableFromInline @inline(never)
    func finished(_ text: RawSpan) -> JSON {
        var json = self
        return json.peek(text) == 0 && depth == 0 ? json : json.failed(.syntax, text)
    }

    /// High bit of each byte that ends a plain run of a string: quote, backslash, control, not ASCII.
    ///
    /// Exact for the lowest such byte, which is the one that is used.
    @inlinable @inline(__always)
    static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ 0x2222_2222_2222_2222
        let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let control = (word &- (ones &* 0x20)) & ~word
        return (((quote &- ones) & ~quote) | ((slash &- ones) & ~slash) | control | word) & (ones &* 0x80)
    }
}
