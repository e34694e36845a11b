public import Bytes
import Events
public import Flow
public import Units
import Wire

/// Market data from many writers to many consumers: put in order per stream, kept in one ring, and served to each consumer at its own
/// pace. The writers never wait for a consumer, unless it has asked for that.
///
///     event ─▶ reorder ─▶ limiter ─▶ book, memory, views ─▶ ring ─▶ reader ─▶ consumer
///                                                             └───▶ reader ─▶ consumer
///
/// Pure: events, subscriptions and `now` in; steps out. Descriptors belong to the tool around it.
public struct MarketLane: ~Copyable {
    public struct Options: Sendable {
        public var ringBytes = 32 << 20
        public var ringEntries = 1 << 17
        public var streamsMax = 1 << 16
        public var bounds = Bounds()
        public var order = Reorder.Options()
        /// Of each stream of market data; nil: none.
        public var limit: RateLimit?
        /// Whether frames are stamped with the time; not where time comes from the frames.
        public var stamps = true

        public init() {}
    }

    /// Where a stream comes from, and what is added to its epochs.
    struct Origin: BitwiseCopyable {
        var source: Int32 = -1
        var shift: UInt32 = 0
        var epoch: UInt32 = 0
    }

    var core: Core
    var reorder: Reorder
    var limiter: Limiter
    /// When the limiter has something to do, beside it: so that asking touches nothing of it.
    var limitedUntil: Nanos?
    public var readers = Slots<Reader>()
    /// Of consumers that are gone: what was folded for them, and how often the ring overtook them.
    public internal(set) var departed = ReaderTally()
    /// By stream.
    var origins = Column<Origin>()
    var writers = Writers()
    /// Venues whose streams follow each other by the venue's numbers.
    private var modes: [(venue: String, mode: SequenceMode)] = []

    public init(_ options: Options = Options()) {
        core = Core(options)
        reorder = Reorder(options.order)
        limiter = Limiter(options.limit)
    }

    /// What was done with an event.
    public enum Verdict: Equatable, Sendable {
        case taken
        /// A payload that is not what it should be.
        case defect(String)
    }

    /// How the events of a venue follow each other; for streams that have not been seen yet.
    public mutating func setMode(_ mode: SequenceMode, venue: String) { modes.append((venue, mode)) }

    /// A writer has come, or the one of `source` has said hello anew; its number.
    public mutating func beginSource(after source: Int? = nil) -> Int { writers.begin(after: source) }

    /// A writer has ended: whoever comes after it may begin its streams anew.
    public mutating func endSource(_ source: Int) { writers.end(source) }

    /// Takes an event, all its frames one after the other, found good by `Frame.front`.
    @inline(__always)
    public mutating func take(_ event: RawSpan, from source: Int, now: Nanos) -> Verdict {
        let first = event.extracting(0..<event.firstFrameBytes)
        core.tally.taken += 1
        guard Header.channel(of: first) != .control else {
            core.tally.control += 1
            return .taken
        }
        if let field = MarketLane.defect(in: event, Header.kind(of: first)) { return .defect(field) }
        guard let (stream, isNew) = core.tracks.stream(first) else {
            core.tally.refused += 1
            core.letters.put(event, .refused, at: now)
            return .taken
        }
        if isNew { begin(stream, first) }
        if origins[stream].source != Int32(source) { change(stream, to: source, first, now) }
        let shift = origins[stream].shift
        let epoch = Header.epoch(of: first) &+ shift
        if limiter.isOff, reorder.isNext(stream, epoch: epoch, position: Header.position(of: first)) {
            origins[stream].epoch = epoch
            core.publish(stream, event, shift: shift, arrived: now, now: now)
            return .taken
        }
        return takeSlowly(stream, event, shift, now)
    }

    /// What is not simply the next event of its stream.
    @inline(never)
    private mutating func takeSlowly(
        _ stream: Int, _ event: RawSpan, _ shift: UInt32, _ now: Nanos
    ) -> Verdict {
        let header = Header(event.extracting(0..<event.firstFrameBytes))
        var envelope = header.envelope
        envelope.epoch &+= shift
        switch reorder.take(stream, envelope, event, now: now) {
        case .next:
            origins[stream].epoch = envelope.epoch
            if limiter.isOff {
                core.publish(stream, event, shift: shift, arrived: now, now: now)
            } else {
                limiter.take(stream, event, header, Limiter.Arrival(shift: shift, at: now), now: now, &core)
            }
        case .held: break
        case .repeated: core.tally.repeated += 1
        case .late:
            core.tally.late += 1
            core.letters.put(event, .late, at: now)
        }
        MarketLane.drain(&reorder, &limiter, &core, &origins, now: now)
        if !limiter.isOff { limitedUntil = limiter.deadline }
        return .taken
    }

