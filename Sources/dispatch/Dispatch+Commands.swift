import Bytes
import Events
import Flow
import Host
import Lanes
import Text
import Tool
import Units
import Wire

/// Commands of one user: so many a second.
typealias CommandBudget = TokenBucket

extension Dispatch {
    /// Commands of a user a second, and at once.
    private static let commandRate: Int64 = 100
    private static let commandBurst: Int64 = 500

    /// Does what a consumer has said so far.
    mutating func obey(_ index: Int) throws(Failure) {
        greet(index)
        switch visitors[index].speech {
        case .unknown: return
        case .lines:
            while !visitors[index].isGone, let line = visitors[index].nextLine() {
                if line.allSatisfy({ $0 <= 0x20 }) { continue }
                line.withBytes { obey(index, $0, nil) }
            }
            if visitors[index].text.count > Visitor.lineBytesMax { dismiss(index, "a line of more than 64 KiB") }
        case .frames:
            var commands: [(Request.Frame, [UInt8])] = []
            var calls: [LaneCall] = []
            let defect = visitors[index].inbox.drain { frame in
                if let call = LaneCall(frame) { calls.append(call) }
                guard frame.byte(11) == Kind.command.rawValue else { return true }
                commands.append(Request.Frame.read(frame))
                return true
            }
            for call in calls where !visitors[index].isGone { try hear(index, call) }
            for (head, text) in commands { text.withBytes { obey(index, $0, head) } }
            if let defect { dismiss(index, "what it sends is no frame: \(defect.text)") }
        }
    }

    /// The first frame of every stream, once it is known how the consumer reads.
    private mutating func greet(_ index: Int) {
        guard visitors[index].speech != .unknown, lane.readers[index].outbox.frames == 0 else { return }
        lane.readers[index].outbox.put(hello, Envelope(kind: .hello, channel: .control))
    }

    private mutating func obey(_ index: Int, _ text: RawSpan, _ head: Request.Frame?) {
        var why = ""
        var request = text.byteCount == 0 ? Request.empty : Request(text, why: &why)
        if let head { request?.adopt(head) }
        if let head, let fault = head.fault { why = fault }
        let user = visitors[index].user
        if budgets[user] == nil, budgets.count < 1024 {
            budgets[user] = CommandBudget(
                rate: Dispatch.commandRate, burst: Dispatch.commandBurst, now: Clock.monotonic())
        }
        guard budgets[user]?.take(now: Clock.monotonic()) ?? false else {
            return answer(
                index, request?.messageId ?? 0, .refused, "too many commands: \(Dispatch.commandRate) a second")
        }
        guard let request, why.isEmpty else { return answer(index, head?.messageId ?? 0, .invalid, why) }
        if !request.name.isEmpty, visitors[index].durable == nil { visitors[index].name = request.name }
        let target = head?.target ?? request.target
        switch request.verb {
        case "subscribe" where !target.isEmpty, "unsubscribe" where !target.isEmpty:
            change(index, request, for: target)
        case "subscribe": subscribe(index, request)
        case "unsubscribe": unsubscribe(index, request)
        case "query": query(index, request.messageId, target)
        case "setTradingMode":
            setTrading(index, request.messageId, target, head?.isEnabled ?? request.enabled ?? false)
        case "forget": forget(index, request.messageId, target)
        case "mergedSubscribe", "mergedUnsubscribe", "cancelAll", "setRisk", "addSymbol", "removeSymbol", "reload",
            "stop":
            answer(index, request.messageId, .unavailable, "\(request.verb) is not done here yet")
        default: answer(index, request.messageId, .unknownCommand, "no such command: \(request.verb)")
        }
    }

    private mutating func query(_ index: Int, _ messageId: UInt64, _ what: String) {
        switch what {
        case "", "stats": answer(index, messageId, .accepted, state(index))
        case "consumers": answer(index, messageId, .accepted, consumersText())
        case "routes": answer(index, messageId, .accepted, routesText())
        case "dead-letters": answer(index, messageId, .accepted, deadLettersText())
        case "dead-letters.json": answer(index, messageId, .accepted, deadLettersJSON())
        default: answer(index, messageId, .unavailable, "\(what) are not told here yet")
        }
    }

    private mutating func subscribe(_ index: Int, _ request: Request) {
        if let version = request.leastVersion { lane.accept(index, leastVersion: version) }
        for var subscription in request.subscriptions {
            // Where time comes from the frames, every consumer gets every event.
            if options.takesTimeFromFrames { subscription.policy = .block }
            if case .refused(let reason) = lane.subscribe(index, subscription) {
                return answer(index, request.messageId, .refused, reason)
            }
        }
        if lane.readers[index].isOpen { hasSubscribed.insert(index) }
        note(index)
        answer(index, request.messageId, .accepted, "")
    }

