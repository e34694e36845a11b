/// What became of the events that a consumer asked for.
///
/// Events written to its tracks since it asked = delivered + coalesced + skipped + filtered + withdrawn + those that wait.
public struct ReaderTally: Equatable, Sendable {
    /// Given to it as they are, or as the newest of those that were folded into one.
    public var delivered: UInt64 = 0
    /// Folded into newer ones.
    public var coalesced: UInt64 = 0
    /// Left out and told as gaps.
    public var skipped: UInt64 = 0
    /// Left out, as its routes were older than it accepts.
    public var filtered: UInt64 = 0
    /// Waited for it when it asked for them no more.
    public var withdrawn: UInt64 = 0
    /// Not of the stream: what is true, told to a newcomer or after a gap; gaps; answers.
    public var told: UInt64 = 0
    public var gaps: UInt64 = 0
    public var bytes: UInt64 = 0
    /// Written from where they lie in the ring.
    public var ringFrames: UInt64 = 0
    /// Times that the ring overwrote what it had not taken.
    public var overruns: UInt64 = 0

    public init() {}
}
