public import Bytes

/// A byte stream cut anywhere, put together into whole frames and lent out one by one.
///
/// Invariant: `0 <= start <= end <= block.byteCount`. Holds the bytes of one read and at most one frame that is not whole:
/// it grows only when a frame is larger than all before it, to `Frame.bytesMax` and a read more.
public struct Inbox: ~Copyable {
    @usableFromInline var block: Block
    @usableFromInline var start = 0
    @usableFromInline var end = 0
    @usableFromInline var lent: UInt64 = 0
    /// Bytes of the stream before the first that has not been lent out.
    @inlinable public var offset: UInt64 { lent }
    private let readBytes: Int

    /// Bytes asked for at once: 64 KiB suit sockets and files, and a pipe gives what it has.
    public init(readBytes: Int = 1 << 16) {
        self.readBytes = readBytes
        block = Block(byteCount: readBytes)
    }

    /// Whether the stream has ended inside a frame, if it has ended.
    public var holdsPartialFrame: Bool { end > start }

    /// Bytes held that are not lent out yet.
    public var byteCount: Int { end - start }

    /// Lends free room to `read`, which returns how many bytes it put there: 0 at the end of the stream, or nil when there is
    /// nothing to read yet. Returns the same.
    public mutating func fill<E: Error>(_ read: (inout MutableRawSpan) throws(E) -> Int?) throws(E) -> Int? {
        // What is read begins on a line of the cache: a kernel's copy to a place a few bytes further on in its page than where it comes
        // from takes three times as long.
        let front = readBytes < 4096 ? 0 : -(end - start) & 63
        if start > front || end == start {
            block.move(start..<end, to: front)
            end = front + end - start
            start = front
        }
        if block.byteCount - end < (readBytes + 1) / 2 {
            block.grow(to: min(block.byteCount * 2, Frame.bytesMax + readBytes))
        }
        // A read into no room would look like the stream's end.
        precondition(end < block.byteCount, "an inbox is drained before it is filled again")
        let count = try block.write(end..<block.byteCount, read)
        if let count {
            precondition(count >= 0 && count <= block.byteCount - end, "a reader fills at most what it was lent")
            end += count
        }
        return count
    }

    /// Lends the whole frames that are there, in order, until `body` returns false. Stops at what is none and returns why;
    /// `offset` then says where it stands.
    @inlinable @inline(__always)
    public mutating func drain<E: Error>(
        _ body: (RawSpan) throws(E) -> Bool
    ) throws(E) -> Frame.Defect? {
        while end > start {
            let length = block.read(start..<end) { Frame.wholeBytes(atFrontOf: $0) }
            guard length > 0 else { return defect }
            let goesOn = try block.read(start..<(start + length), body)
            #if DEBUG
                block.poison(start..<(start + length))
            #endif
            start += length
            lent += UInt64(length)
            if !goesOn { return nil }
        }
        return nil
    }

    /// Why no good frame stands at the front; nil: it is not whole yet.
    @usableFromInline @inline(never)
    var defect: Frame.Defect? {
        let front = block.read(start..<end) { Frame.front(of: $0) }
        if case .defect(let defect) = front { return defect }
        return nil
    }

    /// Forgets what is held, as nobody will ask for it.
    public mutating func discard() {
        lent += UInt64(end - start)
        start = 0
        end = 0
    }
}
