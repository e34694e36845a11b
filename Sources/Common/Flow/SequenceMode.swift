import Events

/// By what the events of a stream are told to follow each other.
public enum SequenceMode: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    /// The writer's own count, +1 an event in each epoch: the rule.
    case position
    /// The venue's numbers, each event beginning right after the one before it ends. Ranges may overlap.
    case contiguous
    /// The venue's numbers, which only grow: nothing is ever waited for, what is not above the last one is a repeat.
    case monotone
    /// No order that could be told: everything passes.
    case none

    /// What the event covers in this count; nil: outside of any order.
    func range(_ envelope: Envelope) -> (UInt64, UInt64)? {
        switch self {
        case .position: envelope.position > 0 ? (envelope.position, envelope.position) : nil
        case .contiguous, .monotone:
            envelope.lastSequence > 0 ? (max(envelope.firstSequence, 1), envelope.lastSequence) : nil
        case .none: nil
        }
    }
}
