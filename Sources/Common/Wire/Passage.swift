import Bytes
public import Events
public import Units

/// What a stage that passes a frame on writes into its header.
public struct Passage: BitwiseCopyable, Sendable {
    public var routingVersion: UInt32
    public var flags: Flags
    /// Added to the epoch; the identity then is another one.
    public var epochShift: UInt32
    /// When the frame came to the stage and leaves it; 0 = no stamps.
    public var cameAt, leavesAt: Nanos

    @inlinable
    public init(
        routingVersion: UInt32 = 0, flags: Flags = [], epochShift: UInt32 = 0, cameAt: Nanos = .zero,
        leavesAt: Nanos = .zero
    ) {
        self.routingVersion = routingVersion
        self.flags = flags
        self.epochShift = epochShift
        self.cameAt = cameAt
        self.leavesAt = leavesAt
    }
}

extension Passage {
    /// What a frame that was received then bears at `time`; nil where it bears nothing.
    @inline(__always)
    static func hop(_ received: Nanos, _ time: Nanos) -> UInt64? {
        guard received.count > 0, time >= received, UInt64((time - received).count) <= Frame.hopMax else { return nil }
        return UInt64(max(1, (time - received).count))
    }
}

extension MutableRawSpan {
    /// Writes a passage through `dispatch` into the whole frame that fills the span, and its checksum anew.
    ///
    /// Hops of frames that were never received, and times that do not fit, stay as they are.
    public mutating func pass(_ passage: Passage) {
        // Said once, so that it is not asked at each of the words.
        precondition(byteCount >= Frame.headerBytes, "what passes is a whole frame")
        guard passage.epochShift == 0 else { return passAnew(passage) }
        // The checksum of the rest stands: only what the words that are written change of it is computed.
        let words = byteCount / 8
        let version = UInt64(bytes.u32(76) ^ passage.routingVersion) << 32
        let (came, left) = (bytes.u64(104), bytes.u64(112))
        let flags = UInt64(passage.flags.rawValue & ~bytes.u32(12)) << 32
        if flags != 0 { put(bytes.u64(8) | flags, at: 8) }
        put(passage.routingVersion, at: 76)
        let received = Nanos(bytes.i64(48))
        let comes = Passage.hop(received, passage.cameAt)
        let leaves = passage.leavesAt == passage.cameAt ? comes : Passage.hop(received, passage.leavesAt)
        put(comes ?? came, at: 104)
        put(leaves ?? left, at: 112)
        // Words 9, 13 and 14.
        let change = CRC32C.difference(
            of: version, hole: 3, came ^ (comes ?? came), left ^ (leaves ?? left), words: words &- 15)
        put(bytes.u32(4) ^ change, at: 4)
        if flags != 0 { put(bytes.u32(4) ^ CRC32C.difference(of: flags, words: words &- 2), at: 4) }
    }

    @inline(never)
    private mutating func passAnew(_ passage: Passage) {
        if !passage.flags.isEmpty { put(bytes.u32(12) | passage.flags.rawValue, at: 12) }
        put(passage.routingVersion, at: 76)
        if passage.epochShift > 0 { shiftEpoch(passage.epochShift) }
        let received = Nanos(bytes.i64(48))
        if let comes = Passage.hop(received, passage.cameAt) { put(comes, at: 104) }
        if let leaves = Passage.hop(received, passage.leavesAt) { put(leaves, at: 112) }
        seal()
    }

    private mutating func shiftEpoch(_ shift: UInt32) {
        let header = Header(bytes)
        let epoch = header.envelope.epoch &+ shift
        put(epoch, at: 72)
        guard header.envelope.position > 0 else { return }
        let name = StreamName(venue: bytes.extracting(header.venue), symbol: bytes.extracting(header.symbol))
        guard let name else { return }
        let id = name.id(channel: header.envelope.channel, epoch: epoch, position: header.envelope.position)
        put(id, at: 56)
    }
}

extension Outbox {
    /// Gives the frames that were appended since `count` bytes waited the hop stamps of `frame`.
    public mutating func bearHops(of frame: RawSpan, since count: Int) {
        rewrite(since: count) { $0.put(frame.extracting(88..<Frame.headerBytes), at: 88) }
    }

    /// Adds flags to the frames that were appended since `count` bytes waited.
    public mutating func bear(_ flags: Flags, since count: Int) {
        rewrite(since: count) { $0.put($0.bytes.u32(12) | flags.rawValue, at: 12) }
    }
}
