import Bytes
public import Events
public import Units

/// How deep a snapshot told: the worst price of each side that it vouches for; not given: all of it.
public struct Reach: BitwiseCopyable, Sendable {
    public var bid = Decimal.notGiven
    public var ask = Decimal.notGiven

    public init() {}

    /// That of a snapshot which was asked for with `limit` levels a side, best first.
    public init(_ levels: borrowing Sides, _ part: Sides.Part, limit: Int) {
        if part.bids.count >= limit { bid = levels.bids[part.bids.upperBound - 1].exactPrice }
        if part.asks.count >= limit { ask = levels.asks[part.asks.upperBound - 1].exactPrice }
    }

    /// Whether a price of the side is vouched for.
    public func holds(bid price: Decimal) -> Bool { !bid.isGiven || price >= bid }
    public func holds(ask price: Decimal) -> Bool { !ask.isGiven || price <= ask }
}

extension BookKeeper {
    /// Makes the levels that `other` vouches for, as far as it reaches, those of this book. Both stand at the same change. What
    /// a consumer must do to follow is in `effects`. Returns how many levels differed of those that `known` vouched for.
    public mutating func correct(
        by other: borrowing BookKeeper, reach: Reach, known: Reach, effects: inout Sides
    ) -> Int {
        effects.removeAll()
        var mine = Sides()
        var theirs = Sides()
        book.copy(to: &mine)
        other.book.copy(to: &theirs)
        var changes = Sides()
        var wrong = 0
        BookKeeper.differences(
            mine.bids, theirs.bids, isBetter: { $0 > $1 }, isVouched: { reach.holds(bid: $0) },
            { level in
                changes.bids.append(level)
                if known.holds(bid: level.exactPrice) { wrong += 1 }
            })
        BookKeeper.differences(
            mine.asks, theirs.asks, isBetter: { $0 < $1 }, isVouched: { reach.holds(ask: $0) },
            { level in
                changes.asks.append(level)
                if known.holds(ask: level.exactPrice) { wrong += 1 }
            })
        guard !changes.isEmpty else { return 0 }
        correct(changes, &effects)
        return wrong
    }

    /// What to change in `mine` so that it becomes `theirs`; both best first.
    static func differences(
        _ mine: borrowing Column<Level>, _ theirs: borrowing Column<Level>,
        isBetter: (Decimal, Decimal) -> Bool, isVouched: (Decimal) -> Bool, _ tell: (Level) -> Void
    ) {
        var own = 0
        var other = 0
        while own < mine.count || other < theirs.count {
            let ownPrice = own < mine.count ? mine[own].exactPrice : .notGiven
            let otherPrice = other < theirs.count ? theirs[other].exactPrice : .notGiven
            if !otherPrice.isGiven || ownPrice.isGiven && isBetter(ownPrice, otherPrice) {
                guard isVouched(ownPrice) else { return }
                tell(Book.removal(of: mine[own]))
                own += 1
            } else if !ownPrice.isGiven || isBetter(otherPrice, ownPrice) {
                guard isVouched(otherPrice) else { return }
                tell(theirs[other])
                other += 1
            } else {
                guard isVouched(ownPrice) else { return }
                if mine[own].exactSize != theirs[other].exactSize { tell(theirs[other]) }
                own += 1
                other += 1
            }
        }
    }
}
