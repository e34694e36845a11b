import Bytes

/// What can be sent.
public enum Outgoing: Sendable {
    /// A message, which its sender knows to be UTF-8.
    case text
    /// A message of any bytes.
    case binary
    /// With 125 bytes at most, as a pong.
    case ping
    case pong

    var opcode: UInt8 {
        switch self {
        case .text: Opcode.text
        case .binary: Opcode.binary
        case .ping: Opcode.ping
        case .pong: Opcode.pong
        }
    }
}

/// Frames on their way out: they are written into it, and its owner empties it into a socket.
///
/// Grows to `limit` and never beyond: then `put` refuses, and the caller decides what that means: wait, drop, or part with the peer.
public struct Sender: ~Copyable {
    private var queue: ByteQueue
    public let role: Role

    /// Room for `limit` bytes, of which `capacity` are allocated at once.
    public init(_ role: Role, capacity: Int = 1 << 12, limit: Int = 1 << 20) {
        self.role = role
        queue = ByteQueue(capacity: capacity, limit: limit)
    }

    /// Bytes that it holds at most.
    public var limit: Int { queue.limit }

    /// Bytes waiting.
    public var byteCount: Int { queue.count }
    public var isEmpty: Bool { queue.isEmpty }
    /// Bytes of memory held.
    public var memoryBytes: Int { queue.memoryBytes }

    /// Appends one whole message or control frame; a client masks it with `key`, a server does not use it. False, and nothing
    /// is done, when it does not fit.
    @discardableResult
    public mutating func put(_ kind: Outgoing, _ payload: RawSpan, key: UInt32) -> Bool {
        if kind == .ping || kind == .pong {
            precondition(payload.byteCount <= FrameHead.controlMax, "a ping carries at most 125 bytes")
        }
        #if DEBUG
            var check = TextCheck()
            precondition(kind != .text || check.take(payload) && check.isWhole, "a text is UTF-8")
        #endif
        return put(opcode: kind.opcode, payload, key: key)
    }

    /// As above, the key drawn from `dice`, which a server leaves alone. RFC 6455 wants dice that nobody can foresee.
    @discardableResult @inlinable
    public mutating func put(
        _ kind: Outgoing, _ payload: RawSpan, using dice: inout some RandomNumberGenerator
    ) -> Bool {
        put(kind, payload, key: role == .client ? UInt32(truncatingIfNeeded: dice.next()) : 0)
    }

    /// Appends a close frame: no payload without a code. A reason is cut to what fits into a frame. False when it does not fit.
    @discardableResult
    public mutating func put(close code: CloseCode?, reason: RawSpan, key: UInt32) -> Bool {
        guard let code else { return put(opcode: Opcode.close, reason.extracting(0..<0), key: key) }
        precondition(code.isSendable, "a close code that may be sent")
        var length = min(reason.byteCount, FrameHead.controlMax - 2)
        // Not inside a sequence of UTF-8: its later bytes are 10xxxxxx.
        while length > 0, length < reason.byteCount, reason.byte(length) & 0xC0 == 0x80 { length -= 1 }
        var payload = Block(byteCount: 2 + length)
        payload.write(0..<(2 + length)) { span in
            span.put(code.rawValue.byteSwapped, at: 0)
            span.put(reason.extracting(0..<length), at: 2)
        }
        return payload.read(0..<(2 + length)) { put(opcode: Opcode.close, $0, key: key) }
    }

    /// Appends bytes that are ready: frames that another sender of a server has made once for many peers, or the head of an
    /// HTTP message. False, and nothing is done, when they do not fit.
    @discardableResult
    public mutating func put(whole bytes: RawSpan) -> Bool { queue.append(bytes) }

    @inline(__always)
    private mutating func put(opcode: UInt8, _ payload: RawSpan, key: UInt32) -> Bool {
        let isMasked = role == .client
        let count = payload.byteCount
        let headBytes = FrameHead.byteCount(payloadBytes: count, isMasked: isMasked)
        return queue.append(upTo: headBytes &+ count) { span in
            FrameHead.write(opcode, payloadBytes: count, key: isMasked ? key : nil, to: &span)
            span.put(payload, at: headBytes)
            if isMasked {
                var copy = span._mutatingExtracting(headBytes..<(headBytes &+ count))
                _ = Mask.apply(key, to: &copy)
            }
            return headBytes &+ count
        }
    }

    /// Lends all that waits to `write`, which returns how many bytes it took; those are gone then.
    public mutating func empty<E: Error>(_ write: (RawSpan) throws(E) -> Int) throws(E) {
        try queue.empty(write)
    }

    /// Lends what waits, to look at or to `put(whole:)` elsewhere.
    public borrowing func read<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try queue.read(body)
    }
}
