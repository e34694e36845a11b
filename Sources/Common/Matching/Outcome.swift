public import Bytes

/// What has happened to a market's orders since it was last cleared, in order. Its owner clears it after every call; one call adds at
/// most a few lines for each order of the book.
public struct Outcome: ~Copyable {
    public internal(set) var executions = Column<Execution>(capacity: 64)
    public internal(set) var sights = Column<Sight>(capacity: 64)

    public init() {}

    public mutating func clear() {
        executions.removeAll()
        sights.removeAll()
    }
}

/// What a market answered.
public enum Answer: Equatable, Sendable {
    /// The number of the order.
    case accepted(UInt64)
    case refused(Reason)
}
