import Books
import Bytes
import Events
import Units

/// What to change in one book to make it another.
enum BookDifference {
    /// Adds the changes to `changes`.
    static func add(from old: borrowing Book, to new: borrowing Book, _ changes: inout Sides) {
        var before = Sides(capacity: old.bidCount)
        var after = Sides(capacity: new.bidCount)
        old.copy(to: &before)
        new.copy(to: &after)
        add(before.bids, after.bids, isBids: true, &changes.bids)
        add(before.asks, after.asks, isBids: false, &changes.asks)
    }

    /// Both best first.
    private static func add(
        _ old: borrowing Column<Level>, _ new: borrowing Column<Level>, isBids: Bool, _ changes: inout Column<Level>
    ) {
        var (one, other) = (0, 0)
        while one < old.count || other < new.count {
            if one < old.count, other < new.count, old[one].exactPrice == new[other].exactPrice {
                if !isSame(old[one], new[other]) { changes.append(new[other]) }
                one += 1
                other += 1
            } else if one < old.count, other >= new.count || isBetter(old[one], new[other], isBids) {
                changes.append(
                    Level(
                        price: old[one].price, size: 0, priceExponent: old[one].priceExponent,
                        sizeExponent: old[one].sizeExponent))
                one += 1
            } else {
                changes.append(new[other])
                other += 1
            }
        }
    }

    private static func isBetter(_ a: Level, _ b: Level, _ isBids: Bool) -> Bool {
        isBids ? b.exactPrice < a.exactPrice : a.exactPrice < b.exactPrice
    }

    private static func isSame(_ a: Level, _ b: Level) -> Bool {
        a.size == b.size && a.sizeExponent == b.sizeExponent && a.priceExponent == b.priceExponent
    }
}
