import Bytes
import Edges
import Events
import Host
import Merges
import Tool
import Units
import Wire

extension Joint {
    /// Ends: says why, and writes what waits, as long as somebody reads.
    mutating func end() throws(Failure) -> Status {
        Notify.stopping("stopping")
        let isStopped = Interrupts.isStopping
        if !isStopped { runOut() }
        merger.discard()
        let now = now()
        outbox.put(
            end: isStopped ? .stopped : failure == nil ? .finished : .failed,
            Envelope(kind: .end, channel: .control, received: now - merger.wallOffset))
        merger.tally.made += 1
        merger.flushStamps(now, &outbox)
        // Who tells us to stop does not wait for ever.
        var limit: Nanos?
        while !outbox.isEmpty {
            _ = try outlet.write(&outbox, chunk: chunk)
            guard !outbox.isEmpty else { break }
            if Interrupts.isStopping {
                let now = Clock.monotonic()
                limit = limit ?? now + .seconds(5)
                if let limit, now >= limit { break }
            }
            _ = outlet.waitForRoom(milliseconds: 100)
        }
        reports.tell(merger.takeNotices(), at: Clock.monotonic())
        if let stream = reports.unnumbered { throw Joint.refusal(stream) }
        reports.say(merger.tally.line)
        return failure?.status ?? .ok
    }

    /// Nothing more can come: what waits for time is done as if it had passed.
    private mutating func runOut() {
        while let deadline = merger.deadline { merger.expire(now: deadline, into: &outbox) }
    }

    mutating func acceptProducers() throws(Failure) {
        guard var listener = listener.take() else { return }
        while let descriptor = listener.accept() {
            guard inputs.openCount < Inputs.countMax else {
                reports.say("more than \(Inputs.countMax) inputs; a producer is turned away")
                continue
            }
            let name = descriptor.peer().map { "producer \($0.process)" } ?? "a producer"
            reports.say("\(name) has come")
            try open(FrameInput(descriptor, name, .socket, payloads: kinds), isProducer: true)
        }
        self.listener = consume listener
    }

    mutating func acceptVisitors() throws(Failure) {
        guard var door = door.take() else { return }
        try door.accept { (number, place) throws(Failure) in
            try poll.add(number, token: Token.visitors + UInt64(place), .read)
        }
        self.door = consume door
    }

    mutating func hearVisitor(_ place: Int) {
        guard var door = door.take() else { return }
        door.hear(place) { words in obey(words) }
        self.door = consume door
    }

    /// Does what a visitor says.
    private mutating func obey(_ words: [String]) -> String {
        let rest = words.dropFirst().joined(separator: " ")
        switch words[0] {
        case "drop-rule": return dropRule(rest)
        case "merge-rule" where words.count > 1 && words[1] == "off":
            return dropRule(words.dropFirst(2).joined(separator: " "))
        case "merge-rule" where words.count > 1, "rule": return setRule(rest)
        case "merge-rule", "rules":
            let rules = merger.windows.rules
            return "ok \(rules.count) rules" + rules.map { " | \($0.text)" }.joined()
        case "state":
            return "ok \(inputs.openCount) inputs, \(merger.tally.line)"
        default: return "refused: no command \(words[0]); merge-rule, rules, rule, drop-rule, state"
        }
    }

    private mutating func setRule(_ text: String) -> String {
        let rule: MergeRule
        do throws(MergeRule.Defect) {
            rule = try MergeRule(text)
        } catch {
            return "refused: \(error.text)"
        }
        if let why = book.set(rule) { return "refused: \(why)" }
        merger.replace(rules: book.rules)
        return "ok \(rule.text)"
    }

    private mutating func dropRule(_ key: String) -> String {
        if let why = book.drop(key) { return "refused: \(why)" }
        merger.replace(rules: book.rules)
        return "ok"
    }

    /// Reads the rules again; where they are wrong, all stays as it is.
    mutating func reload() {
        Notify.reloading(now: Clock.monotonic())
        do throws(Failure) {
            try book.rebase(options.allRules())
            merger.replace(rules: book.rules)
            reports.say("\(book.base.count) rules read again")
        } catch {
            reports.say("\(error.line); the rules stay as they were")
        }
        Notify.ready("READY")
    }
}
