import Bytes
import Clients
import Edges
import Events
import Host
import Text
import Units
import Venues
import WebSockets
import Wire

extension Live {
    /// Does what the session wants.
    mutating func perform() throws(Failure) {
        var index = 0
        // What is done may cause more.
        while index < desk.session.actions.count {
            let action = desk.session.actions[index]
            index += 1
            let now = Clock.monotonic()
            switch action {
            case .connect(let connection, let url): try connect(connection, url, now)
            case .send(let connection, let text): try send(connection, text, now)
            case .ping(let connection):
                _ = try withSocket(connection) { (client, connector, poll, chance) throws(Failure) in
                    _ = try client.send(.ping, RawSpan(), &connector, on: &poll, now: now, using: &chance)
                    return .none
                }
            case .disconnect(let connection):
                let news = try withSocket(connection) { (client, connector, poll, chance) throws(Failure) in
                    try client.close(.normal, "", &connector, on: &poll, now: now, using: &chance)
                }
                if case .over(let end) = news { over(connection, end) }
            case .fetch(let url): try fetch(url, now)
            }
        }
        desk.session.actions.removeAll(keepingCapacity: true)
        for notice in desk.session.notices {
            telemetry.tell(notice, venue: options.dialect.venue, at: Clock.monotonic())
            tell(notice.line)
        }
        desk.session.notices.removeAll(keepingCapacity: true)
    }

    private mutating func connect(_ connection: Int, _ url: String, _ now: Nanos) throws(Failure) {
        while sockets.count <= connection { sockets.append(Socket()) }
        var client = WebSocketClient(connection, url)
        try client.begin(&connector, on: &poll, now: now)
        sockets[connection].client = consume client
        desk.sent("open", String(connection), url, RawSpan())
    }

    private mutating func send(_ connection: Int, _ text: String, _ now: Nanos) throws(Failure) {
        guard connection < sockets.count, var client = sockets[connection].client.take() else { return }
        try Live.send(text, &client, &connector, &poll, &chance, &desk, now)
        sockets[connection].client = consume client
    }

    private static func send(
        _ text: String, _ client: inout WebSocketClient, _ connector: inout Connector, _ poll: inout Poll,
        _ chance: inout any RandomNumberGenerator, _ desk: inout Desk, _ now: Nanos
    ) throws(Failure) {
        var printer = Printer(capacity: text.utf8.count)
        printer.print(text)
        try printer.read { (span) throws(Failure) in
            desk.sent("ws", String(client.number), client.url, span)
            // What cannot be sent is lost with its connection.
            _ = try client.send(.text, span, &connector, on: &poll, now: now, using: &chance)
        }
    }

    private mutating func fetch(_ url: String, _ now: Nanos) throws(Failure) {
        let number = asked.firstIndex { $0 == nil } ?? asked.count
        if number == asked.count { asked.append(nil) }
        asked[number] = url
        desk.sent("http", "rest", url, RawSpan())
        try connector.fetch(number, url, on: &poll, now: now)
    }

    /// Lends a connection's WebSocket, if there is one.
    private mutating func withSocket(
        _ connection: Int,
        _ body: (
            inout WebSocketClient, inout Connector, inout Poll, inout any RandomNumberGenerator
        ) throws(Failure) -> WebSocketClient.News
    ) throws(Failure) -> WebSocketClient.News {
        guard connection < sockets.count, var client = sockets[connection].client.take() else { return .none }
        let news = try body(&client, &connector, &poll, &chance)
        sockets[connection].client = consume client
        return news
    }

    /// Tells the session what came of connections and requests.
    mutating func hearDialer() throws(Failure) {
        while let event = connector.next() {
            switch event {
            case .answered(let number, let answer): answered(number, answer)
            case .unanswered(let number, let fault): unanswered(number, fault)
            case .connected(let number), .unconnected(let number, _), .readable(let number), .writable(let number):
                try hear(number, event)
            }
            // What is asked is asked before the next answer is heard: that may forbid it.
            if !desk.session.actions.isEmpty { try perform() }
        }
    }

    /// Gives a WebSocket its event; each message that came goes to the session with the time at which it was read.
    private mutating func hear(_ connection: Int, _ event: ConnectorEvent) throws(Failure) {
        guard connection < sockets.count, var client = sockets[connection].client.take() else { return }
        let url = client.url
        let news = try Live.listen(&client, event, &connector, &poll, &chance, &desk)
        sockets[connection].client = consume client
        switch news {
        case .none: break
        case .opened: desk.opened(connection, url)
        case .over(let end): over(connection, end)
        }
    }

    private static func listen(
        _ client: inout WebSocketClient, _ event: ConnectorEvent, _ connector: inout Connector, _ poll: inout Poll,
        _ chance: inout any RandomNumberGenerator, _ desk: inout Desk
    ) throws(Failure) -> WebSocketClient.News {
        let (number, url) = (client.number, client.url)
        return try client.take(event, &connector, on: &poll, now: Clock.monotonic(), using: &chance) {
            (arrival: Arrival, payload: RawSpan) throws(Failure) in
            desk.take(arrival, payload, number, url)
        }
    }

    /// A WebSocket has ended.
    private mutating func over(_ connection: Int, _ end: WebSocketEnd) {
        guard connection < sockets.count, let client = sockets[connection].client.take() else { return }
        var after: Nanos?
        if case .refused(let answer) = end { after = answer.retryAfter ?? (answer.status == 429 ? .seconds(5) : nil) }
        desk.closed(connection, client.url, end.line, after: after)
        tell("connection \(connection): \(end.line)")
    }

    /// WebSockets whose handshakes take too long.
    mutating func tickSockets(_ now: Nanos) throws(Failure) {
        for connection in 0..<sockets.count where sockets[connection].deadline <= now {
            let news = try withSocket(connection) { (client, connector, poll, _) throws(Failure) in
                try client.tick(&connector, on: &poll, now: now)
            }
            if case .over(let end) = news { over(connection, end) }
        }
    }

    private mutating func answered(_ number: Int, _ answer: Answer) {
        guard number < asked.count, let url = asked[number] else { return }
        asked[number] = nil
        let isText = connector.readBody { UTF8.isValid($0, 0..<$0.byteCount) }
        guard answer.status == 200, isText else {
            return desk.failed(url, answer.status, after: answer.retryAfter, usedWeight: answer.usedWeight)
        }
        Live.answer(url, answer.usedWeight, connector, &desk)
    }

    private static func answer(
        _ url: String, _ usedWeight: Int?, _ connector: borrowing Connector, _ desk: inout Desk
    ) {
        connector.readBody { desk.answer(url, $0, usedWeight: usedWeight) }
    }

    private mutating func unanswered(_ number: Int, _ fault: Fault) {
        guard number < asked.count, let url = asked[number] else { return }
        asked[number] = nil
        tell(fault.reason)
        desk.failed(url, 0, after: nil, usedWeight: nil)
    }
}

extension Live.Socket {
    var deadline: Nanos {
        switch client {
        case .some(let client): client.deadline ?? Nanos.range.upperBound
        case .none: Nanos.range.upperBound
        }
    }
}
