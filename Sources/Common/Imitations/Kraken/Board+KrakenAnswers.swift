import Bytes
import Matching
import Text
import Units

/// A market as Kraken's REST interface writes it: numbers are strings.
extension Board {
    var krakenPair: String { KrakenNames.pair(terms.base, terms.quote) }

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
    func printKrakenRows(isAsk: Bool, isAged: Bool, limit: Int, at now: Nanos, _ page: inout Printer) {
        read(isAsk: isAsk, isAged: isAged) { side in
            printRows(side, limit: limit, &page) { rung, page in
                put("[", price: rung.price, &page)
                put(",", size: rung.size, &page)
                page.print(byte: 0x2C)
                page.print(now.count / 1_000_000_000)
                page.print(byte: 0x5D)
            }
        }
    }

    func printKrakenPastTrade(_ sale: Sale, _ page: inout Printer) {
        put("[", price: sale.price, &page)
        put(",", size: sale.size, &page)
        page.print(byte: 0x2C)
        page.print(Decimal(sale.time.count / 1000, exponent: -6))
        page.print(sale.isBuy ? #","b","l","","# : #","s","l","","#)
        page.print(sale.number)
        page.print(byte: 0x5D)
    }

    func printKrakenPastCandle(_ candle: Candle, _ page: inout Printer) {
        page.print(byte: 0x5B)
        page.print(candle.opened.count / 1_000_000_000)
        for price in [candle.open, candle.high, candle.low, candle.close] { put(",", price: price, &page) }
        put(",", price: candle.average, &page)
        put(",", size: candle.volume, &page)
        page.print(byte: 0x2C)
        page.print(candle.trades)
        page.print(byte: 0x5D)
    }

    func printKrakenDay(_ page: inout Printer) {
        let day = sales.day
        let bid = bids.best ?? .none
        let ask = asks.best ?? .none
        put(#"{"a":["#, price: ask.price, &page)
        put(#","1","#, size: ask.size, &page)
        put(#"],"b":["#, price: bid.price, &page)
        put(#","1","#, size: bid.size, &page)
        put(#"],"c":["#, price: sales.last?.price ?? 0, &page)
        put(",", size: sales.last?.size ?? 0, &page)
        put(#"],"v":["#, size: day.volume, &page)
        put(",", size: day.volume, &page)
        put(#"],"p":["#, price: day.average, &page)
        put(",", price: day.average, &page)
        page.print(#"],"t":["#)
        page.print(day.trades)
        page.print(byte: 0x2C)
        page.print(day.trades)
        put(#"],"l":["#, price: day.low, &page)
        put(",", price: day.low, &page)
        put(#"],"h":["#, price: day.high, &page)
        put(",", price: day.high, &page)
        put(#"],"o":"#, price: day.open, &page)
        page.print(byte: 0x7D)
    }
}
