import Bytes

/// One connection behind its upgrade: bytes in, messages out, and the other way round; pings and closes are answered by itself.
///
///     socket ─▶ fill ─▶ drain ─▶ messages
///     socket ◀─ empty ◀─ send, close, answers
///
/// A shell fills, drains and empties; it keeps the time: of pings, and how long it waits in `closing`.
public struct WebSocket: ~Copyable {
    private var receiver: Receiver
    private var sender: Sender
    private var replies = Replies()
    /// Whether pings get their pongs; switched off where somebody is to believe that nobody is there.
    public var answersPings = true

    /// Bounds: of a message received, of what waits to be sent. `readBytes` are asked for at once.
    public init(
        _ role: Role, messageLimit: Int = 16 << 20, sendLimit: Int = 1 << 20, readBytes: Int = 1 << 16
    ) {
        receiver = Receiver(role, messageLimit: messageLimit, readBytes: readBytes)
        sender = Sender(role, limit: sendLimit)
    }

    public var state: Replies.State { replies.state }
    /// The code of the peer's close; nil before it, and where it gave none.
    public var peerCode: CloseCode? { replies.peerCode }
    /// What the peer did wrong, if that ended the connection.
    public var defect: Defect? { receiver.defect }
    /// Bytes waiting to be sent.
    public var waitingBytes: Int { sender.byteCount }
    /// Whether all is said on both sides: the socket may be closed.
    public var isFinished: Bool { replies.state == .closed && !replies.owes && sender.isEmpty }
    /// Bytes of memory held for both directions.
    public var memoryBytes: Int { receiver.memoryBytes + sender.memoryBytes }

    /// Takes bytes that came behind the head of the upgrade.
    public mutating func take(_ bytes: RawSpan) { receiver.take(bytes) }

    /// As `Receiver.fill`.
    public mutating func fill<E: Error>(_ read: (inout MutableRawSpan) throws(E) -> Int?) throws(E) -> Int? {
        try receiver.fill(read)
    }

    /// Lends what is whole, in order, until `body` returns false; what wants an answer has got it before. Returns the defect
    /// that ended the connection, if one did.
    public mutating func drain<E: Error>(
        using dice: inout some RandomNumberGenerator, _ body: (Arrival, RawSpan) throws(E) -> Bool
    ) throws(E) -> Defect? {
        try WebSocket.drain(&receiver, &sender, &replies, answersPings, &dice, body)
    }

    /// Apart, so that the closure does not take hold of all of `self` while the receiver is in use.
    private static func drain<E: Error>(
        _ receiver: inout Receiver, _ sender: inout Sender, _ replies: inout Replies, _ answersPings: Bool,
        _ dice: inout some RandomNumberGenerator, _ body: (Arrival, RawSpan) throws(E) -> Bool
    ) throws(E) -> Defect? {
        let defect = try receiver.drain { (arrival: Arrival, payload: RawSpan) throws(E) in
            let isLeftOut = arrival == .ping && !answersPings
            if arrival != .text, arrival != .binary, !isLeftOut {
                replies.hear(arrival, payload, to: &sender, using: &dice)
            }
            return try body(arrival, payload)
        }
        if let defect, replies.state != .closed { replies.fail(defect, to: &sender, using: &dice) }
        return defect
    }

    /// Appends a message or a ping. False, and nothing is done, when it does not fit, or the connection is closing.
    @discardableResult
    public mutating func send(
        _ kind: Outgoing, _ payload: RawSpan, using dice: inout some RandomNumberGenerator
    ) -> Bool {
        guard replies.state == .open else { return false }
        return sender.put(kind, payload, using: &dice)
    }

    /// Appends frames that a sender of a server has made once for many peers. False as above.
    @discardableResult
    public mutating func send(whole frames: RawSpan) -> Bool {
        precondition(sender.role == .server, "a client masks each frame anew")
        guard replies.state == .open else { return false }
        return sender.put(whole: frames)
    }

    /// Begins to close, unless that has begun. `reason` is cut to 123 bytes.
    public mutating func close(
        _ code: CloseCode, _ reason: String = "", using dice: inout some RandomNumberGenerator
    ) {
        replies.close(code, reason, to: &sender, using: &dice)
    }

    /// Lends all that waits to `write`, which returns how many bytes it took; then sends what was owed for want of room.
    public mutating func empty<E: Error>(
        using dice: inout some RandomNumberGenerator, _ write: (RawSpan) throws(E) -> Int
    ) throws(E) {
        try sender.empty(write)
        if replies.owes { replies.settle(to: &sender, using: &dice) }
    }
}
