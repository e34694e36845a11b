import Bytes
import Events
public import Units
public import Wire

/// One consumer's way through the ring: what it wants, how far it has been served, what is to be written to it next.
///
/// Pure: the lane and `now` in, what to write out. While it keeps up it is given stretches of the ring itself; what was begun and not
/// taken whole, states of newcomers, gaps and folded events go through its outbox, which always goes first.
public struct Reader: ~Copyable {
    enum Answer: UInt8, BitwiseCopyable {
        case no, yes
        /// Wanted; but first it is told what is true.
        case owed
    }

    /// How far a track has been served.
    struct Mark: BitwiseCopyable {
        var answer = Answer.no
        var policy = Policy.coalesce
        /// It has not been told anything: what it has missed is no gap.
        var isNew = false
        /// Of the last event that was served.
        var ordinal: UInt32 = 0
        var epoch: UInt32 = 0
        var position: UInt64 = 0
    }

    /// What is to be done next.
    public enum Step: Equatable, Sendable {
        /// Write so many bytes of the ring from `at` on, and say with `sent` how many were taken.
        case ring(at: UInt64, count: Int)
        /// Write the outbox.
        case outbox
        case nothing
        /// Nothing before this time.
        case wait(Nanos)
        /// Let it go, and why.
        case end(String)

        var isRing: Bool {
            if case .ring = self { true } else { false }
        }
    }

    /// Bytes on their way to it, always written first.
    public var outbox: Outbox
    /// Whether it is served at all.
    public internal(set) var isOpen = false
    /// Orders come to it by the critical lane.
    var isDurable = false
    public internal(set) var tally = ReaderTally()
    /// Of the routes, below which market data is left out for it.
    var leastVersion: UInt32 = 0
    var cursor: UInt64 = 0
    var marks = Column<Mark>()
    /// Tracks that are owed, first in, first out; those that are not owed any more are passed over.
    var owed = Column<Int32>()
    var owedAt = 0
    var pace = Nanos.zero
    var due = Nanos.zero
    /// Whether any of its streams has this policy.
    var blocks = false
    var disconnects = false
    var hasToldLast = false
    var lastProgress = Nanos.zero
    var isFiltered = false
    /// Before this it is not told again that it is behind.
    var complaint = Nanos.zero

    /// The largest event, and what is gathered for a write.
    static let outboxBytesMax = 24 << 20

    /// Up to so many bytes in the outbox a newcomer is told at once what is true of a stream, so that it misses nothing after; beyond,
    /// when it has taken them. Books always wait, as they are large.
    static let tellAtOnceBytes = 4 << 20

    init() { outbox = Outbox(capacity: 1 << 12, limit: Reader.outboxBytesMax) }

    func mark(_ track: Int) -> Mark { track < marks.count ? marks[track] : Mark() }

    mutating func setMark(_ track: Int, _ mark: Mark) {
        while marks.count <= track { marks.append(Mark()) }
        marks[track] = mark
    }

    /// Is to be told what is true of the track before anything else of it.
    mutating func owe(_ track: Int) {
        marks[track].answer = .owed
        owed.append(Int32(track))
    }

    /// Frames written to it so far, or on their way.
    public var frames: UInt64 { tally.ringFrames + outbox.frames }

    /// Whether an event is to be given to it.
    @inline(__always)
    func wants(_ entry: Ring.Entry) -> Bool {
        let track = Int(entry.track)
        guard track < marks.count, marks[track].answer == .yes else { return false }
        return Int32(bitPattern: entry.ordinal &- marks[track].ordinal) > 0
    }

    /// Takes note that an event is given to it.
    @inline(__always)
    mutating func serve(_ entry: Ring.Entry) {
        let track = Int(entry.track)
        marks[track].ordinal = entry.ordinal
        marks[track].epoch = entry.epoch
        marks[track].position = entry.position
    }

    /// What to write next. The outbox must be empty.
    mutating func next(_ core: inout Core, now: Nanos) -> Step {
        precondition(outbox.isEmpty, "what waits is written first")
        // Whoever is asked has taken all that was offered.
        lastProgress = now
        if let reason = lapse(core, now: now) { return .end(reason) }
        if core.routes.version < leastVersion { return filter(core) }
        if isFiltered { endFilter(core) }
        if cursor < core.ring.first { overrun(core) }
        // What is owed and what is in the ring take turns, so that neither waits for all of the other.
        hasToldLast.toggle()
        if hasToldLast, tellOwed(&core) { return .outbox }
        let step = serveRing(&core, now: now)
        if step == .outbox || step.isRing { return step }
        return tellOwed(&core) ? .outbox : step
    }

