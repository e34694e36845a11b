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
    static let mergeBelow = 56
    /// A node of no more levels than this takes some of a full neighbour's.
    private static let lendBelow = 52

    /// A level as a node holds it, ordered by its key alone.
    struct Slot: Comparable, BitwiseCopyable {
        var key: Int64
        var size: Int64

        /// Behind a node's levels.
        static let empty = Slot(key: .max, size: 0)

        @inline(__always) static func < (a: Slot, b: Slot) -> Bool { a.key < b.key }
        @inline(__always) static func == (a: Slot, b: Slot) -> Bool { a.key == b.key }
    }

    /// Node `n` has the slots from `n * nodeSlots` on.
    var slots = Column<Slot>(capacity: Ladder.nodeSlots)
    /// Digits as the wire had them, price exponent in the low byte and size exponent in the high one, of each slot. Empty as long as
    /// those of all levels are `commonDigits`: most venues write every price and size with the same number of them.
    var digits = Column<UInt16>()
    var commonDigits: UInt16 = 0
    // By node: how many levels it holds.
    var counts = Column<Int>()
    var freeNodes = Column<Int>()
    // By place in the order of keys: which node, and its last key.
    var order = Column<Int>()
    var maxima = Column<Int64>()
    /// Where the last change was: the next one of a message is mostly near it.
    var finger = 0
    private(set) var count = 0
    let isAsks: Bool

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
            self.digits.removeAll()
            commonDigits = digits
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
        if index < held, slots[start &+ index].key == key {
            if size == 0 {
                remove(in: node, at: index)
                return Effect(change: .removed, rank: rank)
            }
            if slots[start &+ index].size == size, digitsOfSlot(start &+ index) == digits {
                return Effect(change: .none, rank: rank)
            }
            slots[start &+ index].size = size
            setDigits(digits, ofSlot: start &+ index)
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
        let wanted = Slot(key: key, size: 0)
        let eighth = slots.eightBelow(wanted, from: start &+ 7, stride: 8)
        guard eighth < 8 else { return Ladder.nodeSlots }
        return eighth &* 8 &+ slots.eightBelow(wanted, from: start &+ eighth &* 8, stride: 1)
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
        // A neighbour with room takes some of its levels: nodes stay fuller, and fewer.
        if node + 1 < order.count, counts[order[node + 1]] <= Ladder.lendBelow {
            shiftBetter(node)
        } else if node > 0, counts[order[node - 1]] <= Ladder.lendBelow {
            shiftWorse(node)
        } else {
            split(node)
        }
        finger = self.node(of: key)
        place(key, size, digits, in: finger, at: self.index(of: key, order[finger] * Ladder.nodeSlots))
    }

    /// Puts a level into a node that has room.
    @inline(__always)
    private mutating func place(_ key: Int64, _ size: Int64, _ digits: UInt16, in node: Int, at index: Int) {
        let id = order[node]
        let at = id &* Ladder.nodeSlots &+ index
        let end = id &* Ladder.nodeSlots &+ counts[id]
        slide(at..<end, to: at &+ 1)
        slots[at] = Slot(key: key, size: size)
        setDigits(digits, ofSlot: at)
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
        slots[end &- 1] = .empty
        counts[id] &-= 1
        count &-= 1
        let left = counts[id]
        if left > 0, at == end &- 1 { maxima[node] = slots[end &- 2].key }
        if left < Ladder.mergeBelow / 2 { mend(node) }
    }

    @inline(__always)
    mutating func slide(_ range: Range<Int>, to target: Int) {
        slots.slide(range, to: target)
        if !digits.isEmpty { digits.slide(range, to: target) }
    }

    @inline(__always)
    func digitsOfSlot(_ slot: Int) -> UInt16 { digits.isEmpty ? commonDigits : digits[slot] }

    @inline(__always)
    private mutating func setDigits(_ new: UInt16, ofSlot slot: Int) {
        if digits.isEmpty {
            if new == commonDigits { return }
            digits.append(repeating: commonDigits, count: slots.count)
        }
        digits[slot] = new
    }

    /// Multiplies all keys; false, and nothing is done, where one would overflow.
    mutating func scale(by factor: Int64) -> Bool {
        for node in 0..<order.count {
            let start = order[node] * Ladder.nodeSlots
            for slot in start..<(start + counts[order[node]])
            where slots[slot].key.multipliedReportingOverflow(by: factor).overflow { return false }
        }
        for node in 0..<order.count {
            let start = order[node] * Ladder.nodeSlots
            for slot in start..<(start + counts[order[node]]) { slots[slot].key *= factor }
            maxima[node] *= factor
        }
        return true
    }

    /// Removes the worst levels beyond the best `depth`.
    mutating func removeBeyond(_ depth: Int) {
        while count > depth { remove(in: 0, at: 0) }
    }

    mutating func removeAll() {
        slots.removeAll()
        digits.removeAll()
        counts.removeAll()
        freeNodes.removeAll()
        order.removeAll()
        maxima.removeAll()
        finger = 0
        count = 0
    }
}
