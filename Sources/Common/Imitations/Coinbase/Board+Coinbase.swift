import Bytes
import Markets
import Matching
import Text
import Units

/// A market as Coinbase Advanced Trade writes it.
extension Board {
    private func printUpdates(
        _ type: StaticString, _ bids: borrowing Rungs, _ asks: borrowing Rungs, _ page: inout Printer
    ) {
        page.print(#"{"type":""#)
        page.print(type)
        page.print(#"","product_id":""#)
        page.print(native)
        page.print(#"","updates":["#)
        for rank in 0..<bids.count { printUpdate(bids[rank], "bid", &page) }
        for rank in 0..<asks.count { printUpdate(asks[rank], "offer", &page) }
        page.print("]}")
    }

    private func printUpdate(_ rung: Rung, _ side: StaticString, _ page: inout Printer) {
        page.separate()
        page.print(#"{"side":""#)
        page.print(side)
        page.print(#"","event_time":""#)
        page.print(utc: stamp, digits: 6)
        put(#"","price_level":"#, price: rung.price, &page)
        put(#","new_quantity":"#, size: rung.size, &page)
        page.print(byte: 0x7D)
    }

    /// The whole book, as an event.
    func printCoinbaseBook(_ page: inout Printer) { printUpdates("snapshot", bids, asks, &page) }

    /// The changes of the batch, as an event.
    func printCoinbaseChanges(_ page: inout Printer) { printUpdates("update", fast.bids, fast.asks, &page) }

    /// Its side is the maker's: what the older documents say and captures fit.
    func printCoinbaseTrade(_ sale: Sale, _ page: inout Printer) {
        page.print(#"{"trade_id":""#)
        page.print(sale.number)
        page.print(#"","product_id":""#)
        page.print(native)
        put(#"","price":"#, price: sale.price, &page)
        put(#","size":"#, size: sale.size, &page)
        page.print(#","time":""#)
        page.print(utc: sale.time, digits: 6)
        page.print(sale.isBuy ? #"","side":"SELL"}"# : #"","side":"BUY"}"#)
    }

    func printCoinbaseTicker(_ page: inout Printer) {
        let day = sales.day
        page.print(#"{"type":"ticker","product_id":""#)
        page.print(native)
        put(#"","price":"#, price: sales.last?.price ?? 0, &page)
        put(#","volume_24_h":"#, size: day.volume, &page)
        put(#","low_24_h":"#, price: day.low, &page)
        put(#","high_24_h":"#, price: day.high, &page)
        put(#","low_52_w":"#, price: day.low, &page)
        put(#","high_52_w":"#, price: day.high, &page)
        put(#","price_percent_chg_24_h":"#, dayPercent, &page)
        put(#","best_bid":"#, price: shownBid.price, &page)
        put(#","best_bid_quantity":"#, size: shownBid.size, &page)
        put(#","best_ask":"#, price: shownAsk.price, &page)
        put(#","best_ask_quantity":"#, size: shownAsk.size, &page)
        page.print(byte: 0x7D)
    }

    /// `named`: with the product, as the feed has it and REST has not.
    func printCoinbaseCandle(_ candle: Candle, named: Bool, _ page: inout Printer) {
        page.print(#"{"start":""#)
        page.print(candle.opened.count / 1_000_000_000)
        put(#"","low":"#, price: candle.low, &page)
        put(#","high":"#, price: candle.high, &page)
        put(#","open":"#, price: candle.open, &page)
        put(#","close":"#, price: candle.close, &page)
        put(#","volume":"#, size: candle.volume, &page)
        if named {
            page.print(#","product_id":""#)
            page.print(native)
            page.print(byte: 0x22)
        }
        page.print(byte: 0x7D)
    }

    /// What Coinbase says of it; both of its interfaces use these words.
    var coinbaseStatus: String {
        switch status {
        case .ended: "delisted"
        default: "online"
        }
    }

    func printCoinbaseStatus(_ page: inout Printer) {
        page.print(#"{"product_type":"SPOT","id":""#)
        page.print(native)
        page.print(#"","base_currency":""#)
        page.print(terms.base)
        page.print(#"","quote_currency":""#)
        page.print(terms.quote)
        put(#"","base_increment":"#, terms.lot, &page)
        put(#","quote_increment":"#, terms.tick, &page)
        page.print(#","display_name":""#)
        page.print(terms.base)
        page.print(byte: 0x2F)
        page.print(terms.quote)
        page.print(#"","status":""#)
        page.print(isTrading ? "online" : status == .ended ? "delisted" : "offline")
        put(#"","status_message":"","min_market_funds":"#, terms.minimumValue, &page)
        page.print(byte: 0x7D)
    }

    func printCoinbaseProduct(_ page: inout Printer) {
        page.print(#"{"product_id":""#)
        page.print(native)
        put(#"","price":"#, price: sales.last?.price ?? bids.best?.price ?? 0, &page)
        put(#","price_percentage_change_24h":"#, dayPercent, &page)
        put(#","volume_24h":"#, size: sales.day.volume, &page)
        put(#","volume_percentage_change_24h":"0","base_increment":"#, terms.lot, &page)
        put(#","quote_increment":"#, terms.tick, &page)
        put(#","quote_min_size":"#, terms.minimumValue, &page)
        put(#","quote_max_size":"150000000","base_min_size":"#, terms.size(terms.minimumSize), &page)
        put(#","base_max_size":"#, terms.size(terms.maximumSize), &page)
        page.print(#","base_name":""#)
        page.print(terms.base)
        page.print(#"","quote_name":""#)
        page.print(terms.quote)
        page.print(#"","watched":false,"is_disabled":false,"new":false,"status":""#)
        page.print(coinbaseStatus)
        page.print(#"","cancel_only":false,"limit_only":false,"post_only":false,"trading_disabled":"#)
        page.print(isTrading ? "false" : "true")
        page.print(#","auction_mode":false,"product_type":"SPOT","quote_currency_id":""#)
        page.print(terms.quote)
        page.print(#"","base_currency_id":""#)
        page.print(terms.base)
        page.print(#"","fcm_trading_session_details":null,"mid_market_price":"","alias":"","alias_to":[],"#)
        page.print(#""base_display_symbol":""#)
        page.print(terms.base)
        page.print(#"","quote_display_symbol":""#)
        page.print(terms.quote)
        put(#"","view_only":false,"price_increment":"#, terms.tick, &page)
        page.print(#","display_name":""#)
        page.print(native)
        put(#"","product_venue":"CBE","approximate_quote_24h_volume":"#, value: sales.day.value, &page)
        page.print(byte: 0x7D)
    }
}
