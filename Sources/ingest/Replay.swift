import Bytes
import Events
import Host
import Recordings
import Text
import Tool
import Units
import Venues
import Wire

/// Runs the session on a recording: its lines are the world, its times the clock.
func replay(_ options: Options) throws(Failure) -> Status {
    guard let source = options.source else { throw Failure(.software, "a replay without a recording") }
    let input = try source.openToRead()
    let output = Descriptor.standardOutput
    guard !output.isTerminal() else {
        throw Failure(.usage, "frames are not for a terminal", mend: "pipe them: ingest … | tap")
    }
    var replay = Replay(options, source.name)
    var lines = LineReader()
    replay.begin()
    var isAtEnd = false
    while !isAtEnd, !Interrupts.isStopping {
        let count = try lines.fill { span throws(Failure) in try input.read(into: &span, replay.name) }
        guard let count else { break }
        isAtEnd = count == 0
        while !Interrupts.isStopping {
            let found = try lines.next(atEnd: isAtEnd) { line throws(Failure) in
                try replay.take(Record.read(&line), line.bytes, to: output)
            }
            if case .none = found { break }
            if let failure = replay.refusal(found, lines, isAtEnd) {
                // What came before is good, and is told.
                try replay.flush(to: output)
                throw failure
            }
        }
        try replay.flush(to: output)
    }
    return try replay.end(to: output)
}

/// A session, the frames that it writes, and what of the world the recording stands for.
struct Replay: ~Copyable {
    private var session: Session
    /// Large enough for what the longest line can become: a trade of the shortest spelling, 37 bytes, is a frame of 224.
    private var outbox = Outbox(limit: 256 << 20)
    private var connections = Names(limit: 1 << 16)
    private let options: Options
    /// Of the last record that had a time.
    private var time = Nanos.zero
    private var firstTime = Nanos.zero
    private var started = Nanos.zero
    private var records = 0
    private var staleBooks = 0
    private var chunk = 0

    let name: String
    /// Whether it is one of our own, which is run as it was then: its connections have the session's own numbers.
    private var isOurs = false
    private var reason = EndReason.finished

    init(_ options: Options, _ name: String) {
        self.options = options
        self.name = name
        session = Session(options.dialect, options.session)
    }

    /// The first frame: who writes, and that times are the recording's. Neither boot nor build: the same bytes on every machine.
    mutating func begin() {
        // Pipes take writes of 4 to 16 KiB best, everything else larger ones.
        chunk = Descriptor.standardOutput.isPipe() ? 16_384 : 65_536
        let producer = "ingest " + options.dialect.rawValue
        let hello = Hello(producer: producer, timeBase: .recorded)
        let envelope = Envelope(kind: .hello, channel: .control, flags: [.replay])
        outbox.put(hello, envelope)
    }

    /// Takes one line; says what is wrong with it.
    mutating func take(
        _ read: Result<Record, Record.Defect>, _ line: RawSpan, to output: borrowing Descriptor
    ) throws(Failure) -> Record.Defect? {
        switch read {
        case .success(let record):
            try take(record, line, to: output)
            return nil
        case .failure(let defect): return defect
        }
    }

    private mutating func take(_ record: Record, _ line: RawSpan, to output: borrowing Descriptor) throws(Failure) {
        records += 1
        if let now = record.time {
            time = now
            if firstTime.count == 0 {
                firstTime = now
                started = Clock.monotonic()
            }
            if let pace = options.pace { try wait(for: now, pace, output) }
        }
        let body = line.extracting(record.body)
        if records == 1, options.takesHeader, let recorded = options.recorded(body) {
            isOurs = true
            session = Session(options.dialect, recorded)
            session.start(at: time)
            return try attend()
        }
        if isOurs { return try takeOurs(record, line, to: output) }
        guard record.isIncoming || record.kind != .message else { return }
        guard let connection = connections.intern(line, record.connection) else {
            try flush(to: output)
            throw Failure(.data, "\(name): more than \(connections.limit) connections")
        }
        if let deadline = session.deadline, time >= deadline { session.tick(at: time, out: &outbox) }
        switch record.kind {
        case .message: session.message(body, connection: connection, at: time, out: &outbox)
        case .answer:
            guard record.isIncoming else { return }
            session.answer(url: String(line, record.url), body, at: time, out: &outbox)
        case .opened: session.opened(connection: connection, at: time, out: &outbox)
        case .closed: session.closed(connection: connection, at: time, out: &outbox)
        case .beat, .command: break
        }
        try attend()
        if outbox.byteCount >= chunk { try flush(to: output) }
    }

