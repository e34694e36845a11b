import Bytes
import Host
import Imitations
import Markets
import Text
import Units
import Venues

/// One venue: its markets, its protocol, its door and who is inside.
struct House: ~Copyable {
    let dialect: Dialect
    var floor: Floor
    var imitation: Imitation
    var listener: Listener
    var tape = Tape()
    var visits = Slots<Visit>(capacity: 1)
    /// Visits that were given something to send since they were last passed on.
    var touched: [Int] = []

    /// Who is inside at once; more are turned away.
    static let visitsMax = 1024

    init(_ dialect: Dialect, _ options: Options, start: Nanos) throws(Failure) {
        var plan = Plan(seed: options.seed, start: start)
        plan.rate = options.script == nil ? options.rate : 0
        plan.listings = options.script == nil ? Catalogue.listings(dialect, count: options.symbols) : []
        var habits = ImitationOptions()
        habits.isWitnessed = options.witness != nil
        habits.life = options.life
        let listener = try Listener(options.isPublic ? .any : .loopback, port: options.ports[dialect] ?? 0)
        self.init(dialect, Floor(plan), Imitation(dialect, habits, seed: options.seed), listener)
    }

    private init(
        _ dialect: Dialect, _ floor: consuming Floor, _ imitation: consuming Imitation, _ listener: consuming Listener
    ) {
        self.dialect = dialect
        self.floor = floor
        self.imitation = imitation
        self.listener = listener
    }

    /// Lets the markets move until `now`, and tells it.
    mutating func advance(to now: Nanos) {
        tape.clear()
        floor.advance(to: now, tape: &tape)
        imitation.take(tape, floor, at: now)
        imitation.tick(at: now)
        perform()
    }

    var deadline: Nanos? {
        var soonest = floor.nextDue
        if let deadline = imitation.deadline { soonest = min(soonest ?? deadline, deadline) }
        for index in 0..<visits.count {
            if let deadline = visits[index].deadline { soonest = min(soonest ?? deadline, deadline) }
        }
        return soonest
    }

    /// A place for somebody who comes in; nil when the house is full.
    mutating func freePlace() -> Int? {
        for index in 0..<visits.count where visits[index].isOver { return index }
        guard visits.count < House.visitsMax else { return nil }
        visits.append(Visit())
        return visits.count - 1
    }

    /// Does what the imitation wants, and forgets it.
    mutating func perform() {
        for directive in imitation.directives {
            let place = House.connection(of: directive)
            guard place < visits.count, !visits[place].isOver else { continue }
            imitation.page.read { page in visits[place].perform(directive, page) }
            if !visits[place].isTouched {
                visits[place].isTouched = true
                touched.append(place)
            }
        }
        imitation.clear()
    }

    private static func connection(of directive: Directive) -> Int {
        switch directive {
        case .text(let connection, _), .ping(let connection, _), .close(let connection, _), .reset(let connection),
            .partial(let connection, _, _), .raw(let connection, _), .freeze(let connection),
            .mutePongs(let connection), .unmutePongs(let connection):
            connection
        }
    }

    /// Takes what a visitor says.
    mutating func hear(_ place: Int, at now: Nanos, using chance: inout SystemChance) {
        guard place < visits.count, !visits[place].isOver else { return }
        visits[place].hear(place, &imitation, at: now, using: &chance)
        perform()
        if !visits[place].isTouched {
            visits[place].isTouched = true
            touched.append(place)
        }
    }

    /// Sends a visitor what waits for him; false when the visit is over.
    mutating func pass(_ place: Int, at now: Nanos, using chance: inout SystemChance) -> Bool {
        visits[place].pass(place, &imitation, at: now, using: &chance)
    }
}
