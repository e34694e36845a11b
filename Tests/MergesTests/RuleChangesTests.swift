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
        #expect(changes.set(try Self.rule("A:ticker", "5s;1000"), over: base))
        #expect(changes.set(try Self.rule("C:trade"), over: base))
        #expect(changes.drop("B:ticker", over: base) && !changes.drop("B:ticker", over: base))
        let rules = changes.applied(to: base)
        #expect(rules.map(\.key) == ["A:ticker", "C:trade"] && rules[0].duration == .seconds(5))
        #expect(changes.drop("C:trade", over: base))
        #expect(changes.set(base[0], over: base) && changes.set(base[1], over: base))
        #expect(changes == RuleChanges(), "nothing differs from the start any more")
    }

    @Test("the text of changes reads as the same, and a damaged one names the line")
    func text() throws {
        let base = try [Self.rule("A:ticker")]
        var changes = RuleChanges()
        #expect(changes.drop("A:ticker", over: base) && changes.set(try Self.rule("B:trade"), over: base))
        #expect(try RuleChanges(changes.text) == changes)
        #expect(changes.text == "B:trade=binance,kraken;10s;1000\noff A:ticker\n")
        #expect(throws: MergeRules.Defect.self) { try RuleChanges("off X:y\nnonsense\n") }
    }

    @Test("there are never more rules than there may be, and never more changes than rules could need")
    func bound() throws {
        let base = try (0..<MergeRule.countMax).map { try Self.rule("S\($0):ticker") }
        var changes = RuleChanges()
        #expect(!changes.set(try Self.rule("X:ticker"), over: base))
        for rule in base { #expect(changes.drop(rule.key, over: base)) }
        for index in 0..<MergeRule.countMax { #expect(changes.set(try Self.rule("T\(index):ticker"), over: base)) }
        #expect(!changes.set(try Self.rule("X:ticker"), over: base))
        #expect(changes.applied(to: base).count == MergeRule.countMax)
        #expect(try RuleChanges(changes.text) == changes)
    }
}
