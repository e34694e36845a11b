import Bytes
import Events
import Markets
import Matching
public import Text
public import Units
public import Venues
public import Wire

/// A venue's public market data, as its clients see it: answers requests, carries subscriptions, and publishes what happens on markets.
/// Pure: it is told what happened and when, and answers with `directives` over the bytes in `page`; a shell performs them.
///
/// The shell gives it all that the markets' tape tells (`take`) before it gives it what clients ask at the same time.
public struct Imitation: ~Copyable {
    public let dialect: Dialect
    let options: ImitationOptions
    /// What the shell is to do, in order; with `page` it is emptied by `clear`.
    public internal(set) var directives: [Directive] = []
    /// The bytes that directives and answers speak of.
    public internal(set) var page = Printer()
    /// What was published and asked, where the options want it.
    public internal(set) var witness = Outbox()
    /// Scratch.
    var draft = Printer()
    /// A message that each connection gets with a number of its own, and where that number goes.
    var body = Printer()
    var numberPlace = 0
    var dice: SplitMix64

    var boards = Slots<Board>()
    /// By market of the floor: its board; -1 where its name cannot be borne.
    var places: [Int] = []
    /// Names that clients use for boards, and the boards.
    var names = Names(limit: 1 << 18)
    var named: [Int] = []
    var streams = Streams()
    var connections: [Connection] = []
    /// Boards that have changed since the last beat.
    var dirty = Column<Int>()
    /// When the next batch is published.
    var nextBeat = Nanos.zero
    var levels = Sides()
    var limits = AddressLimits()
    var faults = Faults()
    var held = HeldMessages()
    /// Connections that neither hear nor say anything any more.
    var frozen = 0
    /// Counted up with each connection: what a venue calls it.
    var greetings: UInt64 = 0

    /// The dialects that there are imitations of.
    public static let dialects: [Dialect] = [.binance, .coinbase, .coinbaseExchange, .kraken]

    /// Connections that it bears; those beyond are reset.
    public static let connectionsMax = 4096

    /// `dialect` is one of `dialects`. `seed` decides what faults leave to chance.
    public init(_ dialect: Dialect, _ options: ImitationOptions = ImitationOptions(), seed: UInt64 = 0) {
        precondition(Imitation.dialects.contains(dialect), "a dialect that there is an imitation of")
        self.dialect = dialect
        self.options = options
        dice = SplitMix64(seed: seed)
    }

    /// Forgets directives and page: they have been performed.
    public mutating func clear() {
        directives.removeAll(keepingCapacity: true)
        page.clear()
    }

    /// Lends the witness's frames to `write`, which returns how many bytes it took.
    public mutating func emptyWitness<E: Error>(_ write: (RawSpan) throws(E) -> Int) throws(E) {
        try witness.empty(write)
    }

    /// Whether a WebSocket may be opened on this path; else the venue answers 404.
    public func accepts(target: String) -> Bool {
        let path = Query(target).path
        switch dialect {
        case .binance: return path == "/ws" || path.hasPrefix("/ws/") || path == "/stream"
        case .kraken: return path == "/v2" || path == "/v2/"
        default: return path == "/" || path.isEmpty
        }
    }

    /// A WebSocket was opened. `connection`: a small number of the shell's, which may be used again after `closed`.
    public mutating func opened(connection: Int, target: String, at now: Nanos) {
        guard connection >= 0, connection < Imitation.connectionsMax else {
            return directives.append(.reset(connection: connection))
        }
        while connections.count <= connection { connections.append(Connection()) }
        if connections[connection].isOpen { closed(connection: connection, at: now) }
        connections[connection] = Connection()
        connections[connection].isOpen = true
        connections[connection].opened = now
        connections[connection].lastSent = now
        connections[connection].lastPing = now
        connections[connection].lastHeard = now
        greetings += 1
        testify("open", connection: connection, target, at: now)
        switch dialect {
        case .binance: openBinance(connection, Query(target), at: now)
        case .kraken: greetKraken(connection, at: now)
        default: break
        }
    }

    /// A text message came from a client.
    public mutating func message(_ text: RawSpan, connection: Int, at now: Nanos) {
        guard isOpen(connection), !connections[connection].isFrozen else { return }
        testify("message", connection: connection, text, at: now)
        connections[connection].lastHeard = now
        switch dialect {
        case .binance: readBinance(text, connection, at: now)
        case .coinbase: readCoinbase(text, connection, at: now)
        case .coinbaseExchange: readExchange(text, connection, at: now)
        case .kraken: readKraken(text, connection, at: now)
        default: break
        }
    }

    /// A pong came from a client.
    public mutating func pong(connection: Int, at now: Nanos) {
        guard isOpen(connection) else { return }
        connections[connection].awaitsPong = nil
        if dialect == .binance { countMessage(connection, at: now) }
    }

    /// A connection is gone, whoever ended it.
    public mutating func closed(connection: Int, at now: Nanos) {
        guard isOpen(connection) else { return }
        testify("close", connection: connection, "", at: now)
        forget(connection)
    }

    /// Answers an HTTP request. `address`: who asks, as limits count it.
    public mutating func answer(method: String, target: String, from address: UInt64, at now: Nanos) -> Reply {
        testify("request", connection: -1, method + " " + target, at: now)
        let query = Query(target)
        if let refusal = faultyAnswer(query, at: now) { return refusal }
        guard method == "GET" || method == "HEAD" else { return plain(405, "Method Not Allowed") }
        var answer =
            switch dialect {
            case .binance: answerBinance(query, from: address, at: now)
            case .coinbase: answerCoinbase(query, at: now)
            case .coinbaseExchange: answerExchange(query, at: now)
            default: answerKraken(query, at: now)
            }
        spoil(&answer, query, at: now)
        return answer
    }

    /// When `tick` wants to be called next; nil: never.
    public var deadline: Nanos? {
        connections.contains { $0.isOpen } || options.isWitnessed && dirty.count > 0 ? nextBeat : nil
    }

    func isOpen(_ connection: Int) -> Bool {
        connection >= 0 && connection < connections.count && connections[connection].isOpen
    }

    /// Drops all that a connection was subscribed to.
    mutating func forget(_ connection: Int) {
        guard isOpen(connection) else { return }
        for subscription in connections[connection].subscriptions where subscription.stream >= 0 {
            _ = streams.unsubscribe(connection, from: subscription.stream)
        }
        held.forget(connection)
        if connections[connection].isFrozen { frozen -= 1 }
        connections[connection] = Connection()
    }

    /// Ends a connection.
    mutating func close(_ connection: Int, code: UInt16) {
        directives.append(.close(connection: connection, code: code))
        forget(connection)
    }

    /// The board that clients call `name`, and that is listed.
    func board(named name: String) -> Int? {
        guard let index = names.find(name) else { return nil }
        let board = named[index]
        return boards[board].isListed ? board : nil
    }

    /// All assets of listed markets, in the order in which they come first.
    func assets() -> [String] {
        var seen: Set<String> = []
        var list: [String] = []
        for board in 0..<boards.count where boards[board].isListed {
            for asset in [boards[board].terms.base, boards[board].terms.quote] where seen.insert(asset).inserted {
                list.append(asset)
            }
        }
        return list
    }
}
