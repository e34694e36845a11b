import Bytes
import Events
import Flow
import Host
import Lanes
import Text
import Tool
import Units
import Wire

extension Dispatch {
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
            var said: [Said] = []
            let defect = visitors[index].inbox.drain { frame in
                if let one = Said(frame) { said.append(one) }
                return true
            }
            // Who it is comes first: what it asks for in the same breath is kept for it then.
            for case .call(.resume(let place, let name)) in said { try resume(index, from: place, as: name) }
            for one in said where !visitors[index].isGone && visitors[index].leaving == nil {
                switch one {
                case .call(let call): try hear(index, call)
                case .command(let head, let text): text.withBytes { obey(index, $0, head) }
                }
            }
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
        if let why = spendCommand(of: visitors[index].user) {
            return answer(index, request?.messageId ?? head?.messageId ?? 0, .refused, why)
        }
        guard let request, why.isEmpty else { return answer(index, head?.messageId ?? 0, .invalid, why) }
        let target = head?.target ?? request.target
        let isOn = head?.isEnabled ?? request.enabled ?? false
        if let why = claim(index, request.name) ?? refusal(index, request, target, isOn) {
            return answer(index, request.messageId, .notPermitted, why)
        }
        switch request.verb {
        case "subscribe" where !target.isEmpty, "unsubscribe" where !target.isEmpty:
            change(index, request, for: target)
        case "subscribe": subscribe(index, request)
        case "unsubscribe": unsubscribe(index, request)
        case "query": query(index, request.messageId, target)
        case "setTradingMode": setTrading(index, request.messageId, target, isOn)
        case "forget": forget(index, request.messageId, target)
        case "mergedSubscribe", "mergedUnsubscribe": merge(index, request, target)
        case "reload": reload(index, request.messageId)
        case "stop":
            isStopped = true
            answer(index, request.messageId, .accepted, "stopping")
        case "cancelAll", "setRisk", "addSymbol", "removeSymbol":
            answer(index, request.messageId, .unavailable, "\(request.verb) is not done here yet")
        default: answer(index, request.messageId, .unknownCommand, "no such command: \(request.verb)")
        }
    }

    private mutating func query(_ index: Int, _ messageId: UInt64, _ what: String) {
        switch what {
        case "", "stats": answer(index, messageId, .accepted, state(index))
        case "consumers": answer(index, messageId, .accepted, consumersText())
        case "routes": answer(index, messageId, .accepted, routesText())
        case "merge-rules": passOn("merge-rule", from: index, messageId)
        case "dead-letters": answer(index, messageId, .accepted, deadLettersText(for: index))
        case "dead-letters.json": answer(index, messageId, .accepted, deadLettersJSON(for: index))
        default: answer(index, messageId, .unavailable, "\(what) are not told here yet")
        }
    }

    private mutating func subscribe(_ index: Int, _ request: Request) {
        subscribe(index, request.subscriptions, request.messageId, request.leastVersion)
    }

    mutating func subscribe(
        _ index: Int, _ wanted: [Subscription], _ messageId: UInt64, _ leastVersion: UInt32?, _ text: String = ""
    ) {
        if let why = overLimit(index, adding: wanted) { return answer(index, messageId, .refused, why) }
        if let leastVersion { lane.accept(index, leastVersion: leastVersion) }
        for var subscription in wanted {
            // Where time comes from the frames, every consumer gets every event.
            if options.takesTimeFromFrames { subscription.policy = .block }
            if case .refused(let reason) = lane.subscribe(index, subscription) {
                note(index)
                return answer(index, messageId, .refused, reason)
            }
        }
        if lane.readers[index].isOpen { hasSubscribed.insert(index) }
        if hasSubscribed.count >= options.awaited { haveCome = true }
        note(index)
        answer(index, messageId, .accepted, text)
    }

    private mutating func unsubscribe(_ index: Int, _ request: Request) {
        unsubscribe(index, request.subscriptions, request.messageId)
    }

    mutating func unsubscribe(_ index: Int, _ named: [Subscription], _ messageId: UInt64) {
        var isAny = false
        for subscription in named where lane.unsubscribe(index, subscription) == .changed {
            isAny = true
        }
        note(index)
        answer(index, messageId, isAny ? .accepted : .refused, isAny ? "" : "no active subscription")
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
}

/// What a consumer says in frames.
private enum Said {
    case call(LaneCall)
    case command(Request.Frame, [UInt8])

    init?(_ frame: RawSpan) {
        if let call = LaneCall(frame) {
            self = .call(call)
        } else if frame.byte(11) == Kind.command.rawValue {
            let (head, text) = Request.Frame.read(frame)
            self = .command(head, text)
        } else {
            return nil
        }
    }
}
