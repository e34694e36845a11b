import Lanes
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    private func read(_ text: String) -> (Request?, String) {
        var why = ""
        let request = Array(text.utf8).withBytes { Request($0, why: &why) }
        return (request, why)
    }

    @Test("texts and lists, both spellings, and depth behind the kind")
    func fields() {
        let (request, _) = read(
            #"{"verb":"subscribe","message_id":"18446744073709551615","providers":["a","b"],"symbol":"X","kind":["book:10","trade"],"policy":"skip","coalesce":"50ms"}"#
        )
        #expect(request?.messageId == .max && request?.verb == "subscribe")
        let manners: (String, String, Int) -> Subscription = {
            Subscription(venue: $0, symbol: "X", kind: $1, depth: $2, policy: .skip, pace: .milliseconds(50))
        }
        #expect(
            request?.subscriptions == [
                manners("a", "book", 10), manners("a", "trade", 0), manners("b", "book", 10), manners("b", "trade", 0),
            ])
    }

    @Test("a merge's windows are read as the settings of a rule; other settings are refused")
    func window() {
        let (request, _) = read(
            #"{"symbol":"A-B","providers":["a","b"],"event_types":["trade"],"merge_config":{"window_duration":"10s","max_events":1000,"partial_policy":"suppress","keep":"all","close_on_complete":true}}"#
        )
        #expect(
            request?.window
                == ";window_duration=10s;max_events=1000;partial_policy=suppress;keep=all;close-on-complete")
        #expect(request?.venues == ["a", "b"] && request?.symbols == ["A-B"] && request?.kinds == ["trade"])
        #expect(read(#"{"merge_config":{"colour":"red"}}"#).0 == nil && read(#"{"merge_config":7}"#).0 == nil)
    }

    @Test("what is left out means all")
    func defaults() { #expect(read("{}").0?.subscriptions == [Subscription()]) }

    @Test(
        "what is wrong is said in a sentence, and nothing traps",
        arguments: [
            "", "{", "[]", "nonsense", #"{"policy":"maybe"}"#, #"{"kind":"book:x"}"#, #"{"kind":"book:1:2"}"#,
            #"{"kind":""}"#, #"{"depth":99999999999999999999}"#, #"{"coalesce":"1h"}"#, #"{"colour":1}"#,
            #"{"symbol":{"a":1}}"#, #"{"venue":[["a"]]}"#, #"{"messageId":-1}"#, #"{"enabled":"yes"}"#,
        ])
    func wrong(text: String) {
        let (request, why) = read(text)
        #expect(request == nil && !why.isEmpty)
    }

    @Test("bytes of any kind never trap it", arguments: 0..<50)
    func hostile(seed: UInt64) {
        var dice = Dice(seed: seed)
        let good = Array(
            #"{"verb":"subscribe","venue":["a"],"kind":"book:3","depth":5,"enabled":true,"mergeConfig":{"keep":"all","max_events":5}}"#
                .utf8)
        for _ in 0..<200 {
            var bytes = good
            for _ in 0..<dice.number(1...4) {
                bytes[dice.number(0...(bytes.count - 1))] = UInt8(truncatingIfNeeded: dice.next())
            }
            _ = bytes.withBytes { span in
                var why = ""
                return Request(span, why: &why) == nil
            }
        }
    }
}
