import Bytes
import Edges
import Events
import Host
import Support
import Tool
import Units
import Wire

/// The loop around `Disorder`: waits for frames, or for those that it holds to be due.
struct Stage: ~Copyable {
    private var disorder: Disorder
    private var input: FrameInput
    private var outbox = Outbox(limit: 128 << 20)
    private var poll: Poll
    private let isVirtual: Bool
    private let isQuiet: Bool
    /// The time of the last event, where times are those of frames.
    private var time = Nanos.zero
    private var failure: Failure?

    init(_ arguments: Arguments) throws(Failure) {
        var rates = Disorder.Rates()
        rates.drop = try Stage.rate(arguments, "drop")
        rates.repeat = try Stage.rate(arguments, "repeat")
        rates.flip = try Stage.rate(arguments, "flip")
        rates.truncate = try Stage.rate(arguments, "truncate")
        rates.delay = try arguments.span("delay", least: .zero) ?? .zero
        rates.reorder = try arguments.span("reorder", least: .zero) ?? .zero
        rates.stall = try arguments.span("stall", least: .zero) ?? .zero
        rates.every = try arguments.span("every", least: .milliseconds(1)) ?? .seconds(30)
        let seed = UInt64(try arguments.number("seed", 0...Int.max) ?? 1)
        if let clock = arguments.value("clock"), clock != "frames" {
            throw Failure(.usage, "--clock \(clock): no such clock", mend: "frames")
        }
        let poll = try Poll()
        let input = try FrameInput.open(.standard, payloads: .none)
        self.init(
            Disorder(rates, seed: seed), input, poll, isVirtual: arguments.value("clock") != nil,
            isQuiet: arguments.has("quiet"))
    }

    private init(
        _ disorder: Disorder, _ input: consuming FrameInput, _ poll: consuming Poll, isVirtual: Bool, isQuiet: Bool
    ) {
        self.disorder = disorder
        self.input = input
        self.poll = poll
        self.isVirtual = isVirtual
        self.isQuiet = isQuiet
    }

    mutating func run() throws(Failure) -> Status {
        let isWatched = input.isWatchable
        if isWatched, let number = input.number { try poll.add(number, token: 0, .read) }
        while !Interrupts.isStopping, !disorder.isCut, !input.isOver {
            if isWatched {
                try poll.wait(until: isVirtual ? nil : disorder.deadline, now: Clock.monotonic())
            }
            if !isWatched || !poll.ready.isEmpty { try read() }
            if !isVirtual { release(at: Clock.monotonic()) }
            try flush()
        }
        release(at: time, isEnd: true)
        try flush()
        tell()
        if let failure { throw failure }
        return .ok
    }

    /// Takes what has come. Why it must not have ended there is told once everything before it is written.
    private mutating func read() throws(Failure) {
        let result = try input.fill()
        Stage.drain(&input, &disorder, &outbox, &time, isVirtual)
        failure = input.defectFailure
        switch result {
        case .count, .again: break
        case .closed: failure = failure ?? input.cutFailure
        case .failed(let reason): failure = Failure(.io, "cannot read \(input.name): \(reason)")
        }
        if failure != nil || result == .closed { input.close() }
    }

    private static func drain(
        _ input: inout FrameInput, _ disorder: inout Disorder, _ outbox: inout Outbox, _ time: inout Nanos,
        _ isVirtual: Bool
    ) {
        input.drain { piece, event, _ in
            if case .event = piece { take(event, &disorder, &outbox, &time, isVirtual) }
            return !disorder.isCut
        }
    }

    private static func take(
        _ frames: RawSpan, _ disorder: inout Disorder, _ outbox: inout Outbox, _ time: inout Nanos, _ isVirtual: Bool
    ) {
        guard isVirtual else { return disorder.take(frames, at: Clock.monotonic()) }
        time = max(time, Header(frames).envelope.received)
        disorder.release(at: time) { put($0, &outbox) }
        disorder.take(frames, at: time)
    }

    private mutating func release(at now: Nanos, isEnd: Bool = false) {
        disorder.release(at: now, isEnd: isEnd) { Stage.put($0, &outbox) }
    }

    private static func put(_ bytes: [UInt8], _ outbox: inout Outbox) { outbox.put(whole: bytes.span.bytes) }

    private mutating func flush() throws(Failure) {
        try outbox.empty { span throws(Failure) in
            try Descriptor.standardOutput.write(all: span, "standard output")
            return span.byteCount
        }
    }

    private func tell() {
        guard !isQuiet else { return }
        let tally = disorder.tally
        complain(
            "chaos: \(tally.events) events, \(tally.dropped) dropped, \(tally.repeated) repeated, \(tally.flipped) damaged, "
                + "\(tally.stalls) stalls\(disorder.isCut ? ", cut" : ""), \(tally.passed) passed")
    }

    /// `1%`, `0.05%` or `1/1000`, in millionths.
    private static func rate(_ arguments: Arguments, _ name: String) throws(Failure) -> Int {
        guard let text = arguments.value(name) else { return 0 }
        if let rate = millionths(text), (0...1_000_000).contains(rate) { return rate }
        throw Failure(.usage, "--\(name) \(text): no rate", mend: "1%, 0.05% or 1/1000")
    }

    private static func millionths(_ text: String) -> Int? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let part = Int(parts[0]), let whole = Int(parts[1]), (1...1_000_000).contains(whole),
            (0...whole).contains(part)
        {
            return part * 1_000_000 / whole
        }
        guard text.hasSuffix("%") else { return nil }
        let digits = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard digits.count <= 2, let percent = Int(digits[0]), (0...100).contains(percent) else { return nil }
        let fraction = digits.count == 2 ? digits[1] : "0"
        guard (1...4).contains(fraction.utf8.count), let rest = Int(fraction), rest >= 0 else { return nil }
        return percent * 10_000 + rest * [1000, 100, 10, 1][fraction.utf8.count - 1]
    }
}
