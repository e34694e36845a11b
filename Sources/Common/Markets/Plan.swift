public import Matching
public import Units

/// A market as it begins, and how the crowd trades on it.
public struct Listing: Equatable, Sendable {
    public var terms: Terms
    /// Around which price the crowd begins.
    public var mid: Ticks
    /// Its part of the floor's events, relative to the others.
    public var weight = 100
    /// Levels of each side that the book begins with, and about which it keeps; at most `Crowd.depthMax`. 0: an empty book without a
    /// crowd.
    public var depth = 100
    /// The smallest usual size of the crowd's orders.
    public var size = Lots(1000)
    /// How far the mid price drifts in a second, in parts of a million (standard deviation).
    public var volatility = 100

    public init(_ terms: Terms, mid: Ticks) {
        self.terms = terms
        self.mid = mid
    }

    /// As people write it: BTC-USDT.
    public var name: String { terms.base + "-" + terms.quote }
}

/// A whole simulated exchange as it begins.
public struct Plan: Sendable {
    public var seed: UInt64
    /// Simulated time of the beginning; rounded up to whole microseconds.
    public var start: Nanos
    /// Order events in a second, of all markets together: 0...Floor.rateMax.
    public var rate = 100
    public var listings: [Listing] = []

    public init(seed: UInt64, start: Nanos) {
        self.seed = seed
        self.start = start
    }
}
