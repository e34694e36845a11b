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
            for name in names {
                guard try standing.setTrading(name, isOn, version: lane.routingVersion) else {
                    return answer(index, messageId, .refused, "more than \(Standing.namesMax) consumers")
                }
                if !isOn { try withdraw(name, .tradingOff) }
                for other in 0..<visitors.count where !visitors[other].isGone && visitors[other].name == name {
                    tellTrading(other)
                }
                tellSwitch(name, isOn, .info)
            }
            answer(index, messageId, .accepted, "trading \(isOn ? "on" : "off"): \(names.joined(separator: " "))")
        } catch {
            answer(index, messageId, .unavailable, error.line)
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
            _ = try standing.setTrading(name, false, version: lane.routingVersion)
            try withdraw(name, .tradingOff)
            let why = isFull ? "nothing more can be kept" : "\(waiting) bytes wait for it"
            complain("dispatch: trading off for \(name): \(why)")
            tellSwitch(name, false, .warning)
            for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].name == name {
                tellTrading(index)
            }
        }
    }

    /// Tells the monitor whose trading was switched.
    private mutating func tellSwitch(_ name: String, _ isOn: Bool, _ severity: Severity) {
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
            if isAdding, let why = overLimit(other, adding: request.subscriptions) {
                return answer(index, request.messageId, .refused, why)
            }
            for subscription in request.subscriptions {
                if isAdding, !mayHave(other, subscription) {
                    return answer(index, request.messageId, .notPermitted, "\(name) may not have \(subscription.json)")
                }
                let result = isAdding ? lane.subscribe(other, subscription) : lane.unsubscribe(other, subscription)
                if case .refused(let reason) = result { return answer(index, request.messageId, .refused, reason) }
            }
            note(other)
            return answer(index, request.messageId, .accepted, "")
        }
        var wants = standing.wants[name] ?? []
        for subscription in request.subscriptions {
            wants.removeAll { $0.json == subscription.json }
            if isAdding { wants.append(subscription) }
        }
        do throws(Failure) {
            try standing.setWants(name, Array(wants.suffix(256)), version: lane.routingVersion)
            answer(index, request.messageId, .accepted, "")
        } catch {
            answer(index, request.messageId, .unavailable, error.line)
        }
    }

    /// Keeps what a durable consumer has asked for.
    mutating func note(_ index: Int) {
        guard visitors[index].durable != nil else { return }
        do throws(Failure) {
            try standing.setWants(
                visitors[index].name, lane.subscriptions(of: index), version: lane.routingVersion)
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
