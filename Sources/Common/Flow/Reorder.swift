public import Bytes
public import Events
public import Units

/// Puts the events of each stream into the order of their positions. What comes in order passes at once and is not copied; what
/// comes too early waits, `lateness` at most, for what is missing before it.
///
/// A stream's state stays when nothing waits, so that repeats are known for ever after; it begins at the first position that is seen.
/// Invariant: of each stream the waiting events are sorted, differ, and come after `next`.
public struct Reorder: ~Copyable {
    public struct Options: Sendable {
        /// Nobody waits longer for what is missing.
        public var lateness = Nanos.milliseconds(150)
        /// Waiting events are looked at so often.
        public var flush = Nanos.milliseconds(50)
        /// Events of a stream that wait, at most; beyond, the first one goes, and what is missing before it is given up.
        public var heldMax = 200
        /// Bytes of all events that wait, at most; beyond, likewise.
        public var bytesMax = 64 << 20

        public init() {}
    }

    public enum Verdict: Equatable, Sendable {
        /// Passes now, before what `pop` gives.
        case next
        /// Waits; a copy is kept.
        case held
        /// Was seen before.
        case repeated
        /// Was given up: its gap has been told.
        case late
    }

    /// An event whose time has come. `read` lends its bytes until the next `pop`.
    public struct Released: BitwiseCopyable, Sendable {
        public let stream: Int
        /// How many are missing right before it, and which is the first of them.
        public let missing: UInt64
        public let from: UInt64
        public let arrived: Nanos
        let slot: Int32
    }

    @usableFromInline
    struct Stream: BitwiseCopyable {
        @usableFromInline var mode = SequenceMode.position
        @usableFromInline var isBegun = false
        @usableFromInline var epoch: UInt32 = 0
        /// What comes next in it.
        @usableFromInline var next: UInt64 = 0
        /// What was given up last, in `epoch`.
        var gapFrom: UInt64 = 0
        var gapEnd: UInt64 = 0
        @usableFromInline var head: Int32 = -1
        var held: Int32 = 0
    }

    struct Place: BitwiseCopyable {
        var epoch: UInt32 = 0
        var first: UInt64 = 0
        var last: UInt64 = 0
        var arrived = Nanos.zero
        var bytes = 0
        var link: Int32 = -1
    }

    let options: Options
    @usableFromInline var streams = Column<Stream>()
    var places = Column<Place>()
    /// The events, by the number of their place.
    var shelf = Shelf()
    /// Streams in which something waits, in no order that anybody sees.
    var active = Column<Int32>()
    var ready = Column<Released>()
    var readyAt = 0
    var lent: Int32 = -1
    var bytesHeld = 0
    var earliest = Nanos.range.upperBound
    var lastFlush = Nanos.zero

    public init(_ options: Options = Options()) { self.options = options }

    /// Events that wait.
    public internal(set) var held = 0
    /// Events that waited and were dropped, as others had covered their sequences meanwhile.
    public internal(set) var covered: UInt64 = 0

    /// How the events of a stream are told to follow each other; before its first event.
    public mutating func setMode(_ mode: SequenceMode, of stream: Int) {
        makeRoom(stream)
        streams[stream].mode = mode
    }

    /// When `flush` has something to do; nil: nothing waits.
    public var deadline: Nanos? { held == 0 ? nil : max(earliest, lastFlush + options.flush) }

    /// Forgets where the stream stands: its writer began anew. What waits goes first.
    public mutating func restart(_ stream: Int) {
        makeRoom(stream)
        while streams[stream].head >= 0 { releaseHead(stream) }
        streams[stream].isBegun = false
    }

    /// Whether the event is simply the next one of a stream in which nothing waits, as nearly all are; if so it is taken.
    @inlinable @inline(__always)
    public mutating func isNext(_ stream: Int, epoch: UInt32, position: UInt64) -> Bool {
        guard stream < streams.count, streams[stream].mode == .position, streams[stream].epoch == epoch,
            streams[stream].next == position, streams[stream].isBegun, streams[stream].head < 0
        else { return false }
        streams[stream].next &+= 1
        return true
    }

