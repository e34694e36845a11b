import Events
import Foundation
import Support
import Testing

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct SessionStartTests {
    @Test(
        "a session asks for the list first, then connects, then subscribes to what it was asked for",
        arguments: Dialect.allCases)
    func startsInOrder(dialect: Dialect) {
        let talk = Talk(dialect)
        talk.session.start()
        #expect(talk.takeActions() == [.fetch(url: dialect.instrumentsURL)])
        talk.list()
        let connects = talk.takeActions()
        #expect(connects == dialect.routes.enumerated().map { .connect(connection: $0, url: $1.url) })
        for (connection, route) in dialect.routes.enumerated() {
            talk.open(connection)
            let texts = talk.takeActions().map { action in
                guard case .send(connection, let text) = action else { return "not sent: \(action)" }
                return text
            }
            let natives = Talk.natives(dialect)
            let channels = route.channels.intersection(dialect.channels).subtracting(.instrument)
            let depth = dialect.depths.last ?? 0
            let expected = dialect.subscriptions(natives, channels, depth: depth, firstID: 1)
            #expect(texts.map(numberless) == expected.map(numberless), "route \(connection)")
            #expect(!texts.isEmpty)
        }
        #expect(talk.lines().isEmpty && talk.takeNotices().isEmpty)
    }

    /// Without the numbers of requests, which go on from route to route.
    private func numberless(_ text: String) -> String {
        text.replacing(#/"(id|req_id)":\d+/#, with: "")
    }

    @Test("each number of a request is used once")
    func numbersRequests() {
        let talk = Talk(.binanceUsdm)
        talk.session.start()
        talk.list()
        talk.open(0)
        talk.open(1)
        talk.open(0)
        let numbers = talk.takeActions().compactMap { action -> Substring? in
            guard case .send(_, let text) = action else { return nil }
            return text.firstMatch(of: #/"id":(\d+)/#)?.1
        }
        #expect(numbers == ["1", "2", "3"])
    }

    @Test(
        "symbols are asked for by our names, the venue's, or patterns of both, upper or lower case",
        arguments: [
            (["BTC-USDT"], ["BTCUSDT"]), (["btcusdt"], ["BTCUSDT"]), (["*-USDT"], ["BTCUSDT", "ETHUSDT"]),
            (["ETH*"], ["ETHUSDT"]),
            (["all"], ["BTCUSDT", "ETHUSDT"]), ([], ["BTCUSDT", "ETHUSDT"]),
            (["BTC-USDT", "eth-usdt", "X"], ["BTCUSDT", "ETHUSDT"]),
            (["???USDT"], ["BTCUSDT", "ETHUSDT"]),
        ])
    func choosesSymbols(asked: [String], natives: [String]) {
        let talk = Talk.connected(.binance) { $0.symbols = asked }
        talk.open(0)
        let text = talk.takeActions().description
        #expect(natives.allSatisfy { text.contains("\($0.lowercased())@depth") })
        #expect(text.components(separatedBy: "@depth").count == natives.count + 1)
    }

    @Test("a symbol that was asked for by name and is not there is missing; a pattern or all is not")
    func tellsMissingSymbols() {
        let talk = Talk.connected(.binance) { $0.symbols = ["BTC-USDT", "ETHUSDT", "BTC-USDC", "DOGE*", "all"] }
        let missing = talk.session.missingSymbols
        #expect(missing.map(\.name) == ["BTC-USDC"])
        #expect(missing.first?.others.sorted() == ["BTC-USDT", "ETH-USDT"])
    }

    @Test("an instrument that has ended is not followed; without a symbol nothing is connected")
    func leavesOutEnded() {
        let talk = Talk(.binance) { $0.symbols = ["OLD-USDT"] }
        talk.session.start()
        talk.list()
        #expect(talk.takeActions() == [.fetch(url: Dialect.binance.instrumentsURL)])
    }

    @Test(
        "a list that cannot be read is told, and connects nothing",
        arguments: ["", "{", "[]", "null", #"{"symbols":7}"#])
    func refusesBadList(text: String) {
        let talk = Talk(.binance)
        talk.answer(Dialect.binance.instrumentsURL, text)
        #expect(talk.takeNotices() == [.malformed(connection: -1, reason: "list of instruments")])
        #expect(talk.takeActions().isEmpty)
    }

    @Test(
        "only so many symbols share a connection, as told or as the venue bears",
        arguments: [
            (Dialect.binance, 450, 0, 3), (.binanceUsdm, 120, 0, 6), (.coinbase, 25, 0, 3), (.kraken, 201, 0, 3),
            (.binance, 7, 3, 3),
        ])
    func splitsConnections(dialect: Dialect, count: Int, perConnection: Int, connections: Int) {
        let talk = Talk(dialect) { $0.perConnection = perConnection }
        let names = (0..<count).map { "S\($0)" }
        switch dialect {
        case .coinbase:
            talk.answer(
                dialect.instrumentsURL,
                "{\"products\":[" + names.map { #"{"product_id":"\#($0)-USD"}"# }.joined(separator: ",") + "]}")
        case .kraken:
            talk.answer(
                dialect.instrumentsURL,
                "{\"pairs\":[" + names.map { #"{"symbol":"\#($0)/USD"}"# }.joined(separator: ",") + "]}")
        default:
            let list = names.map {
                #"{"symbol":"\#($0)USDT","status":"TRADING","baseAsset":"\#($0)","quoteAsset":"USDT"}"#
            }
            talk.answer(dialect.instrumentsURL, "{\"symbols\":[" + list.joined(separator: ",") + "]}")
        }
        let connects = talk.takeActions()
        #expect(connects.count == connections)
        for (index, action) in connects.enumerated() {
            guard case .connect(index, _) = action else {
                Issue.record("\(action)")
                continue
            }
            talk.open(index)
        }
        // What may not be said at once is said later.
        talk.pass(.seconds(20))
        let texts = talk.takeActions().description
        for name in names {
            #expect(
                texts.lowercased().contains("\"\(name.lowercased())")
                    || texts.lowercased().contains("\(name.lowercased())usdt@"))
        }
    }

    @Test("only the channels that are wanted are subscribed to, and a route without any is not connected")
    func subscribesWantedChannels() {
        let talk = Talk(.binanceUsdm) { $0.channels = [.trade, .instrument] }
        talk.list()
        let routes = Dialect.binanceUsdm.routes
        #expect(talk.takeActions() == [.connect(connection: 0, url: routes[1].url)])
        talk.open(0)
        #expect(
            talk.takeActions() == [
                .send(
                    connection: 0,
                    text: #"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","ethusdt@aggTrade"],"id":1}"#)
            ])
    }

    @Test("whoever asks for instruments alone gets them all, and nothing is connected", arguments: Dialect.allCases)
    func tellsInstrumentsAlone(dialect: Dialect) {
        let talk = Talk(dialect) { $0.channels = .instrument }
        talk.list()
        #expect(talk.takeActions().isEmpty)
        let lines = talk.lines()
        #expect(
            lines.count == (dialect == .binance ? 3 : 2)
                && lines.allSatisfy { $0.hasPrefix("instrument ") && $0.hasSuffix(" 1:1") })
        // Once.
        talk.list()
        #expect(talk.lines().isEmpty)
    }

    @Test(
        "the book is subscribed with the smallest depth that the venue offers and that is not below what is wanted",
        arguments: [
            (0, 1000), (1, 10), (10, 10), (11, 25), (500, 500), (501, 1000), (5000, 1000),
        ])
    func choosesDepth(wanted: Int, subscribed: Int) {
        let talk = Talk.connected(.kraken) {
            $0.depth = wanted
            $0.channels = .book
        }
        talk.open(0)
        #expect(talk.takeActions().description.contains(#"\"depth\":\#(subscribed),"#))
    }

    @Test("symbols bear the venue's names where that is wanted")
    func usesNativeNames() {
        let trade = #"{"e":"trade","E":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1,"m":true}"#
        let talk = Talk.connected(.binance) { $0.usesNativeNames = true }
        talk.message(trade)
        #expect(talk.lines() == ["instrument BTCUSDT 1:1", "trade BTCUSDT 1:1 sell 1×1 1"])
    }
}

extension Talk {
    /// The venue's names of the instruments of `lists` that are followed.
    static func natives(_ dialect: Dialect) -> [String] {
        switch dialect {
        case .binance, .binanceUsdm: ["BTCUSDT", "ETHUSDT"]
        case .binanceCoinm: ["BTCUSD_PERP", "ETHUSD_PERP"]
        case .coinbase, .coinbaseExchange: ["BTC-USD", "ETH-USD"]
        case .kraken: ["BTC/USD", "ETH/USD"]
        case .krakenV1: ["XBT/USD", "ETH/USD"]
        case .krakenFutures: ["PF_XBTUSD", "PI_ETHUSD"]
        }
    }
}
