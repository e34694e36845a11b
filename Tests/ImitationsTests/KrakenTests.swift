import Foundation
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Matching
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct KrakenTests {
    /// A market whose book is that of the venue's example of its checksum.
    private func example() -> Client {
        let terms = Terms(base: "BTC", quote: "USD", tick: Decimal(1, exponent: -1), lot: Decimal(1, exponent: -8))
        let client = Client(.kraken, markets: ToyMarkets([terms], depth: 1, seed: 3))
        for side in BookSide.allCases { client.level(0, side, client.markets.best(0, side), 0) }
        let asks =
            "452852/100000 452864/154571953 452866/154571109 452896/154560911 452902/15890660 452918/154553491 452947/4454749 452961/35380000 452975/9945542 452995/18772827"
        let bids =
            "452835/10000000 452834/154582015 452821/10000000 452810/10000000 452803/154592586 452790/7990000 452776/3310103 452775/30000000 452773/154602737 452766/15445238"
        for (side, rows) in [(BookSide.ask, asks), (.bid, bids)] {
            for row in rows.split(separator: " ") {
                let words = row.split(separator: "/")
                client.level(0, side, Int64(words[0])!, Int64(words[1])!)
            }
        }
        return client
    }

    @Test("the snapshot of the venue's example bears the venue's checksum, digit for digit")
    func checksum() {
        let client = example()
        #expect(
            client.open("/v2")[0].hasPrefix(
                #"0 {"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online""#))
        let lines = client.say(
            #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]},"req_id":7}"#)
        #expect(lines.count == 2)
        #expect(
            lines[0].hasPrefix(
                #"0 {"method":"subscribe","result":{"channel":"book","depth":10,"snapshot":true,"symbol":"BTC/USD"},"success":true,"req_id":7,"time_in":"2025-10-09T08:53:20.022000Z","time_out":"#
            ))
        #expect(
            lines[1].hasPrefix(
                #"0 {"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":45283.5,"qty":0.10000000},{"price":45283.4,"qty":1.54582015},"#
            ))
        #expect(lines[1].hasSuffix(#"],"checksum":3310070434,"timestamp":"2025-10-09T08:53:20.022000Z"}]}"#))
    }

    @Test("a level that comes into the depth again is sent again, one that falls out of it is not removed")
    func depth() {
        let client = example()
        client.open("/v2")
        client.say(#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}"#)
        // Pushes 45276.6 out of the ten, then lets it in again.
        let pushed = client.level(0, .bid, 452_834 - 3, 1)
        #expect(pushed[0].contains(#""bids":[{"price":45283.1,"qty":0.00000001}],"asks":[],"#))
        let back = client.level(0, .bid, 452_834 - 3, 0)
        #expect(
            back[0].contains(
                #""bids":[{"price":45283.1,"qty":0.00000000},{"price":45276.6,"qty":0.15445238}],"asks":[],"checksum":3310070434"#
            ))
        #expect(client.level(0, .bid, 452_700, 5) == [])
        #expect(client.level(0, .bid, 452_700, 0) == [])
    }

    @Test("trades of one order are one message; a snapshot of the last fifty comes when it is asked for")
    func trades() {
        let client = example()
        client.open("/v2")
        client.say(#"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}"#)
        let lines = client.happen { markets, time, tape in
            markets.sell(0, .bid, 452_852, 27625, time, &tape)
            markets.sell(0, .bid, 452_864, 1, time, &tape)
        }
        #expect(
            lines == [
                #"0 {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":45285.2,"qty":0.00027625,"ord_type":"limit","trade_id":1,"timestamp":"2025-10-09T08:53:20.023000Z"},{"symbol":"BTC/USD","side":"buy","price":45286.4,"qty":0.00000001,"ord_type":"limit","trade_id":2,"timestamp":"2025-10-09T08:53:20.023000Z"}]}"#
            ])
        client.open("/v2", 1)
        let asked = client.say(
            #"{"method":"subscribe","params":{"channel":"trade","snapshot":true,"symbol":["BTC/USD"]}}"#, 1)
        #expect(asked.count == 2 && asked[1].contains(#""type":"snapshot","data":[{"#))
    }

    @Test("each refusal has the venue's words, and one answer for each symbol")
    func refusals() {
        let client = example()
        client.open("/v2")
        func error(_ text: String) -> [String] {
            client.say(text).map { $0.split(separator: "\"").dropFirst(3).first.map(String.init) ?? "" }
        }
        #expect(
            error(#"{"method":"subscribe","params":{"channel":"book","symbol":["FOO/BAR","BAR/FOO"]}}"#)
                == ["Currency pair not supported FOO/BAR", "Currency pair not supported BAR/FOO"])
        let book = #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}"#
        #expect(error(book)[0] == "subscribe")
        #expect(error(book) == ["Already subscribed"])
        #expect(
            error(#"{"method":"unsubscribe","params":{"channel":"ticker","symbol":["BTC/USD"]}}"#)
                == ["Subscription Not Found"])
        #expect(
            error(#"{"method":"subscribe","params":{"channel":"book","depth":11,"symbol":["BTC/USD"]}}"#)
                == ["Subscription book depth not supported"])
        #expect(
            error(#"{"method":"subscribe","params":{"channel":"gossip","symbol":["BTC/USD"]}}"#) == [
                "Event(s) not found"
            ])
        #expect(error("{") == ["Malformed request"])
        #expect(error(#"{"method":"dance"}"#) == ["Method not found"])
    }

    @Test("a client's ping is answered with its number, silence by a heartbeat a second")
    func heartbeats() {
        let client = example()
        client.open("/v2")
        #expect(
            client.say(#"{"method":"ping","req_id":101}"#)[0].hasPrefix(#"0 {"method":"pong","req_id":101,"time_in":"#))
        #expect(client.say(#"{"method":"ping"}"#)[0].hasPrefix(#"0 {"method":"pong","time_in":"#))
        client.say(#"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}"#)
        var all: [String] = []
        for _ in 0..<50 { all += client.pass(.milliseconds(100)) }
        #expect(all.count >= 4 && all.count <= 5 && all.allSatisfy { $0 == #"0 {"channel":"heartbeat"}"# })
        client.open("/v2", 1)
        #expect(client.pass(.seconds(61)).contains("1 close 1000"))
    }

    @Test("instruments come as a list, and each change of one is told")
    func instruments() throws {
        let client = Client(.kraken)
        client.open("/v2")
        let lines = client.say(#"{"method":"subscribe","params":{"channel":"instrument"},"req_id":1}"#)
        #expect(lines.count == 2)
        let list = try JSONSerialization.jsonObject(with: Data(lines[1].dropFirst(2).utf8)) as? [String: Any]
        let pairs = (list?["data"] as? [String: Any])?["pairs"] as? [[String: Any]]
        #expect(pairs?.count == 4 && pairs?[0]["symbol"] as? String == "BTC/USD")
        let halted = client.happen { $0.tell(.halted, 0, $1, &$2) }
        #expect(
            halted.count == 1 && halted[0].contains(#""symbol":"BTC/USD","#) && halted[0].contains(#""maintenance""#))
        let finer = client.happen { $0.changeTick(1, finer: 10, $1, &$2) }
        #expect(finer[0].contains(#""price_precision":3,"#) && finer[0].contains(#""price_increment":0.001"#))
        client.happen { $0.tell(.ended, 0, $1, &$2) }
        #expect(
            client.say(#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"]}}"#)[0]
                .contains("Currency pair not supported BTC/USD"))
    }

    @Test("the list of pairs has every name that clients use, and every body is JSON", arguments: [0, 200])
    func answers(orders: Int) throws {
        let client = Client(.kraken)
        client.trade(orders)
        #expect(
            client.get("/0/public/AssetPairs").1.hasPrefix(
                #"{"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","#))
        for name in ["XXBTZUSD", "XBTUSD", "XBT/USD", "BTC/USD", "BTCUSD"] {
            let (status, body, _) = client.get("/0/public/Depth?count=2&pair=" + name)
            #expect(status == 200 && body.hasPrefix(#"{"error":[],"result":{"XXBTZUSD":{"asks":[["#))
        }
        let targets = [
            "Time", "SystemStatus", "Assets", "AssetPairs", "AssetPairs?pair=XBTUSD,ETHUSD", "Ticker",
            "Ticker?pair=XBTUSD",
            "Depth?pair=XDGEUR", "Trades?pair=XBTUSD", "Trades?pair=XBTUSD&since=1760000000050000000",
            "OHLC?pair=XBTUSD&interval=5",
        ]
        for target in targets {
            let (status, body, _) = client.get("/0/public/" + target)
            #expect(status == 200)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any], "\(target): \(body)")
            #expect((json["error"] as? [String])?.isEmpty == true && json["result"] != nil)
        }
        #expect(client.get("/0/public/Depth?pair=NOPE").1 == #"{"error":["EQuery:Unknown asset pair"]}"#)
        #expect(client.get("/0/public/Depth").1 == #"{"error":["EGeneral:Invalid arguments"]}"#)
        #expect(client.get("/0/public/Time").1.contains("Thu, 09 Oct 25 08:53:20 +0000"))
    }
}