    /// Judges the next event of a stream, whose number the caller keeps small. Positions of 0 are outside of any order.
    public mutating func take(_ stream: Int, _ envelope: Envelope, _ event: RawSpan, now: Nanos) -> Verdict {
        if isNext(stream, epoch: envelope.epoch, position: envelope.position) { return .next }
        return judge(stream, envelope, event, now)
    }

    @inline(never)
    private mutating func judge(_ stream: Int, _ envelope: Envelope, _ event: RawSpan, _ now: Nanos) -> Verdict {
        makeRoom(stream)
        guard let (first, last) = streams[stream].mode.range(envelope) else { return .next }
        let epoch = envelope.epoch
        guard streams[stream].isBegun else {
            streams[stream].isBegun = true
            streams[stream].epoch = epoch
            streams[stream].next = last &+ 1
            streams[stream].gapFrom = 0
            streams[stream].gapEnd = 0
            return .next
        }
        let state = streams[stream]
        if epoch < state.epoch { return .repeated }
        if epoch == state.epoch, last < state.next {
            return state.gapFrom <= first && last < state.gapEnd ? .late : .repeated
        }
        let follows =
            epoch == state.epoch
            ? first <= state.next || state.mode == .monotone : first <= 1 || state.mode != .position
        if follows, state.head < 0 || epoch == state.epoch {
            advance(stream, epoch, last)
            releaseFollowers(stream)
            return .next
        }
        guard hold(stream, epoch, first, last, event, now) else { return .repeated }
        releaseFollowers(stream)
        while Int(streams[stream].held) > options.heldMax || (bytesHeld > options.bytesMax && streams[stream].head >= 0)
        {
            releaseHead(stream)
            releaseFollowers(stream)
        }
        return .held
    }

    /// Gives up what has been waited for long enough.
    public mutating func flush(now: Nanos) {
        guard held > 0, now >= earliest else { return }
        lastFlush = now
        earliest = Nanos.range.upperBound
        var index = 0
        while index < active.count {
            let stream = Int(active[index])
            releaseOlder(stream, than: now - options.lateness)
            if streams[stream].head < 0 {
                active[index] = active.last
                active.truncate(to: active.count - 1)
            } else {
                index += 1
            }
        }
    }

    /// Releases all that waits: the input has ended.
    public mutating func flushAll() {
        for index in 0..<active.count {
            let stream = Int(active[index])
            while streams[stream].head >= 0 { releaseHead(stream) }
        }
        active.removeAll()
        earliest = Nanos.range.upperBound
    }

    /// The next event whose time has come; the one before is forgotten.
    @inline(__always)
    public mutating func pop() -> Released? {
        if lent < 0, readyAt == ready.count { return nil }
        return popReady()
    }

    @inline(never)
    private mutating func popReady() -> Released? {
        if lent >= 0 {
            shelf.remove(Int(lent))
            lent = -1
        }
        guard readyAt < ready.count else {
            ready.removeAll()
            readyAt = 0
            return nil
        }
        readyAt += 1
        lent = ready[readyAt - 1].slot
        return ready[readyAt - 1]
    }

    /// Lends the bytes of the event that `pop` gave last.
    public borrowing func read<R>(_ released: Released, _ body: (RawSpan) -> R) -> R {
        precondition(released.slot == lent, "an event is read before the next one")
        return shelf.read(Int(released.slot), body)
    }

    mutating func makeRoom(_ stream: Int) {
        while streams.count <= stream { streams.append(Stream()) }
    }

    mutating func advance(_ stream: Int, _ epoch: UInt32, _ last: UInt64) {
        if epoch != streams[stream].epoch {
            streams[stream].epoch = epoch
            streams[stream].gapFrom = 0
            streams[stream].gapEnd = 0
            streams[stream].next = 0
        }
        streams[stream].next = max(streams[stream].next, last &+ 1)
    }
}
