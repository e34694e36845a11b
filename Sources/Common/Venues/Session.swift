import Bytes
import Books
import Events
import Text
public import Units
public import Wire

/// The conversation with one venue: connects, subscribes, asks for snapshots, judges what comes, and writes frames. Pure: it is told
/// what happened and when, and answers with frames and `actions`; a shell performs them, a replay answers them from a recording.
public struct Session: ~Copyable {
    public let dialect: Dialect
    public let options: SessionOptions
    var feed: Feed
    private var batch = Batch()
    var connections: [Connection] = []
    /// What the shell is to do; it takes them all after each call.
    public var actions: [Action] = []
    /// What people should know; the shell takes them all after each call.
    public var notices: [Notice] = []
    public private(set) var tally = Tally()
    private(set) var now = Nanos.zero
    var requests = 0
    private var nextQuiet: Nanos?
    private var nextRefresh: Nanos?

    /// What came and what became of it: `messages = understood + other + malformed`.
    public struct Tally: Equatable, Sendable {
        public var messages: UInt64 = 0
        public var understood: UInt64 = 0
        public var other: UInt64 = 0
        public var malformed: UInt64 = 0
        public var answers: UInt64 = 0
    }

    /// One WebSocket and what it was asked to carry.
    struct Connection {
        var url = ""
        var channels: ChannelSet = []
        var symbols: [Int] = []
        var isOpen = false
        /// The sequence of its last message, where the venue numbers them.
        var sequence: UInt64?
        var lastPing = Nanos.zero
    }

    public init(_ dialect: Dialect, _ options: SessionOptions) {
        self.dialect = dialect
        var options = options
        options.channels.formIntersection(dialect.channels)
        self.options = options
        feed = Feed(dialect, options)
    }

    /// How often the books are compared with the venue's anew.
    static let refreshInterval = Nanos.seconds(180)

    /// Symbols that were asked for by name and of which nothing came, each with the names of those that did come.
    public var missingSymbols: [(name: String, others: [String])] {
        let known = (0..<feed.symbols.count).map { (feed.canonical($0), feed.symbols[$0].native) }
        return options.symbols.filter { asked in
            !Glob.isPattern(asked) && asked != "all"
                && !known.contains { Glob.matches(asked, $0.0) || Glob.matches(asked, $0.1) }
        }.map { ($0, known.map(\.0)) }
    }

    /// Levels held in all books, and streams written so far: what memory is measured against.
    public func measure() -> (levels: Int, streams: Int) {
        var levels = 0
        var streams = 0
        for index in 0..<feed.symbols.count {
            levels += feed.symbols[index].levels
            for channel in 0..<feed.symbols[index].counts.count {
                streams += feed.symbols[index].counts[channel].position > 0 ? 1 : 0
            }
        }
        return (levels, streams)
    }

    /// Begins: asks for the list of instruments.
    public mutating func start() { actions.append(.fetch(url: dialect.instrumentsURL)) }

    /// A message came. `connection`: a small number that the shell chose, the same for all messages of one socket.
    public mutating func message(_ text: RawSpan, connection: Int, at time: Nanos, out: inout Outbox) {
        advance(time)
        tally.messages += 1
        batch.clear()
        let defect = dialect.read(text, side: options.tradeSide, into: &batch)
        guard defect == .none else { return malformed(defect, connection, out: &out) }
        if dialect.hasConnectionSequence, !isNext(connection, out: &out) {
            tally.other += 1
            return
        }
        if batch.control == .none {
            tally.understood += 1
            feed.take(batch, text, connection: connection, at: now, out: &out)
        } else {
            tally.other += 1
            control(text, connection, out: &out)
        }
        settle()
    }

    /// The answer to a fetch came, or one that was recorded. `url` says what was asked for.
    public mutating func answer(url: String, _ text: RawSpan, at time: Nanos, out: inout Outbox) {
        advance(time)
        tally.answers += 1
        switch dialect.purpose(of: url) {
        case .instruments:
            guard let list = Instruments.read(text, dialect) else {
                notices.append(.malformed(connection: -1, reason: "list of instruments"))
                return
            }
            feed.list(list, at: now, out: &out)
            if !options.discovers { follow() }
        case .snapshot(let native):
            guard let index = options.discovers ? feed.add(native: native) : feed.find(native: native) else { break }
            batch.clear()
            let defect = BinanceMessages.readDepth(text, symbol: .none, into: &batch)
            guard defect == .none else {
                notices.append(.malformed(connection: -1, reason: "snapshot of \(native)"))
                break
            }
            if batch.control == .refused { notices.append(.refused(String(text, batch.text.range))) }
            feed.take(batch, text, explicit: index, connection: -1, at: now, out: &out)
        case .other: break
        }
        settle()
    }

