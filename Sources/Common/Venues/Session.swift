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
    public internal(set) var options: SessionOptions
    var feed: Feed
    var batch = Batch()
    var connections: [Connection] = []
    /// Requests that wait for their turn, and those that wait for their answer.
    var fetches: [Fetch] = []
    var flying: [Fetch] = []
    var budget: Budget
    /// When it was told last that others use up what may be asked for.
    var crowdTold: Nanos?
    var connectPacer: Pacer
    var dice: SplitMix64
    /// When the list of instruments is asked for next.
    var nextList = Nanos.range.upperBound
    /// How far the venue's clock is ahead of ours; nil before it was asked.
    public internal(set) var clockOffset: Nanos?
    /// How old messages are when they come.
    var latency = Latency()
    /// When something is due that no message causes, and whether something new waits to be done at once.
    var wake = Nanos.zero
    var hasNews = false
    /// Since when all books have been in step without a break.
    var steadySince: Nanos?
    public internal(set) var state = State.starting
    /// What the shell is to do; it takes them all after each call.
    public var actions: [Action] = []
    /// What people should know; the shell takes them all after each call.
    public var notices: [Notice] = []
    public internal(set) var tally = Tally()
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

    /// How far it has come.
    public enum State: Sendable {
        /// Nothing is connected yet.
        case starting
        /// Connected; not all books are in step, or not for long, or messages are not of steady age. Events bear the flag `warmUp`.
        case warmingUp
        case ready
        /// It was ready, and some book is void, or what comes is older than usual.
        case degraded
    }

    public init(_ dialect: Dialect, _ options: SessionOptions) {
        self.dialect = dialect
        var options = options
        options.channels.formIntersection(dialect.channels)
        if !options.discovers { options.flags.insert(.warmUp) }
        self.options = options
        feed = Feed(dialect, options)
        budget = dialect.requestBudget
        connectPacer = dialect.connectPacer
        dice = SplitMix64(seed: options.seed)
    }

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

    /// Begins: asks for the list of instruments, and for the venue's time.
    public mutating func start(at time: Nanos = .zero) {
        advance(time)
        if options.discovers { return actions.append(.fetch(url: dialect.instrumentsURL)) }
        ask(.instruments, dialect.instrumentsURL, weight: dialect.listWeight)
        if options.usesTimers, let url = dialect.clockURL { ask(.clock, url, weight: 1) }
        pump()
    }

    /// A message came. `connection`: a small number that the shell chose, the same for all messages of one socket.
    public mutating func message(_ text: RawSpan, connection: Int, at time: Nanos, out: inout Outbox) {
        advance(time)
        tally.messages += 1
        if !options.discovers {
            hear(connection)
            // Nothing more is asked of it, and its books are others' or void.
            if has(connection), connections[connection].phase == .leaving {
                tally.other += 1
                return
            }
        }
        batch.clear()
        let defect = dialect.read(text, side: options.tradeSide, into: &batch)
        guard defect == .none else { return malformed(defect, connection, out: &out) }
        if dialect.hasConnectionSequence, !isNext(connection, out: &out) {
            tally.other += 1
            return settle(out: &out)
        }
        if batch.control == .none {
            tally.understood += 1
            if !options.discovers { noteAge() }
            feed.take(batch, text, connection: connection, at: now, out: &out)
        } else {
            tally.other += 1
            control(text, connection, out: &out)
        }
        settle(out: &out)
    }

    /// A connection is up: says what it should carry.
    public mutating func opened(connection: Int, at time: Nanos, out: inout Outbox) {
        advance(time)
        grow(to: connection)
        open(connection)
        settle(out: &out)
    }

    /// A connection is gone, or could not be made: its books are void, and it is made anew. `after`: the venue said not to come before
    /// so long.
    public mutating func closed(connection: Int, at time: Nanos, after: Nanos? = nil, out: inout Outbox) {
        advance(time)
        grow(to: connection)
        close(connection, after, out: &out)
        settle(out: &out)
    }

    /// Something was heard of a connection that is no message: a ping, a pong.
    public mutating func heard(connection: Int, at time: Nanos) {
        advance(time)
        hear(connection)
    }

    /// Follows more symbols, or patterns of them. Those that the venue does not list are told back.
    public mutating func add(symbols: [String], at time: Nanos, out: inout Outbox) -> [String] {
        advance(time)
        let unknown = unlisted(symbols).map(\.name)
        options.symbols += symbols.filter { !unknown.contains($0) && !options.symbols.contains($0) }
        feed.options = options
        follow()
        settle(out: &out)
        return unknown
    }

    /// Follows symbols no more. Those that were not followed are told back.
    public mutating func remove(symbols: [String], at time: Nanos, out: inout Outbox) -> [String] {
        advance(time)
        let unknown = symbols.filter { !leave($0, out: &out) }
        settle(out: &out)
        return unknown
    }

    /// Time has passed: what silence means, and what is due.
    public mutating func tick(at time: Nanos, out: inout Outbox) {
        advance(time)
        var nextQuiet: Nanos?
        if options.usesTimers {
            nextQuiet = feed.markQuiet(at: now, out: &out)
            if !options.discovers {
                refresh(out: &out)
                watchSilence(out: &out)
            }
            ping()
        }
        // What comes meanwhile may fall silent sooner, but never in less than a second.
        nextTick = min(nextQuiet ?? Nanos.range.upperBound, now + .seconds(1))
        settle(out: &out)
    }

    /// When `tick` wants to be called next; nil: never.
    public var deadline: Nanos? {
        guard options.discovers else { return options.usesTimers ? min(nextTick, wake) : wake }
        return options.usesTimers ? nextTick : nil
    }

    /// Time never goes back, whatever a recording says.
    mutating func advance(_ time: Nanos) { now = max(now, time) }

    private mutating func malformed(_ defect: JSON.Defect, _ connection: Int, out: inout Outbox) {
        tally.malformed += 1
        notices.append(.malformed(connection: connection, reason: "\(defect)"))
        feed.lose(connection: connection, .malformed, at: now, out: &out)
        settle(out: &out)
    }

    private mutating func control(_ text: RawSpan, _ connection: Int, out: inout Outbox) {
        switch batch.control {
        case .instruments:
            if let list = Instruments.read(text, from: batch.instruments, dialect) {
                if batch.isPartOfList {
                    feed.listSome(list, at: now, out: &out)
                } else {
                    feed.list(list, at: now, out: &out)
                }
                if !options.discovers { hearInstruments(connection) }
            } else {
                notices.append(.malformed(connection: connection, reason: "list of instruments"))
            }
        case .refused: notices.append(.refused(String(text, batch.text.range)))
        case .closing:
            notices.append(.closing(connection: connection))
            if !options.discovers { replace(connection) }
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
            // Only a new connection brings new snapshots.
            if !isNew {
                guard !options.discovers else {
                    actions.append(.disconnect(connection: connection))
                    return true
                }
                if connections[connection].isOpen { giveUp(connection, out: &out) }
                return false
            }
        }
        return true
    }

    /// Turns what the feed wants into actions.
    @inline(__always)
    mutating func settle(out: inout Outbox) {
        if !feed.wanting.isEmpty { askForSnapshots() }
        if !feed.notices.isEmpty {
            notices += feed.notices
            feed.notices.removeAll(keepingCapacity: true)
        }
        if !options.discovers, now >= wake || hasNews || feed.hasNews { settleLive(out: &out) }
    }
}
