import Bytes
import Events
public import Units

/// The position of a change in its venue's numbering, and its venue's time.
public struct DeltaHead: BitwiseCopyable, Sendable {
    /// What `SequenceRule` judges; 0 where the venue has no numbers.
    public var first, last, previous: UInt64
    public var happened: Nanos

    @inlinable
    public init(first: UInt64 = 0, last: UInt64 = 0, previous: UInt64 = 0, happened: Nanos = .zero) {
        self.first = first
        self.last = last
        self.previous = previous
        self.happened = happened
    }
}

/// Changes of a book that wait for its snapshot, in order of arrival.
///
/// Bounded: at `deltasMax` changes or `levelsMax` levels the older half is forgotten, which is as if it had never come: the
/// snapshot must then be newer.
struct PendingDeltas: ~Copyable {
    static let deltasMax = 8192
    static let levelsMax = 1 << 16

    struct Entry: BitwiseCopyable {
        var head: DeltaHead
        var bids, asks: Int
    }

    private var entries = Column<Entry>()
    private(set) var levels = Sides(capacity: 4)
    /// What `next` has given out.
    private var given = 0
    private var givenLevels = Sides.Part(bids: 0..<0, asks: 0..<0)

    var count: Int { entries.count }
    func head(_ index: Int) -> DeltaHead { entries[index].head }

    mutating func append(_ head: DeltaHead, _ changes: borrowing Sides, _ part: Sides.Part) {
        while entries.count == PendingDeltas.deltasMax
            || (entries.count > 0 && levels.count + part.count > PendingDeltas.levelsMax)
        {
            removeFirst((entries.count + 1) / 2)
        }
        entries.append(Entry(head: head, bids: part.bids.count, asks: part.asks.count))
        levels.append(changes, part)
    }

    /// The oldest change that was not given out yet, as a part of `levels`; nil when there is none. After the first call nothing
    /// may be appended until `removeAll`.
    mutating func next() -> (head: DeltaHead, part: Sides.Part)? {
        guard given < entries.count else { return nil }
        let entry = entries[given]
        let bids = givenLevels.bids.upperBound
        let asks = givenLevels.asks.upperBound
        givenLevels = Sides.Part(bids: bids..<(bids + entry.bids), asks: asks..<(asks + entry.asks))
        given += 1
        return (entry.head, givenLevels)
    }

    private mutating func removeFirst(_ n: Int) {
        var bids = 0
        var asks = 0
        for index in 0..<n {
            bids += entries[index].bids
            asks += entries[index].asks
        }
        entries.removeFirst(n)
        levels.bids.removeFirst(bids)
        levels.asks.removeFirst(asks)
    }

    /// Forgets all, and gives its memory back.
    mutating func removeAll() {
        given = 0
        givenLevels = Sides.Part(bids: 0..<0, asks: 0..<0)
        entries.removeAll()
        levels.removeAll()
        entries.release(beyond: 4)
        levels.bids.release(beyond: 4)
        levels.asks.release(beyond: 4)
    }
}