    /// Takes a line of one of our own recordings: the session is told what it was told then, when it was.
    private mutating func takeOurs(_ record: Record, _ line: RawSpan, to output: borrowing Descriptor) throws(Failure) {
        while let deadline = session.deadline, deadline <= time {
            session.tick(at: deadline, out: &outbox)
            try attend()
            // What does not move would never end.
            guard let next = session.deadline, next > deadline else { break }
        }
        guard record.isIncoming else { return }
        let body = line.extracting(record.body)
        let word = String(line, record.connection)
        let after = record.after.count > 0 ? record.after : nil
        let weight = record.weight >= 0 ? Int(clamping: record.weight) : nil
        switch record.kind {
        case .answer where record.status == 0:
            session.answer(url: String(line, record.url), body, usedWeight: weight, at: time, out: &outbox)
        case .answer:
            let status = max(0, Int(clamping: record.status))
            session.failed(
                url: String(line, record.url), status: status, after: after, usedWeight: weight, at: time,
                out: &outbox)
        case .command: obey(String(body))
        case .closed where word == "ingest": reason = .stopped
        case .message, .opened, .closed, .beat:
            guard let connection = Int(word), (0..<(1 << 16)).contains(connection) else {
                throw Failure(
                    .data, "\(name): a connection called \(word)", mend: "was this recording changed by hand?")
            }
            switch record.kind {
            case .message: session.message(body, connection: connection, at: time, out: &outbox)
            case .opened: session.opened(connection: connection, at: time, out: &outbox)
            case .closed: session.closed(connection: connection, at: time, after: after, out: &outbox)
            default: session.heard(connection: connection, at: time)
            }
        }
        try attend()
        if outbox.byteCount >= chunk { try flush(to: output) }
    }

    /// What a person said then.
    private mutating func obey(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        switch words.first {
        case "add": _ = session.add(symbols: Array(words.dropFirst()), at: time, out: &outbox)
        case "remove": _ = session.remove(symbols: Array(words.dropFirst()), at: time, out: &outbox)
        default: break
        }
    }

    /// What the tool ends with after a line that is no record; nil after one that is.
    func refusal(
        _ found: LineReader.Found<Record.Defect?>, _ lines: borrowing LineReader, _ isAtEnd: Bool
    ) -> Failure? {
        let place = "\(name):\(lines.line)"
        switch found {
        case .none, .line(nil): return nil
        case .tooLong: return Failure(.data, "\(place): a line longer than \(lines.limit) bytes")
        case .line(.field(let field)):
            return Failure(.data, "\(place): field \(field) is missing or wrong", mend: "is it a recording?")
        case .line(.syntax) where isAtEnd:
            return Failure(.io, "\(place): the recording ends inside a record", mend: "was its writer killed?")
        case .line(.syntax):
            let mend = lines.line == 1 ? "is it compressed? zcat FILE | ingest … --from-raw -" : nil
            return Failure(.data, "\(place): not a record", mend: mend)
        }
    }

    /// Writes what waits.
    mutating func flush(to output: borrowing Descriptor) throws(Failure) {
        while !outbox.isEmpty {
            try outbox.empty { span throws(Failure) in
                try output.write(some: span.extracting(0..<min(span.byteCount, chunk)), "standard output")
            }
        }
    }

    /// The last frame, and the tally.
    mutating func end(to output: borrowing Descriptor) throws(Failure) -> Status {
        let envelope = Envelope(kind: .end, channel: .control, flags: isOurs ? [] : [.replay], received: time)
        outbox.put(end: Interrupts.isStopping ? .stopped : reason, envelope)
        let frames = outbox.frames
        try flush(to: output)
        if !options.isQuiet {
            let tally = session.tally
            let more = tally.malformed > 0 ? ", \(tally.malformed) malformed" : ""
            let stale = staleBooks > 0 ? ", books went stale \(staleBooks) times" : ""
            complain(
                "ingest: \(records) records, \(tally.messages) messages\(more), \(frames) frames\(stale)")
            if tally.messages > 0, tally.understood == 0, tally.malformed == 0, !Interrupts.isStopping {
                let venue = options.dialect.rawValue
                complain("ingest: nothing in them is market data of \(venue); a recording of another venue?")
            }
        }
        return try judgeSymbols()
    }

    /// Performs what the session wants: a recording answers by itself, so only people are told.
    private mutating func attend() throws(Failure) {
        session.actions.removeAll(keepingCapacity: true)
        guard !session.notices.isEmpty else { return }
        for notice in session.notices {
            if case .stale = notice { staleBooks += 1 }
            tell(notice.line)
        }
        session.notices.removeAll(keepingCapacity: true)
    }

    private func tell(_ what: String) {
        guard !options.isQuiet else { return }
        var printer = Printer(capacity: 64)
        printer.print("ingest: ")
        if time.count > 0 {
            printer.print(rfc3339: time)
            printer.print(" ")
        }
        printer.print(what)
        complain(printer.read { String($0) })
    }

    /// Sleeps until the recording's time has come.
    private mutating func wait(for now: Nanos, _ pace: Pace, _ output: borrowing Descriptor) throws(Failure) {
        let due = started + pace.span(of: now - firstTime)
        var left = due - Clock.monotonic()
        if left.count > 1_000_000 { try flush(to: output) }
        while left.count > 1_000_000, Interrupts.sleep(milliseconds: Int32(clamping: left.count / 1_000_000)) {
            left = due - Clock.monotonic()
        }
    }

    /// A symbol that was asked for by name and never came is a mistake of whoever asked.
    private func judgeSymbols() throws(Failure) -> Status {
        if isOurs { return .ok }
        let missing = session.missingSymbols
        guard let first = missing.first, !Interrupts.isStopping else { return .ok }
        let near = Command.nearest(to: first.name, among: first.others)
        let some = near.isEmpty ? Array(first.others.prefix(5)) : near
        throw Failure(
            .usage, "no \(first.name) in this recording",
            mend: some.isEmpty ? "it holds no symbol" : "it holds " + some.joined(separator: ", "))
    }
}
