import Bytes
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
    /// The `hello` that governs what comes after it, whatever is asked for. `isLive`: it is read as it comes, and not from a file.
    mutating func govern(_ hello: RawSpan, _ header: Header, isLive: Bool)
    /// An event of which a part is missing.
    mutating func lost(at: UInt64)
    /// What is to be shown after a read: when nothing waits any more, or much does.
    mutating func show(to output: borrowing Descriptor) throws(Failure)
    /// What is to be shown at the end; the tool's status.
    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status
}

extension View where Self: ~Copyable {
    mutating func govern(_ hello: RawSpan, _ header: Header, isLive: Bool) {}
}

/// Reads the inputs to their ends and shows them to `view`, each event as it comes.
func watch(_ options: Options, _ view: consuming some View & ~Copyable) throws(Failure) -> Status {
    // The view of a stream that passes through goes where people look.
    let output = Descriptor(options.isThrough ? 2 : 1, owns: false)
    var inputs = try Inputs(options)
    while let index = try inputs.next() {
        try inputs.read(index, into: &view)
        try view.show(to: output)
    }
    let status = try view.finish(to: output)
    try inputs.judgeEnd()
    return status
}

/// Makes events of frames, and passes on those that are asked for.
struct Selection: ~Copyable {
    private var assembly = Assembly()
    private let name: String
    private let options: Options
    /// What to add to received times: of the `hello` that governs.
    private var offset = Nanos.zero
    private(set) var seen = 0
    private(set) var taken = 0
    /// Events that may be taken: of all that are asked for, those that no other input has given.
    var limit: Int
    private var defect: (defect: Frame.Defect, at: UInt64)?
    /// Bytes of the input before the first that was read.
    private var base: UInt64 = 0
    private var isLive = true

    init(_ name: String, _ options: Options) {
        self.name = name
        self.options = options
        limit = options.limit
    }

    /// Whether as many events were taken as are asked for, or the input is no stream of frames.
    var isDone: Bool { taken >= limit || defect != nil }

    /// Goes to where the asked time begins, where the input is a file that lets it.
    mutating func start(_ input: borrowing Descriptor) throws(Failure) {
        isLive = input.regularSize() == nil
        guard let since = options.filter.since, !options.isThrough, let size = input.regularSize() else { return }
        var finder = Finder(size: size, name)
        let place = try finder.place(of: since, input)
        try input.seek(to: place.offset, name)
        base = UInt64(place.offset)
        offset = place.wallOffset
    }

    /// Gives the events that are there to `view`.
    mutating func drain(_ inbox: inout Inbox, into view: inout some View & ~Copyable) {
        guard !isDone else { return inbox.discard() }
        var at = base + inbox.offset
        let found: Frame.Defect? = inbox.drain { frame in
            if let field = Layout.defect(in: frame) {
                defect = (.range(field), at)
            } else {
                take(frame, at, &view)
                at += UInt64(frame.byteCount)
            }
            return !isDone
        }
        if let found { defect = (found, base + inbox.offset) }
    }

    private mutating func take(_ frame: RawSpan, _ at: UInt64, _ view: inout some View & ~Copyable) {
        let header = Header(frame)
        if header.envelope.kind == .hello {
            offset = Nanos(Payload(header).i64(frame, 0))
            view.govern(frame, header, isLive: isLive)
        }
        let lost = assembly.lost
        let verdict = assembly.take(frame)
        if assembly.lost > lost || verdict == .stray { view.lost(at: at) }
        guard verdict == .single || verdict == .complete else { return }
        seen += 1
        guard options.filter.admits(frame, header, offset: offset) else { return }
        taken += 1
        if verdict == .single {
            view.take(frame, header, offset: offset, at: at)
        } else {
            assembly.read { view.take($0, header, offset: offset, at: at) }
        }
    }

    /// What the input's end means: it must not be inside a frame.
    func judgeEnd(_ inbox: borrowing Inbox) throws(Failure) {
        if let (defect, at) = defect {
            var status = Status.data
            if case .version = defect { status = .protocolVersion }
            let isOther = defect == .magic && at == 0
            throw Failure(
                status, "\(name): \(defect.text), at offset \(at)",
                mend: isOther ? "frames come from ingest, or of JSON lines from tap --from-json" : nil)
        }
        guard !Interrupts.isStopping, taken < limit else { return }
        if inbox.holdsPartialFrame {
            throw Failure(
                .io, "\(name) ends inside a frame, at offset \(base + inbox.offset)",
                mend: "was its writer killed, or does it still write?")
        }
        if assembly.isOpen { throw Failure(.io, "\(name) ends inside an event of several frames") }
    }
}
