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
    var stage: Stage
    var listener: Listener
    var tape = Tape()
    var visits = Slots<Visit>(capacity: 1)
    /// Visits that were given something to send since they were last passed on.
    var touched: [Int] = []

    /// Who is inside at once; more are turned away.
    static let visitsMax = 1024

    init(_ dialect: Dialect, _ options: Options, start: Nanos) throws(Failure) {
        // Markets of the same name are not the same market at each venue.
        let place = UInt64(Dialect.allCases.firstIndex(of: dialect) ?? 0)
        var plan = Plan(seed: options.seed &+ place &* 0x9E37_79B9_7F4A_7C15, start: start)
        let hasCrowd = options.script == nil && options.replay == nil
        plan.rate = hasCrowd ? options.rate : 0
        plan.listings = hasCrowd ? Catalogue.listings(dialect, count: options.symbols) : []
        let stage = try House.stage(dialect, options)
        let listener = try Listener(options.isPublic ? .any : .loopback, port: options.ports[dialect] ?? 0)
        self.init(dialect, Floor(plan), stage, listener)
    }

    private static func stage(_ dialect: Dialect, _ options: Options) throws(Failure) -> Stage {
        if let path = options.replay {
            guard let endpoint = Endpoint(path) else { throw Failure(.usage, "--replay \(path): not a file") }
            let content = try File.bytes(endpoint, limit: Encore.bytesMax)
            guard let encore = Encore(dialect, content, pace: options.pace) else {
                throw Failure(
                    .data, "\(path) holds no message", mend: "is it a recording? zcat FILE | exchange … --replay -")
            }
            return Stage(encore)
        }
        var habits = ImitationOptions()
        habits.isWitnessed = options.witness != nil
        habits.life = options.life
        return Stage(Imitation(dialect, habits, seed: options.seed))
    }

    private init(
        _ dialect: Dialect, _ floor: consuming Floor, _ stage: consuming Stage, _ listener: consuming Listener
    ) {
        self.dialect = dialect
        self.floor = floor
        self.stage = stage
        self.listener = listener
    }

    /// Lets the markets move until `now`, and tells it.
    mutating func advance(to now: Nanos) {
        tape.clear()
        floor.advance(to: now, tape: &tape)
        stage.advance(tape, floor, to: now)
        perform()
    }

    var deadline: Nanos? {
        var soonest = floor.nextDue
        if let deadline = stage.deadline { soonest = min(soonest ?? deadline, deadline) }
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

    /// Does what the stage wants, and forgets it.
    mutating func perform() { House.perform(&stage, &visits, &touched) }

    private static func perform(_ stage: inout Stage, _ visits: inout Slots<Visit>, _ touched: inout [Int]) {
        stage.perform { directive, page in
            let place = directive.connection
            guard place < visits.count, !visits[place].isOver else { return }
            visits[place].perform(directive, page)
            if visits[place].touch() { touched.append(place) }
        }
    }

    /// Takes what a visitor says.
    mutating func hear(_ place: Int, at now: Nanos, using chance: inout SystemChance) {
        guard place < visits.count, !visits[place].isOver else { return }
        visits[place].hear(place, &stage, at: now, using: &chance)
        perform()
        if visits[place].touch() { touched.append(place) }
    }

    /// Sends a visitor what waits for him; false when the visit is over.
    mutating func pass(_ place: Int, at now: Nanos, using chance: inout SystemChance) -> Bool {
        visits[place].pass(place, &stage, at: now, using: &chance)
    }
}
