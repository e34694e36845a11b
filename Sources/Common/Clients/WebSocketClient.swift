import Bytes
public import Host
import Text
public import Units
public import WebSockets

/// A WebSocket over one connection of a `Connector`: from the first question to DNS to the end of the closing handshake.
///
///     connector.next ─▶ take ─▶ messages
///                      └───▶ answers to pings and closes, by itself
///
/// Its owner begins it, hands it the connector's events of its number, calls `tick` when `deadline` has come, and lets it go when
/// it is `over`: its connection is closed by then.
public struct WebSocketClient: ~Copyable {
    public enum State: Sendable { case idle, connecting, upgrading, open, closing, over }

    /// What a call brought besides messages.
    public enum News: Equatable, Sendable {
        case none
        /// The server has agreed: messages can be sent.
        case opened
        case over(WebSocketEnd)
    }

    /// The number of its connection.
    public let number: Int
    public let url: String
    public private(set) var state = State.idle
    /// When to call `tick` at the latest.
    public private(set) var deadline: Nanos?
    private let fields: [(name: String, value: String)]
    private let limits: WebSocketLimits
    private var upgrade: ClientUpgrade?
    private var head = HeadReader()
    private var socket: WebSocket
    private var closing: (code: CloseCode?, reason: String) = (nil, "")

    /// Reads of 64 KiB in one call at most, so that a flood does not starve others; the connector tells of the rest again.
    private static let readsMax = 64

    /// - Parameter fields: of the upgrade's head, besides those that it needs.
    public init(
        _ number: Int, _ url: String, fields: [(name: String, value: String)] = [],
        _ limits: WebSocketLimits = WebSocketLimits()
    ) {
        self.number = number
        self.url = url
        self.fields = fields
        self.limits = limits
        socket = WebSocket(.client, messageLimit: limits.messageBytesMax, sendLimit: limits.sendBytesMax)
    }

    /// Bytes that wait to be sent.
    public var waitingBytes: Int { socket.waitingBytes }

    /// Begins to connect.
    public mutating func begin(_ connector: inout Connector, on poll: inout Poll, now: Nanos) throws(Failure) {
        precondition(state == .idle, "a client begins once")
        state = .connecting
        try connector.connect(number, to: url, on: &poll, now: now)
    }

