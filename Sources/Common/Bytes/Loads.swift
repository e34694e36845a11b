/// Little-endian loads and stores at any offset, bounds-checked.
///
/// Why `unsafe` is sound here: `unsafeLoadUnaligned` traps outside the span, and every bit
/// pattern of an integer is a value, so nothing but the word itself is left to go wrong.
extension RawSpan {
    /// The byte at `offset`; traps outside the span.
    @inlinable @inline(__always)
    public func byte(_ offset: Int) -> UInt8 {
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }

    /// The two bytes at `offset`, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public func u16(_ offset: Int) -> UInt16 {
        UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The four bytes at `offset`, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public func u32(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The eight bytes at `offset`, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public func u64(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The eight bytes at `offset` as two's complement, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public func i64(_ offset: Int) -> Int64 { Int64(bitPattern: u64(offset)) }

    /// The byte at `offset` as two's complement; traps outside the span.
    @inlinable @inline(__always)
    public func i8(_ offset: Int) -> Int8 { Int8(bitPattern: byte(offset)) }

    /// The byte at `offset`, or 0 outside the span: the load of a scanner, which must neither trap nor check twice.
    ///
    /// Sound: the load is inside the span, since the comparison that guards it says so.
    @inlinable @inline(__always)
    public func peek(_ offset: Int) -> UInt8 {
        guard offset >= 0, offset < byteCount else { return 0 }
        return unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The eight bytes at `offset`, little-endian, zero-filled beyond the end: the load of a scanner that looks ahead.
    ///
    /// Sound: as `peek`.
    @inlinable @inline(__always)
    public func window(_ offset: Int) -> UInt64 {
        if offset >= 0, offset <= byteCount &- 8 {
            return UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
        }
        return lastWindow(offset)
    }

    /// Whether the bytes of `key` stand at `offset`. The key's bytes must not be zero.
    ///
    /// Sound: as `peek`; the words that are loaded are those that the key has.
    @inlinable @inline(__always)
    public func holds(_ key: Key, at offset: Int) -> Bool {
        let words = key.fourth != 0 ? 4 : key.third != 0 ? 3 : key.second != 0 ? 2 : 1
        if words == 1 { return RawSpan.odds(window(offset), key.first) == 0 }
        guard offset >= 0, offset <= byteCount &- words &* 8 else { return holdsAtEnd(key, offset) }
        // One comparison in the end: a branch for each word costs more than the loads.
        var odd = unsafe RawSpan.odds(unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self), key.first)
        odd |= unsafe RawSpan.odds(
            unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 8, as: UInt64.self), key.second)
        if words > 2 {
            odd |= unsafe RawSpan.odds(
                unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 16, as: UInt64.self), key.third)
        }
        if words > 3 {
            odd |= unsafe RawSpan.odds(
                unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ 24, as: UInt64.self), key.fourth)
        }
        return odd == 0
    }

    /// As `holds`, where fewer bytes are left than the key has words for.
    @usableFromInline @inline(never)
    func holdsAtEnd(_ key: Key, _ offset: Int) -> Bool {
        // Beyond the end a window is zero, which no byte of a key is.
        RawSpan.odds(window(offset), key.first) == 0
            && (key.second == 0 || RawSpan.odds(window(offset &+ 8), key.second) == 0)
            && (key.third == 0 || RawSpan.odds(window(offset &+ 16), key.third) == 0)
            && (key.fourth == 0 || RawSpan.odds(window(offset &+ 24), key.fourth) == 0)
    }

    /// Where the bytes that `part` has differ from those of `word`; 0 where they agree.
    @inlinable @inline(__always)
    static func odds(_ word: UInt64, _ part: UInt64) -> UInt64 {
        let mask: UInt64 = part == 0 ? 0 : ~0 &>> UInt64(part.leadingZeroBitCount & ~7)
        return UInt64(littleEndian: word) & mask ^ part
    }

    @usableFromInline @inline(never)
    func lastWindow(_ offset: Int) -> UInt64 {
        let room = byteCount &- offset
        guard offset >= 0, room > 0 else { return 0 }
        return byteCount >= 8 ? u64(byteCount &- 8) >> UInt64((8 &- room) * 8) : word(offset, count: room)
    }

    /// Up to eight bytes from `offset`, zero-filled above: the way short names are compared as words.
    @inlinable @inline(__always)
    public func word(_ offset: Int, count: Int) -> UInt64 {
        if count >= 8 { return u64(offset) }
        if count <= 0 { return 0 }
        if offset &+ 8 <= byteCount {
            return u64(offset) & ((1 << UInt64(count &* 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<count { word |= UInt64(byte(offset + index)) << UInt64(index * 8) }
        return word
    }

    /// Where `byte` stands first; nil when nowhere.
    public func firstOffset(of byte: UInt8) -> Int? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let pattern = ones &* UInt64(byte)
        var at = 0
        while at &+ 8 <= byteCount {
            let lanes = u64(at) ^ pattern
            let hit = (lanes &- ones) & ~lanes & (ones &* 0x80)
            if hit != 0 { return at &+ hit.trailingZeroBitCount &>> 3 }
            at &+= 8
        }
        while at < byteCount {
            if self.byte(at) == byte { return at }
            at &+= 1
        }
        return nil
    }

    /// Whether both spans hold the same bytes.
    @inlinable
    public func holdsSameBytes(as other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        var at = 0
        while at &+ 8 <= byteCount {
            if u64(at) != other.u64(at) { return false }
            at &+= 8
        }
        while at < byteCount {
            if byte(at) != other.byte(at) { return false }
            at &+= 1
        }
        return true
    }
}

extension MutableRawSpan {
    /// Stores one byte; traps outside the span.
    @inlinable @inline(__always)
    public mutating func put(_ value: UInt8, at offset: Int) {
        storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    /// Stores two bytes, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public mutating func put(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Stores four bytes, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public mutating func put(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Stores eight bytes, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public mutating func put(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Stores eight bytes of two's complement, little-endian; traps outside the span.
    @inlinable @inline(__always)
    public mutating func put(_ value: Int64, at offset: Int) {
        put(UInt64(bitPattern: value), at: offset)
    }

    /// Stores one byte of two's complement; traps outside the span.
    @inlinable @inline(__always)
    public mutating func put(_ value: Int8, at offset: Int) {
        put(UInt8(bitPattern: value), at: offset)
    }

    /// Copies all of `bytes` to `offset`; traps where they do not fit.
    @inlinable
    public mutating func put(_ bytes: RawSpan, at offset: Int) {
        let room = byteCount
        precondition(offset >= 0 && bytes.byteCount <= room &- offset, "bytes are copied inside the span")
        // Sound: the precondition holds both ranges inside their spans, which cannot overlap
        // (one of them is exclusively ours).
        unsafe withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                unsafe (to + offset).copyMemory(from: from, byteCount: source.count)
            }
        }
    }

    /// Sets `range` to zero; traps outside the span.
    @inlinable
    public mutating func clear(_ range: Range<Int>) {
        var at = range.lowerBound
        while at &+ 8 <= range.upperBound {
            put(0 as UInt64, at: at)
            at &+= 8
        }
        while at < range.upperBound {
            put(0 as UInt8, at: at)
            at &+= 1
        }
    }
}
