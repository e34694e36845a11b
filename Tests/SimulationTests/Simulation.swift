import Bytes
import Events
import Imitations
import Markets
import Matching
import Support
import Text
import Units
import Wire

@testable import Venues

/// What a simulation is of.
struct Scenario {
    var dialect: Dialect
    var seed: UInt64
    var span = Nanos.seconds(60)
    var symbols = 3
    /// Events a second, of all markets together.
    var rate = 40
    var depth = 0
    var refresh = Nanos.seconds(180)
    var life = Nanos.seconds(86_400)
    var channels = ChannelSet.all
    /// Levels a side of each market's book, about.
    var levels = 40
    /// What goes wrong, in the words of the imitation, and until when.
    var faults: [(at: Nanos, text: String)] = []
    var faultsEnd = Nanos.seconds(1 << 30)
}

/// A floor, the imitation of its venue, a session, and a network between them, in one process and virtual time.
final class Simulation {
    static let start = Nanos.seconds(1_760_000_000)

    let scenario: Scenario
    var floor: Floor
    var imitation: Imitation
    var session: Session
    var network: Network
    var truth: Truth
    var judge: Judge
    var habits: Habits
    var now = Simulation.start
    private var tape = Tape()
    private var outbox = Outbox()
    /// Links by the numbers of either end.
    private var ofClient: [Int: Int] = [:]
    private var ofServer: [Int: Int] = [:]
    private(set) var notices: [Notice] = []
    private(set) var frames = 0
    private(set) var closings: [String] = []
    private(set) var connects = 0
    private var pendingFaults: [(at: Nanos, text: String)]
    private var faultIDs: [Int] = []
    /// Overhears what arrives.
    var overhears: ((Network.Parcel) -> Void)?

    init(_ scenario: Scenario) {
        self.scenario = scenario
        var plan = Plan(seed: scenario.seed, start: Simulation.start)
        plan.rate = scenario.rate
        plan.listings = Simulation.listings(scenario)
        floor = Floor(plan)
        var options = ImitationOptions()
        options.isWitnessed = true
        options.life = scenario.life
        imitation = Imitation(scenario.dialect, options, seed: scenario.seed)
        var wants = SessionOptions()
        wants.depth = scenario.depth
        wants.channels = scenario.channels
        wants.tradeSide = .maker
        wants.seed = scenario.seed
        wants.refreshInterval = scenario.refresh
        session = Session(scenario.dialect, wants)
        network = Network(seed: scenario.seed)
        let depth = scenario.depth == 0 ? Int.max : scenario.depth
        truth = Truth(isNumbered: scenario.dialect == .binance, depth: depth)
        judge = Judge(depth: depth)
        judge.allowsUnknown = scenario.faults.contains { $0.text.hasPrefix("old-snapshot") }
        habits = Habits(scenario.dialect)
        pendingFaults = scenario.faults.sorted { $0.at < $1.at }
        imitation.take(tape, floor, at: now)
        session.start(at: now)
        settle()
    }

