import Bytes
import Markets
import Matching
import Text
import Units

/// Lists of Binance spot's symbols: what they are, and how they stand.
extension Imitation {
    mutating func binanceInstruments(_ query: Query, at now: Nanos) -> Reply {
        let start = page.count
        var wanted: [Int]?
        if let symbol = query["symbol"] ?? query["symbols"] {
            let list = symbol.filter { $0 != "[" && $0 != "]" && $0 != "\"" && $0 != " " }
            var found: [Int] = []
            for name in list.split(separator: ",") {
                guard let board = board(named: name.lowercased()) else {
                    return json(400, #"{"code":-1121,"msg":"Invalid symbol."}"#)
                }
                found.append(board)
            }
            wanted = found
        }
        page.print(#"{"timezone":"UTC","serverTime":"#)
        page.print(millis: now)
        page.print(
            #","rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":"#)
        page.print(Int64(options.weightPerMinute))
        page.print(#"},{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":100},"#)
        page.print(#"{"rateLimitType":"ORDERS","interval":"DAY","intervalNum":1,"limit":200000}],"#)
        page.print(#""exchangeFilters":[],"symbols":["#)
        for board in wanted ?? Array(0..<boards.count) where boards[board].isListed {
            if let status = query["symbolStatus"], status != boards[board].binanceStatus { continue }
            page.separate()
            boards[board].printBinanceInstrument(&page)
        }
        page.print("]}")
        return json(from: start)
    }

    mutating func binanceTickers(_ path: String, _ query: Query, at now: Nanos) -> Reply {
        let start = page.count
        if let symbol = query["symbol"] {
            guard let board = board(named: symbol.lowercased()), symbol == boards[board].native else {
                return json(400, #"{"code":-1121,"msg":"Invalid symbol."}"#)
            }
            boards[board].printBinanceTicker(path, at: now, &page)
            return json(from: start)
        }
        page.print(byte: 0x5B)
        for board in 0..<boards.count where boards[board].isListed {
            page.separate()
            boards[board].printBinanceTicker(path, at: now, &page)
        }
        page.print(byte: 0x5D)
        return json(from: start)
    }
}

extension Board {
    var binanceStatus: String {
        switch status {
        case .pending: "PENDING_TRADING"
        case .trading: "TRADING"
        case .halted: "HALT"
        case .ended: "BREAK"
        }
    }

    func printBinanceInstrument(_ page: inout Printer) {
        page.print(#"{"symbol":""#)
        page.print(native)
        page.print(#"","status":""#)
        page.print(binanceStatus)
        page.print(#"","baseAsset":""#)
        page.print(terms.base)
        page.print(#"","baseAssetPrecision":8,"quoteAsset":""#)
        page.print(terms.quote)
        page.print(#"","quotePrecision":8,"quoteAssetPrecision":8,"baseCommissionPrecision":8,"#)
        page.print(#""quoteCommissionPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],"#)
        page.print(#""icebergAllowed":false,"ocoAllowed":false,"otoAllowed":false,"quoteOrderQtyMarketAllowed":true,"#)
        page.print(#""allowTrailingStop":false,"cancelReplaceAllowed":true,"amendAllowed":false,"#)
        page.print(#""isSpotTradingAllowed":true,"isMarginTradingAllowed":false,"filters":["#)
        put(#"{"filterType":"PRICE_FILTER","minPrice":"#, eight(terms.tick), &page)
        put(#","maxPrice":"1000000.00000000","tickSize":"#, eight(terms.tick), &page)
        put(#"},{"filterType":"LOT_SIZE","minQty":"#, eight(terms.size(terms.minimumSize)), &page)
        put(#","maxQty":"#, eight(terms.size(terms.maximumSize)), &page)
        put(#","stepSize":"#, eight(terms.lot), &page)
        put(#"},{"filterType":"NOTIONAL","minNotional":"#, eight(terms.minimumValue), &page)
        page.print(#","applyMinToMarket":true,"maxNotional":"9000000.00000000","applyMaxToMarket":false,"#)
        page.print(#""avgPriceMins":5}],"permissions":[],"permissionSets":[["SPOT"]],"#)
        page.print(#""defaultSelfTradePreventionMode":"EXPIRE_MAKER","#)
        page.print(#""allowedSelfTradePreventionModes":["EXPIRE_TAKER","EXPIRE_MAKER","EXPIRE_BOTH"]}"#)
    }

    /// With the eight digits that Binance writes, where that many are enough.
    private func eight(_ number: Decimal) -> Decimal {
        number.mantissa(at: -8).map { Decimal($0, exponent: -8) } ?? number
    }

    func printPastTrade(_ sale: Sale, _ page: inout Printer) {
        page.print(#"{"id":"#)
        page.print(sale.number)
        put(#","price":"#, price: sale.price, &page)
        put(#","qty":"#, size: sale.size, &page)
        put(#","quoteQty":"#, value: Int128(sale.price) * Int128(sale.size), &page)
        page.print(#","time":"#)
        page.print(millis: sale.time)
        page.print(sale.isBuy ? #","isBuyerMaker":false"# : #","isBuyerMaker":true"#)
        page.print(#","isBestMatch":true}"#)
    }

    func printPastAggregate(_ sale: Sale, first: UInt64, _ page: inout Printer) {
        page.print(#"{"a":"#)
        page.print(sale.aggregate)
        put(#","p":"#, price: sale.price, &page)
        put(#","q":"#, size: sale.size, &page)
        page.print(#","f":"#)
        page.print(first)
        page.print(#","l":"#)
        page.print(sale.number)
        page.print(#","T":"#)
        page.print(millis: sale.time)
        page.print(sale.isBuy ? #","m":false,"M":true}"# : #","m":true,"M":true}"#)
    }

    /// `[openTime,"o","h","l","c","v",closeTime,"quoteVolume",n,"takerBase","takerQuote","0"]`
    func printPastKline(_ candle: Candle, _ span: Nanos, _ page: inout Printer) {
        page.print(byte: 0x5B)
        page.print(millis: candle.opened)
        for price in [candle.open, candle.high, candle.low, candle.close] {
            put(",", price: price, &page)
        }
        put(",", size: candle.volume, &page)
        page.print(byte: 0x2C)
        page.print(millis: candle.opened + span - Nanos(1))
        put(",", value: candle.value, &page)
        page.print(byte: 0x2C)
        page.print(candle.trades)
        put(",", size: candle.takerVolume, &page)
        put(",", value: candle.takerValue, &page)
        page.print(#","0"]"#)
    }

    func printBinanceTicker(_ path: String, at now: Nanos, _ page: inout Printer) {
        let day = sales.day
        page.print(#"{"symbol":""#)
        page.print(native)
        page.print(byte: 0x22)
        if path == "ticker/price" {
            put(#","price":"#, price: sales.last?.price ?? 0, &page)
            return page.print(byte: 0x7D)
        }
        if path == "ticker/24hr" {
            put(#","priceChange":"#, price: day.close - day.open, &page)
            put(#","priceChangePercent":"#, dayPercent, &page)
            put(#","weightedAvgPrice":"#, price: day.average, &page)
            put(#","prevClosePrice":"#, price: day.open, &page)
            put(#","lastPrice":"#, price: day.close, &page)
            put(#","lastQty":"#, size: sales.last?.size ?? 0, &page)
        }
        put(#","bidPrice":"#, price: bids.best?.price ?? 0, &page)
        put(#","bidQty":"#, size: bids.best?.size ?? 0, &page)
        put(#","askPrice":"#, price: asks.best?.price ?? 0, &page)
        put(#","askQty":"#, size: asks.best?.size ?? 0, &page)
        guard path == "ticker/24hr" else { return page.print(byte: 0x7D) }
        put(#","openPrice":"#, price: day.open, &page)
        put(#","highPrice":"#, price: day.high, &page)
        put(#","lowPrice":"#, price: day.low, &page)
        put(#","volume":"#, size: day.volume, &page)
        put(#","quoteVolume":"#, value: day.value, &page)
        page.print(#","openTime":"#)
        page.print(millis: now - .seconds(86_400))
        page.print(#","closeTime":"#)
        page.print(millis: now)
        page.print(#","firstId":"#)
        page.print(day.trades > 0 ? Int64(clamping: day.first) : -1)
        page.print(#","lastId":"#)
        page.print(day.trades > 0 ? Int64(clamping: day.last) : -1)
        page.print(#","count":"#)
        page.print(day.trades)
        page.print(byte: 0x7D)
    }
}
