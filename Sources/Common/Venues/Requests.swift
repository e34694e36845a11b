import Bytes
import Text

/// The venue's addresses and the texts that ask it for streams.
///
/// Source: each venue's documents as named beside its reader, read 2026-07.
extension Dialect {
    /// A WebSocket address and the channels that it carries. USDⓈ-M serves books and tickers on one path and the rest on another
    /// (since 2026-04-23; on the wrong one a stream stays silent).
    var routes: [(url: String, channels: ChannelSet)] {
        switch self {
        case .binance: [("wss://stream.binance.com:9443/stream", .all)]
        case .binanceUsdm:
            [
                ("wss://fstream.binance.com/public/stream", [.book, .ticker]),
                ("wss://fstream.binance.com/market/stream", [.trade, .kline]),
            ]
        case .binanceCoinm: [("wss://dstream.binance.com/stream", .all)]
        case .coinbase: [("wss://advanced-trade-ws.coinbase.com", .all)]
        case .coinbaseExchange: [("wss://ws-feed.exchange.coinbase.com", .all)]
        case .kraken: [("wss://ws.kraken.com/v2", .all)]
        case .krakenV1: [("wss://ws.kraken.com", .all)]
        case .krakenFutures: [("wss://futures.kraken.com/ws/v1", .all)]
        }
    }

    /// Where the list of instruments is fetched.
    public var instrumentsURL: String {
        switch self {
        case .binance: "https://api.binance.com/api/v3/exchangeInfo"
        case .binanceUsdm: "https://fapi.binance.com/fapi/v1/exchangeInfo"
        case .binanceCoinm: "https://dapi.binance.com/dapi/v1/exchangeInfo"
        case .coinbase: "https://api.coinbase.com/api/v3/brokerage/market/products?product_type=SPOT"
        case .coinbaseExchange: "https://api.exchange.coinbase.com/products"
        case .kraken, .krakenV1: "https://api.kraken.com/0/public/AssetPairs"
        case .krakenFutures: "https://futures.kraken.com/derivatives/api/v3/instruments"
        }
    }

    /// Where the snapshot of a book is fetched; nil where it comes in the stream.
    func snapshotURL(_ native: String, limit: Int = 1000) -> String? {
        switch self {
        case .binance: "https://api.binance.com/api/v3/depth?symbol=\(Dialect.escaped(native))&limit=\(limit)"
        case .binanceUsdm: "https://fapi.binance.com/fapi/v1/depth?symbol=\(Dialect.escaped(native))&limit=\(limit)"
        case .binanceCoinm: "https://dapi.binance.com/dapi/v1/depth?symbol=\(Dialect.escaped(native))&limit=\(limit)"
        default: nil
        }
    }

    /// What an address asks for, whatever its host: recordings come from other hosts, too.
    enum Purpose: Equatable {
        case instruments, clock
        case snapshot(native: String)
        case history(native: String)
        case trades(native: String)
        case other
    }

    func purpose(of url: String) -> Purpose {
        let path = url.prefix { $0 != "?" }
        let words = path.split(separator: "/")
        guard let last = words.last else { return .other }
        switch (self, last) {
        case (.binance, "exchangeInfo"), (.binanceUsdm, "exchangeInfo"), (.binanceCoinm, "exchangeInfo"),
            (.coinbase, "products"), (.coinbaseExchange, "products"), (.kraken, "AssetPairs"),
            (.krakenV1, "AssetPairs"), (.krakenFutures, "instruments"):
            return .instruments
        case (.coinbase, "ticker") where words.count > 2, (.coinbaseExchange, "trades") where words.count > 2:
            return .trades(native: Dialect.unescaped(words[words.count - 2]))
        case (.coinbase, "candles") where words.count > 2:
            return .history(native: Dialect.unescaped(words[words.count - 2]))
        case (_, "time"), (_, "Time"): return .clock
        default: break
        }
        guard let symbol = Dialect.parameter("symbol", of: url) ?? Dialect.parameter("pair", of: url) else {
            return .other
        }
        switch last {
        case "depth" where fetchesSnapshots: return .snapshot(native: symbol)
        case "historicalTrades", "aggTrades", "Trades": return .trades(native: symbol)
        case "klines", "OHLC": return .history(native: symbol)
        default: return .other
        }
    }

