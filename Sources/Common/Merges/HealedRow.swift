import Bytes
import Events
import Units
import Wire

/// A stream of single events (trades, tickers) that several inputs carry, healed by the venue's sequence: each event once, in order.
///
/// An input's positions say whether it lost something between two events; if not, nothing lies between their sequences, whatever numbers
/// the venue skips. An event behind a hole waits for another input to fill it, as long as one can, and `patience` at most.
struct HealedRow: ~Copyable {
    /// Events that wait, at most; beyond, the first hole is told.
    static let heldMax = 4096
    static let heldBytesMax = 1 << 20

    /// How far an input has come.
    struct Source: BitwiseCopyable {
        let input: Int
        var isOpen = true
        var epoch: UInt32 = 0
        var position: UInt64 = 0
        /// The venue's sequence of its newest event.
        var last: UInt64 = 0
        /// Whether nothing is missing behind that event so far.
        var isLinked = false
        /// Why it says that something is.
        var reason = GapReason.sequence

        init(input: Int) { self.input = input }
    }

    /// An event that waits.
    private struct Held: BitwiseCopyable {
        let first, last: UInt64
        /// The sequence behind which, as its input says, nothing is missing before it; nil: it does not say.
        let link: UInt64?
        let source: Int
        let deadline: Nanos
        let start, byteCount: Int
    }

    let name: StreamName
    private(set) var place = StreamPlace()
    private var sources = Column<Source>()
    private var held = Column<Held>()
    private var block = Block(byteCount: 0)
    private var blockEnd = 0
    /// The venue's sequence of the newest event that was told.
    private(set) var last: UInt64 = 0
    private(set) var repeats: UInt64 = 0
    /// Gaps that inputs told and that are told anew, or not at all.
    private(set) var gapsTaken: UInt64 = 0

    init(_ name: StreamName) { self.name = name }

    var deadline: Nanos? {
        var soonest: Nanos?
        for index in 0..<held.count { soonest = min(soonest ?? held[index].deadline, held[index].deadline) }
        return soonest
    }

    var heldCount: Int { held.count }

    private mutating func source(_ input: Int) -> Int {
        for index in 0..<sources.count where sources[index].input == input { return index }
        sources.append(Source(input: input))
        return sources.count - 1
    }

    /// Takes an event with a sequence, or a gap; what is to be told goes to `healed`.
    mutating func take(
        _ frame: RawSpan, _ header: Header, input: Int, now: Nanos, patience: Nanos, into healed: inout HealedEvents
    ) {
        let envelope = header.envelope
        let index = source(input)
        let follows =
            sources[index].position > 0 && envelope.epoch == sources[index].epoch
            && envelope.position == sources[index].position + 1
        let isLinked = follows && sources[index].isLinked
        let link = isLinked ? sources[index].last : nil
        sources[index].isOpen = true
        sources[index].epoch = envelope.epoch
        sources[index].position = envelope.position
        guard envelope.kind != .gap else {
            sources[index].isLinked = false
            sources[index].reason = Gap(frame, header).reason
            gapsTaken += 1
            return
        }
        if !follows { sources[index].reason = .sequence }
        sources[index].isLinked = true
        sources[index].last = max(sources[index].last, envelope.lastSequence)
        guard envelope.lastSequence > last else {
            repeats += 1
            return
        }
        if isNext(envelope.firstSequence, link) {
            tell(frame, envelope.lastSequence, input, &healed)
        } else {
            hold(
                frame,
                Held(
                    first: envelope.firstSequence, last: envelope.lastSequence, link: link, source: index,
                    deadline: now + patience, start: blockEnd, byteCount: frame.byteCount))
        }
        settle(now: now, &healed)
    }

    /// Whether nothing is missing before an event.
    private func isNext(_ first: UInt64, _ link: UInt64?) -> Bool {
        place.position == 0 || first <= last + 1 || link.map { $0 <= last } ?? false
    }

    private mutating func hold(_ frame: RawSpan, _ row: Held) {
        let needed = blockEnd + frame.byteCount
        if block.byteCount < needed { block.grow(to: max(block.byteCount * 2, needed)) }
        block.write(blockEnd..<needed) { $0.put(frame, at: 0) }
        blockEnd = needed
        held.append(row)
    }

    /// Tells what need not wait any more.
    mutating func settle(now: Nanos, _ healed: inout HealedEvents) {
        while let next = lowest() {
            let row = held[next]
            if row.last <= last {
                repeats += 1
                held.remove(at: next)
                continue
            }
            let isNext = isNext(row.first, row.link)
            let isFull = held.count >= HealedRow.heldMax || blockEnd >= HealedRow.heldBytesMax
            guard isNext || isFull || now >= row.deadline || !canBeFilled(before: row) else { return }
            held.remove(at: next)
            if !isNext { tellGap(before: row, now: now, &healed) }
            release(row, &healed)
        }
        blockEnd = 0
    }

    private func lowest() -> Int? {
        var lowest: Int?
        for index in 0..<held.count where held[index].last < lowest.map({ held[$0].last }) ?? .max { lowest = index }
        return lowest
    }

    /// Whether an input that is there has not come so far yet.
    private func canBeFilled(before row: Held) -> Bool {
        for index in 0..<sources.count where index != row.source {
            if sources[index].isOpen, sources[index].last < row.first { return true }
        }
        return false
    }

    private mutating func release(_ row: Held, _ healed: inout HealedEvents) {
        let input = sources[row.source].input
        let next = place.next()
        block.read(row.start..<(row.start + row.byteCount)) { healed.put($0, next, name, input: input) }
        last = row.last
    }

    private mutating func tell(_ frame: RawSpan, _ sequence: UInt64, _ input: Int, _ healed: inout HealedEvents) {
        healed.put(frame, place.next(), name, input: input)
        last = sequence
    }

    private mutating func tellGap(before row: Held, now: Nanos, _ healed: inout HealedEvents) {
        var gap = Gap(reason: sources[row.source].reason)
        gap.fromSequence = last + 1
        gap.toSequence = row.first - 1
        let next = place.next()
        let received = block.read(row.start..<(row.start + row.byteCount)) { Header($0).envelope }
        healed.put(gap, received, next, name, input: sources[row.source].input)
    }

    /// An input has ended: nobody waits for it.
    mutating func end(input: Int, now: Nanos, into healed: inout HealedEvents) {
        for index in 0..<sources.count where sources[index].input == input {
            sources[index].isOpen = false
            sources[index].isLinked = false
        }
        settle(now: now, &healed)
    }
}
