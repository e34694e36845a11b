public import Bytes

/// What came, as the application sees it; its bytes are lent beside it.
public enum Arrival: Equatable, Sendable {
    /// A whole message of valid UTF-8.
    case text
    /// A whole message of any bytes.
    case binary
    case ping
    case pong
    /// The peer wants no more; its code, nil where it gave none. The bytes are its reason, valid UTF-8.
    case close(CloseCode?)
}

/// A peer's byte stream cut anywhere, put together into messages and lent out one by one, in place.
///
/// Invariant: `0 <= message <= joined <= start <= end <= block.byteCount`; `message..<joined` is what has come of the message
/// begun, without heads and masks, and `start..<end` what is not looked at yet.
/// Memory: one block. It grows as bytes come, by doubling, for a message larger than all before: never on the word of a head,
/// never beyond `messageLimit` and a read. It does not shrink: after the largest message nothing is allocated any more.
public struct Receiver: ~Copyable {
    @usableFromInline var block: Block
    private var message = 0
    private var joined = 0
    private var start = 0
    private var end = 0
    /// The frame being read, if `isInside` its payload; its key is turned to the next byte.
    private var head = FrameHead()
    private var isInside = false
    /// Payload bytes of that frame that have not come.
    private var left = 0
    /// Text or binary: of the message begun.
    private var opcode = Opcode.continuation
    private var check = TextCheck()
    private let readBytes: Int

    public let role: Role
    /// Bytes of a message at most, all its fragments together.
    public let messageLimit: Int
    /// What ended the stream, if a defect did.
    public private(set) var defect: Defect?
    /// Whether nothing more will be lent: a close or a defect came. What still comes is read and forgotten.
    public private(set) var isOver = false

    /// `readBytes`: asked for at once, at least 256. 64 KiB suit a client; a server with many peers takes less.
    public init(_ role: Role, messageLimit: Int = 16 << 20, readBytes: Int = 1 << 16) {
        precondition(messageLimit >= 0 && messageLimit <= 1 << 40, "a limit within bounds")
        self.role = role
        self.messageLimit = messageLimit
        self.readBytes = max(readBytes, 256)
        block = Block(byteCount: self.readBytes)
    }

    /// Bytes held, those of the message begun counted in.
    public var byteCount: Int { isOver ? 0 : joined - message + end - start }
    /// Bytes of memory held.
    public var memoryBytes: Int { block.byteCount }
    /// Whether the stream has ended inside a message or a frame, if it has ended.
    public var holdsPartialMessage: Bool { !isOver && (end > start || isInside || opcode != Opcode.continuation) }

    /// Lends free room to `read`, which returns how many bytes it put there: 0 at the end of the stream, or nil when there is
    /// nothing to read yet. Returns the same.
    public mutating func fill<E: Error>(_ read: (inout MutableRawSpan) throws(E) -> Int?) throws(E) -> Int? {
        makeRoom((readBytes + 1) / 2)
        // A read into no room would look like the stream's end.
        precondition(end < block.byteCount, "a receiver is drained before it is filled again")
        let count = try block.write(end..<block.byteCount, read)
        if let count {
            precondition(count >= 0 && count <= block.byteCount - end, "a reader fills at most what it was lent")
            end += count
        }
        return count
    }

    /// Takes bytes that were read before there was a receiver: what came behind the head of the upgrade.
    public mutating func take(_ bytes: RawSpan) {
        makeRoom(bytes.byteCount)
        if block.byteCount - end < bytes.byteCount { block.grow(to: end + bytes.byteCount) }
        block.write(end..<(end + bytes.byteCount)) { $0.put(bytes, at: 0) }
        end += bytes.byteCount
    }

    /// Lends what is whole, in order, until `body` returns false. Returns the defect that ended the stream, if one did.
    @inlinable
    public mutating func drain<E: Error>(
        _ body: (Arrival, RawSpan) throws(E) -> Bool
    ) throws(E) -> Defect? {
        while case .lent(let arrival, let range) = next() {
            let goesOn = try block.read(range) { (bytes: RawSpan) throws(E) in try body(arrival, bytes) }
            #if DEBUG
                block.poison(range)
            #endif
            if !goesOn { break }
        }
        return defect
    }

    /// What `next` found: nothing more for now, or an arrival and where its bytes stand until the next call.
    @usableFromInline enum Found {
        case none
        case lent(Arrival, Range<Int>)
    }

