public import Units

/// What stands around every event, whatever its kind.
public struct Envelope: BitwiseCopyable, Sendable {
    public var kind: Kind
    public var channel: Channel
    public var flags: Flags
    /// Raised when a stream restarts or resyncs; positions begin anew.
    public var epoch: UInt32
    /// The writer's own count in this stream and epoch, +1 an event from 1 on; 0 outside streams.
    public var position: UInt64
    /// The venue's sequence, first and last that this event covers; 0 = none.
    public var firstSequence, lastSequence: UInt64
    /// When it happened, by the venue's clock; 0 = not given.
    public var happened: Nanos
    /// When its last byte was read, by our clock: monotonic, or in a replay the recorded time.
    public var received: Nanos
    /// Identity of the event, derived from venue, symbol, channel, epoch and position.
    public var id: UInt64
    /// Identity of the event that caused this one; 0 = none.
    public var cause: UInt64
    public var routingVersion: UInt32
    /// Part n of m of an event that is larger than one frame; 1 of 1 otherwise.
    public var part, parts: UInt16

    @inlinable
    public init(
        kind: Kind, channel: Channel, flags: Flags = [], epoch: UInt32 = 0, position: UInt64 = 0,
        firstSequence: UInt64 = 0, lastSequence: UInt64 = 0, happened: Nanos = .zero, received: Nanos = .zero,
        id: UInt64 = 0, cause: UInt64 = 0, routingVersion: UInt32 = 0, part: UInt16 = 1, parts: UInt16 = 1
    ) {
        self.kind = kind
        self.channel = channel
        self.flags = flags
        self.epoch = epoch
        self.position = position
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.happened = happened
        self.received = received
        self.id = id
        self.cause = cause
        self.routingVersion = routingVersion
        self.part = part
        self.parts = parts
    }
}

/// A stage boundary at which a frame is stamped with the nanoseconds since it was received.
public enum Hop: Int, CaseIterable, Sendable {
    case ingestOut, mergeOut, dispatchIn, dispatchOut, decided, orderIn, sent, acknowledged
}
