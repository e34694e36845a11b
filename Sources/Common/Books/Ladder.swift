import Bytes
import Events
import Units

/// One side of a book: levels sorted by price, the best last, in nodes of `nodeSlots`, so that a change moves little wherever it is.
///
/// `key` is the price's mantissa at the book's exponent, negated for asks: the best level has the largest key. A plain sorted array
/// moved 250 levels for a change in the middle of Binance's futures books, 94 ns each; nodes 64 at most.
///
/// Invariant: keys strictly ascend within a node and from node to node; no node is empty; `maxima[n]` is the last key of the n-th; slots
/// behind a node's levels have the largest key.
struct Ladder: ~Copyable {
    /// Levels that a node holds at most.
    static let nodeSlots = 64
    /// Two neighbours that together hold no more than this become one.
    private static let mergeBelow = 56

    // By slot: node `n` has the slots from `n * nodeSlots` on.
    private var keys = Column<Int64>(capacity: Ladder.nodeSlots)
    private var sizes = Column<Int64>(capacity: Ladder.nodeSlots)
    /// Digits as the wire had them: price exponent in the low byte, size exponent in the high one.
    private var digits = Column<UInt16>(capacity: Ladder.nodeSlots)
    // By node: how many levels it holds.
    private var counts = Column<Int>()
    private var freeNodes = Column<Int>()
    // By place in the order of keys: which node, and its last key.
    private var order = Column<Int>()
    private var maxima = Column<Int64>()
    /// Where the last change was: the next one of a message is mostly near it.
    private var finger = 0
    private(set) var count = 0
    private let isAsks: Bool

    init(asks: Bool) { isAsks = asks }

    enum Change: Equatable { case inserted, changed, removed, none }

    /// What `set` did, and at most how many levels are better than the one it concerned.
    struct Effect {
        var change: Change
        /// A lower bound, exact in the best node.
        var rank: Int
    }

    /// A level's place: in the order of nodes, and in its node.
    struct Place: Equatable {
        var node: Int
        var index: Int
    }

    /// Puts a level at `key`, or removes it when `size` is 0.
    mutating func set(_ key: Int64, size: Int64, digits: UInt16) -> Effect {
        guard count > 0 else {
            if size == 0 { return Effect(change: .none, rank: 0) }
            insertNode(at: 0)
            place(key, size, digits, in: 0, at: 0)
            return Effect(change: .inserted, rank: 0)
        }
        let node = node(of: key)
        finger = node
        let start = order[node] &* Ladder.nodeSlots
        let held = counts[order[node]]
        let index = index(of: key, start)
        let rank = node == order.count &- 1 ? held &- 1 &- index : counts[order[order.count &- 1]]
        if index < held, keys[start &+ index] == key {
            if size == 0 {
                remove(in: node, at: index)
                return Effect(change: .removed, rank: rank)
            }
            if sizes[start &+ index] == size, self.digits[start &+ index] == digits {
                return Effect(change: .none, rank: rank)
            }
            sizes[start &+ index] = size
            self.digits[start &+ index] = digits
            return Effect(change: .changed, rank: rank)
        }
        if size == 0 { return Effect(change: .none, rank: rank &+ 1) }
        insert(key, size, digits, in: node, at: index)
        return Effect(change: .inserted, rank: max(rank &+ 1, 0))
    }

