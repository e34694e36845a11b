import Books
import Bytes
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
    private var nextTick = Nanos.zero
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

    /// What a session holds.
    public struct Holding: Sendable {
        /// Levels in all books.
        public var levels = 0
        /// Streams written so far.
        public var streams = 0
        /// Bytes of the books, and of the buffers that all streams share, which are as large as the largest message.
        public var bookBytes = 0
        public var sharedBytes = 0
    }

    /// Counts what is held; walks all symbols.
    public func measure() -> Holding {
        var holding = Holding()
        holding.sharedBytes = batch.sides.memoryBytes + feed.effects.memoryBytes
        for index in 0..<feed.symbols.count {
            holding.levels += feed.symbols[index].levels
            holding.bookBytes += feed.symbols[index].bookBytes
            for channel in 0..<feed.symbols[index].counts.count {
                holding.streams += feed.symbols[index].counts[channel].position > 0 ? 1 : 0
            }
        }
        return holding
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
            guard !isCutOff(index) else {
                feed.symbols[index].isAwaited = false
                break
            }
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
            let nextQuiet = feed.markQuiet(at: now, out: &out)
            refresh()
            ping()
            // What comes meanwhile may fall silent sooner, but never in less than a second.
            nextTick = min(nextQuiet ?? Nanos.range.upperBound, now + .seconds(1))
        }
        settle()
    }

    /// When `tick` wants to be called next; nil: never.
    public var deadline: Nanos? { options.usesTimers ? nextTick : nil }

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
            } else {
                notices.append(.malformed(connection: connection, reason: "list of instruments"))
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
            if !isNew {
                // Nothing more is asked of it.
                connections[connection].isOpen = false
                actions.append(.disconnect(connection: connection))
            }
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
