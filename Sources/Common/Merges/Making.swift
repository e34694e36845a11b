import Events
public import Units
import Wire

/// What an event of merge's own is made at: an event that came, or a moment.
public struct Making: Sendable {
    /// By the wall clock.
    public var now: Nanos
    /// What to add to the received times of the output to get the wall clock's.
    public var wallOffset: Nanos
    /// The event that causes it; 0 = none.
    public var cause: UInt64 = 0
    /// When that happened, by the venue's clock.
    public var happened = Nanos.zero

    public init(now: Nanos, wallOffset: Nanos, cause: UInt64 = 0, happened: Nanos = .zero) {
        self.now = now
        self.wallOffset = wallOffset
        self.cause = cause
        self.happened = happened
    }

    /// A time of the wall clock as received times of the output count.
    func received(_ time: Nanos) -> Nanos { min(max(time - wallOffset, .zero), Nanos.range.upperBound) }

    func envelope(
        _ kind: Kind, _ channel: Channel, _ place: StreamPlace, _ name: StreamName, flags: Flags = []
    ) -> Envelope {
        Envelope(
            kind: kind, channel: channel, flags: flags, epoch: place.epoch, position: place.position,
            happened: happened, received: received(now),
            id: name.id(channel: channel, epoch: place.epoch, position: place.position), cause: cause)
    }
}

/// Where a stream of merge's own stands.
public struct StreamPlace: Equatable, BitwiseCopyable, Sendable {
    public private(set) var epoch: UInt32 = 1
    public private(set) var position: UInt64 = 0

    /// The next event's.
    mutating func next() -> StreamPlace {
        position += 1
        return self
    }

    mutating func beginEpoch() {
        epoch += 1
        position = 0
    }
}
