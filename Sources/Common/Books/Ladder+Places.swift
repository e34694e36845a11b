import Bytes
import Events
import Units

/// Reading by place: from the best level to the worst.
extension Ladder {
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

    @inline(__always) func key(_ place: Place) -> Int64 { slots[slot(place)].key }
    @inline(__always) func size(_ place: Place) -> Int64 { slots[slot(place)].size }
    @inline(__always) func digits(_ place: Place) -> UInt16 { digitsOfSlot(slot(place)) }
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
                precondition(before.map { $0 < slots[slot].key } ?? true, "keys ascend")
                before = slots[slot].key
            }
            precondition(maxima[node] == before, "a node's maximum is its last key")
            total += held
        }
        precondition(digits.isEmpty || digits.count == slots.count, "each slot has digits, or none has")
        precondition(total == count && maxima.count == order.count, "counts agree")
    }

    /// Bytes of memory held for levels.
    var memoryBytes: Int {
        slots.memoryBytes + digits.memoryBytes + counts.memoryBytes + freeNodes.memoryBytes
            + order.memoryBytes + maxima.memoryBytes
    }
}
