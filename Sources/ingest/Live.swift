import Bytes
import Clients
import Edges
import Events
import Host
import Text
import Tool
import Units
import Venues
import WebSockets
import Wire

/// Runs the session on the venue itself.
///
///     venue ⇄ connector ⇄ session ─▶ outbox ─▶ outlet
///                  └─▶ recorder
func live(_ options: Options) throws(Failure) -> Status {
    var live = try Live(options)
    while !Interrupts.isStopping { try live.turn() }
    return try live.end()
}

/// One loop around a session: what comes is told to it, what it wants is done, and what it writes is passed on.
struct Live: ~Copyable {
    var desk: Desk
    var poll: Poll
    var connector: Connector
    var sockets = Slots<Socket>(capacity: 1)
    var outlet: Outlet
    var door: Door?
    var telemetry: Telemetry
    /// An existential, as in `Dispatch`: it spares the compiler work.
    var chance: any RandomNumberGenerator = SystemChance()
    let options: Options
    let chunk: Int
    var hasJudgedSymbols = false
    var toldState = Session.State.starting
    var nextCounters: Nanos
    let isWatched = Notify.watchdog() != nil
    /// URLs of fetches by number.
    var asked: [String?] = []

    enum Token {
        static let output: UInt64 = 1
        static let door: UInt64 = 2
        static let visitors: UInt64 = 16
        static let connector: UInt64 = 1 << 32
    }

    /// A WebSocket, under the number that the session gave it.
    struct Socket: ~Copyable {
        var client: WebSocketClient?
    }

    init(_ options: Options) throws(Failure) {
        let now = Clock.monotonic()
        let wallOffset = Clock.wall() - now
        var chance = SystemChance()
        var wanted = options.session
        wanted.wallOffset = wallOffset
        wanted.seed = chance.next()
        let outlet = try Outlet(to: options.target, blocks: options.blocks)
        let recorder = try Live.recorder(options, wanted, now + wallOffset)
        let telemetry = try Telemetry(to: options.telemetry, venue: options.dialect.venue)
        let door = try Live.door(options)
        var poll = try Poll()
        switch door {
        case .some(let door): try poll.add(door.number, token: Token.door, .read)
        case .none: break
        }
        var dialing = ConnectorOptions()
        dialing.caFile = options.caFile
        dialing.userAgent = "penstock/\(Command.version)"
        let connector = try Connector(tokens: Token.connector, dialing)
        let desk = Desk(Session(options.dialect, wanted), recorder, wallOffset: wallOffset)
        self.init(options, desk, poll, connector, outlet, door, telemetry, now)
    }

    private init(
        _ options: Options, _ desk: consuming Desk, _ poll: consuming Poll, _ connector: consuming Connector,
        _ outlet: consuming Outlet, _ door: consuming Door?, _ telemetry: consuming Telemetry, _ now: Nanos
    ) {
        self.options = options
        self.desk = desk
        self.poll = poll
        self.connector = connector
        self.outlet = outlet
        self.door = door
        self.telemetry = telemetry
        nextCounters = now + .seconds(1)
        chunk = Descriptor.standardOutput.isPipe() && options.target == nil ? 16_384 : 65_536
        hello(now)
        if options.target != nil {
            self.desk.session.mute()
            swap(&self.desk.outbox, &self.desk.backlog)
        }
        self.desk.session.start(at: now)
    }

    private static func recorder(
        _ options: Options, _ wanted: SessionOptions, _ wall: Nanos
    ) throws(Failure) -> Recorder? {
        guard let path = options.recording else { return nil }
        return try Recorder(
            path, rotation: options.rotation, keep: options.keep, header: options.header(wanted), now: wall)
    }

    private static func door(_ options: Options) throws(Failure) -> Door? {
        guard let path = options.control else { return nil }
        return try Door(unix: path)
    }

    /// The first frame of every stream: who writes, and which clock its times are of.
    mutating func hello(_ now: Nanos) {
        let words = [options.dialect.rawValue] + options.session.symbols
        let hello = Hello(
            producer: "ingest " + words.joined(separator: " "), build: Command.version, host: Machine.name(),
            boot: Machine.boot(), timeBase: .monotonic, wallOffset: desk.wallOffset)
        desk.outbox.put(hello, Envelope(kind: .hello, channel: .control, received: now))
    }

    /// Waits for something to happen, and does all that follows.
    mutating func turn() throws(Failure) {
        try perform()
        try judgeSymbols()
        try pass()
        tellState()
        try poll.wait(until: deadline(), now: Clock.monotonic())
        let ready = poll.ready
        for one in ready { try take(one) }
        try connector.tick(on: &poll, now: Clock.monotonic())
        try hearDialer()
        let now = Clock.monotonic()
        try tickSockets(now)
        desk.advance(to: now)
        if now >= nextCounters { tellCounters(now) }
        desk.recorder?.flush(at: now + desk.wallOffset)
    }

    private func deadline() -> Nanos? {
        var soonest = min(desk.session.deadline ?? Nanos.range.upperBound, nextCounters)
        if let deadline = connector.deadline { soonest = min(soonest, deadline) }
        if let deadline = outlet.deadline { soonest = min(soonest, deadline) }
        for index in 0..<sockets.count { soonest = min(soonest, sockets[index].deadline) }
        return soonest
    }

    private mutating func take(_ ready: Poll.Ready) throws(Failure) {
        if connector.owns(ready.token) {
            try connector.ready(ready, on: &poll, now: Clock.monotonic())
        } else if ready.token == Token.output {
            if ready.isHungUp { try outputEnded() }
        } else if ready.token == Token.door {
            try acceptVisitors()
        } else if ready.token >= Token.visitors {
            hearVisitor(Int(ready.token - Token.visitors))
        }
    }

    /// Ends: says what was missed and why it ends, and writes what waits, as long as somebody reads.
    mutating func end() throws(Failure) -> Status {
        Notify.stopping("stopping")
        let now = Clock.monotonic()
        desk.advance(to: now)
        if desk.session.isMuted {
            swap(&desk.outbox, &desk.backlog)
            desk.session.unmute(at: now, out: &desk.outbox)
        }
        desk.finish(at: now)
        let count = desk.outbox.frames
        desk.outbox.put(end: .stopped, Envelope(kind: .end, channel: .control, received: now))
        desk.outbox.stamp(.ingestOut, at: now)
        let limit = now + .seconds(5)
        while !desk.outbox.isEmpty, !outlet.isAway, Clock.monotonic() < limit {
            guard try outlet.write(&desk.outbox, chunk: chunk) else { break }
            if !desk.outbox.isEmpty { _ = outlet.waitForRoom(milliseconds: 100) }
        }
        if !options.isQuiet { complain("ingest: \(desk.session.tally.messages) messages, \(count) frames") }
        return .ok
    }
}
