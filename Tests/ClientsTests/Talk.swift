import Clients
import Host
import Support
import Testing
import Units
import WebSockets

/// A client in its loop, and what it was lent.
struct Talk: ~Copyable {
    var loop: Loop
    var client: WebSocketClient
    var dice: Dice
    var lent: [Lent]
    var isOpen: Bool

    struct Ended: Error { let end: WebSocketEnd }

    struct Lent: Equatable {
        let arrival: Arrival
        let bytes: [UInt8]

        init(_ arrival: Arrival, _ text: String) { (self.arrival, bytes) = (arrival, Array(text.utf8)) }
        init(_ arrival: Arrival, _ span: RawSpan) {
            self.arrival = arrival
            bytes = span.withUnsafeBytes { Array($0) }
        }
    }

    init(
        _ url: String, fields: [(name: String, value: String)] = [],
        _ change: (inout WebSocketLimits) -> Void = { _ in }
    ) throws {
        var limits = WebSocketLimits()
        change(&limits)
        var loop = try Loop()
        var client = WebSocketClient(1, url, fields: fields, limits)
        try client.begin(&loop.connector, on: &loop.poll, now: loop.now)
        self.loop = loop
        self.client = client
        dice = Dice(seed: 1)
        lent = []
        isOpen = false
    }

    /// One event, or the time that the client waits for: how it ended, if it did.
    mutating func step() throws -> WebSocketEnd? {
        var news = WebSocketClient.News.none
        if let event = try loop.next(until: client.deadline) {
            var lent = self.lent
            news = try client.take(event, &loop.connector, on: &loop.poll, now: loop.now, using: &dice) {
                lent.append(Lent($0, $1))
            }
            self.lent = lent
        } else {
            news = try client.tick(&loop.connector, on: &loop.poll, now: loop.now)
        }
        if news == .opened { isOpen = true }
        guard case .over(let end) = news else { return nil }
        return end
    }

    mutating func open() throws {
        while !isOpen { if let end = try step() { throw Ended(end: end) } }
    }

    mutating func receive(_ count: Int) throws {
        while lent.count < count { if let end = try step() { throw Ended(end: end) } }
    }

    mutating func end() throws -> WebSocketEnd {
        while true { if let end = try step() { return end } }
    }

    mutating func send(_ kind: Outgoing, _ bytes: [UInt8]) throws -> Bool {
        try client.send(kind, bytes.span.bytes, &loop.connector, on: &loop.poll, now: loop.now, using: &dice)
    }

    mutating func close(_ code: CloseCode, _ reason: String) throws -> WebSocketClient.News {
        try client.close(code, reason, &loop.connector, on: &loop.poll, now: loop.now, using: &dice)
    }
}
