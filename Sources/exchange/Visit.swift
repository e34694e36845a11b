import Bytes
import Host
import Imitations
import Servers
import Text
import Units
import WebSockets

/// One connection to a venue: requests, and perhaps a WebSocket behind one of them.
struct Visit: ~Copyable {
    private var line: Line?
    var head = HeadReader()
    var socket: WebSocket?
    /// Answers that wait to be sent, as bytes, while it is no WebSocket.
    var answers = ByteQueue(capacity: 0, limit: Visit.sendLimit + Visit.messageMax)
    /// Answers that are late on purpose.
    var late: [(due: Nanos, bytes: [UInt8], endsAfter: Bool)] = []
    /// Whether nothing is read or written any more, while it stays open.
    private var isFrozen = false
    /// What is left to do once all is sent.
    var ending: Ending?
    private var endsAt: Nanos?
    private var isTouched = false
    /// Of the message that a fault made larger than the limit: it does not count while it goes out.
    private var hugeBytes = 0
    /// What its descriptor is watched for.
    var watched: Poll.Interest = []

    enum Ending { case close, reset }

    /// Where more bytes wait for somebody who does not read, the connection is reset, as venues do.
    static let sendLimit = 8 << 20
    /// Of one message or answer, which may be the last that waits: as large as a fault makes them, and a head.
    static let messageMax = 64 << 20 + 1 << 12
    /// Requests answered later than the ones before, at most.
    static let lateMax = 64
    /// How long an end may take.
    private static let endTime = Nanos.seconds(5)

    init() {}

    mutating func begin(_ line: consuming Line) {
        self = Visit()
        self.line = consume line
    }

    /// Something is to be done for it. True when that was not known yet, since it was last passed on.
    mutating func touch() -> Bool {
        defer { isTouched = true }
        return !isTouched
    }

    var isOver: Bool {
        switch line {
        case .some: false
        case .none: true
        }
    }

    var number: Int32? {
        switch line {
        case .some(let line): line.number
        case .none: nil
        }
    }

    var isWebSocket: Bool {
        switch socket {
        case .some: true
        case .none: false
        }
    }

    private var isOpen: Bool {
        switch socket {
        case .some(let socket): socket.state == .open
        case .none: false
        }
    }

    private var waitingBytes: Int {
        switch socket {
        case .some(let socket): answers.count + socket.waitingBytes
        case .none: answers.count
        }
    }

    var interest: Poll.Interest {
        if isFrozen { return [] }
        switch line {
        case .some(let line): return line.interest(wantsToWrite: waitingBytes > 0)
        case .none: return []
        }
    }

    var hasPending: Bool {
        if isFrozen { return false }
        switch line {
        case .some(let line): return line.hasPending
        case .none: return false
        }
    }

    var deadline: Nanos? {
        let due = late.first?.due
        guard let endsAt else { return due }
        return due.map { min($0, endsAt) } ?? endsAt
    }

    /// Reads what has come and answers it.
    mutating func hear(_ place: Int, _ stage: inout Stage, at now: Nanos, using chance: inout SystemChance) {
        guard !isFrozen, ending == nil, var line = line.take() else { return }
        var isThrough = false
        reading: for _ in 0..<16 {
            let transfer = isWebSocket ? Visit.fill(&socket, &line) : Visit.fill(&head, &line)
            if isWebSocket {
                listen(place, &stage, at: now, using: &chance)
            } else {
                serve(place, &stage, at: now)
                // What came behind the upgrade is there already.
                if isWebSocket { listen(place, &stage, at: now, using: &chance) }
            }
            switch transfer {
            case .count: continue
            case .again: break reading
            case .closed, .failed:
                isThrough = true
                break reading
            }
        }
        if isThrough { return leave(place, &stage, at: now) }
        self.line = consume line
    }

    private static func fill(_ head: inout HeadReader, _ line: inout Line) -> Transfer {
        var transfer = Transfer.again
        _ = head.fill { room in
            transfer = line.read(into: &room)
            if case .count(let count) = transfer { return count }
            return nil
        }
        return transfer
    }

    private static func fill(_ socket: inout WebSocket?, _ line: inout Line) -> Transfer {
        var transfer = Transfer.again
        _ = socket?.fill { room in
            transfer = line.read(into: &room)
            if case .count(let count) = transfer { return count }
            return nil
        }
        return transfer
    }

