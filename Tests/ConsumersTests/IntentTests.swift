import Bytes
import Events
import Support
import Testing
import Text
import Units
import Wire

@testable import Consumers

@Suite(.timeLimit(.minutes(1)))
struct IntentTests {
    @Test(
        "every intent whose names fit is a good frame, and one whose names do not is none",
        arguments: 0..<50 as Range<UInt64>)
    func frames(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        for _ in 0..<40 {
            var intent = Intent(venue: "kraken", symbol: "BTC-USD")
            intent.action = random.dice.pick(Array(IntentAction.allCases))
            intent.side = random.dice.pick(Array(Side.allCases))
            intent.type = random.dice.pick(Array(OrderType.allCases))
            intent.isPostOnly = random.dice.oneIn(2)
            intent.price = random.decimal()
            intent.size = random.decimal()
            intent.validUntil = random.time()
            intent.clientOrderId = random.text(atMost: 64)
            intent.target = random.text(atMost: 64)
            let draft = intent.draft(random.number(), of: "grid", received: random.time())
            var outbox = Outbox(capacity: 1 << 12)
            #expect(draft.map { outbox.write($0) } == .some(nil), "seed \(seed)")
        }
        let long = Intent(venue: String(repeating: "v", count: 33), symbol: "A")
        #expect(long.draft(1, of: "grid", received: .zero) == nil)
    }

    @Test("what is wanted is a JSON object, whatever the names hold", arguments: 0..<50 as Range<UInt64>)
    func wants(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        var options = ConsumerOptions(socket: "x")
        options.want(venue: random.text(atMost: 20), symbol: "\"\\\u{1}\u{7F}", kind: random.text(atMost: 20))
        let isValid = options.wants.allSatisfy { text in text.withBytes { JSON.isValid($0) } }
        #expect(isValid, "\(options.wants)")
    }

    @Test("what is wanted by lists is asked for in one command, and in several only above 64 combinations")
    func lists() {
        func words(_ count: Int) -> [String] { (0..<count).map { "w\($0)" } }
        var options = ConsumerOptions(socket: "x")
        options.want(venues: ["binance", "kraken"], symbols: ["A\"", "B"], kinds: [])
        #expect(options.wants == [#"{"venue":["binance","kraken"],"symbol":["A\"","B"],"kind":["*"]}"#])
        for (venues, symbols, kinds, commands) in [(0, 0, 0, 1), (4, 4, 4, 1), (1, 65, 1, 2), (3, 100, 2, 10)] {
            var options = ConsumerOptions(socket: "x")
            options.want(venues: words(venues), symbols: words(symbols), kinds: words(kinds))
            #expect(options.wants.count == commands, "\(venues) × \(symbols) × \(kinds)")
        }
    }

    @Test("a consumer without a name keeps no place")
    func nameless() {
        var options = ConsumerOptions(socket: "nowhere.sock")
        options.state = "/dev/null/x"
        #expect(throws: (any Error).self) { _ = try Consumer.open(options) }
    }
}