    /// Goes on to the next whole arrival.
    @usableFromInline
    mutating func next() -> Found {
        while !isOver {
            if !isInside {
                let found = block.read(start..<end) { head.read($0, as: role) }
                switch found {
                case .partial: return .none
                case .defect(let defect): return fail(defect)
                case .whole: break
                }
                if head.isControl { return control() }
                if let defect = begin() { return fail(defect) }
            }
            let count = min(left, end &- start)
            guard absorb(count) else { return fail(.invalidText) }
            guard left == 0 else { return .none }
            isInside = false
            if head.isFinal { return finish() }
        }
        return .none
    }

    /// Enters the payload of a data frame, whose head stands at `start`.
    @inline(__always)
    private mutating func begin() -> Defect? {
        if head.opcode == Opcode.continuation {
            guard opcode != Opcode.continuation else { return .strayContinuation }
        } else {
            guard opcode == Opcode.continuation else { return .missingContinuation }
        }
        // The announced length decides, before a byte of it is kept.
        guard head.payloadBytes <= messageLimit &- (joined &- message) else { return .tooLarge }
        start &+= head.byteCount
        if opcode == Opcode.continuation {
            opcode = head.opcode
            (message, joined) = (start, start)
        }
        left = head.payloadBytes
        isInside = true
        return nil
    }

    /// Takes `count` bytes of payload at `start` into the message; false where its text is none.
    @inline(__always)
    private mutating func absorb(_ count: Int) -> Bool {
        let range = start..<(start &+ count)
        let isText = opcode == Opcode.text
        var isPlain = false
        if role == .server, count > 0 {
            let key = head.key
            let seen = block.write(range) { Mask.apply(key, to: &$0) }
            head.key = Mask.turned(key, by: count)
            // Unmasked and known to be ASCII in one pass.
            isPlain = seen & TextCheck.highBits == 0 && check.isWhole
        }
        if isText, !isPlain {
            guard block.read(range, { check.take($0) }) else { return false }
        }
        // Only behind the head of a later fragment is there a hole to close.
        if joined != start { block.move(range, to: joined) }
        joined &+= count
        start &+= count
        left &-= count
        return true
    }

    @inline(__always)
    private mutating func finish() -> Found {
        let isText = opcode == Opcode.text
        guard !isText || check.isWhole else { return fail(.invalidText) }
        let range = message..<joined
        opcode = Opcode.continuation
        (message, joined) = (start, start)
        return .lent(isText ? .text : .binary, range)
    }

    /// A control frame, whose head stands at `start`: it may come between the fragments of a message.
    private mutating func control() -> Found {
        let range = (start + head.byteCount)..<(start + head.byteCount + head.payloadBytes)
        guard range.upperBound <= end else { return .none }
        if role == .server { _ = block.write(range) { Mask.apply(head.key, to: &$0) } }
        start = range.upperBound
        if opcode == Opcode.continuation { (message, joined) = (start, start) }
        switch head.opcode {
        case Opcode.ping: return .lent(.ping, range)
        case Opcode.pong: return .lent(.pong, range)
        default: return close(range)
        }
    }

    private mutating func close(_ range: Range<Int>) -> Found {
        guard !range.isEmpty else {
            isOver = true
            return .lent(.close(nil), range)
        }
        guard range.count > 1 else { return fail(.closeLength) }
        let code = CloseCode(rawValue: block.read(range) { $0.u16(0).byteSwapped })
        guard code.isSendable else { return fail(.closeCode) }
        let reason = (range.lowerBound + 2)..<range.upperBound
        var text = TextCheck()
        guard block.read(reason, { text.take($0) }), text.isWhole else { return fail(.invalidText) }
        isOver = true
        return .lent(.close(code), reason)
    }

    private mutating func fail(_ defect: Defect) -> Found {
        self.defect = defect
        isOver = true
        return .none
    }

    /// Moves what is held to the front, and grows where fewer than `count` bytes are free.
    private mutating func makeRoom(_ count: Int) {
        if isOver { (message, joined, start, end) = (0, 0, 0, 0) }
        let kept = joined - message
        if message > 0 { block.move(message..<joined, to: 0) }
        if start > kept {
            block.move(start..<end, to: kept)
            end -= start - kept
        }
        (message, joined, start) = (0, kept, kept)
        if block.byteCount - end < count {
            block.grow(to: min(block.byteCount * 2, messageLimit + readBytes))
        }
    }
}