    /// Lets go what has waited long enough for what was missing before it.
    public mutating func tick(now: Nanos) {
        reorder.flush(now: now)
        MarketLane.drain(&reorder, &limiter, &core, &origins, now: now)
        if !limiter.isOff {
            limiter.tick(now: now, &core)
            limitedUntil = limiter.deadline
        }
    }

    /// Lets go all that waits: the input has ended.
    public mutating func finish(now: Nanos) {
        reorder.flushAll()
        MarketLane.drain(&reorder, &limiter, &core, &origins, now: now)
        limiter.finish(now: now, &core)
        limitedUntil = nil
        for index in 0..<readers.count { readers[index].pace = .zero }
    }

    /// When `tick` has something to do; nil: not by time.
    public var deadline: Nanos? {
        let ordered = reorder.deadline
        guard let limited = limitedUntil else { return ordered }
        guard let ordered else { return limited }
        return min(ordered, limited)
    }

    /// Events that wait to be put in order, or for their stream's rate.
    public var held: Int { reorder.held + limiter.held }

    /// What was not delivered to anybody.
    public var letters: DeadLetters {
        _read { yield core.letters }
    }

    public var tally: LaneTally {
        var tally = core.tally
        tally.repeated += reorder.covered
        return tally
    }

    private static func drain(
        _ reorder: inout Reorder, _ limiter: inout Limiter, _ core: inout Core, _ origins: inout Column<Origin>,
        now: Nanos
    ) {
        while let released = reorder.pop() {
            let shift = origins[released.stream].shift
            reorder.read(released) { event in
                let header = Header(event.extracting(0..<event.firstFrameBytes))
                origins[released.stream].epoch = header.envelope.epoch &+ shift
                guard limiter.isOff else {
                    let arrival = Limiter.Arrival(
                        shift: shift, missing: released.missing, from: released.from, at: released.arrived)
                    return limiter.take(released.stream, event, header, arrival, now: now, &core)
                }
                if released.missing > 0 {
                    core.tellMissing(
                        released.stream, released.missing, from: released.from, header, shift: shift, now: now)
                }
                core.publish(released.stream, event, shift: shift, arrived: released.arrived, now: now)
            }
        }
    }

    /// Of payloads that are looked into here.
    @inline(__always)
    private static func defect(in event: RawSpan, _ kind: Kind) -> String? {
        switch kind {
        case .bookSnapshot, .bookUpdate, .bookStatus, .kline, .gap: return firstDefect(in: event)
        default: return nil
        }
    }

    @inline(never)
    private static func firstDefect(in event: RawSpan) -> String? {
        var found: String?
        event.eachFrame { frame in if found == nil { found = Layout.defect(in: frame) } }
        return found
    }

    @inline(never)
    private mutating func begin(_ stream: Int, _ frame: RawSpan) {
        core.tracks.begin(frame)
        origins.append(Origin())
        let name = core.tracks.name(ofStream: stream)
        for (venue, mode) in modes where venue == name.venue { reorder.setMode(mode, of: stream) }
        for index in 0..<readers.count where readers[index].isOpen { route(index, stream, isNew: true) }
    }

    /// Another writer goes on with a stream. Where the one before is gone and it begins anew, the epochs go on from there.
    @inline(never)
    private mutating func change(_ stream: Int, to source: Int, _ frame: RawSpan, _ now: Nanos) {
        let origin = origins[stream]
        origins[stream].source = Int32(source)
        let isOther = origin.source >= 0 && !writers.isWriting(Int(origin.source))
        writers.move(from: origin.source, to: source)
        guard isOther else { return }
        let header = Header(frame)
        let begins = header.envelope.position == 1 && header.envelope.epoch &+ origin.shift <= origin.epoch
        guard begins else { return }
        reorder.restart(stream)
        MarketLane.drain(&reorder, &limiter, &core, &origins, now: now)
        origins[stream].shift = origin.epoch &+ 1 &- header.envelope.epoch
    }
}
