import Bytes
public import Events
import Units

extension BookKeeper {
    /// The levels that differ between this book and `other`, as they are in `other` (size 0: not there), best first, at most `limit`
    /// a side. Replaces what is in `found`.
    public func differences(to other: borrowing BookKeeper, limit: Int, found: inout Sides) {
        found.removeAll()
        var mine = Sides()
        var theirs = Sides()
        book.copy(to: &mine)
        other.book.copy(to: &theirs)
        BookKeeper.differences(
            mine.bids, theirs.bids, isBetter: { $0 > $1 }, isVouched: { _ in true },
            { if found.bids.count < limit { found.bids.append($0) } })
        BookKeeper.differences(
            mine.asks, theirs.asks, isBetter: { $0 < $1 }, isVouched: { _ in true },
            { if found.asks.count < limit { found.asks.append($0) } })
    }

    /// How many of the levels that `known` names differ between this book and `other` still.
    public func countDifferences(to other: borrowing BookKeeper, among known: borrowing Sides) -> Int {
        var found = Sides()
        differences(to: other, limit: .max, found: &found)
        return BookKeeper.common(found.bids, known.bids, isBetter: { $0 > $1 })
            + BookKeeper.common(found.asks, known.asks, isBetter: { $0 < $1 })
    }

    /// Prices that are in both; both best first.
    private static func common(
        _ some: borrowing Column<Level>, _ others: borrowing Column<Level>, isBetter: (Decimal, Decimal) -> Bool
    ) -> Int {
        var count = 0
        var own = 0
        var other = 0
        while own < some.count, other < others.count {
            let (price, wanted) = (some[own].exactPrice, others[other].exactPrice)
            if isBetter(price, wanted) {
                own += 1
            } else if isBetter(wanted, price) {
                other += 1
            } else {
                count += 1
                own += 1
                other += 1
            }
        }
        return count
    }
}
