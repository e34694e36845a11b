import Events
import Support
import Testing
import Units

@testable import Venues

/// Instruments that come as a stream: Kraken's.
@Suite(.timeLimit(.minutes(1)))
struct InstrumentStreamTests {
    private static let subscription = #""channel":"instrument","snapshot":true"#

    private static func pair(_ name: String, _ status: String = "online", tick: String = "0.1") -> String {
        let digits = tick.utf8.count - 2
        return #"{"symbol":"\#(name)","base":"BTC","quote":"USD","status":"\#(status)","qty_precision":8,"#
            + #""qty_increment":0.00000001,"price_precision":\#(digits),"price_increment":\#(tick)}"#
    }

    private func instruments(_ type: String, _ pairs: String...) -> String {
        #"{"channel":"instrument","type":"\#(type)","data":{"assets":[],"pairs":[\#(pairs.joined(separator: ","))]}}"#
    }

    private func talk(_ symbols: [String] = ["BTC-USD"]) -> Talk {
        let talk = Talk(.kraken) {
            $0.symbols = symbols
            $0.usesTimers = true
        }
        talk.session.start(at: talk.now)
        talk.list()
        talk.open(0)
        return talk
    }

    private func isAsked(_ actions: [Action]) -> Bool {
        actions.contains { if case .fetch(let url) = $0 { url.contains("AssetPairs") } else { false } }
    }

    private func isSubscribed(_ actions: [Action], _ connection: Int) -> Bool {
        actions.contains {
            if case .send(connection, let text) = $0 { text.contains(Self.subscription) } else { false }
        }
    }

    /// Time passes, and the venue's heartbeat is heard.
    private func pass(_ talk: Talk, seconds: Int, on connection: Int = 0) {
        for _ in 0..<seconds {
            talk.pass(.seconds(1))
            talk.message(#"{"channel":"heartbeat"}"#, on: connection)
        }
    }

    @Test("the stream is subscribed to; while it tells, the list is not asked for again")
    func followsTheStream() {
        let talk = talk()
        #expect(isSubscribed(talk.takeActions(), 0))
        talk.message(instruments("snapshot", Self.pair("BTC/USD"), Self.pair("ETH/USD")))
        pass(talk, seconds: 125)
        #expect(!isAsked(talk.takeActions()))
    }

    @Test("where nothing comes of the stream, the list is asked for as elsewhere")
    func asksWithout() {
        let talk = talk()
        #expect(!isAsked(Array(talk.takeActions().dropFirst())))
        pass(talk, seconds: 65)
        #expect(isAsked(talk.takeActions()))
    }

    @Test("a change of one instrument is told at once, and the others stay")
    func tellsChanges() {
        let talk = talk(["BTC-USD", "ETH-USD"])
        talk.message(instruments("snapshot", Self.pair("BTC/USD"), Self.pair("ETH/USD", tick: "0.01")))
        talk.message(
            #"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":1.0,"qty":1.0}],"asks":[],"checksum":0}]}"#)
        _ = talk.lines()
        _ = talk.takeNotices()
        talk.message(instruments("update", Self.pair("ETH/USD", "cancel_only", tick: "0.01")))
        #expect(talk.takeNotices() == [.changed(symbol: "ETH/USD", status: .cancelOnly)])
        #expect(talk.lines().contains { $0.hasPrefix("instrument ETH-USD") })
        talk.message(instruments("update", Self.pair("BTC/USD", tick: "0.001")))
        #expect(talk.takeNotices() == [.changed(symbol: "BTC/USD", status: .trading)])
        // The same again is no news.
        talk.message(instruments("update", Self.pair("BTC/USD", tick: "0.001")))
        #expect(talk.takeNotices().isEmpty && talk.lines().allSatisfy { !$0.hasPrefix("instrument ETH") })
    }

    @Test("a new instrument that was asked for by a pattern is followed at once")
    func followsNew() {
        let talk = talk(["*-USD"])
        talk.message(instruments("snapshot", Self.pair("BTC/USD"), Self.pair("ETH/USD")))
        _ = talk.takeActions()
        talk.message(instruments("update", Self.pair("SOL/USD")))
        talk.pass(.seconds(1))
        #expect("\(talk.takeActions())".contains("SOL/USD"))
    }

    @Test("one connection carries the stream, and the one that takes its place; when it is gone, the list is asked for")
    func movesOn() {
        let talk = Talk(.kraken) {
            $0.symbols = ["BTC-USD", "ETH-USD"]
            $0.usesTimers = true
            $0.perConnection = 1
            $0.channels = .trade
        }
        talk.session.start(at: talk.now)
        talk.list()
        talk.open(0)
        talk.open(1)
        let first = talk.takeActions()
        #expect(isSubscribed(first, 0) && !isSubscribed(first, 1))
        talk.message(instruments("snapshot", Self.pair("BTC/USD"), Self.pair("ETH/USD")))
        talk.close(0)
        pass(talk, seconds: 65, on: 1)
        let later = talk.takeActions()
        #expect(later.contains { if case .connect(0, _) = $0 { true } else { false } } && isAsked(later))
        talk.open(0)
        #expect(isSubscribed(talk.takeActions(), 0))
    }
}