    private static func listings(_ scenario: Scenario) -> [Markets.Listing] {
        let quote = scenario.dialect == .binance ? "USDT" : "USD"
        return (0..<scenario.symbols).map { index in
            let base = ["BTC", "ETH", "SOL", "XRP", "LTC", "DOGE"][index % 6] + (index < 6 ? "" : "\(index)")
            let terms = Terms(
                base: base, quote: quote, tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: -5))
            var listing = Markets.Listing(terms, mid: Ticks(1_000_000 + Int64(index) * 7000))
            listing.depth = scenario.levels
            return listing
        }
    }

    /// Lets all happen until so long after the beginning.
    func run(until span: Nanos) {
        let end = Simulation.start + span
        while now < end { step(until: end) }
    }

    func run() { run(until: scenario.span) }

    private func step(until end: Nanos) {
        var next = end
        if let due = floor.nextDue { next = min(next, due) }
        if let due = imitation.deadline { next = min(next, due) }
        if let due = network.next { next = min(next, due) }
        if let due = session.deadline { next = min(next, due) }
        if let due = pendingFaults.first?.at { next = min(next, Simulation.start + due) }
        now = max(now, next)
        setFaults()
        moveMarkets()
        while let parcel = network.take(at: now) {
            arrive(parcel)
            settle()
        }
        if let due = session.deadline, due <= now {
            session.tick(at: now, out: &outbox)
            settle()
        }
    }

    private func moveMarkets() {
        tape.clear()
        if let due = floor.nextDue, due <= now { floor.advance(to: now, tape: &tape) }
        imitation.take(tape, floor, at: now)
        imitation.tick(at: now)
        settle()
    }

    private func setFaults() {
        if now >= Simulation.start + scenario.faultsEnd, !(faultIDs.isEmpty && pendingFaults.isEmpty) {
            for id in faultIDs { _ = imitation.clear(fault: id) }
            faultIDs = []
            pendingFaults = []
        }
        while let first = pendingFaults.first, Simulation.start + first.at <= now {
            pendingFaults.removeFirst()
            do {
                faultIDs.append(try imitation.set(fault: first.text, at: now))
            } catch { preconditionFailure("the fault '\(first.text)': \(error)") }
        }
    }

    private func arrive(_ parcel: Network.Parcel) {
        overhears?(parcel)
        let link = parcel.link
        switch parcel.content {
        case .request(let url): answer(url)
        case .answer(let url, let status, let after, let body): take(url, status, after, body)
        case .asksIn: letIn(link)
        case .endUp:
            let server = network.links[link].server
            guard server >= 0 else { return }
            network.links[link].server = -1
            ofServer[server] = nil
            imitation.closed(connection: server, at: now)
        case .textUp(let text):
            guard network.links[link].server >= 0, !network.links[link].isFrozen else { return }
            habits.sent(link, at: now)
            text.withUnsafeBytes {
                imitation.message(
                    RawSpan(_unsafeBytes: $0), connection: network.links[link].server, at: now)
            }
        case .pingUp:
            guard network.links[link].server >= 0, !network.links[link].isFrozen, !network.links[link].isMute else {
                return
            }
            network.down(link, .pongDown, at: now)
        case .pongUp:
            guard network.links[link].server >= 0, !network.links[link].isFrozen else { return }
            habits.sent(link, at: now)
            imitation.pong(connection: network.links[link].server, at: now)
        case .isIn, .textDown, .pingDown, .pongDown, .endDown: arriveDown(link, parcel.content)
        }
    }

    private func arriveDown(_ link: Int, _ content: Network.Content) {
        let client = network.links[link].client
        guard client >= 0 else { return }
        switch content {
        case .isIn: session.opened(connection: client, at: now, out: &outbox)
        case .textDown(let text): hear(link, client, text)
        case .pingDown:
            session.heard(connection: client, at: now)
            network.up(link, .pongUp, at: now)
        case .pongDown: session.heard(connection: client, at: now)
        default: end(link)
        }
    }

    /// A message has arrived whole. What a WebSocket refuses ends the connection.
    private func hear(_ link: Int, _ client: Int, _ text: [UInt8]) {
        let isGood =
            text.count <= 16 << 20
            && text.withUnsafeBytes { UTF8.isValid(RawSpan(_unsafeBytes: $0), 0..<$0.count) }
        guard isGood else {
            network.up(link, .endUp, at: now)
            return end(link)
        }
        text.withUnsafeBytes {
            session.message(RawSpan(_unsafeBytes: $0), connection: client, at: now, out: &outbox)
        }
    }

    /// The client has learnt that a connection is over.
    private func end(_ link: Int) {
        let client = network.links[link].client
        guard client >= 0 else { return }
        network.links[link].client = -1
        ofClient[client] = nil
        session.closed(connection: client, at: now, out: &outbox)
    }

    private func letIn(_ link: Int) {
        let target = Simulation.target(network.links[link].url)
        guard imitation.accepts(target: target) else { return network.down(link, .endDown, at: now) }
        let server = (0...).first { ofServer[$0] == nil } ?? 0
        network.links[link].server = server
        ofServer[server] = link
        network.down(link, .isIn, at: now)
        imitation.opened(connection: server, target: target, at: now)
    }

    static func target(_ url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard let slash = parts[2].firstIndex(of: "/") else { return "/" }
        return String(parts[2][slash...])
    }

    private func answer(_ url: String) {
        let reply = imitation.answer(method: "GET", target: Simulation.target(url), from: 1, at: now)
        let after = reply.headers.first { $0.name == "Retry-After" }.flatMap { Int64($0.value) }.map { Nanos.seconds($0) }
        let body = bytes(reply.body)
        network.send(
            .answer(url: url, status: reply.status, after: after, body: body), at: now, later: reply.delay)
    }

    private func take(_ url: String, _ status: Int, _ after: Nanos?, _ body: [UInt8]) {
        let isText = body.withUnsafeBytes { UTF8.isValid(RawSpan(_unsafeBytes: $0), 0..<$0.count) }
        guard status == 200, isText, body.count <= 16 << 20 else {
            habits.refused(status, after, at: now)
            return session.failed(url: url, status: status, after: after, at: now, out: &outbox)
        }
        body.withUnsafeBytes { session.answer(url: url, RawSpan(_unsafeBytes: $0), at: now, out: &outbox) }
    }

    private func bytes(_ piece: Piece) -> [UInt8] {
        imitation.page.read { page in piece.range.map { page.byte($0) } }
    }

    /// Performs what both sides want, and judges what was written.
    private func settle() {
        imitation.emptyWitness {
            truth.take($0)
            return $0.byteCount
        }
        let directives = imitation.directives
        for directive in directives { perform(directive) }
        imitation.clear()
        if !session.actions.isEmpty {
            let actions = session.actions
            session.actions.removeAll()
            for action in actions { perform(action) }
        }
        if !session.notices.isEmpty {
            if notices.count < 10_000 { notices += session.notices }
            session.notices.removeAll()
        }
        outbox.empty {
            judge.take($0, truth, at: now)
            return $0.byteCount
        }
    }

    private func perform(_ action: Action) {
        switch action {
        case .connect(let client, let url):
            connects += 1
            habits.connected(at: now)
            if let old = ofClient[client] { judge.complain("connection \(client) is taken by link \(old)", now) }
            let link = network.link(client, url)
            ofClient[client] = link
            // TCP and TLS first.
            network.links[link].lastUp = now + Nanos(network.links[link].latency.count * 4)
            network.up(link, .asksIn, at: now)
        case .send(let client, let text):
            guard let link = ofClient[client] else { return judge.complain("a text for no connection", now) }
            network.up(link, .textUp(Array(text.utf8)), at: now)
        case .ping(let client):
            guard let link = ofClient[client] else { return judge.complain("a ping for no connection", now) }
            network.up(link, .pingUp, at: now)
        case .disconnect(let client):
            guard let link = ofClient[client] else { return judge.complain("no connection to end", now) }
            network.up(link, .endUp, at: now)
            // A peer that does not answer is waited for.
            let wait = network.links[link].isFrozen ? Nanos.seconds(5) : Nanos(network.links[link].latency.count * 2)
            network.links[link].lastDown = max(network.links[link].lastDown, now + wait)
            network.down(link, .endDown, at: now)
        case .fetch(let url):
            habits.asked(url, at: now)
            network.send(.request(url: url), at: now)
        }
    }

    private func perform(_ directive: Directive) {
        switch directive {
        case .text(let server, let piece):
            guard let link = ofServer[server] else { return }
            network.down(link, .textDown(bytes(piece)), at: now)
        case .ping(let server, _):
            guard let link = ofServer[server], !network.links[link].isFrozen else { return }
            network.down(link, .pingDown, at: now)
        case .close(let server, let code):
            closings.append("\(Judge.text(now)) close \(code)")
            let isDeaf = ofServer[server].map { network.links[$0].isFrozen || network.links[$0].isMute } ?? true
            if code == 1008, !isDeaf { judge.complain("the venue closed with 1008", now) }
            leave(server)
        case .reset(let server), .partial(let server, _, _), .raw(let server, _):
            closings.append("\(Judge.text(now)) \(directive)")
            imitation.closed(connection: server, at: now)
            leave(server)
        case .freeze(let server):
            guard let link = ofServer[server] else { return }
            network.links[link].isFrozen = true
        case .mutePongs(let server):
            guard let link = ofServer[server] else { return }
            network.links[link].isMute = true
        case .unmutePongs(let server):
            guard let link = ofServer[server] else { return }
            network.links[link].isMute = false
        }
    }

    private func leave(_ server: Int) {
        guard let link = ofServer.removeValue(forKey: server) else { return }
        network.links[link].server = -1
        network.down(link, .endDown, at: now)
    }
}
