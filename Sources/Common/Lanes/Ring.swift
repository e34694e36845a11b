import Bytes
import Events

/// The market lane's memory: events one after the other, each in one piece, and an index of them. The newest overwrite the oldest; the
/// writer never waits.
///
/// Positions in it are counted from birth and never go back: what is at `at` lies at `at % capacity` of the block. An event that would
/// run over the block's end begins at its start instead.
/// Invariant: `first <= next`, `next - first <= entries`; entries `first ..< next` lie within the last `capacity` bytes before `head`.
public struct Ring: ~Copyable {
    /// Where an event lies and what a walk needs to know of it without looking at its frames.
    struct Entry: BitwiseCopyable {
        var at: UInt64 = 0
        var position: UInt64 = 0
        var bytes: UInt32 = 0
        var track: Int32 = 0
        /// Its number in its track, +1 an event since the track's birth, wrapping.
        var ordinal: UInt32 = 0
        var epoch: UInt32 = 0
        var kind = Kind(rawValue: 0)
        var isCritical = false
        var parts: UInt16 = 1
    }

    private var block: Block
    private var entries: Column<Entry>
    /// One less than the count of entries, a power of two.
    private let mask: UInt64
    var entriesHalf: UInt64 { (mask + 1) / 2 }
    let capacity: Int
    /// Of the largest event that is taken: four of them fit.
    private let largest: Int
    /// Number of the oldest event that is still there, and of the next one.
    private(set) var first: UInt64 = 0
    private(set) var next: UInt64 = 0
    /// Where the next event goes.
    private(set) var head: UInt64 = 0
    /// Where that is in the block.
    private(set) var offset = 0

    /// Four events of the largest size fit; `entries` is a power of two.
    public init(capacity: Int = 32 << 20, entries count: Int = 1 << 17) {
        precondition(capacity >= 1024 && capacity % 8 == 0, "a ring holds something, aligned")
        precondition(count >= 2 && count & (count - 1) == 0, "as many entries as a power of two")
        self.capacity = capacity
        largest = capacity / 4
        block = Block(byteCount: capacity)
        entries = Column(capacity: count)
        entries.append(repeating: Entry(), count: count)
        mask = UInt64(count - 1)
    }

    @inline(__always)
    func entry(_ number: UInt64) -> Entry { entries[Int(truncatingIfNeeded: number & mask)] }

    /// Puts an event of `entry.bytes` bytes at the end, which `fill` writes. False, and nothing is done, for one larger than a
    /// quarter of the ring.
    @inline(__always)
    mutating func append(_ entry: Entry, _ fill: (inout MutableRawSpan) -> Void) -> Bool {
        let count = Int(entry.bytes)
        guard count <= largest else { return false }
        if offset + count > capacity {
            head += UInt64(capacity - offset)
            offset = 0
        }
        let end = head &+ UInt64(count)
        while first < next, self.entry(first).at &+ UInt64(capacity) < end || next &- first > mask { first &+= 1 }
        block.write(offset..<(offset + count), fill)
        var entry = entry
        entry.at = head
        entries[Int(truncatingIfNeeded: next & mask)] = entry
        next += 1
        head = end
        offset += count
        return true
    }

    /// Begins anew at the block's start, as nobody is to read any more of what is there. Who waits for the next event waits for `next`
    /// as it is then.
    mutating func rewind() {
        head += UInt64(capacity - offset)
        offset = 0
        next = (next | mask) + 1
        first = next
    }

    /// Bytes of the block from `at` on.
    @inline(__always)
    func roomBehind(_ at: UInt64) -> Int { capacity - Int(at % UInt64(capacity)) }

    /// Bytes between an event and the end.
    @inline(__always)
    func backlog(since number: UInt64) -> Int { number >= next ? 0 : Int(head - entry(number).at) }

    /// Lends the bytes from `at` on, which must be still there.
    @inline(__always)
    func read<R, E: Error>(at: UInt64, count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        precondition(at + UInt64(count) <= head && head - at <= UInt64(capacity), "what is read was not overwritten")
        let offset = Int(at % UInt64(capacity))
        return try block.read(offset..<(offset + count), body)
    }
}
