import Bytes
import Units

/// One key's window: what fell into it, and when the last one closed.
///
///     none ──first event──▶ open ──duration, count──▶ closed: told if all venues are in it, else suppressed
struct Window: ~Copyable {
    let rule: MergeRule
    private(set) var isOpen = false
    private(set) var opened = Nanos.zero
    /// All events, those too that gave way to later ones of their venue.
    private(set) var count = 0
    /// Venues that are in it, a bit each.
    private(set) var present: UInt32 = 0
    /// The newest event in it, by its ingest time.
    private(set) var newest = Nanos.zero
    /// Frames of events, in the order in which they came, and where each stands.
    private var block = Block(byteCount: 0)
    private(set) var byteCount = 0
    private var rows = Column<Row>()
    /// Until when the last window took events; later ones belong to the next.
    private(set) var lastClose: Nanos?
    private var lastByTime = false

    private struct Row: BitwiseCopyable {
        var venue: Int32
        var byteCount: Int32
    }

    init(_ rule: MergeRule) { self.rule = rule }

    var deadline: Nanos? { isOpen ? opened + rule.duration : nil }
    var isComplete: Bool { present == UInt32(truncatingIfNeeded: (1 as UInt64) << UInt64(rule.venues.count) - 1) }
    /// Events that are held.
    var held: Int { rows.count }

    /// By how much an event comes after its window; nil where it does not.
    func lateness(of received: Nanos) -> Nanos? {
        guard let lastClose else { return nil }
        // What filled a window and what came with it bear the same time.
        let isLate = lastByTime ? received <= lastClose : received < lastClose
        return isLate ? lastClose - received : nil
    }

    /// Whether an event of so many bytes can still be held.
    func hasRoom(for bytes: Int, limit: Int) -> Bool { byteCount + bytes <= limit }

    /// Takes an event; how many others gave way to it.
    mutating func take(_ frame: RawSpan, venue: Int, received: Nanos, now: Nanos) -> Int {
        if !isOpen {
            isOpen = true
            opened = now
            newest = received
        }
        let gone = !rule.keepsAll && present & 1 << UInt32(venue) != 0 ? remove(venue) : 0
        if block.byteCount < byteCount + frame.byteCount {
            block.grow(to: max(block.byteCount * 2, byteCount + frame.byteCount))
        }
        block.write(byteCount..<(byteCount + frame.byteCount)) { $0.put(frame, at: 0) }
        byteCount += frame.byteCount
        rows.append(Row(venue: Int32(venue), byteCount: Int32(frame.byteCount)))
        present |= 1 << UInt32(venue)
        newest = max(newest, received)
        count += 1
        return gone
    }

    private mutating func remove(_ venue: Int) -> Int {
        var at = 0
        for row in 0..<rows.count {
            let length = Int(rows[row].byteCount)
            if rows[row].venue == venue {
                block.move((at + length)..<byteCount, to: at)
                byteCount -= length
                rows.remove(at: row)
                return 1
            }
            at += length
        }
        return 0
    }

    /// Closes it at `time`, after which it is empty; what it held is lent before.
    mutating func close(at time: Nanos, byTime: Bool, _ body: (RawSpan) -> Void) {
        block.read(0..<byteCount, body)
        lastClose = time
        lastByTime = byTime
        empty()
    }

    /// Forgets what it holds.
    mutating func empty() {
        isOpen = false
        present = 0
        count = 0
        byteCount = 0
        rows.removeAll()
    }
}
