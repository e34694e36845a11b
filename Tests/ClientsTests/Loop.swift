import Clients
import Host
import Testing
import Units

/// A tool's loop around a connector.
struct Loop: ~Copyable {
    var poll: Poll
    var connector: Connector
    private let start: Nanos
    /// How often it woke.
    var turns: Int

    static let tokens: UInt64 = 7 << 32
    /// So long a test waits for what has to come.
    private let patience: Nanos

    struct Impatience: Error {}

    init(patience: Nanos = .seconds(30), _ change: (inout ConnectorOptions) -> Void = { _ in }) throws {
        var options = ConnectorOptions()
        options.caFile = Peer.shared.ca
        change(&options)
        let poll = try Poll()
        let connector = try Connector(tokens: Loop.tokens, options)
        self.poll = poll
        self.connector = connector
        start = Clock.monotonic()
        self.patience = patience
        turns = 0
    }

    var now: Nanos { Clock.monotonic() }

    /// The next event.
    mutating func next() throws -> ConnectorEvent {
        guard let event = try next(until: nil) else { throw Impatience() }
        return event
    }

    /// The next event; nil when this time comes before.
    mutating func next(until time: Nanos?) throws -> ConnectorEvent? {
        while true {
            if let event = connector.next() { return event }
            if let time, time <= now { return nil }
            let end = start + patience
            guard now < end else { throw Impatience() }
            try poll.wait(until: min(connector.deadline ?? end, time ?? end, end), now: now)
            turns += 1
            for ready in poll.ready {
                let isOurs = connector.owns(ready.token)
                #expect(isOurs)
                try connector.ready(ready, on: &poll, now: now)
            }
            try connector.tick(on: &poll, now: now)
        }
    }

    mutating func connect(_ number: Int, _ url: String) throws {
        try connector.connect(number, to: url, on: &poll, now: now)
    }

    /// Connects, and waits until it stands.
    mutating func connected(_ number: Int, _ url: String) throws {
        try connect(number, url)
        while true {
            switch try next() {
            case .connected(number): return
            case .unconnected(number, let fault): throw fault
            default: break
            }
        }
    }

    /// Fetches alone: the answer and its body.
    mutating func fetch(_ url: String, fields: [String] = []) throws -> (answer: Answer, body: [UInt8]) {
        try connector.fetch(1, url, fields: fields, on: &poll, now: now)
        switch try next() {
        case .answered(1, let answer): return (answer, body())
        case .unanswered(1, let fault): throw fault
        case let event:
            Issue.record("\(event)")
            throw Impatience()
        }
    }

    /// The fault of a fetch alone.
    mutating func fault(_ url: String) throws -> Fault? {
        do {
            let answer = try fetch(url).answer
            Issue.record("answered: \(answer)")
            return nil
        } catch let fault as Fault { return fault }
    }

    borrowing func body() -> [UInt8] {
        connector.readBody { span in span.withUnsafeBytes { Array($0) } }
    }

    /// Reads until there is nothing more for now, at most `step` bytes at once.
    mutating func drain(_ number: Int, step: Int = 65536) -> (bytes: [UInt8], last: Connector.Passage) {
        var all: [UInt8] = []
        var room = [UInt8](repeating: 0, count: step)
        while true {
            var span = room.mutableSpan
            var raw = span.mutableBytes
            let passage = connector.read(number, into: &raw)
            guard case .bytes(let count) = passage else { return (all, passage) }
            all += room[..<count]
        }
    }

    mutating func write(_ number: Int, _ bytes: some Sequence<UInt8>) throws -> Connector.Passage {
        let array = Array(bytes)
        return try connector.write(number, array.span.bytes, on: &poll)
    }

    /// Reads until the connection ends or fails, or `count` bytes are there.
    mutating func read(_ number: Int, count: Int) throws -> (bytes: [UInt8], last: Connector.Passage) {
        var all: [UInt8] = []
        while true {
            let (bytes, last) = drain(number)
            all += bytes
            if all.count >= count || last != .again { return (all, last) }
            while try next() != .readable(number) {}
        }
    }
}
