/// What became of the events that came to the lane.
///
/// Events in = written - own + repeated + late + void + refused + tooLarge + control + coalesced + dropped + those that wait to be put
/// in order or for their stream's rate.
public struct LaneTally: Equatable, Sendable {
    public var taken: UInt64 = 0
    /// Events in the ring, own ones (views, gaps, statuses) too.
    public var written: UInt64 = 0
    public var repeated: UInt64 = 0
    /// Came after their gap had been told.
    public var late: UInt64 = 0
    /// Changes of a book that is void.
    public var void: UInt64 = 0
    /// Of streams for which there is no room.
    public var refused: UInt64 = 0
    public var tooLarge: UInt64 = 0
    /// Of no stream: hello, heartbeat, end, telemetry.
    public var control: UInt64 = 0
    /// Folded into newer ones, as their stream was over its rate.
    public var coalesced: UInt64 = 0
    /// Left out, as their stream was over its rate: dead letters.
    public var dropped: UInt64 = 0
    /// Events that never came: the sum of all gaps that were found here.
    public var missing: UInt64 = 0

    public init() {}
}
