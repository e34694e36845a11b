import Bytes
import Edges
import Events
import Flow
import Host
import Merges
import Tool
import Units
import Wire

/// `--clock frames`: joins inputs by the times of their frames. Every open input is waited for, so the output is the same on every run.
func mergeByFrames(_ options: Options) throws(Failure) -> Status {
    var merge = try FrameClock(options)
    try merge.begin(options)
    while !Interrupts.isStopping, try merge.step() {}
    return try merge.end()
}

/// Inputs of which each has its next event ready: the earliest goes first, at equal times that of the first input.
struct FrameClock: ~Copyable {
    /// An input's next event.
    struct Front: ~Copyable {
        var block = Block(byteCount: 0)
        var byteCount = 0
        /// By the wall clock; an event without a time comes with the one before it.
        var time = Nanos.zero
        var isThere = false

        mutating func take(_ frames: RawSpan, received: Nanos, wallOffset: Nanos) {
            byteCount = frames.byteCount
            if block.byteCount < byteCount { block.grow(to: max(byteCount, block.byteCount * 2)) }
            block.write(0..<byteCount) { $0.put(frames, at: 0) }
            if received > .zero { time = received + wallOffset }
            isThere = true
        }
    }

    private var inputs = Slots<FrameInput>(capacity: 4)
    private var fronts = Slots<Front>(capacity: 4)
    private var merger: Merger
    private var outbox = Outbox(capacity: 1 << 18)
    private var outlet: Outlet
    private var reports: Reports
    private var failure: Failure?
    /// The latest time so far.
    private var now = Nanos.zero
    private static let chunk = 65_536

    init(_ options: Options) throws(Failure) {
        let reports = try Reports(options)
        let outlet = try Outlet(blocks: true)
        self.init(options, reports, outlet)
    }

    /// Opens all inputs.
    mutating func begin(_ options: Options) throws(Failure) {
        for (index, endpoint) in options.inputs.enumerated() {
            let descriptor = try endpoint.openToRead()
            inputs.append(FrameInput(descriptor, endpoint.name, payloads: KindSet(options.work.kinds)))
            fronts.append(Front())
            merger.open(index)
        }
    }

    private init(_ options: Options, _ reports: consuming Reports, _ outlet: consuming Outlet) {
        self.reports = reports
        self.outlet = outlet
        merger = Merger(options.work, stamping: .frames)
        outbox.put(Hello(producer: "merge", timeBase: .recorded), Envelope(kind: .hello, channel: .control))
        merger.begin(TimeOrigin(.recorded))
    }

    /// Takes the earliest event; false when there is none any more.
    mutating func step() throws(Failure) -> Bool {
        var first: Int?
        for index in 0..<inputs.count {
            if !fronts[index].isThere { try load(index) }
            guard fronts[index].isThere else { continue }
            if first.map({ fronts[index].time < fronts[$0].time }) ?? true { first = index }
        }
        guard let first, !Interrupts.isStopping else { return false }
        now = max(now, fronts[first].time)
        expire(until: now)
        FrameClock.take(fronts[first], first, &merger, now, &outbox)
        fronts[first].isThere = false
        try tell()
        if outbox.byteCount >= FrameClock.chunk { _ = try outlet.write(&outbox, chunk: FrameClock.chunk) }
        return true
    }

    private static func take(
        _ front: borrowing Front, _ index: Int, _ merger: inout Merger, _ now: Nanos, _ outbox: inout Outbox
    ) {
        front.block.read(0..<front.byteCount) {
            merger.take($0, Header($0), from: index, now: now, into: &outbox)
        }
    }

    /// Time passes: what is due happens at its own moment.
    private mutating func expire(until time: Nanos) {
        while let deadline = merger.deadline, deadline <= time { merger.expire(now: deadline, into: &outbox) }
    }

    /// Waits for an input's next event, or its end.
    private mutating func load(_ index: Int) throws(Failure) {
        while !inputs[index].isOver {
            FrameClock.drain(&inputs[index], &fronts[index], &merger)
            if fronts[index].isThere { return }
            if let defect = inputs[index].defectFailure { return over(index, because: defect) }
            switch try inputs[index].fill() {
            case .count: break
            case .again: return
            case .closed: over(index, because: inputs[index].cutFailure)
            case .failed(let reason):
                over(index, because: Failure(.io, "cannot read \(inputs[index].name): \(reason)"))
            }
        }
    }

    private static func drain(_ input: inout FrameInput, _ front: inout Front, _ merger: inout Merger) {
        // A `hello` governs itself.
        let origin = input.origin
        input.drain { piece, frames, header in
            switch piece {
            case .lost(let count, _):
                merger.lose(count)
                return true
            case .event:
                let governing = header.envelope.kind == .hello ? TimeOrigin(frames) : origin
                front.take(frames, received: header.envelope.received, wallOffset: governing?.wallOffset ?? .zero)
                return false
            }
        }
    }

    private mutating func over(_ index: Int, because failure: Failure?) {
        merger.lose(inputs[index].framesHeld)
        if let failure {
            reports.say(failure.line)
            if self.failure == nil { self.failure = failure }
        }
        let wasLive = inputs[index].isWatchable && !Interrupts.isStopping
        inputs[index].close()
        merger.end(index, wasLive: wasLive, now: now, into: &outbox)
    }

    private mutating func tell() throws(Failure) {
        guard !merger.notices.isEmpty else { return }
        reports.tell(merger.takeNotices(), at: now)
        if let stream = reports.unnumbered { throw Joint.refusal(stream) }
    }

    /// Ends: time runs out for what waits, and all is written.
    mutating func end() throws(Failure) -> Status {
        let isStopped = Interrupts.isStopping
        if !isStopped { expire(until: Nanos.range.upperBound) }
        merger.discard()
        try tell()
        outbox.put(
            end: isStopped ? .stopped : failure == nil ? .finished : .failed,
            Envelope(kind: .end, channel: .control, received: max(now - merger.wallOffset, .zero)))
        merger.tally.made += 1
        while !outbox.isEmpty { _ = try outlet.write(&outbox, chunk: FrameClock.chunk) }
        reports.say(merger.tally.line)
        return failure?.status ?? .ok
    }
}
