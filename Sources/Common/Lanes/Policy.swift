public import Units

/// What happens to a consumer's stream when the consumer takes less than there is.
public enum Policy: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// The latest wins: tickers, candles and changes of books are folded, what was overwritten is told as a gap.
    case coalesce
    /// Everything up to now is left out and told as a gap; then what is true now.
    case skip
    /// The consumer is let go, with the reason.
    case disconnect
    /// The producer waits: for replays.
    case block
}

/// How far behind is too far.
public struct Bounds: Sendable {
    /// Bytes of backlog beyond which a consumer is behind: folded, skipped or let go as each stream's policy says.
    public var behindBytes = 1 << 20
    /// Bytes of the ring that are folded at once.
    public var windowBytes = 1 << 20
    /// Bytes of a write, and of what is gathered for one.
    public var writeBytes = 192 << 10
    /// A run of the ring of so many bytes is written from where it is; shorter ones are gathered first.
    public var runBytes = 1 << 14
    /// So much of the ring is used before it begins anew where everybody has everything.
    public var warmBytes = 128 << 10
    /// A consumer that takes nothing for so long, while there is something for it, is let go.
    public var patience = Nanos.seconds(300)
    /// Subscriptions of a consumer.
    public var subscriptionsMax = 256

    public init() {}
}
