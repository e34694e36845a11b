import Bytes
import Edges
import Events
import Flow
import Host
import Lanes
import Spools
import Tool
import Units
import Wire

/// Runs until the input ends or a signal asks to stop.
func dispatch(_ options: Options) throws(Failure) -> Status {
    var dispatch = try Dispatch(options)
    try dispatch.begin()
    while !Interrupts.isStopping, !dispatch.isOver { try dispatch.turn() }
    return try dispatch.end()
}

/// One loop around the market lane: what writers send goes in, what consumers are to get comes out.
struct Dispatch: ~Copyable {
    var lane: MarketLane
    var poll: Poll
    var listener: Listener
    var door: Listener?
    var producers = Slots<Producer>(capacity: 1)
    /// By consumer of the lane.
    var visitors = Slots<Visitor>(capacity: 1)
    var share: FairShare
    /// What must not be lost: one lane, or none without a spool.
    var critical = Slots<CriticalLane>(capacity: 1)
    /// What of it cannot be written any more, as far as that was said.
    var toldSpool: Set<SpoolPart> = []
    /// Whether it was said that what stands cannot be kept.
    var hasToldStanding = false
    var standing: Standing
    var telemetry: Telemetry
    var counters = Counters()
    /// Commands of each user: so many a second.
    var budgets: [UInt32: TokenBucket] = [:]
    /// Who may do what; nil: everybody everything.
    var grants: Grants?
    var turnedAway = TurnedAway()
    /// What was passed on to `merge` and not answered yet.
    var errands: [Errand] = []
    var messenger = Slots<Messenger>(capacity: 1)
    var gateways = Slots<Gateway>(capacity: 1)
    /// An existential, and so the struct lies at one address and is never a value of hundreds of parts, over which the compiler would
    /// go for a minute.
    var dice: any RandomNumberGenerator = SystemChance()
    /// By command.
    var isStopped = false
    let options: Options
    /// The time by which everything is judged: the machine's or the frames'.
    var now: Nanos
    /// What consumers are told first.
    var hello: Hello
    /// Answers that wait until all consumers have come, so that all bear one routing version.
    var answers: [Answer] = []
    var readiness = Readiness()
    /// When the first stream was there, and what was told of the readiness last.
    var firstStreamAt: Nanos?
    var toldDetail = ""
    var nextSecond = Nanos.zero
    var hasSubscribed: Set<Int> = []
    /// Whether as many have subscribed as are awaited; who leaves later changes nothing.
    var haveCome = false
    var didWork = false
    var failure: Failure?

    enum Token {
        static let listener: UInt64 = 1
        static let door: UInt64 = 2
        static let reload: UInt64 = 3
        static let messenger: UInt64 = 4
        static let producers: UInt64 = 1 << 16
        static let visitors: UInt64 = 1 << 32
    }

    /// Rounds of a turn: then the writers are looked at again.
    static let roundsMax = 16

    init(_ options: Options) throws(Failure) {
        var lanes = MarketLane.Options()
        lanes.order = options.order
        lanes.limit = options.limit
        lanes.bounds.behindBytes = options.behindBytes
        lanes.bounds.patience = options.patience
        lanes.stamps = !options.takesTimeFromFrames
        let grants = try options.grants()
        let listener: Listener
        switch options.listen {
        case .descriptor(let number): listener = try Listener(inherited: number)
        // Where a table says who may what, the table is asked, not the file's mode.
        case .unix(let path): listener = try Listener(unix: path, isOpenToAll: grants != nil)
        default: throw Failure(.usage, "where do consumers connect?", mend: command.usage)
        }
        let telemetry = try Telemetry(to: options.telemetry)
        let standing = try Standing.open(options.state)
        let door = try Dispatch.door(options)
        var poll = try Poll()
        try poll.add(listener.number, token: Token.listener, .read)
        switch door {
        case .some(let door): try poll.add(door.number, token: Token.door, .read)
        case .none: break
        }
        if grants != nil { Interrupts.watchReloads() }
        if let number = Interrupts.reloadDescriptor { try poll.add(number, token: Token.reload, .read) }
        self.init(options, lanes, poll, listener, door, telemetry, standing, grants)
    }

    private static func door(_ options: Options) throws(Failure) -> Listener? {
        guard let path = options.producers else { return nil }
        return try Listener(unix: path)
    }