    /// The node that holds `key` or would: the first whose last key is not below it, or the last one. Gallops from the finger, as
    /// venues send the changes of a message in the order of their prices.
    @inline(__always)
    private func node(of key: Int64) -> Int {
        let last = maxima.count &- 1
        var low = min(finger, last)
        var high = low
        var step = 1
        if maxima[low] < key {
            // All before `low` are below the key.
            repeat {
                low = high &+ 1
                high = min(high &+ step, last)
                step &*= 2
            } while high < last && maxima[high] < key
            if low > last { return last }
        } else {
            // `high` and all behind it are not below the key.
            while low > 0, maxima[low &- 1] >= key {
                high = low &- 1
                low = max(low &- step, 0)
                step &*= 2
            }
        }
        while low < high {
            let middle = (low &+ high) &>> 1
            if maxima[middle] < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    /// How many keys of the node that begins at `start` are below `key`: by eighths, then within one. Slots that hold nothing have
    /// the largest key, so no count is needed.
    @inline(__always)
    private func index(of key: Int64, _ start: Int) -> Int {
        let eighth = keys.eightBelow(key, from: start &+ 7, stride: 8)
        guard eighth < 8 else { return Ladder.nodeSlots }
        return eighth &* 8 &+ keys.eightBelow(key, from: start &+ eighth &* 8, stride: 1)
    }

    private mutating func insert(_ key: Int64, _ size: Int64, _ digits: UInt16, in node: Int, at index: Int) {
        guard counts[order[node]] == Ladder.nodeSlots else { return place(key, size, digits, in: node, at: index) }
        // At the ends a new node begins, so that a snapshot fills its nodes wholly.
        if index == Ladder.nodeSlots, node == order.count - 1 {
            insertNode(at: node + 1)
            return place(key, size, digits, in: node + 1, at: 0)
        }
        if index == 0, node == 0 {
            insertNode(at: 0)
            return place(key, size, digits, in: 0, at: 0)
        }
        split(node)
        let half = Ladder.nodeSlots / 2
        if index <= half {
            place(key, size, digits, in: node, at: index)
        } else {
            place(key, size, digits, in: node + 1, at: index - half)
        }
    }

    /// Puts a level into a node that has room.
    @inline(__always)
    private mutating func place(_ key: Int64, _ size: Int64, _ digits: UInt16, in node: Int, at index: Int) {
        let id = order[node]
        let at = id &* Ladder.nodeSlots &+ index
        let end = id &* Ladder.nodeSlots &+ counts[id]
        slide(at..<end, to: at &+ 1)
        keys[at] = key
        sizes[at] = size
        self.digits[at] = digits
        counts[id] &+= 1
        count &+= 1
        if at == end { maxima[node] = key }
    }

    @inline(__always)
    private mutating func remove(in node: Int, at index: Int) {
        let id = order[node]
        let at = id &* Ladder.nodeSlots &+ index
        let end = id &* Ladder.nodeSlots &+ counts[id]
        slide((at &+ 1)..<end, to: at)
        keys[end &- 1] = .max
        counts[id] &-= 1
        count &-= 1
        let left = counts[id]
        if left > 0, at == end &- 1 { maxima[node] = keys[end &- 2] }
        if left < Ladder.mergeBelow / 2 { mend(node) }
    }

    @inline(__always)
    private mutating func slide(_ range: Range<Int>, to target: Int) {
        keys.slide(range, to: target)
        sizes.slide(range, to: target)
        digits.slide(range, to: target)
    }

    /// A node has become small: it goes, or joins a neighbour.
    @inline(never)
    private mutating func mend(_ node: Int) {
        if counts[order[node]] == 0 { return removeNode(at: node) }
        if node + 1 < order.count, counts[order[node]] + counts[order[node + 1]] <= Ladder.mergeBelow {
            merge(node)
        } else if node > 0, counts[order[node]] + counts[order[node - 1]] <= Ladder.mergeBelow {
            merge(node - 1)
        }
    }

    /// Moves the levels of the node behind `node` into it.
    private mutating func merge(_ node: Int) {
        let (id, other) = (order[node], order[node + 1])
        let source = other * Ladder.nodeSlots
        slide(source..<(source + counts[other]), to: id * Ladder.nodeSlots + counts[id])
        counts[id] += counts[other]
        maxima[node] = maxima[node + 1]
        removeNode(at: node + 1)
    }

    /// Moves the better half of a full node into a new one behind it.
    @inline(never)
    private mutating func split(_ node: Int) {
        let half = Ladder.nodeSlots / 2
        insertNode(at: node + 1)
        let (id, new) = (order[node], order[node + 1])
        let source = id * Ladder.nodeSlots
        slide((source + half)..<(source + Ladder.nodeSlots), to: new * Ladder.nodeSlots)
        for slot in (source + half)..<(source + Ladder.nodeSlots) { keys[slot] = .max }
        counts[id] = half
        counts[new] = Ladder.nodeSlots - half
        maxima[node + 1] = maxima[node]
        maxima[node] = keys[source + half - 1]
    }

    private mutating func insertNode(at node: Int) {
        let id: Int
        if freeNodes.isEmpty {
            id = counts.count
            counts.append(0)
            keys.append(repeating: .max, count: Ladder.nodeSlots)
            sizes.append(repeating: 0, count: Ladder.nodeSlots)
            digits.append(repeating: 0, count: Ladder.nodeSlots)
        } else {
            id = freeNodes.last
            freeNodes.remove(at: freeNodes.count - 1)
            counts[id] = 0
            for slot in (id * Ladder.nodeSlots)..<((id + 1) * Ladder.nodeSlots) { keys[slot] = .max }
        }
        order.insert(id, at: node)
        maxima.insert(0, at: node)
    }

    private mutating func removeNode(at node: Int) {
        freeNodes.append(order[node])
        order.remove(at: node)
        maxima.remove(at: node)
        finger = 0
    }

    /// Multiplies all keys; false, and nothing is done, where one would overflow.
    mutating func scale(by factor: Int64) -> Bool {
        for node in 0..<order.count {
            let start = order[node] * Ladder.nodeSlots
            for slot in start..<(start + counts[order[node]])
            where keys[slot].multipliedReportingOverflow(by: factor).overflow { return false }
        }
        for node in 0..<order.count {
            let start = order[node] * Ladder.nodeSlots
            for slot in start..<(start + counts[order[node]]) { keys[slot] *= factor }
            maxima[node] *= factor
        }
        return true
    }

    /// Removes the worst levels beyond the best `depth`.
    mutating func removeBeyond(_ depth: Int) {
        while count > depth { remove(in: 0, at: 0) }
    }

    mutating func removeAll() {
        keys.removeAll()
        sizes.removeAll()
        digits.removeAll()
        counts.removeAll()
        freeNodes.removeAll()
        order.removeAll()
        maxima.removeAll()
        finger = 0
        count = 0
    }

    /// The key of the best level; nil when there is none.
    var bestKey: Int64? { count > 0 ? maxima.last : nil }

    /// Where the best level is; nil when there is none.
    var best: Place? { count > 0 ? Place(node: order.count - 1, index: counts[order[order.count - 1]] - 1) : nil }

    /// The place of the next worse level; nil behind the worst.
    @inline(__always)
    func worse(than place: Place) -> Place? {
        if place.index > 0 { return Place(node: place.node, index: place.index &- 1) }
        guard place.node > 0 else { return nil }
        return Place(node: place.node &- 1, index: counts[order[place.node &- 1]] &- 1)
    }

    /// The place of the level that has `rank` better ones; traps when there is none.
    func place(_ rank: Int) -> Place {
        precondition(rank >= 0 && rank < count, "a level of this side")
        var rest = rank
        var node = order.count - 1
        while rest >= counts[order[node]] {
            rest -= counts[order[node]]
            node -= 1
        }
        return Place(node: node, index: counts[order[node]] - 1 - rest)
    }

    @inline(__always) func key(_ place: Place) -> Int64 { keys[slot(place)] }
    @inline(__always) func size(_ place: Place) -> Int64 { sizes[slot(place)] }
    @inline(__always) func digits(_ place: Place) -> UInt16 { digits[slot(place)] }
    @inline(__always)
    private func slot(_ place: Place) -> Int { order[place.node] &* Ladder.nodeSlots &+ place.index }

    /// The level at `place`, as the wire wrote it.
    func level(_ place: Place, exponent: Int8) -> Level {
        let digits = digits(place)
        let priceExponent = Int8(truncatingIfNeeded: digits)
        var price = isAsks ? 0 &- key(place) : key(place)
        // A price of 0 fits at any exponent.
        if priceExponent != exponent, price != 0 { price /= Decimal.power(of: Int(priceExponent) - Int(exponent)) }
        return Level(
            price: price, size: size(place), priceExponent: priceExponent,
            sizeExponent: Int8(truncatingIfNeeded: digits >> 8))
    }

    /// Traps when the invariant is broken. For tests: it walks all levels.
    func checkInvariant() {
        var total = 0
        var before: Int64?
        for node in 0..<order.count {
            let (id, held) = (order[node], counts[order[node]])
            precondition(held > 0 && held <= Ladder.nodeSlots, "a node holds something")
            for slot in (id * Ladder.nodeSlots)..<(id * Ladder.nodeSlots + held) {
                precondition(before.map { $0 < keys[slot] } ?? true, "keys ascend")
                before = keys[slot]
            }
            precondition(maxima[node] == before, "a node's maximum is its last key")
            total += held
        }
        precondition(total == count && maxima.count == order.count, "counts agree")
    }

    /// Bytes of memory held for levels.
    var memoryBytes: Int {
        keys.capacity * 8 + sizes.capacity * 8 + digits.capacity * 2 + (counts.capacity + freeNodes.capacity) * 8
            + (order.capacity + maxima.capacity) * 8
    }
}
