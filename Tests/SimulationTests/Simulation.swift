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
    var tape = Tape()
    var outbox = Outbox()
    /// Links by the numbers of either end.
    var ofClient: [Int: Int] = [:]
    var ofServer: [Int: Int] = [:]
    var notices: [Notice] = []
    var frames = 0
    var closings: [String] = []
    var connects = 0
    var pendingFaults: [(at: Nanos, text: String)]
    var faultIDs: [Int] = []
    /// When somebody else asks next.
    var neighbourDue = Simulation.start
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

    static func listings(_ scenario: Scenario) -> [Markets.Listing] {
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

    func step(until end: Nanos) {
        var next = end
        if let due = floor.nextDue { next = min(next, due) }
        if let due = imitation.deadline { next = min(next, due) }
        if let due = network.next { next = min(next, due) }
        if let due = session.deadline { next = min(next, due) }
        if let due = pendingFaults.first?.at { next = min(next, Simulation.start + due) }
        if scenario.neighbour > 0 { next = min(next, neighbourDue) }
        now = max(now, next)
        askAsNeighbour()
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

    func moveMarkets() {
        tape.clear()
        if let due = floor.nextDue, due <= now { floor.advance(to: now, tape: &tape) }
        imitation.take(tape, floor, at: now)
        imitation.tick(at: now)
        settle()
    }

    func setFaults() {
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
}
