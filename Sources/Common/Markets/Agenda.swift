import Bytes

/// When each market has its next event: a heap, the earliest first; of those at the same time the market with the lowest index.
struct Agenda: ~Copyable {
    /// Never.
    static let never = Int64.max

    private var heap = Column<Int32>()
    /// By market: when, and where in the heap.
    private var due = Column<Int64>()
    private var places = Column<Int32>()

    var count: Int { due.count }

    /// The next market and when; nil where there is none at all.
    var first: (market: Int, due: Int64)? {
        heap.isEmpty ? nil : (Int(heap[0]), due[Int(heap[0])])
    }

    /// Adds a market, which is never due.
    mutating func add() {
        let market = Int32(truncatingIfNeeded: due.count)
        due.append(Agenda.never)
        places.append(Int32(truncatingIfNeeded: heap.count))
        heap.append(market)
        rise(heap.count - 1)
    }

    mutating func set(_ market: Int, _ time: Int64) {
        due[market] = time
        rise(Int(places[market]))
        sink(Int(places[market]))
    }

    func due(_ market: Int) -> Int64 { due[market] }

    private func isBefore(_ a: Int32, _ b: Int32) -> Bool {
        let (first, second) = (due[Int(a)], due[Int(b)])
        return first < second || (first == second && a < b)
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        let market = heap[a]
        heap[a] = heap[b]
        heap[b] = market
        places[Int(heap[a])] = Int32(truncatingIfNeeded: a)
        places[Int(heap[b])] = Int32(truncatingIfNeeded: b)
    }

    private mutating func rise(_ start: Int) {
        var at = start
        while at > 0, isBefore(heap[at], heap[(at - 1) / 2]) {
            swap(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var at = start
        while 2 * at + 1 < heap.count {
            var child = 2 * at + 1
            if child + 1 < heap.count, isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard isBefore(heap[child], heap[at]) else { return }
            swap(at, child)
            at = child
        }
    }
}
