import Bytes
import Events
import Host
import Spools
import Tool
import Units
import Wire

extension Consumer {
    /// Reads once; false when nothing more will come.
    mutating func receive() -> Bool {
        switch connection {
        case .some(let connection): Consumer.receive(connection, into: &inbox, &trouble)
        case .none: false
        }
    }

    private static func receive(
        _ connection: borrowing Descriptor, into inbox: inout Inbox, _ trouble: inout String?
    ) -> Bool {
        var isOver = false
        _ = inbox.fill { span -> Int? in
            switch connection.receive(into: &span) {
            case .count(let count): return count
            case .again: return nil
            case .closed: isOver = true
            case .failed(let reason):
                isOver = true
                trouble = reason
            }
            return 0
        }
        return !isOver
    }

    mutating func send() {
        guard !isFull, !outbox.isEmpty else { return }
        switch connection {
        case .some(let connection): Consumer.send(&outbox, to: connection, &isFull, &trouble)
        case .none: break
        }
    }

    private static func send(
        _ outbox: inout Outbox, to connection: borrowing Descriptor, _ isFull: inout Bool, _ trouble: inout String?
    ) {
        outbox.empty { span in
            switch connection.send(span) {
            case .count(let count):
                isFull = count < span.byteCount
                return count
            case .again:
                isFull = true
                return 0
            // What was sent to it before can still be read.
            case .closed, .failed: return span.byteCount
            }
        }
    }

    /// Takes all whole events that came.
    mutating func drain(_ decide: (RawSpan, Header, inout Scene) -> Void) {
        var inbox = Inbox(readBytes: 64)
        var assembly = Assembly()
        swap(&inbox, &self.inbox)
        swap(&assembly, &self.assembly)
        let defect = inbox.drain { frame in
            switch assembly.take(frame) {
            case .single: take(frame, decide)
            case .complete: assembly.read { take($0, decide) }
            case .more, .stray: break
            }
            return trouble == nil && !isEnded
        }
        swap(&inbox, &self.inbox)
        swap(&assembly, &self.assembly)
        if let defect { trouble = "what it sends is no frame: \(defect.text)" }
    }

    private mutating func take(_ event: RawSpan, _ decide: (RawSpan, Header, inout Scene) -> Void) {
        let first = event.extracting(0..<Int(event.u32(0)))
        if let field = Layout.defect(in: first) {
            trouble = "\(field) of a frame is out of range"
            return
        }
        let header = Header(first)
        guard header.envelope.channel != .control else { return takeControl(first, header, decide) }
        if isDurable, header.envelope.flags.contains(.critical), !judge(receiver.takeFrame()) { return }
        scene.take(event, header)
        decide(event, header, &scene)
        tellIntents()
    }

    /// Whether a frame of the lane is to be used.
    private mutating func judge(_ verdict: LaneReceiver.Verdict) -> Bool {
        switch verdict {
        case .new: return true
        case .repeated, .fine: return false
        case .missing(let count):
            scene.missed += count
            complain("\(options.name): \(count) reports are gone that it had not got")
            return false
        case .defect(let text):
            trouble = text
            return false
        }
    }

    private mutating func takeControl(
        _ frame: RawSpan, _ header: Header, _ decide: (RawSpan, Header, inout Scene) -> Void
    ) {
        switch header.envelope.kind {
        case .cursor where isDurable:
            let word = LaneWord(frame, header)
            if word.lane == .order { _ = judge(receiver.take(word.place)) }
            return
        case .acknowledgement:
            let answer = AnswerWord(frame, header)
            scene.routingVersion = max(scene.routingVersion, answer.routingVersion)
            ending = options.refusal(answer) ?? ending
        case .command:
            let command = CommandWord(frame, header)
            if command.verb == .setTradingMode { scene.isTrading = command.enabled }
        case .end:
            farewell = Farewell(frame, header).text
            if options.endsWithStream { isEnded = true }
        default: break
        }
        decide(frame, header, &scene)
        tellIntents()
    }

    /// Sends what was decided; where the connection does not take it, it is void, as it would be late.
    private mutating func tellIntents() {
        guard !scene.intents.isEmpty else { return }
        for intent in scene.intents {
            intents += 1
            guard let draft = intent.draft(intents, of: options.name, received: scene.now), outbox.put(draft) else {
                complain("\(options.name): an intent could not be told")
                continue
            }
        }
        scene.intents.removeAll(keepingCapacity: true)
    }

    /// Notes how far it has come, and tells the sender; why that cannot be done.
    mutating func keep() -> Failure? {
        guard isDurable, let place = receiver.keep() else { return nil }
        if let failure = note(place) { return failure }
        outbox.put(cursor: place, of: .order, name: options.name)
        return nil
    }

    private mutating func note(_ place: Place) -> Failure? {
        guard var cursors = cursors.take() else { return nil }
        var failure: Failure?
        switch folder {
        case .some(let folder):
            if !cursors.set(options.name, to: place, in: folder) { failure = cursors.failure }
        case .none: break
        }
        self.cursors = consume cursors
        return failure
    }
}
