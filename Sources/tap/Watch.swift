import Bytes
import Consumers
import Edges
import Events
import Flow
import Host
import Lines
import Tool
import Units
import Wire

/// Something that looks at events one by one.
protocol View: ~Copyable {
    /// One event: its frame, or all its parts one after the other. `offset`: what to add to received times to get the wall
    /// clock's; `at`: where in the input its last frame began; `source`: the number of its endpoint, through all its connections.
    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int)
    /// What the times of all that comes next count from, as a `hello` says. `isLive`: it is read as it comes, and not from a file.
    mutating func govern(_ origin: TimeOrigin, isLive: Bool)
    /// An event of which a part is missing.
    mutating func lost(at: UInt64)
    /// The connection of an endpoint has been lost: what came from it last is old until it is told anew.
    mutating func cut(_ source: Int)
    /// How often it is shown although nothing comes; nil: never.
    var tick: Nanos? { get }
    /// What is to be shown after a read: when nothing waits any more, or much does.
    mutating func show(to output: borrowing Descriptor) throws(Failure)
    /// What is to be shown at the end; the tool's status.
    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status
}

extension View where Self: ~Copyable {
    mutating func govern(_ origin: TimeOrigin, isLive: Bool) {}
    mutating func cut(_ source: Int) {}
    var tick: Nanos? { nil }
}

/// Reads the inputs to their ends and shows them to `view`, each event as it comes.
func watch(_ options: Options, _ view: consuming some View & ~Copyable) throws(Failure) -> Status {
    // The view of a stream that passes through goes where people look.
    let output = Descriptor(options.isThrough ? 2 : 1, owns: false)
    var watch = try Watch(options, tick: view.tick)
    while try watch.turn(into: &view) { try view.show(to: output) }
    let status = try view.finish(to: output)
    try watch.judgeEnd()
    return status
}

/// The endpoints that a view is of: one, or several that are read side by side, none waiting for another.
struct Watch: ~Copyable {
    private let options: Options
    private var inputs = Inputs()
    /// By place among the inputs: the number of the endpoint that stands there.
    private var sources: [Int] = []
    private var askers: Slots<Asker>
    private var poll: Poll
    private let tick: Nanos?
    /// What a socket refused to give.
    private var refusal: Failure?
    /// What was wrong with the first input that was none, and with the first that ended where none may: others may stand there now.
    private var defect: Failure?
    private var cut: Failure?
    private var seen = 0
    private var taken = 0

    init(_ options: Options, tick: Nanos?) throws(Failure) {
        var poll = try Poll()
        var inputs = Inputs()
        var askers = Slots<Asker>()
        // Nothing ends here: each endpoint stands at the place of its number.
        for (source, endpoint) in options.endpoints.enumerated() {
            if var asker = try Asker.of(endpoint, source, options) {
                asker.stands(at: try inputs.add(try asker.begin(endpoint), on: &poll))
                askers.append(asker)
                continue
            }
            let input = try Watch.open(endpoint, options)
            // One alone is waited for when it is read.
            _ = try inputs.add(input, isAlone: options.endpoints.count == 1 && tick == nil, on: &poll)
        }
        self.init(options, inputs, askers, poll, tick)
    }

    private init(
        _ options: Options, _ inputs: consuming Inputs, _ askers: consuming Slots<Asker>, _ poll: consuming Poll,
        _ tick: Nanos?
    ) {
        self.options = options
        self.inputs = inputs
        sources = Array(options.endpoints.indices)
        self.askers = askers
        self.poll = poll
        self.tick = tick
    }

    /// Goes to where the asked time begins, where the input is a file that lets it.
    private static func open(_ endpoint: Endpoint, _ options: Options) throws(Failure) -> FrameInput {
        let descriptor = try endpoint.openToRead()
        var place: Finder.Place?
        if let since = options.filter.since, !options.isThrough, let size = descriptor.regularSize() {
            var finder = Finder(size: size, endpoint.name)
            place = try finder.place(of: since, descriptor)
        }
        var input = FrameInput(descriptor, endpoint.name)
        if let place { try input.start(at: place.offset, wallOffset: place.wallOffset) }
        return input
    }

    /// Waits until there is something to read or to show, and reads it. False when all is read, or enough.
    mutating func turn(into view: inout some View & ~Copyable) throws(Failure) -> Bool {
        guard !isDone, refusal == nil else { return false }
        let now = tick == nil && askers.count == 0 ? .zero : Clock.monotonic()
        let isAsking = try dial(now)
        guard inputs.openCount > 0 || isAsking else { return false }
        if Interrupts.isStopping, isAsking || inputs.areSomeWatched { return false }
        if let index = try inputs.next(on: &poll, until: deadline(now), now: now) { try read(index, into: &view) }
        return true
    }

