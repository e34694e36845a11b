import Bytes
import Edges
import Events
import Flow
import Host
import Merges
import Tool
import Units
import Wire

/// Joins inputs as they come, none waiting for another.
func mergeLive(_ options: Options) throws(Failure) -> Status {
    var joint = try Joint(options)
    try joint.begin()
    while try joint.turn() {}
    return try joint.end()
}

/// One loop around a merger: what comes in at any input goes through it and out. While the output is full nothing is read: whoever
/// writes to an input waits, or leaves out what he may.
struct Joint: ~Copyable {
    /// Bytes that wait to be written before the reading stops.
    static let waitingBytes = 256 << 10

    /// Turns of inputs that always have something, before it is asked what else there is.
    private static let turnsMax = 16

    var options: Options
    var poll: Poll
    var inputs = Inputs()
    var merger: Merger
    var outbox = Outbox(capacity: 1 << 18)
    var outlet: Outlet
    var listener: Listener?
    var door: Door?
    var reports: Reports
    var book: RuleBook
    /// What our own clock's times count from.
    let own: TimeOrigin
    /// Which inputs came by themselves: their ends are no failure of ours.
    var isProducer: [Bool] = []
    var failure: Failure?
    let kinds: KindSet
    let chunk: Int
    var nextCounters: Nanos
    let isCounting: Bool
    private var turnsWithoutPoll = 0

    enum Token {
        static let output: UInt64 = 1
        static let door: UInt64 = 2
        static let listener: UInt64 = 3
        static let reload: UInt64 = 4
        static let visitors: UInt64 = 16
    }

    init(_ options: Options) throws(Failure) {
        let outlet = try Outlet()
        let reports = try Reports(options)
        let book = try RuleBook(options.work.rules, keptIn: options.state)
        if options.rulesFile != nil { Interrupts.watchReloads() }
        let poll = try Poll()
        self.init(options, outlet, reports, book, poll)
    }

    private init(
        _ options: Options, _ outlet: consuming Outlet, _ reports: consuming Reports, _ book: consuming RuleBook,
        _ poll: consuming Poll
    ) {
        self.options = options
        var work = options.work
        work.rules = book.rules
        self.outlet = outlet
        self.reports = reports
        self.poll = poll
        let now = Clock.monotonic()
        self.book = book
        own = TimeOrigin(.monotonic, boot: Machine.boot(), wallOffset: Clock.wall() - now)
        merger = Merger(work, stamping: .clock(own))
        kinds = KindSet(options.control != nil || options.rulesFile != nil ? Merger.Work.all : options.work.kinds)
        chunk = Descriptor.standardOutput.isPipe() ? 16_384 : 65_536
        nextCounters = now + own.wallOffset + .seconds(1)
        isCounting = options.telemetry != nil || Notify.watchdog() != nil
    }

    /// Opens all that is asked for, and says who writes.
    mutating func begin() throws(Failure) {
        if let path = options.listen {
            let made = try Listener(unix: path)
            try poll.add(made.number, token: Token.listener, .read)
            listener = consume made
        }
        if let path = options.control {
            let made = try Door(unix: path)
            try poll.add(made.number, token: Token.door, .read)
            door = consume made
        }
        if let number = Interrupts.reloadDescriptor { try poll.add(number, token: Token.reload, .read) }
        for endpoint in options.inputs { try open(try FrameInput.open(endpoint, payloads: kinds), isProducer: false) }
        let now = Clock.monotonic()
        let hello = Hello(
            producer: "merge", build: Command.version, host: Machine.name(), boot: own.boot, timeBase: .monotonic,
            wallOffset: own.wallOffset)
        outbox.put(hello, Envelope(kind: .hello, channel: .control, received: now))
        merger.begin(own)
        reports.tellReady(at: now)
    }

    mutating func open(_ input: consuming FrameInput, isProducer isOne: Bool) throws(Failure) {
        let index = try inputs.add(input, on: &poll)
        if index == isProducer.count { isProducer.append(isOne) } else { isProducer[index] = isOne }
        merger.open(index)
    }

    func now() -> Nanos { Clock.monotonic() + own.wallOffset }

    private var isListening: Bool {
        switch listener {
        case .some: true
        case .none: false
        }
    }

    private var mayRead: Bool { outbox.byteCount < Joint.waitingBytes }

