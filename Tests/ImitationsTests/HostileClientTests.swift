import Foundation
import Support
import Testing
import Units

@testable import Imitations
@testable import Markets
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct HostileClientTests {
    static let requests: [Dialect: String] = [
        .binance: #"{"method":"SUBSCRIBE","params":["btcusd@depth@100ms","btcusd@trade"],"id":1}"#,
        .kraken: #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10},"req_id":1}"#,
        .coinbase: #"{"type":"subscribe","product_ids":["BTC-USD"],"channel":"level2"}"#,
        .coinbaseExchange: #"{"type":"subscribe","product_ids":["BTC-USD"],"channels":["level2",{"name":"ticker"}]}"#,
    ]

    @Test("whatever a client sends, the venue goes on", arguments: Imitation.dialects)
    func messages(dialect: Dialect) throws {
        var options = ImitationOptions()
        options.messagesPerSecond = 0
        let client = Client(dialect, options)
        let request = Array(try #require(HostileClientTests.requests[dialect]).utf8)
        var dice = Dice(seed: 9)
        for turn in 0..<600 {
            client.open("/stream", turn % 7)
            var bytes = request
            for _ in 0..<Int.random(in: 0...6, using: &dice) {
                guard !bytes.isEmpty else { break }
                let at = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<3, using: &dice) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes.remove(at: at)
                default: bytes.insert(dice.pick(Array("{}[]\",:0123456789-enull".utf8)), at: at)
                }
            }
            bytes.withUnsafeBytes {
                client.imitation.message(RawSpan(_unsafeBytes: $0), connection: turn % 7, at: client.now)
            }
            if turn % 20 == 0 { client.trade(1) }
            client.imitation.clear()
        }
        client.open("/stream", 8)
        #expect(client.say(String(decoding: request, as: UTF8.self), 8).count >= 1)
    }

    @Test("whatever a request asks for, it is answered, and soon", arguments: Imitation.dialects)
    func requests(dialect: Dialect) {
        let client = Client(dialect)
        client.trade(100)
        let paths: [Dialect: [String]] = [
            .binance: ["depth", "trades", "historicalTrades", "aggTrades", "klines", "ticker/24hr", "exchangeInfo"].map
            {
                "/api/v3/\($0)?symbol=BTCUSD&interval=1m"
            },
            .kraken: ["Depth", "Trades", "OHLC", "Ticker", "AssetPairs"].map { "/0/public/\($0)?pair=XBTUSD" },
            .coinbase: [
                "products?x=1", "product_book?product_id=BTC-USD", "products/BTC-USD/ticker?x=1",
                "products/BTC-USD/candles?granularity=ONE_MINUTE",
            ].map { "/api/v3/brokerage/market/" + $0 },
            .coinbaseExchange: ["book", "trades", "candles"].map { "/products/BTC-USD/\($0)?x=1" },
        ]
        let names = [
            "limit", "fromId", "startTime", "endTime", "count", "since", "start", "end", "offset", "after", "level",
            "granularity", "interval", "%zz", "&&==&",
        ]
        let values = [
            "-1", "0", "1", "1760000000", "1760000000000", "9223372036854775807", "8589934592", "99999999999999999999",
            "x", "", "%", "%4", "%00",
        ]
        for path in paths[dialect] ?? [] {
            for name in names {
                for value in values {
                    let (status, body, _) = client.get(
                        path + "&\(name)=\(value)", from: UInt64.random(in: 0...9_999_999))
                    #expect((status == 200 || status / 100 == 4) && !body.isEmpty)
                }
            }
        }
        for target in ["", "/", "?", "/?", "//", "/%", String(repeating: "/a", count: 5000), "/api/v3/"] {
            #expect(client.get(target).0 / 100 == 4)
        }
    }
}
