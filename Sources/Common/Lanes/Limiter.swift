import Bytes
import Events
import Flow
import Units
import Wire

/// Holds each stream to a rate, between the order of a stream and the ring. What comes within the rate passes at once and is not copied.
///
/// Above it, until there is a token: of a ticker and of a candle the latest waits, and changes of a book are folded into one; a
/// snapshot waits in place of all that waited of its book; anything else waits in line, a second at most, and is then left out, told as
/// a gap, and kept as a dead letter. States and gaps need no token and wait only for what is before them; where a book becomes void
/// what waits of it goes. Critical events, orders, accounts, risks and instruments are never held to a rate: what waits goes before them.
///
/// A rate is one a second at least, so what is first in line has its token within a second: a book is never broken here.
/// Invariant: of a stream `head ..= tail` are linked in the order of coming, `held` in number.
struct Limiter: ~Copyable {
    /// What an event may be asked to do.
    enum Manner: UInt8, BitwiseCopyable {
        /// Needs no token.
        case free
        /// A newer one makes it needless.
        case latest
        /// A book's snapshot: never given up, but for a newer one.
        case whole
        /// Must not be passed over, and is given up in the end.
        case inLine
    }

    struct Stream: BitwiseCopyable {
        var bucket: TokenBucket
        var head: Int32 = -1
        var tail: Int32 = -1
        var held: Int32 = 0
        /// How many of the last are changes of a book, one after the other.
        var changes: Int32 = 0
        var isActive = false
        /// Something before the next event was folded away.
        var isFolded = false
        /// Events that were left out and not yet told.
        var dropped = Dropped()
    }

    /// A row of events that were left out: how many, where the first and the last stood, and when the last was received.
    struct Dropped: BitwiseCopyable {
        var count: UInt64 = 0
        var from: UInt64 = 0
        var position: UInt64 = 0
        var epoch: UInt32 = 0
        var received = Nanos.zero
    }

    /// An event that waits.
    struct Waiting: BitwiseCopyable {
        var manner = Manner.free
        var kind = Kind(rawValue: 0)
        /// It stands for others.
        var isFolded = false
        var shift: UInt32 = 0
        /// When it came to dispatch, and when it began to wait here.
        var arrived = Nanos.zero
        var since = Nanos.zero
        /// What never came right before it.
        var missing: UInt64 = 0
        var from: UInt64 = 0
        /// Of a candle.
        var opened: Int64 = 0
        var closes: Int64 = 0
        var link: Int32 = -1
    }

    /// Nothing waits longer, but what is first of a book or the latest.
    static let patience = Nanos.seconds(1)
    /// What waits is looked at no more often.
    static let step = Nanos.milliseconds(1)
    /// Bytes of all that waits, at most; beyond, what is first of the stream goes: passes, or is left out where it waits in line.
    static let bytesMax = 64 << 20
    /// Changes of a book that wait as they came; then they are folded.
    static let changesMax: Int32 = 16

    let limit: RateLimit?
    let isOff: Bool
    /// Events of a stream that wait, at most: more could not get a token in time.
    let heldMax: Int32
    var streams = Column<Stream>()
    var waiting = Column<Waiting>()
    /// The events, by the number of what waits.
    var shelf = Shelf()
    /// Streams in which something waits.
    var active = Column<Int32>()
    var fold = ChangeFold()
    var page = Outbox(capacity: 1 << 10, limit: Frame.eventBytesMax)
    var earliest = Nanos.range.upperBound
    var lastTick = Nanos.zero
    /// The stream of which something was folded last.
    var lastFolded = -1

    /// Events that wait.
    private(set) var held = 0

    init(_ limit: RateLimit?) {
        self.limit = limit
        isOff = limit == nil
        heldMax = Int32(clamping: min(max(limit?.rate ?? 0, 64), 65_536))
    }

    /// When `tick` has something to do; nil: nothing waits.
    var deadline: Nanos? { active.isEmpty ? nil : max(earliest, lastTick + Limiter.step) }

