/// A stretch of memory that it owns, lent out as spans: the buffer under everything that carries bytes.
///
/// Zeroed at birth. Grows only where its owner asks, never by itself.
/// Why `unsafe` is sound here: `base` is valid for `byteCount` bytes from `init` to `deinit`, no one else
/// holds it, and spans are lent only for the length of a call during which `self` cannot be touched.
@safe
public struct Block: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var size: Int

    /// Bytes owned.
    @inlinable public var byteCount: Int { size }

    /// Allocates `byteCount` zero bytes (at least 64, so that a block is never empty), 64-byte aligned.
    public init(byteCount: Int) {
        precondition(byteCount >= 0, "a block has a size")
        size = max(byteCount, 64)
        unsafe base = .allocate(byteCount: size, alignment: 64)
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    }

    deinit { unsafe base.deallocate() }

    /// Grows to at least `byteCount`, keeping what is there; the new part is zero.
    public mutating func grow(to byteCount: Int) {
        guard byteCount > size else { return }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        unsafe larger.copyMemory(from: base, byteCount: size)
        unsafe (larger + size)
            .initializeMemory(as: UInt8.self, repeating: 0, count: byteCount - size)
        unsafe base.deallocate()
        unsafe base = larger
        size = byteCount
    }

    /// Moves `range` to start at `target` inside the block; the two may overlap.
    @inlinable
    public mutating func move(_ range: Range<Int>, to target: Int) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= size && target >= 0
                && target <= size &- range.count, "a move stays inside its block")
        guard !range.isEmpty else { return }
        unsafe (base + target).copyMemory(from: base + range.lowerBound, byteCount: range.count)
    }

    /// Lends `range` to read.
    @inlinable @inline(__always)
    public borrowing func read<R: ~Copyable, E: Error>(
        _ range: Range<Int>, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "a block is read inside its bounds")
        return try body(unsafe RawSpan(_unsafeStart: base + range.lowerBound, byteCount: range.count))
    }

    /// Lends `range` to write.
    @inlinable @inline(__always)
    public mutating func write<R: ~Copyable, E: Error>(
        _ range: Range<Int>, _ body: (inout MutableRawSpan) throws(E) -> R
    ) throws(E) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "a block is written inside its bounds")
        var span = unsafe MutableRawSpan(_unsafeStart: base + range.lowerBound, byteCount: range.count)
        return try body(&span)
    }

    /// Overwrites `range` with a pattern, so that a stale read shows itself.
    public mutating func poison(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "poison stays inside its block")
        unsafe (base + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0xDB, count: range.count)
    }
}
