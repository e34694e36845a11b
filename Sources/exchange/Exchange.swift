import Bytes
import Events
import Host
import Imitations
import Markets
import Servers
import Tool
import Units
import Venues
import Wire

/// All houses, in one loop.
struct Exchange: ~Copyable {
    private let options: Options
    private var houses = Slots<House>(capacity: 1)
    private var poll: Poll
    private var tls: TLS?
    private let caPath: String?
    private var door: Door?
    private var witness: Descriptor?
    private var chance = SystemChance()
    /// What makes the markets' time, of 1970, of a monotonic one.
    private let wallOffset: Nanos

    private enum Token {
        /// A house's door is its number above this; its visits have theirs below.
        static let houseShift: UInt64 = 32
        static let listener: UInt64 = 0xFFFF_FFFF
        static let door: UInt64 = 0xFFFF << 32
        static let visitors: UInt64 = 0xFFFE << 32
    }

    init(_ options: Options) throws(Failure) {
        let now = Clock.monotonic()
        let wall = Clock.wall()
        var chance = SystemChance()
        var tls: TLS?
        var caPath: String?
        if !options.isPlain {
            let authority = try Authority(in: options.folder, names: options.names, now: wall, using: &chance)
            caPath = authority.caPath
            var identity = authority.identity
            if let fault = options.certificateFault {
                identity = try authority.faulty(fault, now: wall, using: &chance)
            }
            tls = try TLS(identity)
        }
        var poll = try Poll()
        var houses = Slots<House>(capacity: options.venues.count)
        for dialect in options.venues {
            let house = try House(dialect, options, start: wall)
            let token = UInt64(houses.count) << Token.houseShift | Token.listener
            try poll.add(house.listener.number, token: token, .read)
            houses.append(house)
        }
        let witness = try Exchange.witness(options, wall)
        let door = try Exchange.door(options, &poll)
        self.init(options, houses, poll, tls, caPath, door, witness, wall - now)
    }

    private init(
        _ options: Options, _ houses: consuming Slots<House>, _ poll: consuming Poll, _ tls: TLS?, _ caPath: String?,
        _ door: consuming Door?, _ witness: consuming Descriptor?, _ wallOffset: Nanos
    ) {
        self.options = options
        self.houses = houses
        self.poll = poll
        self.tls = tls
        self.caPath = caPath
        self.door = door
        self.witness = witness
        self.wallOffset = wallOffset
    }

    private static func door(_ options: Options, _ poll: inout Poll) throws(Failure) -> Door? {
        guard let path = options.control else { return nil }
        let door = try Door(unix: path)
        try poll.add(door.number, token: Token.door, .read)
        return door
    }

    /// The witness's file, begun with who writes.
    private static func witness(_ options: Options, _ wall: Nanos) throws(Failure) -> Descriptor? {
        guard let path = options.witness else { return nil }
        let file = try File.append(to: path)
        var outbox = Outbox(capacity: 1 << 10)
        let envelope = Envelope(kind: .hello, channel: .control, received: wall)
        outbox.put(Hello(producer: "exchange", build: Command.version, timeBase: .recorded), envelope)
        try outbox.read { span throws(Failure) in try file.write(all: span, path) }
        return file
    }

    /// Begins the script and the faults of the command line.
    mutating func prepare() throws(Failure) {
        let wall = now
        if let path = options.script {
            let script = try Exchange.read(path)
            for index in 0..<houses.count { houses[index].floor.play(script, from: wall) }
        }
        // Faults name markets: those have to be there.
        for index in 0..<houses.count { houses[index].advance(to: wall) }
        for fault in options.faults {
            for index in 0..<houses.count where fault.venue == nil || fault.venue == houses[index].dialect {
                if case .failure(let defect) = houses[index].stage.set(fault: fault.text, at: wall) {
                    throw Failure(.usage, "--fault \(fault.text): \(defect)")
                }
            }
        }
    }

    private static func read(_ path: String) throws(Failure) -> Script {
        guard let endpoint = Endpoint(path) else { throw Failure(.usage, "--script \(path): not a file") }
        let text = try File.text(endpoint, limit: 64 << 20)
        switch Script.read(text) {
        case .success(let script): return script
        case .failure(let defect): throw Failure(.config, "\(path):\(defect)")
        }
    }

    /// Prints where each venue is, and what to trust.
    mutating func announce() throws(Failure) {
        let scheme = options.isPlain ? "http" : "https"
        for index in 0..<houses.count {
            try print("\(houses[index].dialect.rawValue) \(scheme)://localhost:\(houses[index].listener.port)\n")
        }
        if let caPath { try print("ca \(caPath)\n") }
    }

    /// Time of the markets.
    private var now: Nanos { Clock.monotonic() + wallOffset }

    /// Waits for something to happen, and does all that follows.
    mutating func turn() throws(Failure) {
        var deadline: Nanos?
        for index in 0..<houses.count {
            if let due = houses[index].deadline { deadline = min(deadline ?? due, due) }
        }
        try poll.wait(until: deadline.map { $0 - wallOffset }, now: Clock.monotonic())
        let ready = poll.ready
        let time = now
        for index in 0..<houses.count { houses[index].advance(to: time) }
        for one in ready { try take(one, at: time) }
        for index in 0..<houses.count { try pass(index, at: time) }
    }

