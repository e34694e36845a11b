import Merges
import Testing

@Suite("Rules by command stand over those of the start", .timeLimit(.minutes(1)))
struct RuleChangesTests {
    private static func rule(_ key: String, _ end: String = "10s;1000") throws -> MergeRule {
        try MergeRule("\(key)=binance,kraken;\(end)")
    }

    @Test("a rule that is set takes the place of one of its key, another one comes behind; what is dropped is gone")
    func changes() throws {
        let base = try [Self.rule("A:ticker"), Self.rule("B:ticker")]
        var changes = RuleChanges()
        let done = try [
            changes.set(Self.rule("A:ticker", "5s;1000"), over: base), changes.set(Self.rule("C:trade"), over: base),
            changes.drop("B:ticker", over: base), changes.drop("B:ticker", over: base),
        ]
        #expect(done == [true, true, true, false])
        let rules = changes.applied(to: base)
        #expect(rules.map(\.key) == ["A:ticker", "C:trade"] && rules[0].duration == .seconds(5))
        let back = [
            changes.drop("C:trade", over: base), changes.set(base[0], over: base), changes.set(base[1], over: base),
        ]
        #expect(back == [true, true, true] && changes == RuleChanges(), "nothing differs from the start any more")
    }

    @Test("a rule that is set once more changes nothing, its place neither")
    func again() throws {
        let base = try [Self.rule("A:ticker")]
        let others = try [Self.rule("B:ticker"), Self.rule("C:ticker")]
        var changes = RuleChanges()
        let areDone = others.map { changes.set($0, over: base) }
        let before = changes
        let areDoneAgain = (others + base).map { changes.set($0, over: base) }
        #expect(areDone + areDoneAgain == [true, true, true, true, true] && changes == before)
        let isDone = try changes.set(Self.rule("B:ticker", "5s;1000"), over: base)
        #expect(isDone && changes.applied(to: base).map(\.key) == ["A:ticker", "B:ticker", "C:ticker"])
    }

    @Test("the text of changes reads as the same, and a damaged one names the line")
    func text() throws {
        let base = try [Self.rule("A:ticker")]
        var changes = RuleChanges()
        let done = try [changes.drop("A:ticker", over: base), changes.set(Self.rule("B:trade"), over: base)]
        #expect(done == [true, true])
        let read = try RuleChanges(changes.text)
        #expect(read == changes && changes.text == "B:trade=binance,kraken;10s;1000\noff A:ticker\n")
        #expect(throws: MergeRules.Defect.self) { try RuleChanges("off X:y\nnonsense\n") }
    }

    @Test("there are never more rules than there may be, and never more changes than rules could need")
    func bound() throws {
        let base = try (0..<MergeRule.countMax).map { try Self.rule("S\($0):ticker") }
        let others = try (0..<MergeRule.countMax).map { try Self.rule("T\($0):ticker") }
        let another = try Self.rule("X:ticker")
        var changes = RuleChanges()
        let isFull = !changes.set(another, over: base)
        var areDone = true
        for rule in base where !changes.drop(rule.key, over: base) { areDone = false }
        for rule in others where !changes.set(rule, over: base) { areDone = false }
        let isFullAgain = !changes.set(another, over: base)
        #expect(isFull && areDone && isFullAgain && changes.applied(to: base).count == MergeRule.countMax)
        let read = try RuleChanges(changes.text)
        #expect(read == changes)
    }

    @Test("what was set by command is not cut off where the start has grown: it is said that all do not fit")
    func excess() throws {
        var changes = RuleChanges()
        let another = try Self.rule("X:ticker")
        let isDone = changes.set(another, over: [])
        let base = try (0..<MergeRule.countMax).map { try Self.rule("S\($0):ticker") }
        #expect(isDone && changes.fit(Array(base.dropLast())) && !changes.fit(base))
        #expect(changes.applied(to: base) == base + [another])
        let isGone = changes.drop("S0:ticker", over: base)
        #expect(isGone && changes.fit(base))
    }
}
