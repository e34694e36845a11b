import Bytes
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
    /// clock's; `at`: where in the input its last frame began.
    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64)
    /// What the times of all that comes next count from, as a `hello` says. `isLive`: it is read as it comes, and not from a file.
    mutating func govern(_ origin: TimeOrigin, isLive: Bool)
    /// An event of which a part is missing.
    mutating func lost(at: UInt64)
    /// What is to be shown after a read: when nothing waits any more, or much does.
    mutating func show(to output: borrowing Descriptor) throws(Failure)
    /// What is to be shown at the end; the tool's status.
    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status
}

extension View where Self: ~Copyable {
    mutating func govern(_ origin: TimeOrigin, isLive: Bool) {}
}

/// Reads the inputs to their ends and shows them to `view`, each event as it comes.
func watch(_ options: Options, _ view: consuming some View & ~Copyable) throws(Failure) -> Status {
    // The view of a stream that passes through goes where people look.
    let output = Descriptor(options.isThrough ? 2 : 1, owns: false)
    var watch = try Watch(options)
    while let index = try watch.next() {
        try watch.read(index, into: &view)
        try view.show(to: output)
    }
    let status = try view.finish(to: output)
    try watch.judgeEnd()
    return status
}

/// The endpoints that a view is of: one, or several that are read side by side, none waiting for another.
struct Watch: ~Copyable {
    private let options: Options
    private var inputs = Inputs()
    private var poll: Poll
    private var seen = 0
    private var taken = 0

    init(_ options: Options) throws(Failure) {
        var poll = try Poll()
        var inputs = Inputs()
        for endpoint in options.endpoints {
            let input = try Watch.open(endpoint, options)
            // One alone is waited for when it is read.
            _ = try inputs.add(input, isAlone: options.endpoints.count == 1, on: &poll)
        }
        self.init(options, inputs, poll)
    }

    private init(_ options: Options, _ inputs: consuming Inputs, _ poll: consuming Poll) {
        self.options = options
        self.inputs = inputs
        self.poll = poll
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

    /// The input to read next, as soon as it has something; nil when all is read, or enough.
    mutating func next() throws(Failure) -> Int? { try inputs.next(on: &poll) }

    private var isDone: Bool { taken >= options.limit }

    /// Reads once from an input that has something.
    mutating func read(_ index: Int, into view: inout some View & ~Copyable) throws(Failure) {
        let isThrough = options.isThrough
        let result = try inputs.fill(index) { (bytes) throws(Failure) in
            if isThrough { try Descriptor.standardOutput.write(all: bytes, "standard output") }
        }
        guard case .count = result else { return inputs.end(index, on: &poll) }
        if isDone { inputs[index].discard() } else { drain(index, &view) }
        guard !isThrough else { return }
        for other in 0..<inputs.count where isDone || inputs[other].isDefective { inputs.end(other, on: &poll) }
    }

    private mutating func drain(_ index: Int, _ view: inout some View & ~Copyable) {
        let options = options
        var (seen, taken) = (seen, taken)
        let isLive = inputs[index].isWatchable
        var offset = inputs[index].wallOffset
        inputs[index].drain { piece, frames, header in
            switch piece {
            case .lost(_, let at): view.lost(at: at)
            case .event(let at):
                if header.envelope.kind == .hello {
                    let origin = TimeOrigin(frames, header)
                    offset = origin.wallOffset
                    view.govern(origin, isLive: isLive)
                }
                seen += 1
                guard options.filter.admits(frames, header, offset: offset) else { return true }
                taken += 1
                view.take(frames, header, offset: offset, at: at)
            }
            return taken < options.limit
        }
        (self.seen, self.taken) = (seen, taken)
    }

    /// What the ends mean: they must not be inside frames.
    func judgeEnd() throws(Failure) {
        for index in 0..<inputs.count {
            if let failure = inputs[index].defectFailure { throw failure }
            guard !Interrupts.isStopping, !isDone else { continue }
            if let failure = inputs[index].cutFailure { throw failure }
        }
        guard !Interrupts.isStopping, taken == 0, seen > 0, options.limit > 0 else { return }
        complain("tap: no event passed the filter; tap --count shows what there is")
    }
}
