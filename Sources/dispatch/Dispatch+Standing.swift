import Bytes
import Edges
import Events
import Host
import Lanes
import Spools
import Text
import Tool
import Units
import Wire

/// Commands about consumers that need not be connected.
extension Dispatch {
    /// Turns the trading of a consumer on or off; of all that are known where none is named.
    mutating func setTrading(_ index: Int, _ messageId: UInt64, _ name: String, _ isOn: Bool) {
        let known = standing.names + (critical.isEmpty ? [] : critical[0].consumers)
        let names = name.isEmpty ? Array(Set(known)).sorted() : [name]
        do throws(Failure) {
            if isOn {
                try turnOn(names)
            } else {
                try turnOff(names, .info)
                try standing.save(lane.routingVersion)
            }
            answer(index, messageId, .accepted, "trading \(isOn ? "on" : "off"): \(names.joined(separator: " "))")
        } catch {
            let line = isOn ? error.line : "trading off, but not for the next run: \(error.line)"
            answer(index, messageId, .unavailable, line)
        }
    }

    private mutating func turnOn(_ names: [String]) throws(Failure) {
        for name in names {
            guard try standing.turnOn(name, version: lane.routingVersion) else {
                throw Failure(.unavailable, "more than \(Standing.namesMax) consumers")
            }
            tellSwitch(name, true, .info)
        }
    }

    /// All are off, and no intent of theirs leaves any more, before anything is kept: a full disk keeps nobody trading.
    private mutating func turnOff(_ names: [String], _ severity: Severity) throws(Failure) {
        standing.turnOff(names)
        for name in names {
            try withdraw(name, .tradingOff)
            tellSwitch(name, false, severity)
        }
    }

    /// Turns off the trading of consumers for whom too much waits, and of all when nothing more can be kept.
    mutating func judgeWaiting() throws(Failure) {
        guard !critical.isEmpty else { return }
        let isFull =
            critical[0].spool.byteCount > critical[0].spool.bytesMax / 16 * 15 || critical[0].spool.failure != nil
        for name in critical[0].consumers where standing.isTrading(name) {
            let waiting = critical[0].byteCount(waitingFor: name)
            guard isFull || waiting > options.waitingMax else { continue }
            try turnOff([name], .warning)
            let why = isFull ? "nothing more can be kept" : "\(waiting) bytes wait for it"
            complain("dispatch: trading off for \(name): \(why)")
        }
    }

    /// Keeps what stands, if there is anything to keep. What cannot be kept holds all the same, and is tried again each second.
    mutating func keepStanding() {
        do throws(Failure) {
            try standing.reserve(lane.routingVersion)
            hasToldStanding = false
        } catch {
            if !hasToldStanding { complain("dispatch: \(error.line); trying again each second") }
            hasToldStanding = true
        }
    }

