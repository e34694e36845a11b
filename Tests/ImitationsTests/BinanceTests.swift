import Foundation
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Matching
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct BinanceTests {
    /// One market with a book of one level a side.
    private func client(_ options: ImitationOptions = .init()) -> Client {
        let terms = Terms(base: "BNB", quote: "BTC", tick: Decimal(1, exponent: -4), lot: Decimal(1, exponent: -1))
        let client = Client(.binance, markets: ToyMarkets([terms], depth: 1, seed: 3), options)
        return client
    }

    @Test(
        "a change is told at the next tenth of a second, with all changes of that time, bare or with its stream's name")
    func depth() {
        let client = client()
        client.open("/ws/bnbbtc@depth@100ms", 0)
        client.open("/stream?streams=bnbbtc@depth@100ms", 1)
        #expect(client.level(0, .bid, 24, 100) == [])
        #expect(client.level(0, .ask, 10_026, 0) == [])
        client.level(0, .ask, 10_027, 30)
        client.level(0, .ask, 10_027, 0)
        let lines = client.pass(.milliseconds(100))
        let bare =
            #"{"e":"depthUpdate","E":1760000000100,"s":"BNBBTC","U":1001,"u":1003,"b":[["0.00240000","10.00000000"]],"a":[["1.00270000","0.00000000"]]}"#
        #expect(lines == ["0 " + bare, #"1 {"stream":"bnbbtc@depth@100ms","data":\#(bare)}"#])
        #expect(client.pass(.seconds(1)) == [])
        client.level(0, .bid, 25, 1)
        #expect(client.pass(.milliseconds(200)).first?.contains(#""U":1004,"u":1004,"#) == true)
    }

    @Test("a trade is told at once, fills of one taker at one price also as one")
    func trades() {
        let client = client()
        client.open("/ws/bnbbtc@trade/bnbbtc@aggTrade")
        let lines = client.happen { markets, time, tape in
            markets.sell(0, .bid, 10, 1000, time, &tape)
            markets.sell(0, .bid, 10, 500, time, &tape)
            markets.sell(0, .bid, 11, 500, time, &tape)
        }
        #expect(lines.count == 5)
        #expect(
            lines[0]
                == #"0 {"e":"trade","E":1760000000001,"s":"BNBBTC","t":1,"p":"0.00100000","q":"100.00000000","T":1760000000001,"m":false,"M":true}"#
        )
        #expect(
            lines[3]
                == #"0 {"e":"aggTrade","E":1760000000001,"s":"BNBBTC","a":1,"p":"0.00100000","q":"150.00000000","f":1,"l":2,"T":1760000000001,"m":false,"M":true}"#
        )
        let sold = client.happen { $0.sell(0, .ask, 10, 5, $1, &$2) }
        #expect(sold.first?.contains(#""t":4,"p":"0.00100000","q":"0.50000000""#) == true)
        #expect(sold.first?.contains(#""m":true,"M":true}"#) == true)
    }

    @Test("the touch is told at once when it moves, and only then")
    func touch() {
        let client = client()
        client.open("/ws/bnbbtc@bookTicker")
        let best = client.markets.best(0, .bid)
        #expect(client.level(0, .bid, best - 5, 100) == [])
        let ask = client.markets.best(0, .ask)
        let lines = client.level(0, .bid, best + 1, 7)
        #expect(lines.count == 1)
        #expect(
            lines[0].hasPrefix(
                #"0 {"u":1002,"s":"BNBBTC","b":"\#(price(best + 1))","B":"0.70000000","a":"\#(price(ask))","A":"#))
    }

    private func price(_ ticks: Int64) -> String {
        let text = String(ticks * 10_000 + 100_000_000_000)
        let whole = Int(text.dropLast(8))! - 1000
        return "\(whole).\(text.suffix(8))"
    }

    @Test("subscriptions are answered, listed and ended; what there is not is taken and stays silent")
    func subscriptions() {
        let client = client()
        client.open("/ws/0")
        #expect(
            client.say(#"{"method":"SUBSCRIBE","params":["bnbbtc@trade","nobody@trade","bnbbtc@depth"],"id":1}"#)
                == [#"0 {"result":null,"id":1}"#])
        #expect(
            client.say(#"{"method":"LIST_SUBSCRIPTIONS","id":"a3"}"#)
                == [#"0 {"result":["bnbbtc@trade","nobody@trade","bnbbtc@depth"],"id":"a3"}"#])
        #expect(
            client.say(#"{"id":312,"params":["bnbbtc@trade"],"method":"UNSUBSCRIBE"}"#)
                == [#"0 {"result":null,"id":312}"#])
        #expect(client.happen { $0.sell(0, .bid, 10, 1, $1, &$2) } == [])
        #expect(
            client.say(#"{"method":"LIST_SUBSCRIPTIONS"}"#)
                == [#"0 {"result":["nobody@trade","bnbbtc@depth"],"id":null}"#])
    }

    @Test(
        "what is no request is refused with the venue's code",
        arguments: [
            (#"{"params":["a@trade"],"id":1}"#, 2), ("{", 3), ("", 3), (#"{"method":"DANCE","id":1}"#, 2),
            (#"{"method":"SUBSCRIBE","params":[1],"id":1}"#, 1), (#"[1]"#, 3), ("\u{0}", 3),
        ])
    func refusals(text: String, code: Int) {
        let client = client()
        client.open("/ws")
        let lines = client.say(text)
        #expect(lines.count == 1 && lines[0].hasPrefix(#"0 {"code":\#(code),"msg":""#))
    }

    @Test("more than five messages in a second, or more than 1024 streams, are not borne")
    func limits() {
        let client = client()
        client.open("/ws")
        for _ in 0..<5 { #expect(client.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#).count == 1) }
        #expect(client.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#) == ["0 close 1008"])
        #expect(client.say(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#) == [])
        client.open("/ws", 1)
        let names = (0..<1025).map { "\"s\($0)@trade\"" }.joined(separator: ",")
        let lines = client.say(#"{"method":"SUBSCRIBE","params":[\#(names)],"id":1}"#, 1)
        #expect(lines.count == 1 && lines[0].hasPrefix(#"1 {"code":2,"msg":"#))
    }

    @Test("the venue pings every 20 s, ends a connection that is silent for 60 s, and every one after its life")
    func keeping() {
        var options = ImitationOptions()
        options.life = .seconds(150)
        let client = client(options)
        client.open("/ws/bnbbtc@trade", 0)
        client.open("/ws/bnbbtc@trade", 1)
        var all: [String] = []
        for _ in 0..<90 {
            all += client.pass(.seconds(1))
            client.imitation.pong(connection: 1, at: client.now)
        }
        #expect(all.filter { $0.hasPrefix("1 ping") }.count == 4)
        #expect(all.filter { $0.hasPrefix("0 ping") }.count >= 3)
        #expect(all.filter { $0.contains("close") } == ["0 close 1008"])
        for _ in 0..<90 {
            all += client.pass(.seconds(1))
            client.imitation.pong(connection: 1, at: client.now)
        }
        #expect(all.last { $0.contains("close") } == "1 close 1000")
    }

    @Test("a candle is told every other second when it changed, and once more when it is over")
    func klines() {
        let client = client()
        client.now = .seconds(1_760_000_040)
        client.pass(.zero)
        client.open("/ws/bnbbtc@kline_1m")
        client.happen { $0.sell(0, .bid, 20, 10, $1, &$2) }
        client.happen { $0.sell(0, .ask, 30, 10, $1, &$2) }
        client.happen { $0.sell(0, .bid, 25, 10, $1, &$2) }
        var all: [String] = []
        for _ in 0..<70 { all += client.pass(.seconds(1)).filter { !$0.contains("ping") } }
        #expect(all.count == 2)
        #expect(
            all[0]
                == #"0 {"e":"kline","E":1760000042000,"s":"BNBBTC","k":{"t":1760000040000,"T":1760000099999,"s":"BNBBTC","i":"1m","f":1,"L":3,"o":"0.00200000","c":"0.00250000","h":"0.00300000","l":"0.00200000","v":"3.00000000","n":3,"x":false,"q":"0.00750000","V":"2.00000000","Q":"0.00450000","B":"0"}}"#
        )
        #expect(all[1].contains(#""E":1760000100000"#) && all[1].contains(#""x":true"#))
        let (status, body, _) = client.get("/api/v3/klines?symbol=BNBBTC&interval=1m&limit=2")
        #expect(status == 200)
        #expect(
            body.hasPrefix(
                #"[[1760000040000,"0.00200000","0.00300000","0.00200000","0.00250000","3.00000000",1760000099999,"0.00750000",3,"2.00000000","0.00450000","0"],[1760000100000,"0.00250000""#
            ))
    }
}
