import Bytes
public import Events
public import Units

/// Frames on their way out: they are written into it, and its owner empties it into a descriptor.
///
/// Grows to `limit` and never beyond: then `put` refuses.
public struct Outbox: ~Copyable {
    private var queue: ByteQueue
    /// Bytes of the frames that bear a stamp; those stand first.
    private var stamped = 0
    /// Frames taken in since birth.
    public private(set) var frames: UInt64 = 0

    /// Room for `limit` bytes, of which `capacity` are allocated at once.
    public init(capacity: Int = 1 << 16, limit: Int = 32 << 20) {
        queue = ByteQueue(capacity: capacity, limit: limit)
    }

    /// Bytes that it holds at most.
    public var limit: Int { queue.limit }
    /// Bytes waiting.
    public var byteCount: Int { queue.count }
    public var isEmpty: Bool { queue.isEmpty }

    /// Appends frames that exist already, as they are. False, and nothing is done, when they do not fit.
    @discardableResult
    public mutating func put(whole bytes: RawSpan, frames: UInt64 = 1) -> Bool {
        guard queue.append(bytes) else { return false }
        self.frames += frames
        return true
    }

    /// Appends one frame: `fixed` fills the zeroed fixed part, whose trailing zero words are then cut off, and `variable`
    /// the zeroed variable parts. False, and nothing is done, when it does not fit or would be larger than a frame may be.
    @discardableResult @inline(__always)
    mutating func put(
        _ envelope: Envelope, _ name: StreamName, fixedWords: Int, variableBytes: Int,
        fixed: (inout MutableRawSpan) -> Void, variable: (inout MutableRawSpan) -> Void
    ) -> Bool {
        let head = name.headBytes
        let most = head + fixedWords * 8 + variableBytes
        guard most <= Frame.bytesMax, variableBytes & 7 == 0 else { return false }
        let isTaken = queue.append(upTo: most) { span in
            span.clear(head..<most)
            var part = span._mutatingExtracting(head..<(head + fixedWords * 8))
            fixed(&part)
            var words = fixedWords
            while words > 0, part.bytes.u64((words - 1) * 8) == 0 { words -= 1 }
            let length = head + words * 8 + variableBytes
            var frame = span._mutatingExtracting(0..<length)
            frame.put(envelope, name, fixedWords: words)
            if variableBytes > 0 {
                var rest = frame._mutatingExtracting((length - variableBytes)..<length)
                variable(&rest)
            }
            frame.seal()
            return length
        }
        guard isTaken else { return false }
        frames += 1
        return true
    }

    /// Lends all that waits to `write`, which returns how many bytes it took; those are gone then.
    public mutating func empty<E: Error>(_ write: (RawSpan) throws(E) -> Int) throws(E) {
        let before = queue.count
        try queue.empty(write)
        stamped = max(0, stamped - (before - queue.count))
    }

    /// Stamps the frames that came since the last stamp with the time from received to now. Frames that were never received, and
    /// times that do not fit, stay as they are.
    public mutating func stamp(_ hop: Hop, at now: Nanos) {
        var at = stamped
        queue.write { frames in
            while at < frames.byteCount {
                let length = Int(frames.bytes.u32(at))
                var frame = frames._mutatingExtracting(at..<(at + length))
                frame.stamp(hop, at: now)
                at += length
            }
        }
        stamped = at
    }

    /// Leaves the frames that came since the last stamp as they are: their times count from elsewhere.
    public mutating func leaveUnstamped() { stamped = queue.count }

    /// Appends the frames of an event under another place in its stream. False, and nothing is done, when they do not fit.
    @discardableResult
    public mutating func put(_ frames: RawSpan, epoch: UInt32, position: UInt64, _ name: StreamName) -> Bool {
        let before = queue.count
        guard put(whole: frames, frames: 0) else { return false }
        self.frames += rewrite(since: before) { frame in
            let channel = Channel(rawValue: frame.bytes.byte(86)) ?? .control
            frame.put(position, at: 16)
            frame.put(name.id(channel: channel, epoch: epoch, position: position), at: 56)
            frame.put(epoch, at: 72)
        }
        return true
    }

    /// Lends each frame that was appended since `count` bytes waited, to be changed in place; its checksum is made anew. Gives their
    /// number.
    @discardableResult
    mutating func rewrite(since count: Int, _ body: (inout MutableRawSpan) -> Void) -> UInt64 {
        var at = count
        var frames: UInt64 = 0
        queue.write { waiting in
            while at < waiting.byteCount {
                let length = Int(waiting.bytes.u32(at))
                var frame = waiting._mutatingExtracting(at..<(at + length))
                body(&frame)
                frame.seal()
                at += length
                frames += 1
            }
        }
        return frames
    }

    /// Lends what waits, to look at.
    public borrowing func read<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try queue.read(body)
    }
}

extension MutableRawSpan {
    /// Stamps a sealed frame with the time from received to `now`, where it has one and that fits.
    @inline(__always)
    mutating func stamp(_ hop: Hop, at now: Nanos) {
        let received = Nanos(bytes.i64(48))
        guard received.count > 0, now >= received, UInt64((now - received).count) <= Frame.hopMax else { return }
        let offset = 88 + hop.rawValue * 8
        let stamp = UInt64(max(1, (now - received).count))
        // The checksum of the rest stands: only what the eight bytes change of it is computed.
        let change = CRC32C.difference(of: bytes.u64(offset) ^ stamp, words: byteCount / 8 - offset / 8 - 1)
        put(stamp, at: offset)
        put(bytes.u32(4) ^ change, at: 4)
    }
}
