import Bytes
import Edges
import Events
import Flow
import Host
import Lanes
import Tool
import Units
import Wire

/// Who may do what, and how much of it.
extension Dispatch {
    /// Users whose commands are counted, at most.
    private static let usersMax = 1024

    /// A consumer goes by a name from now on, or still by its own; why it may not.
    mutating func claim(_ index: Int, _ name: String) -> String? {
        let wanted = name.isEmpty || visitors[index].durable != nil ? visitors[index].name : name
        guard grants?.mayClaim(wanted, user: visitors[index].user) ?? true else {
            return "user \(visitors[index].user) may not " + (wanted.isEmpty ? "be without a name" : "be \(wanted)")
        }
        visitors[index].name = wanted
        return nil
    }

    /// Why a consumer may not be durable under a name; nil where it may.
    func durableRefusal(_ index: Int, _ name: String) -> String? {
        let user = visitors[index].user
        guard grants?.mayClaim(name, user: user) ?? true else { return "user \(user) may not be \(name)" }
        guard grants?.may(.durable, user: user, name: name) ?? true else {
            return "user \(user) may not be durable as \(name)"
        }
        return nil
    }

    func may(_ rights: Rights, _ index: Int) -> Bool {
        grants?.may(rights, user: visitors[index].user, name: visitors[index].name) ?? true
    }

    func mayHave(_ index: Int, _ subscription: Subscription) -> Bool {
        guard let grants else { return true }
        let (user, name) = (visitors[index].user, visitors[index].name)
        // Where time comes from the frames, everybody holds all others up.
        let holdsUp = subscription.policy == .block && !options.takesTimeFromFrames
        return grants.maySubscribe(subscription, user: user, name: name)
            && (!holdsUp || grants.may(.block, user: user, name: name))
    }

    /// Why a consumer may not give a command; nil where it may.
    func refusal(_ index: Int, _ request: Request, _ target: String, _ isOn: Bool) -> String? {
        guard grants != nil else { return nil }
        let name = visitors[index].name
        let who = "user \(visitors[index].user) " + (name.isEmpty ? "without a name" : "as \(name)")
        var needed = Rights.needed(for: request.verb) ?? []
        var streams: [Subscription] = []
        switch request.verb {
        case "subscribe":
            streams = request.subscriptions
            if !target.isEmpty { needed = .route }
        case "unsubscribe": if !target.isEmpty { needed = .route }
        case "mergedSubscribe":
            if target.isEmpty { streams = request.merged }
            if !target.isEmpty || !request.venues.isEmpty { needed = .mergeRule }
        case "mergedUnsubscribe": if !target.isEmpty { needed = .mergeRule }
        // To stop itself nobody needs leave.
        case "setTradingMode": if !isOn, !name.isEmpty, target == name { needed = [] }
        default: break
        }
        guard may(needed, index) else { return "\(who) may not \(request.verb)" }
        guard let other = streams.first(where: { !mayHave(index, $0) }) else { return nil }
        return "\(who) may not have \(other.json)"
    }

    private func limits(of user: UInt32) -> UserLimits { grants?.limits(of: user) ?? UserLimits() }

    /// Counts a command of a user; why there are too many.
    mutating func spendCommand(of user: UInt32) -> String? {
        let limit = limits(of: user).commands
        if budgets[user] == nil, budgets.count < Dispatch.usersMax {
            budgets[user] = TokenBucket(rate: Int64(limit), burst: Int64(limit) * 5, now: Clock.monotonic())
        }
        guard budgets[user]?.take(now: Clock.monotonic()) ?? false else {
            return "user \(user) has too many commands: \(limit) a second"
        }
        return nil
    }

    /// Why a user may have no more subscriptions; nil where these are not too many.
    func overLimit(_ index: Int, adding wanted: [Subscription]) -> String? {
        let user = visitors[index].user
        let limit = limits(of: user).subscriptions
        let mine = lane.subscriptions(of: index)
        var count = 0
        for one in wanted where !mine.contains(where: { $0.asksTheSame(as: one) }) { count += 1 }
        guard count > 0 else { return nil }
        for other in 0..<visitors.count where !visitors[other].isGone && visitors[other].user == user {
            count += lane.subscriptions(of: other).count
        }
        return count > limit ? "user \(user) has too many subscriptions: \(limit)" : nil
    }

    /// Why one who has just connected is turned away; nil where there is room.
    func overLimit(_ made: borrowing Descriptor) -> String? {
        let user = made.peer()?.user ?? .max
        let limit = limits(of: user).connections
        var count = 0
        for other in 0..<visitors.count where !visitors[other].isGone && visitors[other].user == user { count += 1 }
        return count < limit ? nil : "user \(user) has \(limit) connections"
    }

    /// Says why, in a frame, and closes: how it speaks is not known yet.
    mutating func turnAway(_ made: consuming Descriptor, _ why: String) {
        turnedAway.count += 1
        turnedAway.why = why
        var page = Outbox(capacity: 512)
        page.put(hello, Envelope(kind: .hello, channel: .control))
        page.put(end: .failed, text: why, Envelope(kind: .end, channel: .control, received: now))
        page.read { _ = made.send($0) }
    }

    /// Once a second at most.
    mutating func tellTurnedAway() {
        guard turnedAway.count > 0 else { return }
        if !options.isQuiet { complain("dispatch: \(turnedAway.count) turned away: \(turnedAway.why)") }
        telemetry.tell(
            .backpressureApplied, .warning, value: turnedAway.count, [("turned_away", turnedAway.why)], at: now)
        turnedAway = TurnedAway()
    }

    mutating func reload(_ index: Int, _ messageId: UInt64) {
        guard options.consumers != nil else {
            return answer(index, messageId, .refused, "there is nothing to read again: no --consumers")
        }
        do throws(Failure) {
            try reloadGrants()
            answer(index, messageId, .accepted, "read again")
        } catch {
            answer(index, messageId, .refused, "\(error.line); all stays as it was")
        }
    }

    mutating func reloadBySignal() {
        guard Interrupts.takeReload() else { return }
        Telemetry.reloading(readiness)
        do throws(Failure) {
            try reloadGrants()
            if !options.isQuiet { complain("dispatch: \(options.consumers ?? "") read again") }
        } catch {
            complain("dispatch: \(error.line); all stays as it was")
        }
        Telemetry.reloaded(readiness, toldDetail)
    }

    /// Reads the table again. Who has what it may not have any more is let go.
    private mutating func reloadGrants() throws(Failure) {
        grants = try options.grants()
        budgets = [:]
        for index in 0..<visitors.count where !visitors[index].isGone && visitors[index].leaving == nil {
            let name = visitors[index].name
            let wanted = lane.subscriptions(of: index)
            guard !name.isEmpty || !wanted.isEmpty else { continue }
            if !mayTrade(index) { try withdraw(name, .authentication) }
            let isRight =
                (grants?.mayClaim(name, user: visitors[index].user) ?? true)
                && (visitors[index].durable == nil || may(.durable, index))
                && wanted.allSatisfy { mayHave(index, $0) }
            if !isRight { dismiss(index, "it may not have any more what it has") }
        }
    }
}

/// Connections that there was no room for, since that was told.
struct TurnedAway {
    var count: UInt64 = 0
    /// Of the last one.
    var why = ""
}
