import Bytes
import Units

/// One side of a book: price levels sorted by key, the best last, so that what happens near the touch moves little.
///
/// `key` is the price, negated for asks. Nearly all orders come and go within a few levels of the touch, where the search is a look at
/// the last ones and an insertion moves a few; deep ones halve.
///
/// Invariant: keys strictly ascend; `total > 0` is the sum of what is left of the orders from `head` to `tail`.
struct Levels: ~Copyable {
    struct Level: BitwiseCopyable {
        var key: Int64
        var total: Int64
        /// First and last order, as slots.
        var head: Int32
        var tail: Int32
    }

    var rows = Column<Level>(capacity: 64)
    let side: BookSide

    init(_ side: BookSide) { self.side = side }

    @inline(__always) func key(_ price: Int64) -> Int64 { side == .bid ? price : 0 &- price }
    @inline(__always) func price(_ key: Int64) -> Int64 { side == .bid ? key : 0 &- key }

    /// The first level whose key is not below `key`; `rows.count` where there is none.
    @inline(__always)
    func index(_ key: Int64) -> Int {
        var high = rows.count
        var near = 0
        while near < 8, high > 0 {
            if rows[high &- 1].key < key { return high }
            high &-= 1
            near &+= 1
        }
        var low = 0
        while low < high {
            let middle = (low &+ high) / 2
            if rows[middle].key < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// The level at `key`; nil where nothing rests.
    func find(_ key: Int64) -> Int? {
        let index = index(key)
        return index < rows.count && rows[index].key == key ? index : nil
    }
}
