import Bytes
import Markets
import Text
import Units

/// The REST interface of Coinbase Exchange: what of it is public market data.
///
/// Source: docs.cdp.coinbase.com "Exchange REST API: Products", read 2026-07.
extension Imitation {
    mutating func answerExchange(_ query: Query, at now: Nanos) -> Reply {
        let start = page.count
        let words = query.path.split(separator: "/").map(String.init)
        switch (words.first, words.count) {
        case ("time", 1):
            page.print(#"{"iso":""#)
            page.print(utc: now, digits: 3)
            page.print(#"","epoch":"#)
            page.print(Decimal(now.count / 1_000_000, exponent: -3))
            page.print(byte: 0x7D)
        case ("currencies", 1):
            page.print(byte: 0x5B)
            printExchangeCurrencies()
            page.print(byte: 0x5D)
        case ("products", 1):
            page.print(byte: 0x5B)
            printExchangeProducts()
            page.print(byte: 0x5D)
        case ("products", 2), ("products", 3):
            guard let board = board(named: words[1]) else { return json(404, #"{"message":"NotFound"}"#) }
            if words.count == 2 {
                boards[board].printExchangeProduct(&page)
            } else if let refusal = exchangeProduct(board, words[2], query, at: now) {
                return refusal
            }
        default: return json(404, #"{"message":"NotFound"}"#)
        }
        return json(from: start)
    }

    private mutating func exchangeProduct(_ board: Int, _ what: String, _ query: Query, at now: Nanos) -> Reply? {
        switch what {
        case "book": exchangeBook(board, query, at: now)
        case "trades": exchangeTrades(board, query)
        case "candles":
            let seconds = query.number("granularity") ?? 60
            guard [60, 300, 900, 3600, 21_600, 86_400].contains(seconds) else {
                return json(400, #"{"message":"Unsupported granularity"}"#)
            }
            exchangeCandles(board, seconds, query, at: now)
        case "ticker": boards[board].printExchangePrice(at: now, &page)
        case "stats": boards[board].printExchangeStats(&page)
        default: return json(404, #"{"message":"NotFound"}"#)
        }
        return nil
    }

    private mutating func exchangeBook(_ board: Int, _ query: Query, at now: Nanos) {
        let limit = query.number("level") ?? 1 == 1 ? 1 : Int.max
        let isOld = isAged(board, at: now)
        page.print(#"{"bids":"#)
        boards[board].printExchangeRows(isAsk: false, isAged: isOld, limit: limit, &page)
        page.print(#","asks":"#)
        boards[board].printExchangeRows(isAsk: true, isAged: isOld, limit: limit, &page)
        page.print(#","sequence":"#)
        page.print((isOld ? boards[board].agedChange : boards[board].lastChange) + boards[board].tickerTrade)
        if isOld { boards[board].age() }
        page.print(#","auction_mode":false,"auction":null,"time":""#)
        page.print(utc: now, digits: 6)
        page.print(#""}"#)
    }

    /// The newest first; `after`: those with smaller numbers.
    private mutating func exchangeTrades(_ board: Int, _ query: Query) {
        let limit = min(max(query.number("limit") ?? 1000, 1), 1000)
        var end = boards[board].sales.trades.count
        if let after = query.number("after") { end = boards[board].sales.index(from: UInt64(max(after, 0))) }
        page.print(byte: 0x5B)
        for index in stride(from: end - 1, through: max(end - limit, 0), by: -1) {
            page.separate()
            let sale = boards[board].sales.trades[index]
            page.print(#"{"trade_id":"#)
            page.print(sale.number)
            page.print(sale.isBuy ? #","side":"sell","size":"# : #","side":"buy","size":"#)
            page.print(quoted: boards[board].decimal(size: sale.size))
            page.print(#","price":"#)
            page.print(quoted: boards[board].decimal(price: sale.price))
            page.print(#","time":""#)
            page.print(utc: sale.time, digits: 6)
            page.print(#""}"#)
        }
        page.print(byte: 0x5D)
    }

    /// The newest first, at most 300: `[time,low,high,open,close,volume]`.
    private mutating func exchangeCandles(_ board: Int, _ seconds: Int, _ query: Query, at now: Nanos) {
        let span = Nanos.seconds(Int64(seconds))
        func time(_ name: String) -> Nanos? {
            guard let text = query[name] else { return nil }
            if let number = Int64(text) { return Nanos(seconds: Decimal(number, exponent: 0)) }
            return text.withBytes { Nanos.rfc3339($0, 0..<$0.byteCount) }
        }
        let end = min(time("end") ?? now, now)
        let from = time("start") ?? .zero
        let last = Nanos(end.count - end.count % span.count)
        page.print(byte: 0x5B)
        for candle in boards[board].sales.candles(of: span, until: last, since: from, limit: 300) {
            page.separate()
            page.print(byte: 0x5B)
            page.print(candle.opened.count / 1_000_000_000)
            for price in [candle.low, candle.high, candle.open, candle.close] {
                page.print(byte: 0x2C)
                page.print(boards[board].decimal(price: price))
            }
            page.print(byte: 0x2C)
            page.print(boards[board].decimal(size: candle.volume))
            page.print(byte: 0x5D)
        }
        page.print(byte: 0x5D)
    }

}

extension Board {
    func printExchangePrice(at now: Nanos, _ page: inout Printer) {
        put(#"{"ask":"#, price: asks.best?.price ?? 0, &page)
        put(#","bid":"#, price: bids.best?.price ?? 0, &page)
        put(#","volume":"#, size: sales.day.volume, &page)
        page.print(#","trade_id":"#)
        page.print(sales.last?.number ?? 0)
        put(#","price":"#, price: sales.last?.price ?? 0, &page)
        put(#","size":"#, size: sales.last?.size ?? 0, &page)
        page.print(#","time":""#)
        page.print(utc: sales.last?.time ?? now, digits: 6)
        page.print(#""}"#)
    }

    func printExchangeStats(_ page: inout Printer) {
        let day = sales.day
        put(#"{"open":"#, price: day.open, &page)
        put(#","high":"#, price: day.high, &page)
        put(#","low":"#, price: day.low, &page)
        put(#","last":"#, price: day.close, &page)
        put(#","volume":"#, size: day.volume, &page)
        put(#","volume_30day":"#, size: day.volume, &page)
        page.print(byte: 0x7D)
    }
}
