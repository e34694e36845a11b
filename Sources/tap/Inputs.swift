import Bytes
import Host
import Tool
import Units
import Wire

/// The endpoints that a view is of: one, or several that are read side by side, none waiting for another.
struct Inputs: ~Copyable {
    /// One endpoint, and how far it has been read.
    struct Input: ~Copyable {
        let descriptor: Descriptor
        var inbox = Inbox()
        var selection: Selection
        /// Whether there is nothing more to read of it.
        var isOver = false
        /// Whether it is watched; a file is not, it always has something, or its end.
        let isWatched: Bool

        init(_ descriptor: consuming Descriptor, _ selection: consuming Selection, isWatched: Bool) {
            self.descriptor = descriptor
            self.selection = selection
            self.isWatched = isWatched
        }

        /// Reads what is there; 0 at the end, nil when a signal asks to stop.
        mutating func fill(_ name: String, isThrough: Bool) throws(Failure) -> Int? {
            try Input.fill(&inbox, descriptor, name, isThrough)
        }

        private static func fill(
            _ inbox: inout Inbox, _ descriptor: borrowing Descriptor, _ name: String, _ isThrough: Bool
        ) throws(Failure) -> Int? {
            try inbox.fill { (span) throws(Failure) in
                let count = try descriptor.read(into: &span, name)
                if isThrough, let count {
                    try Descriptor.standardOutput.write(all: span.bytes.extracting(0..<count), "standard output")
                }
                return count
            }
        }

        mutating func drain(into view: inout some View & ~Copyable) { selection.drain(&inbox, into: &view) }
    }

    private let options: Options
    private var inputs: Slots<Input>
    private var poll: Poll
    /// Inputs whose turn it is, last first.
    private var turns: [Int] = []

    init(_ options: Options) throws(Failure) {
        var inputs = Slots<Input>(capacity: options.endpoints.count)
        var poll = try Poll()
        for endpoint in options.endpoints { inputs.append(try Inputs.open(endpoint, inputs.count, options, &poll)) }
        self.init(options, inputs, poll)
    }

    private init(_ options: Options, _ inputs: consuming Slots<Input>, _ poll: consuming Poll) {
        self.options = options
        self.inputs = inputs
        self.poll = poll
    }

    private static func open(
        _ endpoint: Endpoint, _ index: Int, _ options: Options, _ poll: inout Poll
    ) throws(Failure) -> Input {
        let descriptor = try endpoint.openToRead()
        var selection = Selection(endpoint.name, options)
        try selection.start(descriptor)
        // One alone is waited for when it is read.
        let isWatched = options.endpoints.count > 1 && (descriptor.isPipe() || descriptor.isSocket())
        if isWatched { try poll.add(descriptor.number, token: UInt64(index), .read) }
        return Input(descriptor, selection, isWatched: isWatched)
    }

    /// The input to read next, as soon as it has something; nil when all is read, or enough.
    mutating func next() throws(Failure) -> Int? {
        while turns.isEmpty {
            var isAnyOpen = false
            for index in 0..<inputs.count where !inputs[index].isOver {
                isAnyOpen = true
                if !inputs[index].isWatched { turns.append(index) }
            }
            guard isAnyOpen else { return nil }
            guard inputs.count > 1 else { break }
            guard !Interrupts.isStopping else { return nil }
            // What files have is there at once; nothing else is waited for then.
            try poll.wait(until: turns.isEmpty ? nil : .zero, now: .zero)
            for ready in poll.ready { turns.append(Int(ready.token)) }
        }
        return turns.popLast()
    }

    /// Reads once from an input that has something.
    mutating func read(_ index: Int, into view: inout some View & ~Copyable) throws(Failure) {
        guard !inputs[index].isOver else { return }
        let name = options.endpoints[index].name
        let count = try inputs[index].fill(name, isThrough: options.isThrough)
        guard let count, count > 0 else { return end(index) }
        let taken = inputs[index].selection.taken
        inputs[index].drain(into: &view)
        let more = inputs[index].selection.taken - taken
        for other in 0..<inputs.count where other != index { inputs[other].selection.limit -= more }
        for other in 0..<inputs.count where inputs[other].selection.isDone && !options.isThrough { end(other) }
    }

    private mutating func end(_ index: Int) {
        guard !inputs[index].isOver else { return }
        inputs[index].isOver = true
        if inputs[index].isWatched { poll.remove(inputs[index].descriptor.number) }
    }

    /// What the ends mean: they must not be inside frames.
    func judgeEnd() throws(Failure) {
        var (seen, taken) = (0, 0)
        for index in 0..<inputs.count {
            try inputs[index].selection.judgeEnd(inputs[index].inbox)
            seen += inputs[index].selection.seen
            taken += inputs[index].selection.taken
        }
        guard !Interrupts.isStopping, taken == 0, seen > 0, options.limit > 0 else { return }
        complain("tap: no event passed the filter; tap --count shows what there is")
    }
}