    /// Waits for something to happen where nothing is there, and does what follows; false when all is over.
    mutating func turn() throws(Failure) -> Bool {
        guard !Interrupts.isStopping, inputs.openCount > 0 || isListening else { return false }
        turnsWithoutPoll += 1
        let isPollDue = inputs.areSomeWaiting || turnsWithoutPoll >= Joint.turnsMax
        if !mayRead || !inputs.haveTurns || isPollDue { try wait() }
        var left = inputs.turnCount
        let now = now()
        while left > 0, mayRead, let index = inputs.turn() {
            left -= 1
            try read(index, now)
        }
        if let deadline = merger.deadline, deadline <= now { merger.expire(now: now, into: &outbox) }
        if isCounting, now >= nextCounters { tellCounters(now) }
        tellNotices()
        try refuseUnnumbered()
        try write(now)
        return true
    }

    private mutating func wait() throws(Failure) {
        turnsWithoutPoll = 0
        var until = merger.deadline
        if isCounting { until = min(until ?? nextCounters, nextCounters) }
        // Where something can be read already, what else there is is only asked for.
        if mayRead && inputs.haveTurns {
            try poll.wait(until: .zero, now: .zero)
        } else {
            try poll.wait(until: until, now: until == nil ? .zero : now())
        }
        let ready = poll.ready
        for one in ready { try take(one) }
    }

    private mutating func take(_ ready: Poll.Ready) throws(Failure) {
        switch ready.token {
        case Token.output: if ready.isHungUp { try outlet.leave() }
        case Token.door: try acceptVisitors()
        case Token.listener: try acceptProducers()
        case Token.reload: if Interrupts.takeReload() { reload() }
        case Inputs.tokens...: inputs.note(ready)
        default: hearVisitor(Int(ready.token - Token.visitors))
        }
    }

    private mutating func read(_ index: Int, _ now: Nanos) throws(Failure) {
        let result: Transfer
        do throws(Failure) {
            result = try inputs.fill(index)
        } catch {
            return over(index, because: error)
        }
        switch result {
        case .count:
            if let defect = Joint.drain(&inputs[index], index, &merger, now, &outbox) { over(index, because: defect) }
        case .again: break
        case .closed: over(index, because: inputs[index].cutFailure)
        case .failed(let reason):
            over(index, because: Failure(.io, "cannot read \(inputs[index].name): \(reason)"))
        }
    }

    private static func drain(
        _ input: inout FrameInput, _ index: Int, _ merger: inout Merger, _ now: Nanos, _ outbox: inout Outbox
    ) -> Failure? {
        input.drain { piece, frames, header in
            switch piece {
            case .event: merger.take(frames, header, from: index, now: now, into: &outbox)
            case .lost(let count, _): merger.lose(count)
            }
            return true
        }
        return input.isDefective ? input.defectFailure : nil
    }

    /// An input has ended, and why not well where it did not.
    private mutating func over(_ index: Int, because failure: Failure?) {
        let name = inputs[index].name
        merger.lose(inputs[index].framesHeld)
        if let failure {
            reports.say(failure.line)
            if !isProducer[index], self.failure == nil { self.failure = failure }
        } else if inputs.openCount > 1 || isProducer[index] {
            reports.say("\(name) has ended" + (inputs[index].hasEnded ? "" : ", without the frame that says so"))
        }
        let wasLive = inputs[index].isWatchable && !Interrupts.isStopping
        inputs.end(index, on: &poll)
        merger.end(index, wasLive: wasLive, now: now(), into: &outbox)
    }

    private mutating func tellNotices() {
        guard !merger.notices.isEmpty else { return }
        reports.tell(merger.takeNotices(), at: Clock.monotonic())
    }

    private func refuseUnnumbered() throws(Failure) {
        if let stream = reports.unnumbered { throw Joint.refusal(stream) }
    }

    static func refusal(_ stream: String) -> Failure {
        Failure(
            .usage, "--dedupe: \(stream) has no sequence of the venue, by which it could be healed",
            mend: "leave it out: ingest --channels …")
    }

    mutating func tellCounters(_ now: Nanos) {
        nextCounters = now + .seconds(1)
        Notify.ping()
        reports.tellCounters(
            merger.tally, windows: merger.windows, waiting: outbox.byteCount, inputs: inputs.openCount,
            at: now - own.wallOffset)
    }

    /// Writes what waits, as far as it is taken now: when much does, or nothing more is to be read.
    private mutating func write(_ now: Nanos) throws(Failure) {
        if outbox.byteCount >= chunk || !inputs.haveTurns {
            merger.flushStamps(now, &outbox)
            _ = try outlet.write(&outbox, chunk: chunk)
        }
        try outlet.watch(on: &poll, token: Token.output)
    }
}