    private init(
        _ options: Options, _ lanes: MarketLane.Options, _ poll: consuming Poll, _ listener: consuming Listener,
        _ door: consuming Listener?, _ telemetry: consuming Telemetry,
        _ standing: consuming Standing, _ grants: Grants?
    ) {
        self.options = options
        self.lane = MarketLane(lanes)
        self.poll = poll
        self.listener = listener
        self.door = door
        self.telemetry = telemetry
        lane.beginRouting(after: standing.routingVersion)
        self.standing = standing
        self.grants = grants
        share = FairShare(quantum: lanes.bounds.writeBytes)
        let start = Clock.monotonic()
        now = options.takesTimeFromFrames ? .zero : start
        if options.takesTimeFromFrames {
            hello = Hello(producer: "dispatch", timeBase: .recorded)
        } else {
            hello = Hello(
                producer: "dispatch", build: Command.version, host: Machine.name(), boot: Machine.boot(),
                timeBase: .monotonic, wallOffset: Clock.wall() - start)
            lane.mark(.warmUp)
        }
        for mode in options.modes { lane.setMode(mode.mode, venue: mode.venue) }
    }

    /// Takes what it is started with.
    mutating func begin() throws(Failure) {
        critical = try Dispatch.critical(options, hello)
        if let loss = standing.loss { complain("dispatch: \(loss)") }
        try standing.reserve(lane.routingVersion)
        if options.readsInput, Descriptor.standardInput.isTerminal() {
            throw Failure(.usage, "standard input is a terminal", mend: "pipe frames into it: ingest … | dispatch …")
        }
        if options.readsInput { admit(try FrameInput.open(.standard, payloads: .none), isVisitor: false) }
        for order in options.orders { gateways.append(try Gateway(order.venue, at: order.path)) }
        try serveGateways()
        try watchProducers()
        telemetry.tell(readiness.state, at: now)
    }

    /// Whether the input has ended, and nobody can come.
    var isOver: Bool {
        if isStopped { return true }
        guard options.producers == nil else { return false }
        for index in 0..<producers.count where !producers[index].isGone && !producers[index].isGateway { return false }
        return true
    }

    /// Waits for something to happen, and does all that follows.
    mutating func turn() throws(Failure) {
        didWork = false
        try poll.wait(until: deadline(), now: Clock.monotonic())
        if !options.takesTimeFromFrames { now = max(now, Clock.monotonic()) }
        let ready = poll.ready
        for one in ready { try take(one) }
        if mayRead { try readFiles() }
        if !options.takesTimeFromFrames {
            lane.tick(now: now)
            if now >= nextSecond { try eachSecond() }
        }
        try serveGateways()
        try serveErrands()
        try keepCritical()
        try serve()
        try watchProducers()
    }

    private func deadline() -> Nanos? {
        // Something is left to be done at once.
        if didWork || hasFileToRead { return .zero }
        guard !options.takesTimeFromFrames else { return nil }
        var soonest = nextSecond
        if let deadline = lane.deadline { soonest = min(soonest, deadline) }
        if let due = soonestDue { soonest = min(soonest, due) }
        if let next = gatewayDeadline { soonest = min(soonest, next) }
        return soonest
    }

    /// When the next consumer that is paced may be told something.
    var soonestDue: Nanos?

    private mutating func take(_ ready: Poll.Ready) throws(Failure) {
        switch ready.token {
        case Token.listener: try acceptConsumers()
        case Token.door: try acceptProducers()
        case Token.reload: reloadBySignal()
        case Token.messenger: hearMerge()
        case Token.visitors...: try hear(Int(ready.token - Token.visitors), ready)
        default: try read(Int(ready.token - Token.producers))
        }
    }

    /// Whether enough consumers have come.
    private var hasBegun: Bool { haveCome || options.awaited == 0 }

    /// Whether, besides, none that must not miss anything is far behind.
    var mayRead: Bool { hasBegun && !lane.isBlocked }

    /// What becomes of orders is heard whoever is behind with market data.
    func mayRead(_ index: Int) -> Bool { producers[index].isGateway ? hasBegun : mayRead }

    private mutating func eachSecond() throws(Failure) {
        try judgeWaiting()
        keepStanding()
        tellTurnedAway()
        nextSecond = now + .seconds(1)
        // Who takes nothing; the others are judged whenever they are served.
        for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].isFull {
            if let reason = lane.lapse(index, now: now) { dismiss(index, reason) }
        }
        judgeReadiness()
        counters.tell(lane, visitors: openCount, to: &telemetry, at: now)
    }

    var openCount: Int {
        var count = 0
        for index in 0..<visitors.count where !visitors[index].isGone { count += 1 }
        return count
    }
}