    private mutating func unsubscribe(_ index: Int, _ request: Request) {
        var isAny = false
        for subscription in request.subscriptions where lane.unsubscribe(index, subscription) == .changed {
            isAny = true
        }
        note(index)
        answer(index, request.messageId, isAny ? .accepted : .refused, isAny ? "" : "no active subscription")
    }

    private func state(_ index: Int) -> String {
        let tally = lane.readers[index].tally
        var page = Printer(capacity: 256)
        let fields: [(StaticString, UInt64)] = [
            ("routingVersion", UInt64(lane.routingVersion)), ("streams", UInt64(lane.streams)),
            ("consumers", UInt64(openCount)), ("subscribed", UInt64(hasSubscribed.count)),
            ("delivered", tally.delivered), ("coalesced", tally.coalesced),
            ("skipped", tally.skipped), ("gaps", tally.gaps), ("overruns", tally.overruns),
            ("backlogBytes", UInt64(lane.backlog(of: index))),
        ]
        page.print("{")
        for (at, field) in fields.enumerated() {
            page.print(at == 0 ? "\"" : ",\"")
            page.print(field.0)
            page.print("\":")
            page.print(field.1)
        }
        page.print("}")
        return page.read { String($0) }
    }

    /// Answers a command. While consumers are awaited their answers wait, too: then all bear the version by which the data come.
    mutating func answer(_ index: Int, _ messageId: UInt64, _ code: AnswerCode, _ text: String) {
        answers.append(Answer(consumer: index, messageId: messageId, code: code, text: text))
        if hasSubscribed.count >= options.awaited || answers.count > Dispatch.answersMax { giveAnswers() }
    }

    /// Answers that wait at most.
    private static let answersMax = 4096

    private mutating func giveAnswers() {
        for one in answers where !visitors[one.consumer].isGone { give(one) }
        answers.removeAll()
    }

    private mutating func give(_ answer: Answer) {
        let index = answer.consumer
        var envelope = Envelope(kind: .acknowledgement, channel: .control)
        envelope.routingVersion = lane.routingVersion
        envelope.flags = .critical
        var draft = Draft(envelope, .none)
        draft.put(answer.messageId, at: 0, width: 8)
        draft.put(answer.code == .accepted ? 1 : 0, at: 8, width: 1)
        draft.put(UInt64(answer.code.rawValue), at: 9, width: 1)
        let name = Array(visitors[index].name.utf8.prefix(64))
        draft.put(UInt64(name.count), at: 10, width: 2)
        draft.append(name)
        let words = Array(answer.text.utf8.prefix(65_536))
        draft.put(UInt64(words.count), at: 16, width: 4)
        draft.append(words)
        guard lane.readers[index].outbox.put(draft) else { return dismiss(index, "it takes no answers") }
    }
}

/// What a consumer's command is answered with.
struct Answer {
    let consumer: Int
    let messageId: UInt64
    let code: AnswerCode
    let text: String
}

extension Request {
    /// The fixed part of a command's frame.
    struct Frame {
        var messageId: UInt64 = 0
        var verb: CommandVerb?
        var name = ""
        var target = ""
        var isEnabled = false
        var fault: String?

        /// With the text of its arguments.
        static func read(_ frame: RawSpan) -> (Frame, [UInt8]) {
            var head = Frame()
            if let field = Layout.defect(in: frame) {
                head.fault = "\(field) of a command is out of range"
                return (head, [])
            }
            let header = Header(frame)
            let payload = Payload(header)
            head.messageId = payload.u64(frame, 0)
            head.verb = CommandVerb(rawValue: payload.u8(frame, 8))
            var at = header.variable
            var parts: [[UInt8]] = []
            for count in [
                Int(payload.u16(frame, 10)), Int(payload.u16(frame, 12)), Int(payload.u32(frame, 16)),
            ] {
                parts.append((at..<(at + count)).map { frame.byte($0) })
                at += (count + 7) & ~7
            }
            head.name = String(decoding: parts[0], as: Unicode.UTF8.self)
            head.target = String(decoding: parts[1], as: Unicode.UTF8.self)
            head.isEnabled = payload.u8(frame, 9) == 1
            return (head, parts[2])
        }
    }

    /// All that a command without arguments asks for.
    static var empty: Request? {
        var why = ""
        return Array("{}".utf8).withBytes { Request($0, why: &why) }
    }

    mutating func adopt(_ head: Frame) {
        messageId = head.messageId
        if let word = head.verb { verb = "\(word)" }
        if name.isEmpty { name = head.name }
    }
}