    /// Tells a consumer that its trading was switched, and the monitor whose.
    private mutating func tellSwitch(_ name: String, _ isOn: Bool, _ severity: Severity) {
        for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].name == name {
            tellTrading(index)
        }
        let fields = [("consumer_id", name), ("enabled", isOn ? "true" : "false")]
        telemetry.tell(.tradingSwitch, severity, value: isOn ? 1 : 0, fields, at: now)
    }

    /// Tells a consumer whether its orders are let through.
    mutating func tellTrading(_ index: Int) {
        guard visitors[index].speech == .frames, !visitors[index].name.isEmpty else { return }
        let name = visitors[index].name
        lane.readers[index].outbox.put(
            command: .setTradingMode, messageId: 0, enabled: standing.isTrading(name), consumer: name)
    }

    mutating func forget(_ index: Int, _ messageId: UInt64, _ name: String) {
        do throws(Failure) {
            guard !name.isEmpty, try forget(name) else {
                return answer(index, messageId, .refused, "no durable consumer \(name)")
            }
            if standing.isTrading(name) { try turnOff([name], .info) }
            try standing.forget(name, version: lane.routingVersion)
            answer(index, messageId, .accepted, "forgotten: \(name)")
        } catch {
            answer(index, messageId, .unavailable, error.line)
        }
    }

    /// Subscribes or unsubscribes a durable consumer, which need not be there.
    mutating func change(_ index: Int, _ request: Request, for name: String) {
        guard !critical.isEmpty, critical[0].consumers.contains(name) else {
            return answer(index, request.messageId, .refused, "no durable consumer \(name)")
        }
        let isAdding = request.verb == "subscribe"
        for other in 0..<visitors.count where visitors[other].durable != nil && visitors[other].name == name {
            return answer(index, request.messageId, change(other, request, isAdding))
        }
        do throws(Failure) {
            answer(index, request.messageId, try changeAbsent(name, request.subscriptions, isAdding))
        } catch {
            answer(index, request.messageId, .unavailable, error.line)
        }
    }

    private mutating func answer(_ index: Int, _ messageId: UInt64, _ refusal: Refusal?) {
        answer(index, messageId, refusal?.code ?? .accepted, refusal?.text ?? "")
    }

    private typealias Refusal = (code: AnswerCode, text: String)

    /// Changes what one that is connected gets; why not all of it, if so.
    private mutating func change(_ other: Int, _ request: Request, _ isAdding: Bool) -> Refusal? {
        if isAdding, let why = overLimit(other, adding: request.subscriptions) { return (.refused, why) }
        defer { note(other) }
        for subscription in request.subscriptions {
            if isAdding, !mayHave(other, subscription) {
                return (.notPermitted, "\(visitors[other].name) may not have \(subscription.json)")
            }
            let result = isAdding ? lane.subscribe(other, subscription) : lane.unsubscribe(other, subscription)
            if case .refused(let reason) = result { return (.refused, reason) }
        }
        return nil
    }

    /// The same for one that is away, by the same rules but those of the user whom it will come as: they are asked then.
    private mutating func changeAbsent(
        _ name: String, _ named: [Subscription], _ isAdding: Bool
    ) throws(Failure) -> Refusal? {
        var wants = standing.wants[name] ?? []
        for subscription in named {
            let place = wants.firstIndex { $0.asksTheSame(as: subscription) }
            if let place, isAdding {
                wants[place] = subscription
            } else if let place {
                wants.remove(at: place)
            } else if !isAdding {
                return (.refused, "no active subscription")
            } else {
                wants.append(subscription)
            }
        }
        let most = Bounds().subscriptionsMax
        guard wants.count <= most else { return (.refused, "more than \(most) subscriptions") }
        guard try standing.setWants(name, wants, version: lane.routingVersion) else {
            return (.refused, "more than \(Standing.namesMax) consumers")
        }
        return nil
    }

    /// Keeps what a durable consumer has asked for.
    mutating func note(_ index: Int) {
        guard visitors[index].durable != nil else { return }
        do throws(Failure) {
            let (name, wants) = (visitors[index].name, lane.subscriptions(of: index))
            guard try standing.setWants(name, wants, version: lane.routingVersion) else {
                throw Failure(.unavailable, "what \(name) wants is not kept: more than \(Standing.namesMax) consumers")
            }
        } catch {
            complain("dispatch: \(error.line)")
        }
    }

    /// A durable consumer is back: what it had asked for holds.
    mutating func restore(_ index: Int) {
        for subscription in standing.wants[visitors[index].name] ?? [] where mayHave(index, subscription) {
            _ = lane.subscribe(index, subscription)
        }
        tellTrading(index)
    }

    /// What `consumers` answers: a line each.
    func consumersText() -> String {
        var lines: [String] = []
        if !critical.isEmpty {
            for name in critical[0].consumers {
                let here = connection(of: name) ? "connected" : "away"
                let trading = standing.isTrading(name) ? "on" : "off"
                let waiting = critical[0].byteCount(waitingFor: name)
                lines.append("\(name) durable \(here) trading \(trading) waiting \(waiting)")
            }
        }
        for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].durable == nil {
            let name = visitors[index].name
            lines.append("\(name.isEmpty ? "-" : name) anonymous connected backlog \(lane.backlog(of: index))")
        }
        return lines.joined(separator: "\n")
    }

    /// What `routes` answers: a line for each subscription.
    func routesText() -> String {
        var lines = ["version \(lane.routingVersion)"]
        for index in 0..<visitors.count where !visitors[index].isGone {
            let name = visitors[index].name
            for subscription in lane.subscriptions(of: index) {
                lines.append("\(name.isEmpty ? "-" : name) \(subscription.json)")
            }
        }
        return lines.joined(separator: "\n")
    }

    private func connection(of name: String) -> Bool {
        for index in 0..<visitors.count where visitors[index].durable != nil && visitors[index].name == name {
            return true
        }
        return false
    }
}
