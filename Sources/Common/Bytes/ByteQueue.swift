/// Bytes that wait, first in, first out: they are written at the end, and their owner lends what waits to somebody who takes of it.
///
/// Invariant: `0 <= start <= end <= block.byteCount <= max(limit, 64)`. Grows to `limit` and never beyond: then nothing more is taken in,
/// and the caller decides what that means.
public struct ByteQueue: ~Copyable {
    @usableFromInline var block: Block
    @usableFromInline var start = 0
    @usableFromInline var end = 0
    /// Bytes that it holds at most.
    public let limit: Int

    /// Room for `limit` bytes, of which `capacity` are allocated at once.
    public init(capacity: Int, limit: Int) {
        precondition(capacity >= 0 && limit >= 0, "a queue has a size")
        self.limit = limit
        block = Block(byteCount: min(capacity, limit))
    }

    /// Bytes waiting.
    @inlinable public var count: Int { end &- start }
    @inlinable public var isEmpty: Bool { start == end }
    /// Bytes of memory held.
    public var memoryBytes: Int { block.byteCount }

    /// Lends room for `most` bytes behind the others to `body`, which returns how many it has written. False, and nothing is done, at the
    /// limit. The room is not zeroed.
    @inlinable @inline(__always)
    public mutating func append(upTo most: Int, _ body: (inout MutableRawSpan) -> Int) -> Bool {
        guard end &+ most <= min(block.byteCount, limit) || makeRoom(most) else { return false }
        let written = block.write(end..<(end &+ most), body)
        precondition(written >= 0 && written <= most, "what is written fits into the room that was lent")
        end &+= written
        return true
    }

    /// Appends `bytes`. False, and nothing is done, when they do not fit.
    @discardableResult @inlinable
    public mutating func append(_ bytes: RawSpan) -> Bool {
        append(upTo: bytes.byteCount) { room in
            room.put(bytes, at: 0)
            return bytes.byteCount
        }
    }

    @usableFromInline @inline(never)
    mutating func makeRoom(_ count: Int) -> Bool {
        guard count <= limit - self.count else { return false }
        if start > 0 {
            block.move(start..<end, to: 0)
            end -= start
            start = 0
        }
        if end + count > block.byteCount {
            block.grow(to: min(limit, max(block.byteCount * 2, end + count)))
        }
        return true
    }

    /// Lends all that waits to `take`, which returns how many bytes it took; those are gone then.
    @inlinable
    public mutating func empty<E: Error>(_ take: (RawSpan) throws(E) -> Int) throws(E) {
        let taken = try block.read(start..<end, take)
        precondition(taken >= 0 && taken <= count, "somebody takes at most what was lent")
        #if DEBUG
            block.poison(start..<(start + taken))
        #endif
        start += taken
        if start == end { removeAll() }
    }

    /// Forgets what waits.
    @inlinable
    public mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Lends what waits, to look at.
    @inlinable
    public borrowing func read<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try block.read(start..<end, body)
    }

    /// Lends what waits, to be changed in place.
    @inlinable
    public mutating func write<R, E: Error>(_ body: (inout MutableRawSpan) throws(E) -> R) throws(E) -> R {
        try block.write(start..<end, body)
    }
}
