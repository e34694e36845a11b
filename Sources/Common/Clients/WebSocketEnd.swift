public import Units
public import WebSockets

/// How a WebSocket ended.
public enum WebSocketEnd: Equatable, Sendable {
    /// There was no connection.
    case unconnected(Fault)
    /// The server answered the upgrade with something else: 429, 418 and 503 say with `retryAfter` when to ask again.
    case refused(Answer)
    /// In good order: the code and reason of the peer, or ours when the peer gave none.
    case closed(CloseCode?, reason: String)
    /// The connection broke, fell silent during a handshake, or the peer broke the rules.
    case broken(Fault)

    /// One line for a person.
    public var line: String {
        switch self {
        case .unconnected(let fault), .broken(let fault): fault.reason
        case .refused(let answer): "the server answers \(answer.status) instead of 101"
        case .closed(let code, let reason):
            "closed\(code.map { " (\($0.rawValue))" } ?? "")\(reason.isEmpty ? "" : ": \(reason)")"
        }
    }
}

/// What a client of WebSockets allows.
public struct WebSocketLimits: Sendable {
    /// From the connection to the answer to the upgrade.
    public var upgradeTime: Nanos = .seconds(10)
    /// From the first close frame, whosever it is, to the end.
    public var closeTime: Nanos = .seconds(5)
    /// Of a message; a larger one ends the connection (1009).
    public var messageBytesMax = 16 << 20
    /// That wait to be sent; beyond, `send` refuses.
    public var sendBytesMax = 1 << 20

    public init() {}
}
