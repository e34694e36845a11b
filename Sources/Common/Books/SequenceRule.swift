/// How a venue numbers the changes of a book, and so how a missing one is found.
public enum SequenceRule: Sendable {
    /// No numbers.
    case none
    /// A change covers `first...last`, and the next one begins right behind: `first <= held &+ 1 <= last`.
    /// Source: Binance spot, "How to manage a local order book correctly".
    case range
    /// A change names the last number of the one before it: `previous == held`. Source: Binance futures, the same.
    case pointer
    /// Numbers go up by one. Source: Kraken Futures, "Book".
    case next

    public enum Verdict: Equatable, Sendable {
        case apply
        /// Already part of the book: to be ignored.
        case old
        /// One or more changes are missing.
        case gap(expected: UInt64, actual: UInt64)
    }

    /// Judges a change that covers `first...last` and follows `previous`, on a book at `held`. `isFirst`: the book is a
    /// snapshot from elsewhere, and the change the first one after it.
    public func judge(first: UInt64, last: UInt64, previous: UInt64, held: UInt64, isFirst: Bool) -> Verdict {
        switch self {
        case .none: return .apply
        case .range:
            if last <= held { return .old }
            return first <= held &+ 1 ? .apply : .gap(expected: held &+ 1, actual: first)
        case .pointer:
            if isFirst {
                if last < held { return .old }
                // The snapshot lies inside the change, or in the numbers that it skips.
                return min(first, previous) <= held ? .apply : .gap(expected: held, actual: previous)
            }
            if previous == held { return .apply }
            return last <= held ? .old : .gap(expected: held, actual: previous)
        case .next:
            if last <= held { return .old }
            return last == held &+ 1 ? .apply : .gap(expected: held &+ 1, actual: last)
        }
    }
}