    /// The value of a query's parameter, its escapes resolved.
    static func parameter(_ name: String, of url: String) -> String? {
        guard let mark = url.firstIndex(of: "?") else { return nil }
        for pair in url[url.index(after: mark)...].split(separator: "&") where pair.hasPrefix(name + "=") {
            return unescaped(pair.dropFirst(name.utf8.count + 1))
        }
        return nil
    }

    /// A text of an address, its escapes resolved.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            let code = byte == 0x25 ? UInt8(String(decoding: rest.prefix(2), as: Unicode.UTF8.self), radix: 16) : nil
            bytes.append(code ?? byte)
            if code != nil { rest = rest.dropFirst(2) }
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }

    /// Percent-encoded, as a query's value must be: Binance has symbols in Chinese.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                escaped.append(Character(Unicode.Scalar(byte)))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (hex.count == 1 ? "0" : "") + hex
            }
        }
        return escaped
    }

    /// The depth to subscribe books with: the smallest that the venue offers and that is not below what is shown (0 = all); 0 where
    /// it sends all of it.
    func subscribedDepth(shown: Int) -> Int {
        let wanted = shown == 0 ? Int.max : shown
        return depths.first { $0 >= wanted } ?? depths.last ?? 0
    }

    /// The messages that subscribe to (or leave) channels of symbols, each within the venue's bounds.
    func subscriptions(
        _ natives: [String], _ channels: ChannelSet, depth: Int, leaving: Bool = false, firstID: Int
    ) -> [String] {
        guard !natives.isEmpty else { return [] }
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm:
            return binanceSubscriptions(natives, channels, leaving: leaving, firstID: firstID)
        case .coinbase: return coinbaseSubscriptions(natives, channels, leaving: leaving)
        case .coinbaseExchange: return exchangeSubscriptions(natives, channels, leaving: leaving)
        case .kraken: return krakenSubscriptions(natives, channels, depth, leaving: leaving, firstID: firstID)
        case .krakenV1: return krakenV1Subscriptions(natives, channels, depth, leaving: leaving)
        case .krakenFutures: return futuresSubscriptions(natives, channels, leaving: leaving)
        }
    }

    /// The message that subscribes to the venue's instruments, where they are a stream: all of them, then what changes.
    func instrumentsSubscription(id: Int) -> String? {
        guard self == .kraken else { return nil }
        return #"{"method":"subscribe","params":{"channel":"instrument","snapshot":true},"req_id":\#(id)}"#
    }

    /// Stream names in lower case, at most 100 a message: five messages a second are allowed.
    private func binanceSubscriptions(
        _ natives: [String], _ channels: ChannelSet, leaving: Bool, firstID: Int
    ) -> [String] {
        var streams: [String] = []
        for native in natives {
            let name = native.lowercased()
            if channels.contains(.book) { streams.append(name + "@depth@100ms") }
            // The futures' `@trade` is not documented and tells of what is no trade.
            if channels.contains(.trade) { streams.append(name + (self == .binance ? "@trade" : "@aggTrade")) }
            if channels.contains(.ticker) { streams.append(name + "@bookTicker") }
            if channels.contains(.kline) { streams.append(name + "@kline_1m") }
        }
        return stride(from: 0, to: streams.count, by: 100).enumerated().map { number, start in
            let some = streams[start..<min(start + 100, streams.count)].map(Dialect.quoted).joined(separator: ",")
            return
                #"{"method":"\#(leaving ? "UNSUBSCRIBE" : "SUBSCRIBE")","params":[\#(some)],"id":\#(firstID + number)}"#
        }
    }

    /// One message a channel; the heartbeat keeps quiet channels open.
    private func coinbaseSubscriptions(_ natives: [String], _ channels: ChannelSet, leaving: Bool) -> [String] {
        let list = natives.map(Dialect.quoted).joined(separator: ",")
        let verb = leaving ? "unsubscribe" : "subscribe"
        var names: [String] = leaving ? [] : ["heartbeats"]
        if channels.contains(.book) { names.append("level2") }
        if channels.contains(.trade) { names.append("market_trades") }
        if channels.contains(.ticker) { names.append("ticker") }
        if channels.contains(.kline) { names.append("candles") }
        return names.map { #"{"type":"\#(verb)","product_ids":[\#(list)],"channel":"\#($0)"}"# }
    }

    private func exchangeSubscriptions(_ natives: [String], _ channels: ChannelSet, leaving: Bool) -> [String] {
        let list = natives.map(Dialect.quoted).joined(separator: ",")
        var names: [String] = leaving ? [] : ["heartbeat"]
        if channels.contains(.book) { names.append("level2_batch") }
        if channels.contains(.trade) { names.append("matches") }
        if channels.contains(.ticker) { names.append("ticker") }
        let quoted = names.map(Dialect.quoted).joined(separator: ",")
        let verb = leaving ? "unsubscribe" : "subscribe"
        return [#"{"type":"\#(verb)","product_ids":[\#(list)],"channels":[\#(quoted)]}"#]
    }

    private func krakenSubscriptions(
        _ natives: [String], _ channels: ChannelSet, _ depth: Int, leaving: Bool, firstID: Int
    ) -> [String] {
        let list = natives.map(Dialect.quoted).joined(separator: ",")
        var kinds: [String] = []
        if channels.contains(.book) { kinds.append(#""book","depth":\#(depth)"#) }
        if channels.contains(.trade) { kinds.append(#""trade""#) }
        if channels.contains(.ticker) { kinds.append(#""ticker","event_trigger":"bbo""#) }
        if channels.contains(.kline) { kinds.append(#""ohlc","interval":1"#) }
        let verb = leaving ? "unsubscribe" : "subscribe"
        return kinds.enumerated().map { number, kind in
            #"{"method":"\#(verb)","params":{"channel":\#(kind),"symbol":[\#(list)]},"req_id":\#(firstID + number)}"#
        }
    }

    private func krakenV1Subscriptions(
        _ natives: [String], _ channels: ChannelSet, _ depth: Int, leaving: Bool
    ) -> [String] {
        let list = natives.map(Dialect.quoted).joined(separator: ",")
        var kinds: [String] = []
        if channels.contains(.book) { kinds.append(#""name":"book","depth":\#(depth)"#) }
        if channels.contains(.trade) { kinds.append(#""name":"trade""#) }
        if channels.contains(.ticker) { kinds.append(#""name":"ticker""#) }
        if channels.contains(.kline) { kinds.append(#""name":"ohlc","interval":1"#) }
        let verb = leaving ? "unsubscribe" : "subscribe"
        return kinds.map { #"{"event":"\#(verb)","pair":[\#(list)],"subscription":{\#($0)}}"# }
    }

    private func futuresSubscriptions(_ natives: [String], _ channels: ChannelSet, leaving: Bool) -> [String] {
        let list = natives.map(Dialect.quoted).joined(separator: ",")
        let verb = leaving ? "unsubscribe" : "subscribe"
        var texts: [String] = leaving ? [] : [#"{"event":"subscribe","feed":"heartbeat"}"#]
        for (channel, feed) in [(ChannelSet.book, "book"), (.trade, "trade"), (.ticker, "ticker")]
        where channels.contains(channel) {
            texts.append(#"{"event":"\#(verb)","feed":"\#(feed)","product_ids":[\#(list)]}"#)
        }
        return texts
    }

    /// A text as a JSON string. Symbols hold neither quotes nor control characters, but a listing is the venue's word.
    static func quoted(_ text: String) -> String {
        var printer = Printer(capacity: 64)
        text.withBytes { printer.print(json: $0) }
        return printer.read { String($0) }
    }
}
