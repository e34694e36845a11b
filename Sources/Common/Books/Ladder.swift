import Bytes
import Events
import Units

/// One side of a book: levels sorted by price, the best last, so that what happens at the touch moves little.
///
/// `key` is the price's mantissa at the book's exponent, negated for asks: the best level has the largest key.
/// Invariant: keys strictly ascend; the three columns have one length.
struct Ladder: ~Copyable {
    private var keys: Column<Int64>
    private var sizes: Column<Int64>
    /// Digits as the wire had them: price exponent in the low byte, size exponent in the high one.
    private var digits: Column<UInt16>
    private let isAsks: Bool

    init(asks: Bool) {
        keys = Column(capacity: 16)
        sizes = Column(capacity: 16)
        digits = Column(capacity: 16)
        isAsks = asks
    }

    var count: Int { keys.count }

    /// The key of the best level; nil when there is none.
    var bestKey: Int64? { keys.isEmpty ? nil : keys.last }

    enum Change: Equatable { case inserted, changed, removed, none }

    /// What `set` did, and how many levels are better than the one it concerned.
    struct Effect {
        var change: Change
        var rank: Int
    }

    /// Puts a level at `key`, or removes it when `size` is 0.
    mutating func set(_ key: Int64, size: Int64, digits: UInt16) -> Effect {
        let at = lowerBound(key)
        let rank = keys.count - 1 - at
        if at < keys.count, keys[at] == key {
            if size == 0 {
                keys.remove(at: at)
                sizes.remove(at: at)
                self.digits.remove(at: at)
                return Effect(change: .removed, rank: rank)
            }
            if sizes[at] == size, self.digits[at] == digits { return Effect(change: .none, rank: rank) }
            sizes[at] = size
            self.digits[at] = digits
            return Effect(change: .changed, rank: rank)
        }
        if size == 0 { return Effect(change: .none, rank: rank + 1) }
        keys.insert(key, at: at)
        sizes.insert(size, at: at)
        self.digits.insert(digits, at: at)
        return Effect(change: .inserted, rank: rank + 1)
    }

    /// The first index whose key is not below `key`: galloping from the touch, where most changes are.
    private func lowerBound(_ key: Int64) -> Int {
        var high = keys.count
        var step = 1
        var low = high
        // Invariant: every key at `high` and beyond is >= key.
        while low > 0 {
            low = max(high - step, 0)
            if keys[low] < key { break }
            high = low
            step *= 2
        }
        while low < high {
            let middle = (low + high) >> 1
            if keys[middle] < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// The level that has `rank` better ones, as the wire wrote it.
    func level(_ rank: Int, exponent: Int8) -> Level {
        let at = keys.count - 1 - rank
        let priceExponent = Int8(truncatingIfNeeded: digits[at])
        var price = isAsks ? 0 &- keys[at] : keys[at]
        // A price of 0 fits at any exponent.
        if priceExponent != exponent, price != 0 { price /= Decimal.power(of: Int(priceExponent) - Int(exponent)) }
        return Level(
            price: price, size: sizes[at], priceExponent: priceExponent,
            sizeExponent: Int8(truncatingIfNeeded: digits[at] >> 8))
    }

    /// Whether the level with `rank` better ones is exactly this.
    func holds(_ rank: Int, key: Int64, size: Int64, digits: UInt16) -> Bool {
        let at = keys.count - 1 - rank
        return keys[at] == key && sizes[at] == size && self.digits[at] == digits
    }

    func key(_ rank: Int) -> Int64 { keys[keys.count - 1 - rank] }
    func size(_ rank: Int) -> Int64 { sizes[sizes.count - 1 - rank] }
    func digits(_ rank: Int) -> UInt16 { digits[digits.count - 1 - rank] }

    /// Removes the worst levels beyond the best `depth`.
    mutating func removeBeyond(_ depth: Int) {
        let excess = keys.count - depth
        guard excess > 0 else { return }
        keys.removeFirst(excess)
        sizes.removeFirst(excess)
        digits.removeFirst(excess)
    }

    mutating func removeAll() {
        keys.removeAll()
        sizes.removeAll()
        digits.removeAll()
    }

    /// Multiplies all keys; false, and nothing is done, where one would overflow.
    mutating func scale(by factor: Int64) -> Bool {
        for at in 0..<keys.count where keys[at].multipliedReportingOverflow(by: factor).overflow { return false }
        for at in 0..<keys.count { keys[at] *= factor }
        return true
    }

    /// Traps when the invariant is broken.
    func checkInvariant() {
        assert(keys.count == sizes.count && keys.count == digits.count)
        for at in 1..<max(keys.count, 1) { assert(keys[at - 1] < keys[at]) }
    }

    /// Bytes of memory held for levels.
    var memoryBytes: Int { keys.capacity * 8 + sizes.capacity * 8 + digits.capacity * 2 }
}