    private mutating func take(_ ready: Poll.Ready, at time: Nanos) throws(Failure) {
        if ready.token == Token.door { return try acceptVisitors() }
        if ready.token >= Token.visitors { return hearVisitor(Int(ready.token & 0xFFFF), at: time) }
        let house = Int(ready.token >> Token.houseShift)
        guard house < houses.count else { return }
        if ready.token & Token.listener == Token.listener { return try accept(house, at: time) }
        let place = Int(ready.token & Token.listener)
        repeat {
            houses[house].hear(place, at: time, using: &chance)
        } while place < houses[house].visits.count && houses[house].visits[place].hasPending
    }

    private mutating func accept(_ house: Int, at time: Nanos) throws(Failure) {
        while let descriptor = houses[house].listener.accept() {
            guard let place = houses[house].freePlace() else { continue }
            let line = try Line(descriptor, tls)
            let number = line.number
            houses[house].visits[place].begin(line)
            houses[house].visits[place].watched = .read
            try poll.add(number, token: UInt64(house) << Token.houseShift | UInt64(place), .read)
        }
    }

    /// Sends what there is to send, and watches for what is wanted now.
    private mutating func pass(_ house: Int, at time: Nanos) throws(Failure) {
        for place in 0..<houses[house].visits.count {
            guard let due = houses[house].visits[place].deadline, due <= time else { continue }
            if houses[house].visits[place].touch() { houses[house].touched.append(place) }
        }
        while let place = houses[house].touched.popLast() {
            guard let number = houses[house].visits[place].number else { continue }
            guard houses[house].pass(place, at: time, using: &chance) else {
                poll.remove(number)
                continue
            }
            let interest = houses[house].visits[place].interest
            guard interest != houses[house].visits[place].watched else { continue }
            houses[house].visits[place].watched = interest
            try poll.change(number, token: UInt64(house) << Token.houseShift | UInt64(place), interest)
        }
        try testify(house)
    }

    private mutating func testify(_ house: Int) throws(Failure) {
        switch witness {
        case .some(let witness):
            try houses[house].stage.imitation?.emptyWitness { span throws(Failure) in
                try witness.write(all: span, options.witness ?? "")
                return span.byteCount
            }
        case .none: break
        }
    }

    private mutating func acceptVisitors() throws(Failure) {
        guard var door = door.take() else { return }
        try door.accept { (number, place) throws(Failure) in
            try poll.add(number, token: Token.visitors | UInt64(place), .read)
        }
        self.door = consume door
    }

    private mutating func hearVisitor(_ place: Int, at time: Nanos) {
        guard var door = door.take() else { return }
        door.hear(place) { obey($0, at: time) }
        self.door = consume door
    }

    /// Does what a visitor says: `fault [VENUE:]FAULT`, `clear VENUE ID`, `market VENUE STEP…`, `rate N`.
    private mutating func obey(_ words: [String], at time: Nanos) -> String {
        switch (words[0], words.count) {
        case ("fault", 2...):
            let fault = Options.fault(words.dropFirst().joined(separator: " "))
            var ids: [String] = []
            for index in 0..<houses.count where fault.venue == nil || fault.venue == houses[index].dialect {
                switch houses[index].stage.set(fault: fault.text, at: time) {
                case .success(let id): ids.append("\(houses[index].dialect.rawValue) \(id)")
                case .failure(let defect): return "refused: \(defect)"
                }
            }
            return ids.isEmpty ? "refused: no such venue here" : "ok " + ids.joined(separator: " ")
        case ("clear", 3):
            guard let house = house(words[1]), let id = Int(words[2]), houses[house].stage.clear(fault: id) else {
                return "refused: no such fault"
            }
            return "ok"
        case ("market", 3...):
            guard let house = house(words[1]) else { return "refused: no such venue here" }
            switch Script.read(words.dropFirst(2).joined(separator: " ")) {
            case .success(let script):
                let troubles = houses[house].floor.troubleCount
                houses[house].floor.play(script, from: time)
                houses[house].advance(to: time)
                return houses[house].floor.troubleCount == troubles ? "ok" : "refused: it cannot be done now"
            case .failure(let defect): return "refused: \(defect.what)"
            }
        case ("rate", 2):
            guard let rate = Int(words[1]), (0...Floor.rateMax).contains(rate) else { return "refused: not a rate" }
            for index in 0..<houses.count { houses[index].floor.setRate(rate) }
            return "ok"
        default: return "refused: fault [VENUE:]FAULT, clear VENUE ID, market VENUE STEP…, rate N"
        }
    }

    private func house(_ name: String) -> Int? {
        for index in 0..<houses.count where houses[index].dialect.rawValue == name { return index }
        return nil
    }

    mutating func end() throws(Failure) -> Status {
        for index in 0..<houses.count { try testify(index) }
        return .ok
    }
}
