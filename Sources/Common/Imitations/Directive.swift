public import Units

/// A stretch of an imitation's page.
public struct Piece: BitwiseCopyable, Equatable, Sendable {
    public var start: Int
    public var count: Int

    public init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }

    public var range: Range<Int> { start..<(start + count) }
}

/// What an imitation wants its shell to do, in this order.
public enum Directive: Equatable, Sendable {
    /// Send a text message.
    case text(connection: Int, Piece)
    /// Send a WebSocket ping.
    case ping(connection: Int, Piece)
    /// Close with this code, after what was sent before.
    case close(connection: Int, code: UInt16)
    /// End the connection without a word.
    case reset(connection: Int)
    /// Send the first `bytes` bytes of the message's frame, then end the connection without a word.
    case partial(connection: Int, Piece, bytes: Int)
    /// Send these bytes as they are, whatever a client makes of them: a broken frame.
    case raw(connection: Int, Piece)
    /// Neither read nor write any more, and leave it open.
    case freeze(connection: Int)
    /// Reply no more pings.
    case mutePongs(connection: Int)
    /// Reply pings again.
    case unmutePongs(connection: Int)

    /// Whom it concerns.
    public var connection: Int {
        switch self {
        case .text(let connection, _), .ping(let connection, _), .close(let connection, _), .reset(let connection),
            .partial(let connection, _, _), .raw(let connection, _), .freeze(let connection),
            .mutePongs(let connection), .unmutePongs(let connection):
            connection
        }
    }
}

/// What an HTTP request is answered with.
public struct Reply: Equatable, Sendable {
    public var status: Int
    /// Names and values; the shell adds length and connection.
    public var headers: [(name: String, value: String)]
    public var body: Piece
    /// How long to wait before it is sent.
    public var delay = Nanos.zero

    public init(status: Int, headers: [(name: String, value: String)], body: Piece, delay: Nanos = .zero) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delay = delay
    }

    public static func == (a: Reply, b: Reply) -> Bool {
        a.status == b.status && a.body == b.body && a.delay == b.delay
            && a.headers.elementsEqual(b.headers) { $0 == $1 }
    }
}
