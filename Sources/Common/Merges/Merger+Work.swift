public import Events
public import Flow
public import Units

extension Merger {
    /// What a merger does beside passing events on.
    public struct Work: Sendable {
        public var rules: [MergeRule] = []
        /// Whether windowed events are passed on by themselves, too.
        public var passesWindowed = false
        public var heals = false
        public var patience = Nanos.seconds(1)
        /// Levels a side of a consolidated book, 0 = all that fit; nil: none is made.
        public var levels: Int?
        public var leavesOutQuiet = false
        public var intervals: [Nanos] = []

        public init() {}

        /// Kinds that any work looks into.
        public static let all: [Kind] = [.bookStatus, .gap] + MergeRule.kinds

        /// Kinds that are looked into.
        public var kinds: [Kind] {
            var kinds: [Kind] = []
            if heals || levels != nil { kinds += [.bookStatus, .bookSnapshot, .bookUpdate, .gap] }
            if !intervals.isEmpty { kinds += [.trade, .gap] }
            return kinds + rules.map(\.kind)
        }
    }

    /// What somebody should be told.
    public enum Notice: Equatable, Sendable {
        /// A window in which venues were missing.
        case suppressed(key: String, missing: [String])
        case late(venue: String, symbol: String, sequence: UInt64, by: Nanos)
        /// A stream that cannot be healed.
        case unnumbered(stream: String)
    }

    /// How hops are stamped.
    public enum Stamping: Sendable {
        /// All that came since the last flush at once, by a monotonic clock: frames of inputs whose times count from elsewhere are not.
        case clock(TimeOrigin)
        /// Each frame by its own time.
        case frames
    }
}