    /// A connection is up: says what it should carry.
    public mutating func opened(connection: Int, at time: Nanos, out: inout Outbox) {
        advance(time)
        grow(to: connection)
        connections[connection].isOpen = true
        connections[connection].sequence = nil
        connections[connection].lastPing = now
        let natives = connections[connection].symbols.map { feed.symbols[$0].native }
        subscribe(natives, connections[connection].channels, connection)
        settle()
    }

    /// A connection is gone: its books are void, and it is made anew.
    public mutating func closed(connection: Int, at time: Nanos, out: inout Outbox) {
        advance(time)
        grow(to: connection)
        connections[connection].isOpen = false
        feed.lose(connection: connection, .disconnected, at: now, out: &out)
        if !connections[connection].url.isEmpty {
            actions.append(.connect(connection: connection, url: connections[connection].url))
        }
        settle()
    }

    /// Time has passed: what silence means, and what is due.
    public mutating func tick(at time: Nanos, out: inout Outbox) {
        advance(time)
        if options.usesTimers {
            nextQuiet = feed.markQuiet(at: now, out: &out)
            refresh()
            ping()
        }
        settle()
    }

    /// When `tick` wants to be called next; nil: no sooner than something comes.
    public var deadline: Nanos? {
        guard options.usesTimers else { return nil }
        return [nextQuiet, nextRefresh].compactMap(\.self).min()
    }

    /// Time never goes back, whatever a recording says.
    private mutating func advance(_ time: Nanos) { now = max(now, time) }

    private mutating func malformed(_ defect: JSON.Defect, _ connection: Int, out: inout Outbox) {
        tally.malformed += 1
        notices.append(.malformed(connection: connection, reason: "\(defect)"))
        feed.lose(connection: connection, .malformed, at: now, out: &out)
        settle()
    }

    private mutating func control(_ text: RawSpan, _ connection: Int, out: inout Outbox) {
        switch batch.control {
        case .instruments:
            if let list = Instruments.read(text, from: batch.instruments, dialect) {
                feed.list(list, at: now, out: &out)
            }
        case .refused: notices.append(.refused(String(text, batch.text.range)))
        case .closing: notices.append(.closing(connection: connection))
        default: break
        }
    }

    /// Whether this message is the connection's next one. One that is missing makes all its books void; a repeated one is ignored.
    private mutating func isNext(_ connection: Int, out: inout Outbox) -> Bool {
        guard batch.hasConnectionSequence else { return true }
        grow(to: connection)
        let last = connections[connection].sequence
        let sequence = batch.connectionSequence
        // A number that begins anew is a new connection under an old name.
        let isNew = sequence == 0 || last == nil
        if let last, !isNew, sequence <= last { return false }
        connections[connection].sequence = sequence
        if let last, isNew || sequence != last &+ 1 {
            feed.loseSequence(
                connection: connection, expected: last &+ 1, actual: sequence, at: now, out: &out)
            if !isNew { actions.append(.disconnect(connection: connection)) }
        }
        return true
    }

    func has(_ connection: Int) -> Bool { connection >= 0 && connection < connections.count }

    mutating func grow(to connection: Int) {
        while connections.count <= connection { connections.append(Connection()) }
    }

    /// Turns what the feed wants into actions.
    private mutating func settle() {
        if !feed.wanting.isEmpty { askForSnapshots() }
        if !feed.notices.isEmpty {
            notices += feed.notices
            feed.notices.removeAll(keepingCapacity: true)
        }
    }

    /// Asks anew for the snapshots of books that stand, as nothing else would show a slow decay.
    private mutating func refresh() {
        guard dialect.fetchesSnapshots, now.count > 0 else { return }
        guard let due = nextRefresh else {
            nextRefresh = now + Session.refreshInterval
            return
        }
        guard now >= due else { return }
        nextRefresh = now + Session.refreshInterval
        for index in 0..<feed.symbols.count where feed.symbols[index].keeper?.state.isVoid == false {
            if let url = dialect.snapshotURL(feed.symbols[index].native) { actions.append(.fetch(url: url)) }
        }
    }
}
