import Bytes
import Events
import Host
import Lanes
import Tool
import Units
import Wire

/// Merged events, and the rules by which `merge` makes them.
extension Dispatch {
    /// `mergedSubscribe` and `mergedUnsubscribe`: with a target they are about that rule alone, with venues about a rule of these, too.
    mutating func merge(_ index: Int, _ request: Request, _ target: String) {
        let isAdding = request.verb == "mergedSubscribe"
        if !target.isEmpty {
            return passOn("merge-rule " + (isAdding ? "" : "off ") + target, from: index, request.messageId)
        }
        guard isAdding else { return unsubscribe(index, request.merged, request.messageId) }
        guard !request.venues.isEmpty else {
            let text = request.kinds.isEmpty ? "" : "a stream of merged events is told whole, whatever their kinds"
            return subscribe(index, request.merged, request.messageId, request.leastVersion, text)
        }
        guard !request.symbols.isEmpty, !request.kinds.isEmpty else {
            return answer(index, request.messageId, .invalid, "a rule names its symbol and its kind")
        }
        let venues = request.venues.joined(separator: ",")
        let lines = request.symbols.flatMap { symbol in
            request.kinds.map { "merge-rule \(symbol):\($0)=\(venues)\(request.window)" }
        }
        send(
            Errand(
                consumer: index, messageId: request.messageId, lines: lines, wants: request.merged,
                leastVersion: request.leastVersion, deadline: Clock.monotonic() + Errand.patience))
    }

    /// Has `merge` told something, and its answer given.
    mutating func passOn(_ line: String, from index: Int, _ messageId: UInt64) {
        send(
            Errand(
                consumer: index, messageId: messageId, lines: [line],
                deadline: Clock.monotonic() + Errand.patience))
    }

    private mutating func send(_ errand: Errand) {
        guard let index = errand.consumer else { return }
        guard options.merge != nil else {
            return answer(
                index, errand.messageId, .unavailable,
                "rules are merge's: control ITS-SOCKET merge-rule RULE --line, or dispatch --merge ITS-SOCKET")
        }
        guard errand.lines.allSatisfy({ !$0.contains("\n") }) else {
            return answer(index, errand.messageId, .invalid, "a rule is one line")
        }
        guard errands.count < Errand.countMax else {
            return answer(index, errand.messageId, .refused, "\(Errand.countMax) commands wait for merge already")
        }
        errands.append(errand)
    }

    /// Says the next line where `merge` is free to hear it; gives up what has waited for too long.
    mutating func serveErrands() throws(Failure) {
        guard let path = options.merge else { return }
        while let errand = errands.first {
            if Clock.monotonic() >= errand.deadline {
                finish(.unavailable, "merge at \(path) does not answer")
                continue
            }
            guard messenger.isEmpty else { return }
            do throws(Failure) {
                let made = try Messenger.say(errand.lines[0], to: path, now: Clock.monotonic())
                try poll.add(made.number, token: Token.messenger, .read)
                messenger.append(made)
            } catch {
                finish(.unavailable, error.what)
            }
        }
    }

    /// What `merge` says.
    mutating func hearMerge() {
        guard !messenger.isEmpty, !errands.isEmpty, let line = messenger[0].hear() else { return }
        hangUp()
        guard line == "ok" || line.hasPrefix("ok ") else {
            let why = line.hasPrefix("refused: ") ? String(line.dropFirst(9)) : "merge ended without an answer"
            return finish(line.isEmpty ? .unavailable : .refused, why)
        }
        errands[0].lines.removeFirst()
        if errands[0].lines.isEmpty { finish(.accepted, String(line.dropFirst(3))) }
    }

    private mutating func hangUp() {
        guard !messenger.isEmpty else { return }
        poll.remove(messenger[0].number)
        messenger = Slots<Messenger>(capacity: 1)
    }

    /// Answers the first errand.
    private mutating func finish(_ code: AnswerCode, _ text: String) {
        hangUp()
        let errand = errands.removeFirst()
        guard let index = errand.consumer else { return }
        guard code == .accepted, !errand.wants.isEmpty else { return answer(index, errand.messageId, code, text) }
        subscribe(index, errand.wants, errand.messageId, errand.leastVersion, text)
    }
}

extension Request {
    /// The merged events of the symbols that it names.
    var merged: [Subscription] {
        let manners = subscriptions.first ?? Subscription()
        return (symbols.isEmpty ? ["*"] : symbols).map {
            Subscription(venue: "merge", symbol: $0, kind: "merged", policy: manners.policy, pace: manners.pace)
        }
    }
}
