import Foundation
import Support
import Testing

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    /// Taken apart by somebody else's JSON reader.
    private func parse(_ text: String) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }

    private func expect(_ texts: [String], _ documented: [String]) throws {
        #expect(try texts.map(parse) == documented.map(parse))
    }

    private func texts(
        _ dialect: Dialect, _ natives: [String], _ channels: ChannelSet = .all, depth: Int = 10, leaving: Bool = false
    ) -> [String] {
        dialect.subscriptions(natives, channels, depth: depth, leaving: leaving, firstID: 7)
    }

    @Test("Binance: streams in lower case, numbered messages")
    func binance() throws {
        try expect(
            texts(.binance, ["BTCUSDT"]),
            [
                #"{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms","btcusdt@trade","btcusdt@bookTicker","btcusdt@kline_1m"],"id":7}"#
            ])
        try expect(
            texts(.binanceUsdm, ["BTCUSDT", "ETHUSDT"], [.trade, .kline]),
            [
                #"{"method":"SUBSCRIBE","params":["btcusdt@aggTrade","btcusdt@kline_1m","ethusdt@aggTrade","ethusdt@kline_1m"],"id":7}"#
            ])
        try expect(
            texts(.binanceCoinm, ["BTCUSD_PERP"], .book, leaving: true),
            [
                #"{"method":"UNSUBSCRIBE","params":["btcusd_perp@depth@100ms"],"id":7}"#
            ])
    }

    @Test("Binance: at most 100 streams a message, each stream once", arguments: [1, 25, 26, 50, 199, 200])
    func binanceChunks(count: Int) throws {
        let natives = (0..<count).map { "S\($0)USDT" }
        let messages = try texts(.binance, natives).map(parse)
        let lists = messages.compactMap { $0["params"] as? [String] }
        #expect(lists.count == (count * 4 + 99) / 100)
        #expect(lists.allSatisfy { $0.count <= 100 })
        #expect(Set(lists.joined()).count == count * 4 && lists.joined().count == count * 4)
        #expect(messages.compactMap { $0["id"] as? Int } == (0..<lists.count).map { 7 + $0 })
    }

    @Test("Coinbase Advanced: one message a channel, heartbeats first; leaving keeps them")
    func coinbase() throws {
        try expect(
            texts(.coinbase, ["BTC-USD", "ETH-USD"]),
            [
                #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"heartbeats"}"#,
                #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"level2"}"#,
                #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"market_trades"}"#,
                #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"ticker"}"#,
                #"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channel":"candles"}"#,
            ])
        try expect(
            texts(.coinbase, ["BTC-USD"], .book, leaving: true),
            [
                #"{"type":"unsubscribe","product_ids":["BTC-USD"],"channel":"level2"}"#
            ])
    }

    @Test("Coinbase Exchange: one message for all channels")
    func coinbaseExchange() throws {
        try expect(
            texts(.coinbaseExchange, ["BTC-USD"]),
            [
                #"{"type":"subscribe","product_ids":["BTC-USD"],"channels":["heartbeat","level2_batch","matches","ticker"]}"#
            ])
        try expect(
            texts(.coinbaseExchange, ["BTC-USD"], .book, leaving: true),
            [
                #"{"type":"unsubscribe","product_ids":["BTC-USD"],"channels":["level2_batch"]}"#
            ])
    }

    @Test("Kraken: one message a channel, the book with its depth, which leaving must repeat")
    func kraken() throws {
        try expect(
            texts(.kraken, ["BTC/USD", "ETH/USD"], depth: 1000),
            [
                #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","ETH/USD"],"depth":1000},"req_id":7}"#,
                #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD","ETH/USD"]},"req_id":8}"#,
                #"{"method":"subscribe","params":{"channel":"ticker","event_trigger":"bbo","symbol":["BTC/USD","ETH/USD"]},"req_id":9}"#,
                #"{"method":"subscribe","params":{"channel":"ohlc","interval":1,"symbol":["BTC/USD","ETH/USD"]},"req_id":10}"#,
            ])
        try expect(
            texts(.kraken, ["BTC/USD"], .book, depth: 25, leaving: true),
            [
                #"{"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":25},"req_id":7}"#
            ])
    }

    @Test("Kraken version 1: pairs and a subscription")
    func krakenV1() throws {
        try expect(
            texts(.krakenV1, ["XBT/USD"], depth: 100),
            [
                #"{"event":"subscribe","pair":["XBT/USD"],"subscription":{"name":"book","depth":100}}"#,
                #"{"event":"subscribe","pair":["XBT/USD"],"subscription":{"name":"trade"}}"#,
                #"{"event":"subscribe","pair":["XBT/USD"],"subscription":{"name":"ticker"}}"#,
                #"{"event":"subscribe","pair":["XBT/USD"],"subscription":{"name":"ohlc","interval":1}}"#,
            ])
        try expect(
            texts(.krakenV1, ["XBT/USD"], .book, depth: 10, leaving: true),
            [
                #"{"event":"unsubscribe","pair":["XBT/USD"],"subscription":{"name":"book","depth":10}}"#
            ])
    }

    @Test("Kraken Futures: one message a feed, the heartbeat first")
    func krakenFutures() throws {
        try expect(
            texts(.krakenFutures, ["PF_XBTUSD"]),
            [
                #"{"event":"subscribe","feed":"heartbeat"}"#,
                #"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#,
                #"{"event":"subscribe","feed":"trade","product_ids":["PF_XBTUSD"]}"#,
                #"{"event":"subscribe","feed":"ticker","product_ids":["PF_XBTUSD"]}"#,
            ])
        try expect(
            texts(.krakenFutures, ["PF_XBTUSD"], .book, leaving: true),
            [
                #"{"event":"unsubscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#
            ])
    }

    static let hostile = ["A\"B", "\\", "\u{0}\u{1F}", "币安人生", "\u{2028}", "]},{", "🙂", "a\nb", "A/B&C=D?E#F%25 +"]

    @Test("a symbol of any characters arrives as it is", arguments: Dialect.allCases)
    func escapesSymbols(dialect: Dialect) throws {
        for native in Self.hostile {
            let found = try texts(dialect, [native]).map { try symbols(in: parse($0)) }
            for symbols in found where !symbols.isEmpty {
                if dialect.fetchesSnapshots {
                    #expect(symbols.allSatisfy { $0.hasPrefix(native.lowercased() + "@") }, "\(native)")
                } else {
                    #expect(symbols == [native])
                }
            }
        }
    }

    private func symbols(in message: NSDictionary) -> [String] {
        for object in [message, message["params"] as? NSDictionary] {
            for key in ["params", "product_ids", "symbol", "pair"] {
                if let list = object?[key] as? [String] { return list }
            }
        }
        return []
    }

    @Test("of no symbols nothing is asked", arguments: Dialect.allCases)
    func asksNothingOfNobody(dialect: Dialect) {
        #expect(texts(dialect, []).isEmpty)
    }

    @Test(
        "the address of a snapshot leads back to its symbol, whatever that is",
        arguments: [Dialect.binance, .binanceUsdm, .binanceCoinm])
    func snapshotAddresses(dialect: Dialect) throws {
        for native in Self.hostile + ["BTCUSDT", "BTCUSD_PERP", "a-b.c~d"] {
            let url = try #require(dialect.snapshotURL(native))
            #expect(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            let parts = try #require(URLComponents(string: url))
            #expect(parts.queryItems?.first { $0.name == "symbol" }?.value == native)
            #expect(parts.queryItems?.contains { $0.name == "limit" && $0.value == "1000" } == true)
            #expect(dialect.purpose(of: url) == .snapshot(native: native))
        }
    }

    @Test("what an address asks for is told by its path, from whatever host")
    func purposes() {
        for dialect in Dialect.allCases { #expect(dialect.purpose(of: dialect.instrumentsURL) == .instruments) }
        let cases: [(Dialect, String, Dialect.Purpose)] = [
            (.binance, "https://www.binance.com/api/v3/depth?symbol=NKNUSDT&limit=5000", .snapshot(native: "NKNUSDT")),
            (.binance, "https://x/api/v1/depth?limit=5&symbol=%e5%B8%81", .snapshot(native: "币")),
            (.binance, "https://x/api/v3/depth", .other), (.binance, "https://x/api/v3/depth?symbols=A", .other),
            (.binance, "https://x/api/v3/trades?symbol=A", .other), (.binance, "", .other),
            (.binance, "?symbol=A", .other),
            (.binance, "https://x/depth?symbol=A%", .snapshot(native: "A%")),
            (.binance, "https://x/depth?symbol=%zz", .snapshot(native: "%zz")),
            (.coinbaseExchange, "https://api.pro.coinbase.com/products", .instruments),
            (.coinbase, "https://x/products/BTC-USD", .other),
            (.krakenV1, "https://x/0/public/AssetPairs?pair=XBTUSD", .instruments),
            (.kraken, "https://x/0/public/Depth?pair=A", .other),
            (.krakenFutures, "https://x/depth?symbol=A", .other),
        ]
        for (dialect, url, purpose) in cases { #expect(dialect.purpose(of: url) == purpose, "\(url)") }
    }

    @Test("channels have names, and no others")
    func channelNames() {
        #expect(ChannelSet.names.compactMap(ChannelSet.init(name:)) == [.book, .trade, .ticker, .kline, .instrument])
        #expect(ChannelSet(name: "books") == nil && ChannelSet(name: "") == nil)
    }
}
