import Books
import Bytes
import Events
import Text
import Units

/// Candles of before, and the venue's time. Not the hot path.
///
/// Sources: as in PastTrades.swift; Binance "Kline/Candlestick data", Coinbase Advanced "Get Public Product Candles", Kraken "Get OHLC
/// Data".
extension Dialect {
    /// Where the last `count` candles are fetched, of the length that the stream has; nil where the venue pushes none.
    func historyURL(_ native: String, count: Int, now: Nanos) -> String? {
        let name = Dialect.escaped(native)
        switch self {
        case .binance:
            return "https://api.binance.com/api/v3/klines?symbol=\(name)&interval=1m&limit=\(min(count, 1000))"
        case .binanceUsdm:
            return "https://fapi.binance.com/fapi/v1/klines?symbol=\(name)&interval=1m&limit=\(min(count, 1000))"
        case .binanceCoinm:
            return "https://dapi.binance.com/dapi/v1/klines?symbol=\(name)&interval=1m&limit=\(min(count, 1000))"
        case .coinbase:
            let end = now.count / 1_000_000_000
            let start = end - 300 * Int64(min(count, 350))
            return "https://api.coinbase.com/api/v3/brokerage/market/products/\(name)/candles"
                + "?start=\(start)&end=\(end)&granularity=FIVE_MINUTE&limit=\(min(count, 350))"
        case .kraken, .krakenV1: return "https://api.kraken.com/0/public/OHLC?pair=\(name)&interval=1"
        case .coinbaseExchange, .krakenFutures: return nil
        }
    }

    /// Reads such an answer: candles, oldest first, the newest `count`. False with a defect.
    func readHistory(_ text: RawSpan, count: Int, now: Nanos, into batch: inout Batch) -> Bool {
        var json = JSON()
        var klines: [Kline] = []
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm: Dialect.readBinanceCandles(&json, text, &klines)
        case .coinbase: Dialect.readCoinbaseCandles(&json, text, &klines)
        case .kraken, .krakenV1: Dialect.readKrakenCandles(&json, text, &klines)
        case .coinbaseExchange, .krakenFutures: break
        }
        guard json.isSound else { return false }
        klines.sort { $0.opened < $1.opened }
        for var kline in klines.suffix(count) {
            // The last one still goes on.
            kline.isFinal = kline.closes <= now
            guard kline.isFinal else { continue }
            var item = Batch.Item(.kline, symbol: .none, head: DeltaHead(happened: kline.closes))
            item.isBackfilled = true
            batch.add(kline, item)
        }
        return true
    }

    /// `[[opened, "o", "h", "l", "c", "volume", closed, "quote volume", trades, "taker", "taker quote", "0"], …]`
    private static func readBinanceCandles(_ json: inout JSON, _ text: RawSpan, _ klines: inout [Kline]) {
        json.enterArray(text)
        while json.nextElement(text) {
            var kline = Kline()
            var column = 0
            json.enterArray(text)
            while json.nextElement(text) {
                switch column {
                case 0: kline.opened = json.millis(text)
                case 1: kline.open = json.decimal(text)
                case 2: kline.high = json.decimal(text)
                case 3: kline.low = json.decimal(text)
                case 4: kline.close = json.decimal(text)
                case 5: kline.volume = json.decimal(text)
                case 6: kline.closes = json.millis(text) + .milliseconds(1)
                case 7: kline.quoteVolume = json.decimal(text)
                case 8: kline.trades = json.unsigned(text)
                case 9: kline.takerVolume = json.decimal(text)
                case 10: kline.takerQuoteVolume = json.decimal(text)
                default: json.skip(text)
                }
                column += 1
            }
            if column < 7 || json.takeOverflow() { json.refuse(.unexpected, text) }
            klines.append(kline)
        }
    }

    /// `{"candles":[{"start":"seconds","low":…,"high":…,"open":…,"close":…,"volume":…}, …]}`
    private static func readCoinbaseCandles(_ json: inout JSON, _ text: RawSpan, _ klines: inout [Kline]) {
        json.enterObject(text)
        while let key = json.nextKey(text) {
            guard key == "candles" else {
                json.skip(text)
                continue
            }
            json.enterArray(text)
            while json.nextElement(text) {
                var kline = Kline()
                json.enterObject(text)
                while let key = json.nextKey(text) {
                    switch key {
                    case "start": kline.opened = json.seconds(text)
                    case "low": kline.low = json.decimal(text)
                    case "high": kline.high = json.decimal(text)
                    case "open": kline.open = json.decimal(text)
                    case "close": kline.close = json.decimal(text)
                    case "volume": kline.volume = json.decimal(text)
                    default: json.skip(text)
                    }
                }
                kline.closes = kline.opened + .seconds(300)
                if json.takeOverflow() { json.refuse(.unexpected, text) }
                klines.append(kline)
            }
        }
    }

    /// Rows `[seconds, "o", "h", "l", "c", "vwap", "volume", trades]`.
    private static func readKrakenCandles(_ json: inout JSON, _ text: RawSpan, _ klines: inout [Kline]) {
        json.eachResult(text) { json in
            var kline = Kline()
            var column = 0
            while json.nextElement(text) {
                switch column {
                case 0: kline.opened = json.seconds(text)
                case 1: kline.open = json.decimal(text)
                case 2: kline.high = json.decimal(text)
                case 3: kline.low = json.decimal(text)
                case 4: kline.close = json.decimal(text)
                case 6: kline.volume = json.decimal(text)
                case 7: kline.trades = json.unsigned(text)
                default: json.skip(text)
                }
                column += 1
            }
            kline.closes = kline.opened + .seconds(60)
            if column < 8 || json.takeOverflow() { json.refuse(.unexpected, text) }
            klines.append(kline)
        }
    }

    /// Where the venue's time is asked for; nil where it does not tell.
    var clockURL: String? {
        switch self {
        case .binance: "https://api.binance.com/api/v3/time"
        case .binanceUsdm: "https://fapi.binance.com/fapi/v1/time"
        case .binanceCoinm: "https://dapi.binance.com/dapi/v1/time"
        case .coinbase: "https://api.coinbase.com/api/v3/brokerage/time"
        case .coinbaseExchange: "https://api.exchange.coinbase.com/time"
        case .kraken, .krakenV1: "https://api.kraken.com/0/public/Time"
        case .krakenFutures: nil
        }
    }

    /// Reads such an answer; nil with a defect.
    func readClock(_ text: RawSpan) -> Nanos? {
        var json = JSON()
        var time: Nanos?
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "serverTime", "epochMillis": time = json.millis(text)
            case "iso" where time == nil: time = json.time(text)
            case "result":
                json.enterObject(text)
                while let key = json.nextKey(text) {
                    if key == "unixtime" { time = json.seconds(text) } else { json.skip(text) }
                }
            default: json.skip(text)
            }
        }
        return json.isSound ? time : nil
    }
}
