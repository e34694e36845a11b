import Bytes
import Matching
import Text
import Units

/// A market as Kraken's REST interface writes it: numbers are strings.
extension Board {
    var krakenPair: String { KrakenNames.pair(terms.base, terms.quote) }

    private func put(_ key: StaticString, _ number: Decimal, _ page: inout Printer) {
        page.print(key)
        page.print(quoted: number)
    }

    func printKrakenAssetPair(_ page: inout Printer) {
        page.print(#"{"altname":""#)
        page.print(KrakenNames.alternative(terms.base, terms.quote))
        page.print(#"","wsname":""#)
        page.print(KrakenNames.short(terms.base))
        page.print(byte: 0x2F)
        page.print(KrakenNames.short(terms.quote))
        page.print(#"","aclass_base":"currency","base":""#)
        page.print(KrakenNames.long(terms.base))
        page.print(#"","aclass_quote":"currency","quote":""#)
        page.print(KrakenNames.long(terms.quote))
        page.print(#"","lot":"unit","cost_decimals":5,"pair_decimals":"#)
        page.print(Int64(max(0, -Int(priceExponent))))
        page.print(#","lot_decimals":"#)
        page.print(Int64(max(0, -Int(sizeExponent))))
        page.print(
            #","lot_multiplier":1,"leverage_buy":[],"leverage_sell":[],"fees":[[0,0.4]],"fees_maker":[[0,0.25]],"#)
        page.print(#""fee_volume_currency":"ZUSD","margin_call":80,"margin_stop":40"#)
        put(#","ordermin":"#, terms.size(terms.minimumSize), &page)
        put(#","costmin":"#, terms.minimumValue, &page)
        put(#","tick_size":"#, terms.tick, &page)
        page.print(#","status":""#)
        page.print(krakenStatus)
        page.print(#""}"#)
    }

    /// `[["price","size",seconds],…]`
    func printRows(_ side: borrowing Rungs, _ limit: Int, at now: Nanos, _ page: inout Printer) {
        page.print(byte: 0x5B)
        for rank in 0..<min(limit, side.count) {
            put(rank == 0 ? "[" : ",[", decimal(price: side[rank].price), &page)
            put(",", decimal(size: side[rank].size), &page)
            page.print(byte: 0x2C)
            page.print(now.count / 1_000_000_000)
            page.print(byte: 0x5D)
        }
        page.print(byte: 0x5D)
    }

    func printKrakenPastTrade(_ sale: Sale, _ page: inout Printer) {
        put("[", decimal(price: sale.price), &page)
        put(",", decimal(size: sale.size), &page)
        page.print(byte: 0x2C)
        page.print(Decimal(sale.time.count / 1000, exponent: -6))
        page.print(sale.isBuy ? #","b","l","","# : #","s","l","","#)
        page.print(sale.number)
        page.print(byte: 0x5D)
    }

    func printKrakenPastCandle(_ candle: Candle, _ page: inout Printer) {
        page.print(byte: 0x5B)
        page.print(candle.opened.count / 1_000_000_000)
        for price in [candle.open, candle.high, candle.low, candle.close] { put(",", decimal(price: price), &page) }
        let average = candle.volume == 0 ? 0 : Int64(clamping: candle.value / Int128(candle.volume))
        put(",", decimal(price: average), &page)
        put(",", decimal(size: candle.volume), &page)
        page.print(byte: 0x2C)
        page.print(candle.trades)
        page.print(byte: 0x5D)
    }

    func printKrakenDay(_ page: inout Printer) {
        let day = sales.day
        let bid = bids.best ?? Rung(price: 0, size: 0)
        let ask = asks.best ?? Rung(price: 0, size: 0)
        put(#"{"a":["#, decimal(price: ask.price), &page)
        put(#","1","#, decimal(size: ask.size), &page)
        put(#"],"b":["#, decimal(price: bid.price), &page)
        put(#","1","#, decimal(size: bid.size), &page)
        put(#"],"c":["#, decimal(price: sales.last?.price ?? 0), &page)
        put(",", decimal(size: sales.last?.size ?? 0), &page)
        put(#"],"v":["#, decimal(size: day.volume), &page)
        put(",", decimal(size: day.volume), &page)
        put(#"],"p":["#, decimal(price: dayAverage), &page)
        put(",", decimal(price: dayAverage), &page)
        page.print(#"],"t":["#)
        page.print(day.trades)
        page.print(byte: 0x2C)
        page.print(day.trades)
        put(#"],"l":["#, decimal(price: day.low), &page)
        put(",", decimal(price: day.low), &page)
        put(#"],"h":["#, decimal(price: day.high), &page)
        put(",", decimal(price: day.high), &page)
        put(#"],"o":"#, decimal(price: day.open), &page)
        page.print(byte: 0x7D)
    }
}