    /// When the next connection is tried, or the view is shown again.
    private func deadline(_ now: Nanos) -> Nanos? {
        var deadline = tick.map { now + $0 }
        for index in 0..<askers.count {
            if let due = askers[index].nextTry { deadline = min(deadline ?? due, due) }
        }
        return deadline
    }

    /// Connects again where it is time to. True while some are without a connection and want one.
    private mutating func dial(_ now: Nanos) throws(Failure) -> Bool {
        var isAsking = false
        for index in 0..<askers.count where askers[index].nextTry != nil {
            let made = askers[index].dial(now: now)
            switch consume made {
            case .some(let input): try stand(input, of: index)
            case .none: isAsking = true
            }
        }
        return isAsking
    }

    /// Gives an asker's new connection a place, maybe one where another endpoint stood that is over.
    private mutating func stand(_ input: consuming FrameInput, of asker: Int) throws(Failure) {
        let place = try inputs.add(input, on: &poll)
        if place == sources.count { sources.append(askers[asker].source) }
        sources[place] = askers[asker].source
        askers[asker].stands(at: place)
    }

    private var isDone: Bool { taken >= options.limit }

    /// Reads once from an input that has something.
    private mutating func read(_ index: Int, into view: inout some View & ~Copyable) throws(Failure) {
        let isThrough = options.isThrough
        let result = try inputs.fill(index) { (bytes) throws(Failure) in
            if isThrough { try Descriptor.standardOutput.write(all: bytes, "standard output") }
        }
        if case .again = result, inputs[index].isEager { return }
        guard case .count = result else { return end(index, &view) }
        if isDone { inputs[index].discard() } else { drain(index, &view) }
        guard !isThrough else { return }
        for other in 0..<inputs.count where isDone || inputs[other].isDefective {
            guard !inputs[other].isOver else { continue }
            if isDone { close(other) } else { end(other, &view) }
        }
    }

    /// Ends an input that is over by itself, or that is none.
    private mutating func end(_ index: Int, _ view: inout some View & ~Copyable) {
        let isDefective = inputs[index].isDefective
        if let asker = asker(of: index), askers[asker].end(now: Clock.monotonic(), isDefective: isDefective) {
            // It ends wherever it was cut; what comes next begins anew.
            view.cut(sources[index])
        } else {
            cut = cut ?? inputs[index].cutFailure
        }
        close(index)
    }

    /// Nothing more is read from it: what was wrong with it is kept, and its place is another one's.
    private mutating func close(_ index: Int) {
        defect = defect ?? inputs[index].defectFailure
        inputs.end(index, on: &poll)
    }

    private mutating func drain(_ index: Int, _ view: inout some View & ~Copyable) {
        let options = options
        var (seen, taken) = (seen, taken)
        var farewell: Farewell?
        var isServed = false
        var answer: AnswerWord?
        let isLive = inputs[index].isWatchable
        let asker = asker(of: index)
        let source = sources[index]
        var offset = inputs[index].wallOffset
        inputs[index].drain { piece, frames, header in
            switch piece {
            case .lost(_, let at): view.lost(at: at)
            case .event(let at):
                if header.envelope.kind == .hello {
                    let origin = TimeOrigin(frames)
                    offset = origin.wallOffset
                    view.govern(origin, isLive: isLive)
                }
                if asker != nil {
                    switch header.envelope.kind {
                    case .hello: break
                    case .end: farewell = Farewell(frames, header)
                    case .acknowledgement:
                        answer = AnswerWord(frames, header)
                        return answer?.isAccepted == true
                    default: isServed = true
                    }
                }
                seen += 1
                guard options.filter.admits(frames, header, offset: offset) else { return true }
                taken += 1
                view.take(frames, header, offset: offset, at: at, from: source)
            }
            return taken < options.limit
        }
        (self.seen, self.taken) = (seen, taken)
        guard let asker else { return }
        askers[asker].heard(farewell, isServed: isServed)
        if let answer { refusal = askers[asker].refusal(answer) ?? refusal }
    }

    private func asker(of index: Int) -> Int? {
        for asker in 0..<askers.count where askers[asker].index == index { return asker }
        return nil
    }

    /// What the ends mean: they must not be inside frames.
    func judgeEnd() throws(Failure) {
        if let refusal { throw refusal }
        if let defect { throw defect }
        for index in 0..<inputs.count {
            if let failure = inputs[index].defectFailure { throw failure }
        }
        if let cut, !Interrupts.isStopping, !isDone { throw cut }
        guard !Interrupts.isStopping, taken == 0, seen > 0, options.limit > 0 else { return }
        complain("tap: no event passed the filter; tap --count shows what there is")
    }
}
