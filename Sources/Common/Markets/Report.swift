public import Matching
public import Units

/// What happened to an account's order, and when and where.
public struct Report: Equatable, Sendable {
    /// Index of the market on its floor.
    public var market: Int
    public var time: Nanos
    public var execution: Execution
}
