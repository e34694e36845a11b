import Foundation
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Matching
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct CoinbaseTests {
    /// One market with a book of one level a side.
    private func client(_ dialect: Dialect) -> Client {
        let terms = Terms(base: "BTC", quote: "USD", tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: -8))
        return Client(dialect, markets: ToyMarkets([terms], depth: 1, seed: 3))
    }

    @Test("each message of a connection bears its next number, whatever its channel")
    func numbers() {
        let client = client(.coinbase)
        client.open("/", 0)
        client.open("/", 1)
        let lines = client.say(#"{"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"}"#)
        #expect(
            lines[0]
                == #"0 {"channel":"subscriptions","client_id":"","timestamp":"2025-10-09T08:53:20.000000000Z","sequence_num":0,"events":[{"subscriptions":{"level2":["BTC-USD"]}}]}"#
        )
        #expect(
            lines.count == 2
                && lines[1].contains(
                    #""sequence_num":1,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":""#
                ))
        client.say(#"{"type":"subscribe","channel":"heartbeats"}"#, 1)
        client.say(#"{"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"}"#, 1)
        client.level(0, .bid, 6_890_000, 200_000_000)
        client.level(0, .ask, 6_890_100, 0)
        #expect(client.level(0, .ask, 6_890_200, 100) == [])
        let told = client.pass(.milliseconds(50))
        let events =
            #""events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2025-10-09T08:53:20.050000Z","price_level":"68900.00","new_quantity":"2.00000000"},{"side":"offer","event_time":"2025-10-09T08:53:20.050000Z","price_level":"68902.00","new_quantity":"0.00000100"}]}]}"#
        let head = #"{"channel":"l2_data","client_id":"","timestamp":"2025-10-09T08:53:20.050000000Z","sequence_num":"#
        #expect(told == ["0 \(head)2,\(events)", "1 \(head)3,\(events)"])
        #expect(client.pass(.seconds(1)).filter { $0.hasPrefix("1") }[0].contains(#""sequence_num":4,"#))
    }

    @Test("trades come four times a second, the newest first, with the maker's side")
    func trades() {
        let client = client(.coinbase)
        client.open("/")
        client.say(#"{"type":"subscribe","product_ids":["BTC-USD"],"channel":"market_trades"}"#)
        #expect(client.happen { $0.sell(0, .bid, 6_890_050, 150_000, $1, &$2) } == [])
        client.happen { $0.sell(0, .ask, 6_890_050, 150_000, $1, &$2) }
        let lines = client.pass(.milliseconds(250))
        #expect(
            lines == [
                #"0 {"channel":"market_trades","client_id":"","timestamp":"2025-10-09T08:53:20.250000000Z","sequence_num":2,"events":[{"type":"update","trades":[{"trade_id":"2","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","time":"2025-10-09T08:53:20.002000Z","side":"BUY"},{"trade_id":"1","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","time":"2025-10-09T08:53:20.001000Z","side":"SELL"}]}]}"#
            ])
    }

    @Test(
        "a connection that asks for nothing within five seconds is closed",
        arguments: [Dialect.coinbase, .coinbaseExchange])
    func silence(dialect: Dialect) {
        let client = client(dialect)
        client.open("/", 0)
        client.open("/", 1)
        client.say(#"{"type":"subscribe","product_ids":["BTC-USD"],"channels":["ticker"],"channel":"ticker"}"#, 1)
        #expect(client.pass(.seconds(4)) == [])
        #expect(client.pass(.seconds(2)) == ["0 close 1008"])
    }

    @Test("heartbeats come each second and are counted; a whole channel can be left; what there is not is refused")
    func channels() {
        let client = client(.coinbase)
        client.open("/")
        client.say(#"{"type":"subscribe","channel":"heartbeats"}"#)
        client.say(#"{"type":"subscribe","channel":"level2","product_ids":["BTC-USD"]}"#)
        let beats = client.pass(.seconds(2))
        #expect(beats.count == 2 && beats[1].hasSuffix(#""heartbeat_counter":2}]}"#))
        #expect(
            client.say(#"{"type":"unsubscribe","channel":"level2"}"#)[0].contains(
                #"{"subscriptions":{"heartbeats":["heartbeats"]}}"#))
        client.level(0, .bid, 5, 5)
        #expect(client.pass(.milliseconds(100)) == [])
        #expect(client.say("{") == [#"0 {"type":"error","message":"malformed JSON"}"#])
        #expect(
            client.say(#"{"type":"subscribe","channel":"level2","product_ids":["A-B"]}"#)
                == [#"0 {"type":"error","message":"invalid product id: A-B"}"#])
        #expect(client.say(#"{"type":"subscribe","channel":"x"}"#)[0].contains("invalid channel: x"))
    }

    @Test("the older feed: one object a message, subscribed by names or objects, the last match at once")
    func exchange() {
        let client = client(.coinbaseExchange)
        client.happen { $0.sell(0, .bid, 1_001, 5, $1, &$2) }
        client.open("/")
        let lines = client.say(
            #"{"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2_batch","matches",{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#
        )
        #expect(
            lines[0]
                == #"0 {"type":"subscriptions","channels":[{"name":"level2_batch","product_ids":["BTC-USD"],"account_ids":null},{"name":"matches","product_ids":["BTC-USD"],"account_ids":null},{"name":"heartbeat","product_ids":["BTC-USD"],"account_ids":null}]}"#
        )
        #expect(lines[1].hasPrefix(#"0 {"type":"snapshot","product_id":"BTC-USD","bids":[[""#))
        #expect(
            lines[2]
                == #"0 {"type":"last_match","trade_id":1,"maker_order_id":"00000000-0000-4000-8000-000000000005","taker_order_id":"00000000-0000-4000-8000-000000000009","side":"sell","size":"0.00000005","price":"10.01","product_id":"BTC-USD","sequence":1001,"time":"2025-10-09T08:53:20.001000Z"}"#
        )
        client.level(0, .bid, 1_010_180, 16_256_700)
        #expect(
            client.pass(.milliseconds(50)) == [
                #"0 {"type":"l2update","product_id":"BTC-USD","changes":[["buy","10101.80","0.16256700"]],"time":"2025-10-09T08:53:20.050000Z"}"#
            ])
        #expect(
            client.pass(.seconds(1)) == [
                #"0 {"type":"heartbeat","last_trade_id":1,"product_id":"BTC-USD","sequence":1002,"time":"2025-10-09T08:53:21.000000Z"}"#
            ])
        #expect(
            client.say(#"{"type":"subscribe","product_ids":["A-B"],"channels":["ticker"]}"#)
                == [#"0 {"type":"error","message":"Failed to subscribe","reason":"A-B is not a valid product"}"#])
    }

    @Test(
        "a halt is told on the channel of states, and stands in the list",
        arguments: [Dialect.coinbase, .coinbaseExchange])
    func states(dialect: Dialect) {
        let client = client(dialect)
        client.open("/")
        client.say(#"{"type":"subscribe","channel":"status","channels":["status"]}"#)
        let lines = client.happen { $0.tell(.halted, 0, $1, &$2) }
        #expect(lines.count == 1 && lines[0].contains("BTC-USD"))
        let list = dialect == .coinbase ? "/api/v3/brokerage/market/products?product_type=SPOT" : "/products"
        #expect(client.get(list).1.contains(#""trading_disabled":true"#))
    }

    @Test(
        "every body is JSON",
        arguments: [
            (Dialect.coinbase, "/v2/currencies"), (.coinbase, "/v2/currencies/crypto"),
            (.coinbase, "/v2/exchange-rates"),
            (.coinbase, "/api/v3/brokerage/time"), (.coinbase, "/api/v3/brokerage/market/products"),
            (.coinbase, "/api/v3/brokerage/market/products?product_type=FUTURE"),
            (.coinbase, "/api/v3/brokerage/market/products?limit=2&offset=1"),
            (.coinbase, "/api/v3/brokerage/market/products/BTC-USD"),
            (.coinbase, "/api/v3/brokerage/market/product_book?product_id=BTC-USD&limit=3"),
            (.coinbase, "/api/v3/brokerage/market/products/BTC-USD/ticker?limit=3"),
            (.coinbase, "/api/v3/brokerage/market/products/BTC-USD/candles?granularity=ONE_MINUTE"),
            (.coinbaseExchange, "/products"), (.coinbaseExchange, "/products/BTC-USD"), (.coinbaseExchange, "/time"),
            (.coinbaseExchange, "/products/BTC-USD/book?level=2"), (.coinbaseExchange, "/products/BTC-USD/trades"),
            (.coinbaseExchange, "/products/BTC-USD/candles"), (.coinbaseExchange, "/products/BTC-USD/ticker"),
            (.coinbaseExchange, "/products/BTC-USD/stats"), (.coinbaseExchange, "/currencies"),
        ])
    func bodies(dialect: Dialect, target: String) throws {
        let client = Client(dialect)
        for orders in [0, 100] {
            client.trade(orders)
            let (status, body, _) = client.get(target)
            #expect(status == 200)
            _ = try JSONSerialization.jsonObject(with: Data(body.utf8))
        }
        #expect(client.get("/api/v3/brokerage/market/products/NO-PE").0 == 404)
        #expect(client.get("/products/NO-PE/book").0 == 404)
    }
}