    /// Somebody is gone.
    private mutating func leave(_ place: Int, _ stage: inout Stage, at now: Nanos) {
        if isWebSocket { stage.closed(connection: place, at: now) }
        self = Visit()
    }

    /// Takes messages of a WebSocket.
    private mutating func listen(
        _ place: Int, _ stage: inout Stage, at now: Nanos, using chance: inout SystemChance
    ) {
        let defect = socket?.drain(using: &chance) { arrival, payload in
            switch arrival {
            case .text, .binary: stage.message(payload, connection: place, at: now)
            case .pong: stage.pong(connection: place, at: now)
            case .ping, .close: break
            }
            return true
        }
        if defect != nil { end(.close, at: now) }
    }

    /// Does what the stage wants of this connection.
    mutating func perform(_ directive: Directive, _ page: RawSpan) {
        guard isWebSocket, ending == nil, !isFrozen else { return }
        // A server masks nothing, so nothing is left to chance.
        var dice = SplitMix64(seed: 0)
        switch directive {
        case .text(_, let piece):
            // Whoever has said goodbye, or was told it, hears no more of what is published.
            guard isOpen else { return }
            if waitingBytes == 0 { hugeBytes = 0 }
            let isPatient = waitingBytes <= Visit.sendLimit + hugeBytes
            if piece.count > Visit.sendLimit { hugeBytes = piece.count }
            let isTaken = isPatient && socket?.send(.text, page.extracting(piece.range), using: &dice) == true
            if !isTaken { ending = .reset }
        case .ping(_, let piece): _ = socket?.send(.ping, page.extracting(piece.range), using: &dice)
        case .close(_, let code):
            socket?.close(CloseCode(rawValue: code), "", using: &dice)
        case .reset: ending = .reset
        case .partial(_, let piece, let bytes):
            var sender = Sender(.server, limit: piece.count + 64)
            sender.put(.text, page.extracting(piece.range), using: &dice)
            sender.read { frame in
                _ = socket?.send(whole: frame.extracting(0..<min(bytes, frame.byteCount)))
            }
            ending = .reset
        case .raw(_, let piece): _ = socket?.send(whole: page.extracting(piece.range))
        case .freeze: isFrozen = true
        case .mutePongs: socket?.answersPings = false
        case .unmutePongs: socket?.answersPings = true
        }
    }

    mutating func end(_ ending: Ending, at now: Nanos) {
        self.ending = self.ending ?? ending
        endsAt = endsAt ?? now + Visit.endTime
    }

    /// Sends what waits and is due, as far as the connection takes it. False when the visit is over.
    mutating func pass(_ place: Int, _ stage: inout Stage, at now: Nanos, using chance: inout SystemChance) -> Bool {
        isTouched = false
        guard !isFrozen, var line = line.take() else { return !isOver }
        while let first = late.first, first.due <= now {
            late.removeFirst().bytes.withBytes { put($0) }
            if first.endsAfter { ending = ending ?? .close }
        }
        var isLost = Visit.drain(into: &line) { answers.empty($0) }
        if answers.isEmpty, !isLost { isLost = Visit.drain(into: &line) { socket?.empty(using: &chance, $0) } }
        // Whoever does not read, or does not answer a close, is not waited for.
        if ending == .reset || (isWebSocket && !isOpen) { endsAt = endsAt ?? now + Visit.endTime }
        let isOut = now >= endsAt ?? Nanos.range.upperBound
        let isReset = isOut || ending == .reset
        if isLost || isOut || (waitingBytes == 0 && isReset) {
            leave(place, &stage, at: now)
            if isReset { line.reset() }
            return false
        }
        if waitingBytes == 0, late.isEmpty, ending == .close || isFinished {
            if case .again = line.close() {
                self.line = consume line
                return true
            }
            leave(place, &stage, at: now)
            return false
        }
        self.line = consume line
        return true
    }

    private var isFinished: Bool {
        switch socket {
        case .some(let socket): socket.isFinished
        case .none: false
        }
    }

    /// Gives the line what `lend` lends, as far as it takes it. True when the connection is lost.
    private static func drain(into line: inout Line, _ lend: ((RawSpan) -> Int) -> Void) -> Bool {
        var isLost = false
        var moved = 0
        repeat {
            moved = 0
            lend { span in
                guard span.byteCount > 0 else { return 0 }
                switch line.write(span) {
                case .count(let count): moved = count
                case .again: break
                case .closed, .failed: isLost = true
                }
                return moved
            }
        } while moved > 0
        return isLost
    }
}
