import Bytes
import Events
import Units
import Wire

/// Makes fewer events of the many that a consumer is behind: the last ticker, the last candle of each span, and one change of a book in
/// place of a row of them. Everything else stays, in order within its stream.
///
/// One walk over a window of the ring. Events that may yet be replaced wait in a list of their track, which ends where something comes
/// that must not be passed (a barrier: snapshot, status, gap, anything critical) or the window does.
struct Fold: ~Copyable {
    // By track: the first and last number of the list, -1 = none.
    private var heads = Column<Int64>()
    private var tails = Column<Int64>()
    /// Ordinal of the event that its list began with, replaced by now perhaps.
    private var begins = Column<UInt32>()
    /// Tracks that have had a list, in the order of coming.
    private var touched = Column<Int32>()
    /// By number in the window: the next one of the list, -1 = the last.
    private var links = Column<Int64>()
    private var start: UInt64 = 0
    private var changes = ChangeFold()

    /// Candles of different spans that wait; beyond, they go as they are.
    private static let spansMax = 64

    init() {}

    /// Folds the next window of what `reader` has not been given, into its outbox.
    mutating func run(_ reader: inout Reader, _ ring: borrowing Ring, _ bounds: Bounds) {
        start = reader.cursor
        links.removeAll()
        touched.removeAll()
        var bytes = 0
        while reader.cursor < ring.next, bytes == 0 || bytes < bounds.windowBytes {
            let number = reader.cursor
            let entry = ring.entry(number)
            links.append(-1)
            bytes += Int(entry.bytes)
            reader.cursor += 1
            guard reader.wants(entry) else { continue }
            reader.serve(entry)
            let track = Int(entry.track)
            while heads.count <= track {
                heads.append(-1)
                tails.append(-1)
                begins.append(0)
            }
            let canWait = entry.kind.isCoalescable && !entry.isCritical && reader.marks[track].policy != .block
            if canWait {
                wait(number, entry, &reader, ring)
            } else {
                if heads[track] >= 0 { release(track, &reader, ring) }
                give(entry, &reader, ring)
            }
        }
        for index in 0..<touched.count where heads[Int(touched[index])] >= 0 {
            release(Int(touched[index]), &reader, ring)
        }
    }

    private mutating func wait(
        _ number: UInt64, _ entry: Ring.Entry, _ reader: inout Reader, _ ring: borrowing Ring
    ) {
        let track = Int(entry.track)
        // A list is of one kind.
        if heads[track] >= 0, ring.entry(UInt64(heads[track])).kind != entry.kind {
            release(track, &reader, ring)
        }
        if entry.kind == .kline, heads[track] >= 0 { replace(entry, in: track, &reader, ring) }
        let isFirst = heads[track] < 0 && !(entry.kind == .kline && begins[track] != 0)
        if isFirst { begins[track] = entry.ordinal }
        if heads[track] < 0 {
            touched.append(Int32(track))
            heads[track] = Int64(number)
        } else {
            links[Int(UInt64(tails[track]) - start)] = Int64(number)
        }
        tails[track] = Int64(number)
    }

    /// Takes the candle out of the list that a newer one of the same span replaces.
    private mutating func replace(
        _ entry: Ring.Entry, in track: Int, _ reader: inout Reader, _ ring: borrowing Ring
    ) {
        let span = Fold.span(entry, ring)
        var before: Int64 = -1
        var number = heads[track]
        var count = 0
        while number >= 0 {
            let next = links[Int(UInt64(number) - start)]
            if Fold.span(ring.entry(UInt64(number)), ring) == span {
                if before < 0 { heads[track] = next } else { links[Int(UInt64(before) - start)] = next }
                if tails[track] == number { tails[track] = before }
                reader.tally.coalesced += 1
                return
            }
            before = number
            number = next
            count += 1
        }
        if count >= Fold.spansMax { release(track, &reader, ring) }
    }

    private static func span(_ entry: Ring.Entry, _ ring: borrowing Ring) -> (opened: Int64, closes: Int64) {
        ring.read(at: entry.at, count: Int(entry.bytes)) { event in
            let payload = Payload(Header(event.extracting(0..<event.firstFrameBytes)))
            return (payload.i64(event, 8), payload.i64(event, 16))
        }
    }

    /// Gives what waits of a track.
    private mutating func release(
        _ track: Int, _ reader: inout Reader, _ ring: borrowing Ring
    ) {
        let head = UInt64(heads[track])
        let tail = UInt64(tails[track])
        heads[track] = -1
        tails[track] = -1
        guard head != tail || ring.entry(head).kind == .kline else { return give(ring.entry(head), &reader, ring) }
        switch ring.entry(head).kind {
        case .ticker:
            var count: UInt64 = 0
            each(head) { _ in count += 1 }
            reader.tally.coalesced += count - 1
            give(ring.entry(tail), &reader, ring, adding: .coalesced)
        case .kline:
            // Those before which others were replaced stand for them, too.
            var expected = begins[track]
            each(head) { number in
                let entry = ring.entry(number)
                give(entry, &reader, ring, adding: entry.ordinal == expected ? [] : .coalesced)
                expected = entry.ordinal &+ 1
            }
            begins[track] = 0
        default: releaseChanges(head, tail, &reader, ring)
        }
    }

    private mutating func releaseChanges(
        _ head: UInt64, _ tail: UInt64, _ reader: inout Reader, _ ring: borrowing Ring
    ) {
        changes.begin()
        var count: UInt64 = 0
        var number = Int64(head)
        while number >= 0 {
            let entry = ring.entry(UInt64(number))
            ring.read(at: entry.at, count: Int(entry.bytes)) { changes.add($0) }
            count += 1
            number = links[Int(UInt64(number) - start)]
        }
        let last = ring.entry(tail)
        let done = ring.read(at: last.at, count: Int(last.bytes)) { changes.write(asOf: $0, on: &reader.outbox) }
        if done {
            reader.tally.delivered += 1
            reader.tally.coalesced += count - 1
        } else {
            each(head) { give(ring.entry($0), &reader, ring) }
        }
    }

    private func each(_ head: UInt64, _ body: (UInt64) -> Void) {
        var number = Int64(head)
        while number >= 0 {
            body(UInt64(number))
            number = links[Int(UInt64(number) - start)]
        }
    }

    private func give(
        _ entry: Ring.Entry, _ reader: inout Reader, _ ring: borrowing Ring, adding flags: Flags = []
    ) {
        let before = reader.outbox.byteCount
        ring.read(at: entry.at, count: Int(entry.bytes)) {
            _ = reader.outbox.put(whole: $0, frames: UInt64(entry.parts))
        }
        if !flags.isEmpty { reader.outbox.bear(flags, since: before) }
        reader.tally.delivered += 1
    }
}
