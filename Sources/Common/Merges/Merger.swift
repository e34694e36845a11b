import Bytes
import Events
public import Flow
public import Units
public import Wire

/// Joins events of several inputs into one stream of frames, and makes of them what is asked for.
///
///     event ─▶ heal ─▶ window ─▶ passed on ─▶ candles, consolidated book
///
/// Pure: time is an argument, by the wall clock. Frames of one clock after those of another are preceded by their own `hello`.
public struct Merger: ~Copyable {
    /// When an event came: now, and when it was received, both by the wall clock.
    struct Arrival {
        let now: Nanos
        let received: Nanos
    }

    /// Notices kept until they are taken, at most; beyond they are only counted.
    private static let noticesMax = 256

    var work: Work
    let stamping: Stamping
    /// Which kinds of work there are: none, mostly.
    var isPlain: Bool
    var sources = Slots<MergeSource>(capacity: 4)
    public internal(set) var windows: Windows
    var heal: Heal?
    var consolidation: Consolidation
    var candles: TradeCandles
    var places: [String: StreamPlace] = [:]
    /// What the received times of the output count from, as its last `hello` says.
    var origin: TimeOrigin?
    public var tally = Tally()
    public internal(set) var notices: [Notice] = []

    public init(_ work: Work, stamping: Stamping) {
        self.work = work
        self.stamping = stamping
        isPlain = work.rules.isEmpty && !work.heals && work.levels == nil && work.intervals.isEmpty
        windows = Windows(work.rules)
        heal = nil
        if work.heals { heal = Heal(patience: work.patience) }
        consolidation = Consolidation(levels: work.levels ?? 0, leavesOutQuiet: work.leavesOutQuiet)
        candles = TradeCandles(intervals: work.intervals)
    }

    /// Sets other rules; open windows of rules that are not the same any more are forgotten.
    public mutating func replace(rules: [MergeRule]) {
        work.rules = rules
        tally.discarded += UInt64(windows.replace(rules))
        isPlain = work.rules.isEmpty && !work.heals && work.levels == nil && work.intervals.isEmpty
    }

    /// Begins the output: `hello` is put already, and says `origin`.
    public mutating func begin(_ origin: TimeOrigin) {
        self.origin = origin
        tally.made += 1
    }

    /// A new input has this number.
    public mutating func open(_ input: Int) {
        while sources.count <= input { sources.append(MergeSource()) }
        sources[input] = MergeSource()
        sources[input].judge(origin, stamping)
    }

    /// Takes an event: its frame, or all its parts. `now`: by the wall clock; it never goes back.
    @inline(__always)
    public mutating func take(
        _ frames: RawSpan, _ header: Header, from input: Int, now: Nanos, into outbox: inout Outbox
    ) {
        tally.taken += UInt64(header.envelope.parts)
        let kind = header.envelope.kind
        if isPlain, !Merger.wantsLook(kind), sources[input].isGoverned {
            pass(frames, header, input, now, &outbox)
        } else {
            takeSlowly(frames, header, input, now, &outbox)
        }
    }

    /// Kinds that say something of their input, or of what it knows of a book.
    @inline(__always)
    private static func wantsLook(_ kind: Kind) -> Bool {
        let few: UInt64 = 1 << 1 | 1 << 3 | 1 << 5 | 1 << 23
        return kind.rawValue < 64 && few >> UInt64(kind.rawValue) & 1 == 1
    }

    @inline(never)
    private mutating func takeSlowly(
        _ frames: RawSpan, _ header: Header, _ input: Int, _ now: Nanos, _ outbox: inout Outbox
    ) {
        switch header.envelope.kind {
        case .end:
            tally.ends += 1
            sources[input].farewell = EndReason(frames, header)
            return
        case .bookStatus, .bookSnapshot: sources[input].standing.take(frames, header)
        case .hello: return takeHello(frames, header, input, now, &outbox)
        default: break
        }
        let channel = header.envelope.channel
        let isReport = channel == .control || channel == .order || channel == .account || channel == .risk
        if isReport || header.envelope.flags.contains(.critical) || !header.envelope.kind.isKnown {
            govern(input, now, &outbox)
            return pass(frames, header, input, now, &outbox)
        }
        let arrival = Arrival(now: now, received: received(header, input, now))
        guard work.heals, MergeSource.isHealed(channel) else { return route(frames, header, input, arrival, &outbox) }
        let verdict = withHeal(now, &outbox) { heal in
            heal.take(frames, header, input: input, now: now)
        }
        switch verdict {
        case .taken, nil: break
        case .full: route(frames, header, input, arrival, &outbox)
        case .unnumbered:
            tally.refused += UInt64(header.envelope.parts)
            note(.unnumbered(stream: Merger.title(frames, header)))
        }
    }

    /// As people are told of a stream.
    private static func title(_ frames: RawSpan, _ header: Header) -> String {
        let words = [String(frames, header.venue), String(frames, header.symbol), "\(header.envelope.channel)"]
        return words.joined(separator: " ")
    }

    /// When an event was received, by the wall clock. Of another machine's clock nothing is known: then it is now.
    private func received(_ header: Header, _ input: Int, _ now: Nanos) -> Nanos {
        let received = header.envelope.received
        guard input >= 0, received > .zero else { return now }
        switch sources[input].stamp {
        case .atOnce(let offset): return received + offset
        case .lazily:
            guard case .clock(let own) = stamping else { return now }
            return min(received + own.wallOffset, now)
        case .never: return now
        }
    }