    /// Takes an event of its connection, and lends what has come: messages, pings, pongs, the peer's close.
    public mutating func take(
        _ event: ConnectorEvent, _ connector: inout Connector, on poll: inout Poll, now: Nanos,
        using dice: inout some RandomNumberGenerator, _ body: (Arrival, RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> News {
        guard state != .over, state != .idle else { return .none }
        switch event {
        case .unconnected(number, let fault):
            state = .over
            return .over(.unconnected(fault))
        case .connected(number):
            deadline = now + limits.upgradeTime
            state = .upgrading
            return try ask(&connector, on: &poll, now: now, using: &dice)
        case .readable(number): return try read(&connector, on: &poll, now: now, using: &dice, body)
        case .writable(number): return try flush(&connector, on: &poll, now: now, using: &dice)
        default: return .none
        }
    }

    /// Ends what has taken too long.
    public mutating func tick(_ connector: inout Connector, on poll: inout Poll, now: Nanos) throws(Failure) -> News {
        guard let deadline, deadline <= now else { return .none }
        let place = Connector.place(of: url)
        let what = state == .upgrading ? "no answer to the upgrade" : "the closing handshake has not ended"
        return try end(.broken(Fault(.timedOut, "\(place): \(what) in time")), &connector, on: &poll, now: now)
    }

    /// Sends a message or a ping. False, and nothing is sent, when too much waits already or the WebSocket is not open.
    public mutating func send(
        _ kind: Outgoing, _ payload: RawSpan, _ connector: inout Connector, on poll: inout Poll, now: Nanos,
        using dice: inout some RandomNumberGenerator
    ) throws(Failure) -> Bool {
        guard state == .open, socket.send(kind, payload, using: &dice) else { return false }
        // A connection that is found broken here tells so when it is read.
        _ = try pass(&connector, on: &poll, using: &dice)
        return true
    }

    /// Begins to close; before it is open, gives up at once.
    public mutating func close(
        _ code: CloseCode = .normal, _ reason: String = "", _ connector: inout Connector, on poll: inout Poll,
        now: Nanos,
        using dice: inout some RandomNumberGenerator
    ) throws(Failure) -> News {
        switch state {
        case .idle, .connecting, .upgrading:
            return try end(.closed(nil, reason: ""), &connector, on: &poll, now: now)
        case .closing, .over: return .none
        case .open:
            socket.close(code, reason, using: &dice)
            closing.code = code
            beginClosing(now)
            return try flush(&connector, on: &poll, now: now, using: &dice)
        }
    }
}

extension WebSocketClient {
    /// Sends the upgrade.
    private mutating func ask(
        _ connector: inout Connector, on poll: inout Poll, now: Nanos, using dice: inout some RandomNumberGenerator
    ) throws(Failure) -> News {
        let upgrade = ClientUpgrade(using: &dice)
        self.upgrade = upgrade
        let address = Address(url)
        var page = Printer(capacity: 1 << 10)
        let fields = [(name: "User-Agent", value: connector.options.userAgent)] + fields
        guard upgrade.print(host: address.host, target: address.target, fields: fields, to: &page) else {
            let fault = Fault(.wrongURL, "\(Connector.place(of: url)): the URL, or a field, cannot be sent")
            return try end(.unconnected(fault), &connector, on: &poll, now: now)
        }
        // The first bytes of a connection: what TLS takes at once is far more than a head.
        let passage = try page.read { (span) throws(Failure) in try connector.write(number, span, on: &poll) }
        guard passage == .bytes(page.count) else {
            let fault = Fault(.broken, "\(Connector.place(of: url)): the upgrade could not be sent")
            return try end(.broken(fault), &connector, on: &poll, now: now)
        }
        return .none
    }

    /// Reads until there is nothing more.
    private mutating func read(
        _ connector: inout Connector, on poll: inout Poll, now: Nanos, using dice: inout some RandomNumberGenerator,
        _ body: (Arrival, RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> News {
        var hasOpened = false
        for _ in 0..<WebSocketClient.readsMax {
            let passage = fill(from: &connector)
            if state == .upgrading {
                let news = try judgeHead(&connector, on: &poll, now: now)
                if news != .opened, news != .none { return news }
                hasOpened = hasOpened || news == .opened
            }
            if state == .open || state == .closing {
                let news = try drain(&connector, on: &poll, now: now, using: &dice, body)
                if news != .none { return news }
            }
            switch passage {
            case .bytes: continue
            case .again: return hasOpened ? .opened : .none
            case .ended:
                let fault = Fault(.broken, "\(Connector.place(of: url)): the peer ended the connection without a close")
                // Who is asked to close may do just that.
                let isAgreed = state == .closing
                let ending = isAgreed ? WebSocketEnd.closed(closing.code, reason: closing.reason) : .broken(fault)
                return try end(ending, &connector, on: &poll, now: now)
            case .failed(let fault): return try end(.broken(fault), &connector, on: &poll, now: now)
            }
        }
        return hasOpened ? .opened : .none
    }

    private mutating func fill(from connector: inout Connector) -> Connector.Passage {
        let number = number
        var passage = Connector.Passage.again
        if state == .upgrading {
            _ = head.fill { WebSocketClient.read(number, into: &$0, from: &connector, &passage) }
        } else {
            _ = socket.fill { WebSocketClient.read(number, into: &$0, from: &connector, &passage) }
        }
        return passage
    }

    // Not a function inside of `fill`: what such a one captures is allocated.
    private static func read(
        _ number: Int, into span: inout MutableRawSpan, from connector: inout Connector,
        _ passage: inout Connector.Passage
    ) -> Int? {
        passage = connector.read(number, into: &span)
        guard case .bytes(let count) = passage else { return nil }
        return count
    }

    /// Judges the answer to the upgrade, if it is whole.
    private mutating func judgeHead(
        _ connector: inout Connector, on poll: inout Poll, now: Nanos
    ) throws(Failure) -> News {
        let place = Connector.place(of: url)
        switch head.response() {
        case .none: return .none
        case .defect(let defect):
            return try end(.broken(Fault(.malformed, "\(place): \(defect.text)")), &connector, on: &poll, now: now)
        case .head(let response):
            switch upgrade?.judge(response) {
            case nil:
                state = .open
                deadline = nil
                upgrade = nil
                head.rest { socket.take($0) }
                return .opened
            case .status: return try end(.refused(Answer(response)), &connector, on: &poll, now: now)
            case .some(let refusal):
                let fault = Fault(.malformed, "\(place): \(refusal.text)")
                return try end(.broken(fault), &connector, on: &poll, now: now)
            }
        }
    }

    /// Lends what is whole.
    private mutating func drain(
        _ connector: inout Connector, on poll: inout Poll, now: Nanos, using dice: inout some RandomNumberGenerator,
        _ body: (Arrival, RawSpan) throws(Failure) -> Void
    ) throws(Failure) -> News {
        var said: (code: CloseCode?, reason: String)?
        let defect = try socket.drain(using: &dice) { (arrival: Arrival, payload: RawSpan) throws(Failure) in
            if case .close(let code) = arrival { said = (code, CurlHandle.line(String(payload))) }
            try body(arrival, payload)
            return true
        }
        if let said {
            closing = said
            beginClosing(now)
        }
        if let defect {
            // Our close says so to the peer, as far as it can be sent at once.
            _ = try pass(&connector, on: &poll, using: &dice)
            let kind: Fault.Kind = defect == .tooLarge ? .tooLarge : .malformed
            let fault = Fault(kind, "\(Connector.place(of: url)): \(defect.text)")
            return try end(.broken(fault), &connector, on: &poll, now: now)
        }
        return socket.waitingBytes > 0 || state == .closing
            ? try flush(&connector, on: &poll, now: now, using: &dice) : .none
    }

    /// Passes on what waits, and ends when all is said.
    private mutating func flush(
        _ connector: inout Connector, on poll: inout Poll, now: Nanos, using dice: inout some RandomNumberGenerator
    ) throws(Failure) -> News {
        if let fault = try pass(&connector, on: &poll, using: &dice) {
            return try end(.broken(fault), &connector, on: &poll, now: now)
        }
        guard socket.isFinished, !connector.holdsUnsent(number) else { return .none }
        return try end(.closed(closing.code, reason: closing.reason), &connector, on: &poll, now: now)
    }

    /// Gives the connector what waits, as far as there is room.
    private mutating func pass(
        _ connector: inout Connector, on poll: inout Poll, using dice: inout some RandomNumberGenerator
    ) throws(Failure) -> Fault? {
        let number = number
        while socket.waitingBytes > 0 {
            var passage = Connector.Passage.again
            try socket.empty(using: &dice) { (span: RawSpan) throws(Failure) in
                passage = try connector.write(number, span, on: &poll)
                guard case .bytes(let count) = passage else { return 0 }
                return count
            }
            switch passage {
            case .bytes: continue
            case .failed(let fault): return fault
            case .again, .ended: return nil
            }
        }
        return nil
    }

    private mutating func beginClosing(_ now: Nanos) {
        if deadline == nil { deadline = now + limits.closeTime }
        state = .closing
    }

    private mutating func end(
        _ ending: WebSocketEnd, _ connector: inout Connector, on poll: inout Poll, now: Nanos
    ) throws(Failure) -> News {
        state = .over
        deadline = nil
        try connector.close(number, on: &poll, now: now)
        return .over(ending)
    }
}
