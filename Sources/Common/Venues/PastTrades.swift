import Books
import Bytes
import Events
import Text
import Units

/// Trades and candles of before, as the venues' REST interfaces answer. Not the hot path.
///
/// Sources: Binance spot and futures API, "Old trade lookup", "Compressed/Aggregate trades list"; Coinbase Advanced "Get Public Market
/// Trades"; Coinbase Exchange "Get product trades"; Kraken "Get Recent Trades"; read 2026-07.
extension Dialect {
    /// Where trades with these numbers, or newer ones, are fetched; nil where the venue has no such numbers or no such address.
    func tradesURL(_ native: String, from first: UInt64, through last: UInt64) -> String? {
        let name = Dialect.escaped(native)
        let count = min(1000, last - first + 1)
        switch self {
        case .binance:
            return "https://api.binance.com/api/v3/historicalTrades?symbol=\(name)&fromId=\(first)&limit=\(count)"
        case .binanceUsdm:
            return "https://fapi.binance.com/fapi/v1/aggTrades?symbol=\(name)&fromId=\(first)&limit=\(count)"
        case .binanceCoinm:
            return "https://dapi.binance.com/dapi/v1/aggTrades?symbol=\(name)&fromId=\(first)&limit=\(count)"
        case .coinbase:
            return "https://api.coinbase.com/api/v3/brokerage/market/products/\(name)/ticker?limit=1000"
        case .coinbaseExchange:
            return "https://api.exchange.coinbase.com/products/\(name)/trades?limit=1000&after=\(last + 1)"
        case .kraken: return "https://api.kraken.com/0/public/Trades?pair=\(name)&count=1000"
        case .krakenV1, .krakenFutures: return nil
        }
    }

    /// What such a request weighs.
    var tradesWeight: Int {
        switch self {
        case .binance: 25
        case .binanceUsdm, .binanceCoinm: 20
        default: 1
        }
    }

    /// Reads such an answer: trades, oldest first. False with a defect.
    func readTrades(_ text: RawSpan, side: CoinbaseMessages.TradeSide, into batch: inout Batch) -> Bool {
        var json = JSON()
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm, .coinbaseExchange:
            readTradeList(&json, text, side, &batch)
        case .coinbase:
            json.enterObject(text)
            while let key = json.nextKey(text) {
                if key == "trades" { readTradeList(&json, text, side, &batch) } else { json.skip(text) }
            }
        case .kraken, .krakenV1, .krakenFutures: readKrakenTrades(&json, text, &batch)
        }
        CoinbaseMessages.orderBySequence(&batch, from: 0)
        return json.isSound
    }

    /// `[{"id":…,"price":…,"qty":…,"time":…,"isBuyerMaker":…}, …]` in the words of several venues.
    private func readTradeList(
        _ json: inout JSON, _ text: RawSpan, _ meaning: CoinbaseMessages.TradeSide, _ batch: inout Batch
    ) {
        json.enterArray(text)
        while json.nextElement(text) {
            var trade = Trade(price: .notGiven, size: .notGiven, side: .unknown, count: 1)
            var item = Batch.Item(.trade, symbol: .none, head: DeltaHead())
            var id: (value: UInt64, digits: JSON.Text) = (0, .none)
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "id", "a", "trade_id": id = json.number(text)
                case "price", "p": trade.price = json.decimal(text)
                case "qty", "q", "size": trade.size = json.decimal(text)
                case "m", "isBuyerMaker": trade.side = json.bool(text) ? .sell : .buy
                case "side":
                    // The Exchange tells the maker's; of Advanced Trade nobody knows.
                    let word = json.name(text)
                    if self == .coinbaseExchange {
                        trade.side = word == "buy" ? .sell : word == "sell" ? .buy : .unknown
                    } else {
                        trade.side = CoinbaseMessages.taker(word, meaning)
                    }
                case "T": item.head.happened = json.millis(text)
                case "time":
                    item.head.happened =
                        self == .coinbase || self == .coinbaseExchange ? json.time(text) : json.millis(text)
                default: json.skip(text)
                }
            }
            guard trade.price.isGiven, trade.size.isGiven, trade.size.mantissa >= 0, id.value > 0 else {
                return json.refuse(.unexpected, text)
            }
            item.head.first = id.value
            item.head.last = id.value
            item.isOutOfRange = json.takeOverflow()
            item.isBackfilled = true
            batch.add(Batch.Print(trade, id: id.digits), item)
        }
    }

    /// `{"error":[],"result":{"XXBTZUSD":[["price","volume",time,"b"|"s","m"|"l","",number], …],"last":…}}`
    private func readKrakenTrades(_ json: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        json.eachResult(text) { json in
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            var trade = Trade(price: json.decimal(text), size: .notGiven, side: .unknown, count: 1)
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            trade.size = json.decimal(text)
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            var item = Batch.Item(.trade, symbol: .none, head: DeltaHead(happened: json.seconds(text)))
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            trade.side = json.name(text) == "b" ? .buy : .sell
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            json.skip(text)
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            json.skip(text)
            guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
            let id = json.number(text)
            while json.nextElement(text) { json.skip(text) }
            guard trade.size.isGiven, trade.size.mantissa >= 0 else { return json.refuse(.unexpected, text) }
            item.head.first = id.value
            item.head.last = id.value
            item.isOutOfRange = json.takeOverflow()
            item.isBackfilled = true
            batch.add(Batch.Print(trade, id: id.digits), item)
        }
    }
}

extension JSON {
    /// Kraken's answer: each row of the one list in `result`. The row is entered; `body` reads its elements to the end.
    mutating func eachResult(_ text: RawSpan, _ body: (inout JSON) -> Void) {
        enterObject(text)
        while let key = nextKey(text) {
            guard key == "result", peek(text) == 0x7B else {
                skip(text)
                continue
            }
            enterObject(text)
            while nextKey(text) != nil {
                guard peek(text) == 0x5B else {
                    skip(text)
                    continue
                }
                enterArray(text)
                while nextElement(text) {
                    enterArray(text)
                    body(&self)
                }
            }
        }
    }
}
