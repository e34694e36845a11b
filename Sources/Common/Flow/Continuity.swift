public import Events

/// Watches one stream's epochs and positions: what is missing, repeated or out of order.
///
/// Invariant: `position` is the highest seen in `epoch`.
public struct Continuity: Sendable {
    public private(set) var epoch: UInt32 = 0
    public private(set) var position: UInt64 = 0

    public init() {}

    public enum Verdict: Equatable, Sendable {
        /// The next one, the first one, or the first of a new epoch; or a state that is told again (flag `snapshot`).
        case next
        /// So many are missing before it.
        case gap(missing: UInt64)
        /// Seen before, or of an older epoch.
        case old
    }

    /// Judges the next event of the stream.
    public mutating func judge(_ envelope: Envelope) -> Verdict {
        defer {
            if envelope.epoch > epoch || (envelope.epoch == epoch && envelope.position > position) {
                epoch = envelope.epoch
                position = envelope.position
            }
        }
        // The beginning of the first epoch that is seen may lie before the reader joined.
        guard position > 0 else { return .next }
        if envelope.epoch < epoch { return .old }
        if envelope.epoch > epoch {
            return envelope.position <= 1 ? .next : .gap(missing: envelope.position - 1)
        }
        if envelope.position <= position {
            // Every book of several venues bears the flag, and none is told again.
            return envelope.flags.contains(.snapshot) && envelope.kind != .consolidatedBook ? .next : .old
        }
        // What is coalesced stands for those before it.
        if envelope.flags.contains(.coalesced) { return .next }
        let missing = envelope.position - position - 1
        return missing == 0 ? .next : .gap(missing: missing)
    }
}