    private mutating func takeHello(
        _ frames: RawSpan, _ header: Header, _ input: Int, _ now: Nanos, _ outbox: inout Outbox
    ) {
        sources[input].takeHello(frames, header)
        origin = sources[input].origin
        governAnew()
        pass(frames, header, input, now, &outbox)
    }

    /// Which inputs the last `hello` of the output governs.
    private mutating func governAnew() {
        for index in 0..<sources.count { sources[index].judge(origin, stamping) }
    }

    /// Sees to it that what follows is governed by the input's `hello`.
    private mutating func govern(_ input: Int, _ now: Nanos, _ outbox: inout Outbox) {
        guard input >= 0, !sources[input].isGoverned, sources[input].origin != nil else { return }
        flushStamps(now, &outbox)
        let isDone = sources[input].readHello { outbox.put(whole: $0) }
        guard isDone else { return }
        outbox.leaveUnstamped()
        tally.made += 1
        origin = sources[input].origin
        governAnew()
    }

    /// Does with an event what is asked for.
    mutating func route(
        _ frames: RawSpan, _ header: Header, _ input: Int, _ arrival: Arrival, _ outbox: inout Outbox
    ) {
        govern(input, arrival.now, &outbox)
        let isWindowed = !windows.isEmpty && takeIntoWindow(frames, header, arrival, &outbox)
        if isWindowed, !work.passesWindowed { return }
        if isWindowed { tally.doubled += 1 }
        pass(frames, header, input, arrival.now, &outbox)
        let making = making(arrival.now, header)
        let before = outbox.frames
        if !work.intervals.isEmpty, header.envelope.channel == .trade {
            candles.take(frames, header, wall: arrival.received, making, into: &outbox)
        }
        if work.levels != nil, header.envelope.channel == .book {
            consolidation.take(frames, header, input: input)
            if consolidation.hasChanges { consolidation.tell(making, into: &outbox) }
        }
        if outbox.frames > before { finishMaking(outbox.frames - before, arrival.now, &outbox) }
    }

    func making(_ now: Nanos, _ header: Header? = nil) -> Making {
        Making(
            now: now, wallOffset: origin?.wallOffset ?? .zero, cause: header?.envelope.id ?? 0,
            happened: header?.envelope.happened ?? .zero)
    }

    /// Passes an event on.
    @inline(__always)
    private mutating func pass(
        _ frames: RawSpan, _ header: Header, _ input: Int, _ now: Nanos, _ outbox: inout Outbox
    ) {
        let count = UInt64(header.envelope.parts)
        if case .lazily = sources[input].stamp {
            guard outbox.put(whole: frames, frames: count) else { return refuse(count) }
            tally.passed += count
            return
        }
        passUnlike(frames, count, input, now, &outbox)
    }

    @inline(never)
    private mutating func passUnlike(
        _ frames: RawSpan, _ count: UInt64, _ input: Int, _ now: Nanos, _ outbox: inout Outbox
    ) {
        flushStamps(now, &outbox)
        guard outbox.put(whole: frames, frames: count) else { return refuse(count) }
        tally.passed += count
        if case .atOnce(let offset) = sources[input].stamp { outbox.stamp(.mergeOut, at: now - offset) }
        outbox.leaveUnstamped()
    }

    private mutating func refuse(_ count: UInt64) { tally.refused += count }

    /// Stamps what came since the last call. To be called before the outbox is emptied.
    public mutating func flushStamps(_ now: Nanos, _ outbox: inout Outbox) {
        if case .clock(let own) = stamping { outbox.stamp(.mergeOut, at: now - own.wallOffset) }
    }

    mutating func finishMaking(_ count: UInt64, _ now: Nanos, _ outbox: inout Outbox) {
        tally.made += count
        if case .frames = stamping { outbox.stamp(.mergeOut, at: now - (origin?.wallOffset ?? .zero)) }
    }

    /// Has something healed, and does with what comes of it what is asked for.
    mutating func withHeal<R>(_ now: Nanos, _ outbox: inout Outbox, _ body: (inout Heal) -> R) -> R? {
        guard var heal = heal.take() else { return nil }
        let before = (heal.events.made, heal.events.refused)
        let result = body(&heal)
        tally.healed += heal.events.made - before.0
        tally.refused += heal.events.refused - before.1
        tally.absorbed = heal.absorbed
        if !heal.events.isEmpty {
            heal.events.empty { frames, input in
                let header = Header(frames)
                let arrival = Arrival(now: now, received: received(header, input, now))
                route(frames, header, max(input, 0), arrival, &outbox)
            }
        }
        self.heal = consume heal
        return result
    }

    /// Frames of an event of which others are missing.
    public mutating func lose(_ frames: UInt64) {
        tally.taken += frames
        tally.incomplete += frames
    }

    /// What to add to the received times of the output to get the wall clock's.
    public var wallOffset: Nanos { origin?.wallOffset ?? .zero }

    /// Forgets open windows: time ends before theirs does.
    public mutating func discard() { tally.discarded += UInt64(windows.discard()) }

    /// Frames that wait in windows, or for a hole to be filled.
    public var held: Int {
        switch heal {
        case .some(let heal): windows.heldCount + heal.held
        case .none: windows.heldCount
        }
    }

    mutating func note(_ notice: Notice) {
        if notices.count < Merger.noticesMax { notices.append(notice) }
    }

    public mutating func takeNotices() -> [Notice] {
        defer { notices.removeAll(keepingCapacity: true) }
        return notices
    }
}