    /// What comes next in the ring.
    private mutating func serveRing(_ core: inout Core, now: Nanos) -> Step {
        guard cursor < core.ring.next else { return .nothing }
        let isBehind = core.ring.backlog(since: cursor) > core.bounds.behindBytes
        guard pace > .zero || (isBehind && !blocks) else { return run(core) }
        if pace > .zero, now < due { return .wait(due) }
        if isBehind, !blocks, tellBehind(core, now: now) { return .outbox }
        if isBehind { skipWhatSkips(core) }
        while cursor < core.ring.next, outbox.isEmpty { core.fold.run(&self, core.ring, core.bounds) }
        if pace > .zero, cursor == core.ring.next { due = now + pace }
        return outbox.isEmpty ? .nothing : .outbox
    }

    /// The next stretch of the ring in which every event is wanted; short ones are gathered in the outbox.
    private mutating func run(_ core: borrowing Core) -> Step {
        while true {
            let (start, count, isWhole) = stretch(core.ring, core.bounds)
            guard count > 0 else { return outbox.isEmpty ? .nothing : .outbox }
            if outbox.isEmpty, isWhole || count >= core.bounds.runBytes { return .ring(at: start, count: count) }
            core.ring.read(at: start, count: count) { _ = outbox.put(whole: $0, frames: 0) }
            if isWhole || outbox.byteCount >= core.bounds.writeBytes { return .outbox }
        }
    }

    /// Walks over what is not wanted, then over what is; `isWhole`: up to the end or as much as is written at once.
    private mutating func stretch(
        _ ring: borrowing Ring, _ bounds: Bounds
    ) -> (start: UInt64, count: Int, isWhole: Bool) {
        let end = ring.next
        var number = cursor
        while number < end, !wants(ring.entry(number)) { number += 1 }
        guard number < end else {
            cursor = number
            return (0, 0, true)
        }
        let start = ring.entry(number).at
        // The block's end is also an end of what lies side by side.
        let room = max(min(bounds.writeBytes, ring.roomBehind(start)), Int(ring.entry(number).bytes))
        var count = 0
        while number < end {
            let entry = ring.entry(number)
            guard wants(entry), entry.at == start + UInt64(count) else { break }
            guard count + Int(entry.bytes) <= room else {
                cursor = number
                return (start, count, true)
            }
            serve(entry)
            tally.delivered += 1
            tally.ringFrames += UInt64(entry.parts)
            count += Int(entry.bytes)
            number += 1
        }
        cursor = number
        return (start, count, number == end)
    }

    /// So many bytes of the ring were taken of those that were to be written; the rest is kept, as the ring goes on.
    mutating func sent(_ taken: Int, at: UInt64, of count: Int, _ ring: borrowing Ring, now: Nanos) {
        tally.bytes += UInt64(taken)
        if taken > 0 { lastProgress = now }
        guard taken < count else { return }
        ring.read(at: at + UInt64(taken), count: count - taken) { _ = outbox.put(whole: $0, frames: 0) }
    }

    /// The routes are older than it accepts: it is given nothing, and told what is true when they are not any more.
    private mutating func filter(_ core: borrowing Core) -> Step {
        isFiltered = true
        cursor = core.ring.next
        return .nothing
    }

    private mutating func endFilter(_ core: borrowing Core) {
        isFiltered = false
        for track in 0..<marks.count where marks[track].answer != .no {
            tally.filtered += UInt64(core.tracks[track].written &- marks[track].ordinal)
            marks[track].ordinal = core.tracks[track].written
            marks[track].isNew = true
            if marks[track].answer == .yes { owe(track) }
        }
    }

    /// Why it is to be let go; nil: it is not.
    func lapse(_ core: borrowing Core, now: Nanos) -> String? {
        let behind = cursor < core.ring.first ? Int.max : core.ring.backlog(since: cursor)
        if disconnects, behind > core.bounds.behindBytes { return "too slow: more than it may be behind" }
        // Whom a recording waits for may take its time; live nobody may hold up all others for ever.
        let mayStay = blocks && !core.stamps
        if !mayStay, behind > 0 || !outbox.isEmpty, now - lastProgress > core.bounds.patience {
            return "nothing taken for \(core.bounds.patience.count / 1_000_000_000) s"
        }
        return nil
    }
}
