/// Whose turn it is to be written to: each consumer that has something gets as many bytes as any other.
///
/// Round robin with deficits: who took more than a quantum, as one event was larger, is passed over until the others have caught up.
public struct FairShare: Sendable {
    /// Bytes of a turn.
    public let quantum: Int
    private var credits: [Int] = []
    private var start = 0

    public init(quantum: Int) {
        precondition(quantum > 0, "a turn is worth something")
        self.quantum = quantum
    }

    /// Begins a round of `count` consumers: each gets its quantum, and keeps none that it did not use.
    public mutating func begin(_ count: Int) {
        while credits.count < count { credits.append(0) }
        for index in 0..<count { credits[index] = min(credits[index] + quantum, quantum) }
        start = count > 0 ? (start + 1) % count : 0
    }

    /// The consumer at a place of the round: another one is first each time.
    public func consumer(at place: Int, of count: Int) -> Int { (start + place) % count }

    /// Whether a consumer may be written to in this round.
    public func mayTake(_ consumer: Int) -> Bool { credits[consumer] > 0 }

    public mutating func took(_ bytes: Int, _ consumer: Int) { credits[consumer] -= bytes }

    /// A new consumer owes nothing.
    public mutating func forget(_ consumer: Int) { if consumer < credits.count { credits[consumer] = 0 } }
}
