import Bytes

/// What the protocol makes us answer, and how far the closing handshake is. Source: RFC 6455, 5.5 and 7.
///
/// A ping is answered at once with a pong of the same bytes. While the sender is full only the last ping is kept, as 5.5.3
/// allows, so a flood of them costs nothing. A close is kept, too, and goes before anything else.
public struct Replies: ~Copyable {
    /// How far the connection is.
    public enum State: Sendable {
        case open
        /// Our close is on its way, the peer's is awaited: how long, the shell decides.
        case closing
        /// Nothing will come, and nothing but our close will go.
        case closed
    }

    public private(set) var state = State.open
    /// What the peer's close said: nil before it, and where it gave no code.
    public private(set) var peerCode: CloseCode?

    /// Of the pong that waits; nil when none does.
    private var pongBytes: Int?
    private var pong = Block(byteCount: FrameHead.controlMax)
    private var waitingClose: Close?

    /// A close frame: what it says.
    private struct Close {
        var code: CloseCode?
        var reason: String
    }

    public init() {}

    /// Whether an answer waits for room in the sender.
    var owes: Bool { pongBytes != nil || waitingClose != nil }

    /// Takes note of what came, and answers it if there is room.
    public mutating func hear(
        _ arrival: Arrival, _ payload: RawSpan, to sender: inout Sender, using dice: inout some RandomNumberGenerator
    ) {
        switch arrival {
        case .text, .binary, .pong: return
        case .ping:
            guard state == .open else { return }
            pong.write(0..<payload.byteCount) { $0.put(payload, at: 0) }
            pongBytes = payload.byteCount
        case .close(let code):
            peerCode = code
            // Of two closes that cross, each is the answer to the other.
            if state == .open { waitingClose = Close(code: code, reason: "") }
            state = .closed
        }
        settle(to: &sender, using: &dice)
    }

    /// Ends the connection because of what the peer did.
    public mutating func fail(
        _ defect: Defect, to sender: inout Sender, using dice: inout some RandomNumberGenerator
    ) {
        if state == .open { waitingClose = Close(code: defect.code, reason: "\(defect.text)") }
        state = .closed
        settle(to: &sender, using: &dice)
    }

    /// Begins to close, unless that has begun. `reason` is cut to 123 bytes.
    public mutating func close(
        _ code: CloseCode, _ reason: String, to sender: inout Sender, using dice: inout some RandomNumberGenerator
    ) {
        guard state == .open else { return }
        state = .closing
        waitingClose = Close(code: code, reason: reason)
        settle(to: &sender, using: &dice)
    }

    /// Sends what is owed, as far as there is room.
    public mutating func settle(to sender: inout Sender, using dice: inout some RandomNumberGenerator) {
        if let close = waitingClose {
            // Behind a close no frame may follow.
            pongBytes = nil
            let key = sender.role == .client ? UInt32(truncatingIfNeeded: dice.next()) : 0
            if close.reason.withBytes({ sender.put(close: close.code, reason: $0, key: key) }) { waitingClose = nil }
        } else if let count = pongBytes {
            if pong.read(0..<count, { sender.put(.pong, $0, using: &dice) }) { pongBytes = nil }
        }
    }
}
