public import Matching
public import Units

/// All markets of one simulated exchange: their books, who trades on them, and the clock that moves them. Pure: the same plan and the
/// same calls give the same tape.
public struct Floor: ~Copyable {
    /// One market as the world sees it.
    public struct Market: Sendable {
        public enum Status: UInt8, Sendable { case pending, trading, halted, ended }
        public var terms: Terms
        public var status: Status
    }

    public private(set) var markets: [Market] = []

    /// Performs all that is due until `now`, in order of time, and tells it to `tape`.
    public mutating func advance(to now: Nanos, tape: inout Tape) { fatalError("under construction") }

    /// When something happens next; nil: never.
    public var nextDue: Nanos? { nil }

    /// Number of the last change of a market's book; a snapshot taken now holds all changes up to it.
    public func lastChange(_ market: Int) -> UInt64 { 0 }

    /// The best levels of a side, best first, at most `limit`.
    public borrowing func levels(_ market: Int, _ side: BookSide, limit: Int, _ body: (Ticks, Lots) -> Void) {}

    /// The best level of a side; nil where nothing rests.
    public borrowing func best(_ market: Int, _ side: BookSide) -> (price: Ticks, size: Lots)? { nil }

    /// What rests at a price.
    public borrowing func size(_ market: Int, _ side: BookSide, at price: Ticks) -> Lots { .zero }
}