    /// The stream of which most waits; nil: nothing does.
    var deepest: (stream: Int, depth: Int)? {
        var found: (stream: Int, depth: Int)?
        for index in 0..<active.count {
            let depth = Int(streams[Int(active[index])].held)
            if depth > found?.depth ?? 0 { found = (Int(active[index]), depth) }
        }
        return found
    }

    /// The manner of an event.
    static func manner(of header: Header) -> Manner {
        let envelope = header.envelope
        if envelope.flags.contains(.critical) { return .free }
        switch envelope.channel {
        case .control, .order, .account, .risk, .instrument: return .free
        default: break
        }
        if envelope.kind.isCoalescable { return .latest }
        switch envelope.kind {
        case .bookSnapshot: return .whole
        case .bookStatus, .gap: return .free
        // A gap in a book's stream would void the book.
        default: return envelope.channel == .book ? .free : .inLine
        }
    }

    /// Lets go what there are tokens for, and gives up what has waited too long.
    mutating func tick(now: Nanos, _ core: inout Core) {
        guard let deadline, now >= deadline else { return }
        lastTick = now
        earliest = Nanos.range.upperBound
        var index = 0
        while index < active.count {
            let stream = Int(active[index])
            release(stream, now: now, &core)
            if isWaiting(stream) {
                note(stream, now: now)
                index += 1
            } else {
                streams[stream].isActive = false
                active[index] = active.last
                active.truncate(to: active.count - 1)
            }
        }
    }

    /// Lets go all that waits: the input has ended.
    mutating func finish(now: Nanos, _ core: inout Core) {
        for index in 0..<active.count {
            releaseAll(Int(active[index]), now: now, &core)
            streams[Int(active[index])].isActive = false
        }
        active.removeAll()
    }

    @inline(__always)
    func isWaiting(_ stream: Int) -> Bool { streams[stream].head >= 0 || streams[stream].dropped.count > 0 }

    /// Takes note of when there is something to do for a stream.
    mutating func note(_ stream: Int, now: Nanos) {
        var time = streams[stream].bucket.nextToken(now: now)
        if streams[stream].head >= 0 {
            let first = waiting[Int(streams[stream].head)]
            if first.manner == .inLine { time = min(time, first.since + Limiter.patience + Nanos(1)) }
        }
        earliest = min(earliest, time)
    }

    /// Puts an event at the end of the line.
    mutating func append(_ stream: Int, _ item: Waiting, _ event: RawSpan, now: Nanos) {
        let slot = shelf.put(event)
        if slot == waiting.count { waiting.append(item) }
        waiting[slot] = item
        waiting[slot].link = -1
        if streams[stream].head < 0 {
            streams[stream].head = Int32(slot)
        } else {
            waiting[Int(streams[stream].tail)].link = Int32(slot)
        }
        streams[stream].tail = Int32(slot)
        streams[stream].held += 1
        held += 1
        activate(stream, now: now)
    }

    mutating func activate(_ stream: Int, now: Nanos) {
        guard !streams[stream].isActive else { return }
        streams[stream].isActive = true
        active.append(Int32(stream))
        note(stream, now: now)
    }

    /// Takes the first of a stream out of the line. Its bytes stay on the shelf.
    mutating func takeHead(_ stream: Int) -> Int {
        let slot = Int(streams[stream].head)
        streams[stream].head = waiting[slot].link
        if streams[stream].head < 0 { streams[stream].tail = -1 }
        streams[stream].held -= 1
        streams[stream].changes = min(streams[stream].changes, streams[stream].held)
        held -= 1
        return slot
    }

    /// Takes the one behind `before` out of the line.
    mutating func takeOut(_ stream: Int, behind before: Int32) -> Int {
        guard before >= 0 else { return takeHead(stream) }
        let slot = Int(waiting[Int(before)].link)
        waiting[Int(before)].link = waiting[slot].link
        if streams[stream].tail == Int32(slot) { streams[stream].tail = before }
        streams[stream].held -= 1
        held -= 1
        return slot
    }
}
