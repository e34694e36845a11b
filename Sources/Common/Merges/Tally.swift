/// What became of the frames of inputs, and what was written.
///
/// Invariant: taken + healed = accounted + those that wait; frames out = passed + made. A frame that a merged event
/// carries is a fragment; those that wait do so in windows, or for a hole to be filled.
public struct Tally: Equatable, Sendable {
    /// Frames that were whole and good.
    public var taken: UInt64 = 0
    /// Passed on, in order of each stream.
    public var passed: UInt64 = 0
    /// Carried by merged events.
    public var fragments: UInt64 = 0
    /// Gave way to a later one of their venue in a window.
    public var superseded: UInt64 = 0
    /// In windows in which venues were missing.
    public var suppressed: UInt64 = 0
    /// Came after their window.
    public var late: UInt64 = 0
    /// In windows that were open at the end, or whose rule has gone.
    public var discarded: UInt64 = 0
    /// Told already by another input, or told anew by `--dedupe`.
    public var absorbed: UInt64 = 0
    /// What `--dedupe` says of its own: gaps, states of books, changes from one input's book to another's.
    public var healed: UInt64 = 0
    /// Of events of which other frames are missing.
    public var incomplete: UInt64 = 0
    /// `end` frames: merge writes one of its own.
    public var ends: UInt64 = 0
    /// Did not fit in the outbox.
    public var refused: UInt64 = 0
    /// Written without having come in: hello, end, merged events, consolidated books, candles, what healed streams say.
    public var made: UInt64 = 0
    /// Frames passed on that are carried by merged events, too.
    public var doubled: UInt64 = 0

    public init() {}

    /// Frames in that are told in some way, or named as dropped.
    public var accounted: UInt64 {
        passed + fragments + superseded + suppressed + late + discarded + absorbed + incomplete + ends + refused
            - doubled
    }

    public var written: UInt64 { passed + made }

    /// As people read it; what is 0 is left out.
    public var line: String {
        let rows: [(UInt64, String)] = [
            (fragments, "merged"), (superseded, "superseded"), (suppressed, "suppressed"), (late, "late"),
            (discarded, "discarded"), (absorbed, "absorbed"), (incomplete, "incomplete"), (refused, "refused"),
            (made, "made"),
        ]
        let rest = rows.filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }.joined()
        return "\(taken) frames in, \(passed) passed\(rest)"
    }
}
