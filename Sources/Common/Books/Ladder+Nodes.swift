import Bytes

/// What happens to nodes that become full or small.
extension Ladder {
    /// Moves the best levels of a full node to the node behind it, so that both hold as many.
    @inline(never)
    mutating func shiftBetter(_ node: Int) {
        let (id, other) = (order[node], order[node + 1])
        let moved = (Ladder.nodeSlots - counts[other]) / 2
        let (end, start) = ((id + 1) * Ladder.nodeSlots, other * Ladder.nodeSlots)
        slide(start..<(start + counts[other]), to: start + moved)
        slide((end - moved)..<end, to: start)
        for slot in (end - moved)..<end { slots[slot] = .empty }
        counts[id] -= moved
        counts[other] += moved
        maxima[node] = slots[end - moved - 1].key
    }

    /// Moves the worst levels of a full node to the node before it, so that both hold as many.
    @inline(never)
    mutating func shiftWorse(_ node: Int) {
        let (id, other) = (order[node], order[node - 1])
        let moved = (Ladder.nodeSlots - counts[other]) / 2
        let (start, end) = (id * Ladder.nodeSlots, other * Ladder.nodeSlots + counts[other])
        slide(start..<(start + moved), to: end)
        slide((start + moved)..<(start + Ladder.nodeSlots), to: start)
        for slot in (start + Ladder.nodeSlots - moved)..<(start + Ladder.nodeSlots) { slots[slot] = .empty }
        counts[id] -= moved
        counts[other] += moved
        maxima[node - 1] = slots[end + moved - 1].key
    }

    /// A node has become small: it goes, or joins a neighbour.
    @inline(never)
    mutating func mend(_ node: Int) {
        if counts[order[node]] == 0 { return removeNode(at: node) }
        if node + 1 < order.count, counts[order[node]] + counts[order[node + 1]] <= Ladder.mergeBelow {
            merge(node)
        } else if node > 0, counts[order[node]] + counts[order[node - 1]] <= Ladder.mergeBelow {
            merge(node - 1)
        }
    }

    /// Moves the levels of the node behind `node` into it.
    mutating func merge(_ node: Int) {
        let (id, other) = (order[node], order[node + 1])
        let source = other * Ladder.nodeSlots
        slide(source..<(source + counts[other]), to: id * Ladder.nodeSlots + counts[id])
        counts[id] += counts[other]
        maxima[node] = maxima[node + 1]
        removeNode(at: node + 1)
    }

    /// Moves the better half of a full node into a new one behind it.
    @inline(never)
    mutating func split(_ node: Int) {
        let half = Ladder.nodeSlots / 2
        insertNode(at: node + 1)
        let (id, new) = (order[node], order[node + 1])
        let source = id * Ladder.nodeSlots
        slide((source + half)..<(source + Ladder.nodeSlots), to: new * Ladder.nodeSlots)
        for slot in (source + half)..<(source + Ladder.nodeSlots) { slots[slot] = .empty }
        counts[id] = half
        counts[new] = Ladder.nodeSlots - half
        maxima[node + 1] = maxima[node]
        maxima[node] = slots[source + half - 1].key
    }

    mutating func insertNode(at node: Int) {
        let id: Int
        if freeNodes.isEmpty {
            id = counts.count
            counts.append(0)
            slots.append(repeating: .empty, count: Ladder.nodeSlots)
            if !digits.isEmpty { digits.append(repeating: 0, count: Ladder.nodeSlots) }
        } else {
            id = freeNodes.last
            freeNodes.remove(at: freeNodes.count - 1)
            counts[id] = 0
            for slot in (id * Ladder.nodeSlots)..<((id + 1) * Ladder.nodeSlots) { slots[slot] = .empty }
        }
        order.insert(id, at: node)
        maxima.insert(0, at: node)
    }

    /// Makes room for as many nodes again and one: what a snapshot's book grows by as its full nodes split and thin out, so that
    /// its changes allocate nothing.
    mutating func reserveGrowth() {
        let nodes = 2 * counts.count + 1
        slots.reserve(nodes * Ladder.nodeSlots)
        if !digits.isEmpty { digits.reserve(nodes * Ladder.nodeSlots) }
        counts.reserve(nodes)
        freeNodes.reserve(nodes)
        order.reserve(nodes)
        maxima.reserve(nodes)
    }

    mutating func removeNode(at node: Int) {
        freeNodes.append(order[node])
        order.remove(at: node)
        maxima.remove(at: node)
        finger = 0
    }
}
