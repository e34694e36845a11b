import Bytes
import Events
import Host
import Spools
import Support
import Units
import Wire

/// The producer's end of the critical lane, around a journal that is a spool.
struct Reporter: ~Copyable {
    let stop: String
    let rate: Int
    var journal: Spool
    var redialer: Redialer
    var poll: Poll
    var dice = SystemChance()
    var connection: Descriptor?
    var inbox = Inbox()
    var outbox = Outbox(capacity: 1 << 16)
    var sender = LaneSender()
    var reader = SpoolReader(from: 1)
    var kept = Place()

    static func open(_ socket: String, _ path: String, rate: Int) throws(Failure) -> Reporter {
        let hello = Hello(producer: "reporter", boot: Machine.boot(), timeBase: .monotonic)
        var options = Spool.Options()
        options.segmentBytesMax = 1 << 20
        let journal = try Spool.open(at: path, hello: hello, birth: 7, options)
        let redialer = try Redialer(unix: socket, longestWait: .milliseconds(100))
        return Reporter(path + "/stop", rate, journal, redialer, try Poll())
    }

    private init(
        _ stop: String, _ rate: Int, _ journal: consuming Spool, _ redialer: consuming Redialer, _ poll: consuming Poll
    ) {
        self.stop = stop
        self.rate = rate
        self.journal = journal
        self.redialer = redialer
        self.poll = poll
    }

    /// False once all is kept and nothing more is to come.
    mutating func turn() throws(Failure) -> Bool {
        let isOver = Endpoint.exists(stop)
        for _ in 0..<(isOver ? 0 : rate) {
            let number = journal.appended + 1
            let next = report(number)
            _ = journal.append(next.span.bytes, from: nil)
        }
        let isWritten = journal.flush()
        guard isWritten else { throw Failure(.io, "the journal cannot be written") }
        let end = journal.end
        if isOver, kept == end { return false }
        let now = Clock.monotonic()
        if isConnected { try talk() } else { try dial(now) }
        try poll.wait(until: now + .milliseconds(1), now: now)
        return true
    }

    private var isConnected: Bool {
        switch connection {
        case .some: true
        case .none: false
        }
    }

    private mutating func dial(_ now: Nanos) throws(Failure) {
        guard let made = redialer.dial(now: now, using: &dice) else { return }
        try poll.add(made.number, token: 1, .read)
        connection = consume made
        inbox = Inbox()
        outbox = Outbox(capacity: 1 << 16)
        sender = LaneSender()
        outbox.put(Hello(producer: "reporter", timeBase: .monotonic), Envelope(kind: .hello, channel: .control))
        outbox.put(cursor: journal.end, of: .order, name: "reporter")
    }

    private mutating func talk() throws(Failure) {
        var isOver = false
        switch connection {
        case .some(let connection): Reporter.exchange(connection, &inbox, &outbox, &isOver)
        case .none: break
        }
        var words: [(kind: Kind, place: Place)] = []
        let defect = inbox.drain { frame in
            let header = Header(frame)
            guard Layout.defect(in: frame) == nil else { return true }
            words.append((header.envelope.kind, LaneWord(frame, header).place))
            return true
        }
        for word in words { try hear(word.kind, word.place) }
        try send()
        if isOver || defect != nil { connection = nil }
    }

    private mutating func hear(_ kind: Kind, _ place: Place) throws(Failure) {
        if kind == .resume, let start = sender.begin(place, journal.epochs) {
            reader = SpoolReader(from: start.position + 1)
            kept = start
            outbox.put(cursor: start, of: .order, name: "reporter")
        } else if kind == .cursor {
            guard sender.keep(place) else { throw Failure(.software, "dispatch keeps what it was not sent") }
            kept = max(kept, place)
            try journal.release(through: kept.position)
        }
    }

    private mutating func send() throws(Failure) {
        guard sender.sent != nil, outbox.byteCount < 1 << 16 else { return }
        var outbox = Outbox(capacity: 64)
        var sender = sender
        swap(&outbox, &self.outbox)
        let epoch = journal.epoch
        _ = try reader.read(journal) { frame, position in
            if let cursor = sender.send(Place(epoch: epoch, position: position)) {
                outbox.put(cursor: cursor, of: .order, name: "reporter")
            }
            return outbox.put(whole: frame) && outbox.byteCount < 1 << 17
        }
        if let mark = sender.mark() { outbox.put(cursor: mark, of: .order, name: "reporter") }
        swap(&outbox, &self.outbox)
        self.sender = sender
    }

    private static func exchange(
        _ connection: borrowing Descriptor, _ inbox: inout Inbox, _ outbox: inout Outbox, _ isOver: inout Bool
    ) {
        _ = inbox.fill { span -> Int? in
            switch connection.receive(into: &span) {
            case .count(let count): return count
            case .again: return nil
            case .closed, .failed: isOver = true
            }
            return 0
        }
        outbox.empty { span in
            switch connection.send(span) {
            case .count(let count): return count
            case .again: return 0
            case .closed, .failed: isOver = true
            }
            return 0
        }
    }
}

/// The report of this number.
func report(_ number: UInt64) -> [UInt8] {
    guard let name = StreamName(venue: "test", symbol: "BTC-USD") else { return [] }
    let id = name.id(channel: .order, epoch: 1, position: number)
    var draft = Draft(
        Envelope(kind: .execReport, channel: .order, flags: .critical, epoch: 1, position: number, id: id), name)
    for exponent in 0..<8 { draft.put(0x80, at: exponent, width: 1) }
    let order = Array("order-\(number / 5)".utf8)
    draft.put(UInt64(order.count), at: 82, width: 2)
    draft.append(order)
    return RandomFrames.bytes([draft])
}
