public import Bytes
import Events
public import Flow
public import Units
public import Wire

/// Market data from many writers to many consumers: put in order per stream, kept in one ring, and served to each consumer at its own
/// pace. The writers never wait for a consumer, unless it has asked for that.
///
///     event ─▶ reorder ─▶ book, memory, views ─▶ ring ─▶ reader ─▶ consumer
///                                                  └───▶ reader ─▶ consumer
///
/// Pure: events, subscriptions and `now` in; steps out. Descriptors belong to the tool around it.
public struct MarketLane: ~Copyable {
    public struct Options: Sendable {
        public var ringBytes = 32 << 20
        public var ringEntries = 1 << 17
        public var streamsMax = 1 << 16
        public var bounds = Bounds()
        public var order = Reorder.Options()
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
    public var readers = Slots<Reader>()
    /// By stream.
    var origins = Column<Origin>()
    /// By source: whether it still writes.
    private var sources = Column<Bool>()
    /// Venues whose streams follow each other by the venue's numbers.
    private var modes: [(venue: String, mode: SequenceMode)] = []

    public init(_ options: Options = Options()) {
        core = Core(options)
        reorder = Reorder(options.order)
    }

    /// What was done with an event.
    public enum Verdict: Equatable, Sendable {
        case taken
        /// A payload that is not what it should be.
        case defect(String)
    }

    /// How the events of a venue follow each other; for streams that have not been seen yet.
    public mutating func setMode(_ mode: SequenceMode, venue: String) { modes.append((venue, mode)) }

    /// A writer has come, or said hello anew; its number.
    public mutating func beginSource() -> Int {
        sources.append(true)
        return sources.count - 1
    }

    /// A writer is gone: whoever comes after it may begin its streams anew.
    public mutating func endSource(_ source: Int) { sources[source] = false }

    /// Takes an event, all its frames one after the other, found good by `Frame.front`.
    ///
    /// - Parameter header: of its first frame.
    @inline(__always)
    public mutating func take(_ event: RawSpan, _ header: Header, from source: Int, now: Nanos) -> Verdict {
        let first = event.extracting(0..<event.firstFrameBytes)
        core.tally.taken += 1
        guard header.envelope.channel != .control else {
            core.tally.control += 1
            return .taken
        }
        if let field = MarketLane.defect(in: event, header) { return .defect(field) }
        guard let (stream, isNew) = core.tracks.stream(first, header) else {
            core.tally.refused += 1
            return .taken
        }
        if isNew { begin(stream, first, header) }
        if origins[stream].source != Int32(source) { change(stream, to: source, header) }
        let shift = origins[stream].shift
        let epoch = header.envelope.epoch &+ shift
        if reorder.isNext(stream, epoch: epoch, position: header.envelope.position) {
            origins[stream].epoch = epoch
            core.publish(stream, event, header, shift: shift, arrived: now, now: now)
            return .taken
        }
        return takeSlowly(stream, event, header, shift, now)
    }

    /// What is not simply the next event of its stream.
    @inline(never)
    private mutating func takeSlowly(
        _ stream: Int, _ event: RawSpan, _ header: Header, _ shift: UInt32, _ now: Nanos
    ) -> Verdict {
        var envelope = header.envelope
        envelope.epoch &+= shift
        switch reorder.take(stream, envelope, event, now: now) {
        case .next:
            origins[stream].epoch = envelope.epoch
            core.publish(stream, event, header, shift: shift, arrived: now, now: now)
        case .held: break
        case .repeated: core.tally.repeated += 1
        case .late: core.tally.late += 1
        }
        MarketLane.drain(&reorder, &core, &origins, now: now)
        return .taken
    }

    /// Lets go what has waited long enough for what was missing before it.
    public mutating func tick(now: Nanos) {
        reorder.flush(now: now)
        MarketLane.drain(&reorder, &core, &origins, now: now)
    }

    /// Lets go all that waits: the input has ended.
    public mutating func finish(now: Nanos) {
        reorder.flushAll()
        MarketLane.drain(&reorder, &core, &origins, now: now)
    }

    /// When `tick` has something to do; nil: not by time.
    public var deadline: Nanos? { reorder.deadline }

    /// Events that wait to be put in order.
    public var held: Int { reorder.held }

    public var tally: LaneTally {
        var tally = core.tally
        tally.repeated += reorder.covered
        return tally
    }

    private static func drain(
        _ reorder: inout Reorder, _ core: inout Core, _ origins: inout Column<Origin>, now: Nanos
    ) {
        while let released = reorder.pop() {
            let shift = origins[released.stream].shift
            reorder.read(released) { event in
                let header = Header(event.extracting(0..<event.firstFrameBytes))
                if released.missing > 0 {
                    core.tellMissing(
                        released.stream, released.missing, from: released.from, header, shift: shift, now: now)
                }
                core.publish(released.stream, event, header, shift: shift, arrived: released.arrived, now: now)
                origins[released.stream].epoch = header.envelope.epoch &+ shift
            }
        }
    }

    /// Of payloads that are looked into here.
    @inline(__always)
    private static func defect(in event: RawSpan, _ header: Header) -> String? {
        switch header.envelope.kind {
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
    private mutating func begin(_ stream: Int, _ frame: RawSpan, _ header: Header) {
        core.tracks.begin(frame, header)
        origins.append(Origin())
        let name = core.tracks.name(ofStream: stream)
        for (venue, mode) in modes where venue == name.venue { reorder.setMode(mode, of: stream) }
        for index in 0..<readers.count where readers[index].isOpen { route(index, stream, isNew: true) }
    }

    /// Another writer goes on with a stream. Where the one before is gone and it begins anew, the epochs go on from there.
    @inline(never)
    private mutating func change(_ stream: Int, to source: Int, _ header: Header) {
        let origin = origins[stream]
        origins[stream].source = Int32(source)
        guard origin.source >= 0, !sources[Int(origin.source)] else { return }
        let begins = header.envelope.position == 1 && header.envelope.epoch &+ origin.shift <= origin.epoch
        guard begins else { return }
        reorder.restart(stream)
        MarketLane.drain(&reorder, &core, &origins, now: header.envelope.received)
        origins[stream].shift = origin.epoch &+ 1 &- header.envelope.epoch
    }
}
