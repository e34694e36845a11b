import Events
import Merges
import Testing
import Units

@Suite("rules of merging, as text", .timeLimit(.minutes(1)))
struct MergeRuleTests {
    @Test("a rule is a key, its venues, and settings in any order; what is left out is 10 s and 1,000 events")
    func reads() throws {
        let rule = try MergeRule("BTC-USDT:ticker=binance,coinbase,kraken;10s;1000")
        #expect(rule.key == "BTC-USDT:ticker" && rule.venues == ["binance", "coinbase", "kraken"])
        #expect(rule.duration == .seconds(10) && rule.maxEvents == 1000 && !rule.keepsAll && !rule.closesOnComplete)
        let short = try MergeRule(" BTC-USDT : BookSnapshot = a , b ")
        #expect(short.kind == .bookSnapshot && short.duration == .seconds(10) && short.maxEvents == 1000)
        let all = try MergeRule("X-Y:trade=a,b;keep=all;250ms;close-on-complete;7")
        #expect(all.keepsAll && all.closesOnComplete && all.duration == .milliseconds(250) && all.maxEvents == 7)
        let system = "X-Y:KlineSummary=a,b;window_duration=10s;window_max_events=9;partial_policy=suppress"
        #expect(try MergeRule(system).maxEvents == 9)
        #expect(try MergeRule("X-Y:kline=a,b;max_events=8").maxEvents == 8)
    }

    @Test("its text reads as the same rule")
    func roundTrip() throws {
        for text in ["A-B:ticker=a,b;10s;1000", "A-B:trade=x,y,z;250ms;5;close-on-complete;keep=all"] {
            #expect(try MergeRule(text).text == text)
            #expect(try MergeRule(MergeRule(text).text) == MergeRule(text))
        }
    }

    @Test(
        "what is no rule is refused with its reason",
        arguments: [
            ("", "no '='"), ("BTC-USDT:ticker", "no '='"), ("BTC-USDT=a,b", "not SYMBOL:KIND"),
            (":ticker=a,b", "not SYMBOL:KIND"), ("A-B:ticker=a", "two venues"), ("A-B:ticker=a,a", "twice"),
            ("A-B:ticker=a,", "no venue's name"), ("A-B:execReport=a,b", "cannot be merged"),
            ("A-B:hello=a,b", "cannot be merged"), ("A-B:ticker=a,b;0s", "no time"),
            ("A-B:ticker=a,b;0", "no count"), ("A-B:ticker=a,b;-1", "no time"), ("A-B:ticker=a,b;2h", "no time"),
            ("A-B:ticker=a,b;partial_policy=emit", "only suppress"), ("A-B:ticker=a,b;foo=1", "no setting"),
        ])
    func refuses(_ text: String, _ reason: String) {
        do throws(MergeRule.Defect) {
            _ = try MergeRule(text)
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.text.contains(reason), "\(text): \(error.text)")
        }
    }

    @Test("a file's first wrong line is named, and the file refused whole")
    func file() throws {
        let good = "# rules\n\nA-B:ticker=a,b\n  A-B:trade=a,b;1s # two\r\n"
        #expect(try MergeRules.read(good).map(\.key) == ["A-B:ticker", "A-B:trade"])
        #expect(throws: MergeRules.Defect(line: 3, text: "a merge is of two venues at least")) {
            try MergeRules.read("# x\nA-B:ticker=a,b\nA-B:trade=a\n")
        }
        #expect(throws: MergeRules.Defect(line: 2, text: "there is a rule for A-B:ticker already")) {
            try MergeRules.read("A-B:ticker=a,b\nA-B:ticker=c,d")
        }
    }
}
