import Bytes

/// A price and what rests at it, in a board's units.
struct Rung: BitwiseCopyable, Equatable, Sendable {
    var price: Int64
    var size: Int64

    /// Where nothing rests.
    static let none = Rung(price: 0, size: 0)
}

/// Levels of one side sorted by price, the best last, as changes are mostly near it: a side of a book, or what changed on one.
///
/// Invariant: each price stands once.
struct Rungs: ~Copyable {
    private(set) var rows = Column<Rung>(capacity: 16)
    let isAsks: Bool

    init(asks: Bool) { isAsks = asks }

    var count: Int { rows.count }
    var isEmpty: Bool { rows.isEmpty }

    /// The level with `rank` better ones.
    subscript(rank: Int) -> Rung { rows[rows.count &- 1 &- rank] }

    var best: Rung? { rows.isEmpty ? nil : rows.last }

    /// Where a price stands or would stand, counted from the worst.
    private func place(_ price: Int64) -> (index: Int, isThere: Bool) {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low &+ high) &>> 1
            let other = rows[middle].price
            if other == price { return (middle, true) }
            if (other < price) != isAsks { low = middle &+ 1 } else { high = middle }
        }
        return (low, false)
    }

    /// What rests at a price; 0: nothing.
    func size(at price: Int64) -> Int64 {
        let (index, isThere) = place(price)
        return isThere ? rows[index].size : 0
    }

    /// How many levels are better than `price`, and whether it is there.
    func rank(of price: Int64) -> (rank: Int, isThere: Bool) {
        let (index, isThere) = place(price)
        return (rows.count &- index &- (isThere ? 1 : 0), isThere)
    }

    enum Change { case none, inserted, changed, removed }

    /// Sets what rests at a price; 0 removes it. `rank`: how many are better.
    @discardableResult
    mutating func set(_ price: Int64, _ size: Int64) -> (change: Change, rank: Int) {
        let (index, isThere) = place(price)
        let rank = rows.count &- index &- (isThere ? 1 : 0)
        if isThere {
            if size == 0 {
                rows.remove(at: index)
                return (.removed, rank)
            }
            rows[index].size = size
            return (.changed, rank)
        }
        guard size != 0 else { return (.none, rank) }
        rows.insert(Rung(price: price, size: size), at: index)
        return (.inserted, rank)
    }

    /// Remembers that a price has this size now, 0 too: the later word counts.
    mutating func note(_ price: Int64, _ size: Int64) {
        let (index, isThere) = place(price)
        if isThere { rows[index].size = size } else { rows.insert(Rung(price: price, size: size), at: index) }
    }

    mutating func removeAll() { rows.removeAll() }

    /// Makes it the levels of `other`, at most `limit`.
    mutating func copy(_ other: borrowing Rungs, limit: Int = .max) {
        rows.removeAll()
        for rank in stride(from: min(limit, other.count) - 1, through: 0, by: -1) { rows.append(other[rank]) }
    }
}

/// What has changed of a book since it was last published.
struct Changes: ~Copyable {
    var bids = Rungs(asks: false)
    var asks = Rungs(asks: true)
    /// Numbers of the first and the last change in it; 0: none.
    var first: UInt64 = 0
    var last: UInt64 = 0

    var isEmpty: Bool { first == 0 }

    mutating func note(isAsk: Bool, _ price: Int64, _ size: Int64, number: UInt64) {
        if first == 0 { first = number }
        last = number
        if isAsk { asks.note(price, size) } else { bids.note(price, size) }
    }

    mutating func removeAll() {
        bids.removeAll()
        asks.removeAll()
        first = 0
        last = 0
    }
}
