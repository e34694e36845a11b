import Bytes
import Markets
import Matching
import Text
import Units

/// A market as Coinbase Exchange writes it.
extension Board {
    func printExchangeBook(_ page: inout Printer) {
        page.print(#"{"type":"snapshot","product_id":""#)
        page.print(native)
        page.print(#"","bids":"#)
        printPairs(bids, &page)
        page.print(#","asks":"#)
        printPairs(asks, &page)
        page.print(#","time":""#)
        page.print(utc: stamp, digits: 6)
        page.print(#""}"#)
    }

    func printExchangeChanges(_ page: inout Printer) {
        page.print(#"{"type":"l2update","product_id":""#)
        page.print(native)
        page.print(#"","changes":["#)
        for rank in 0..<fast.bids.count { printChange(#"["buy","#, fast.bids[rank], &page) }
        for rank in 0..<fast.asks.count { printChange(#"["sell","#, fast.asks[rank], &page) }
        page.print(#"],"time":""#)
        page.print(utc: stamp, digits: 6)
        page.print(#""}"#)
    }

    private func printChange(_ side: StaticString, _ rung: Rung, _ page: inout Printer) {
        page.separate()
        put(side, price: rung.price, &page)
        put(",", size: rung.size, &page)
        page.print(byte: 0x5D)
    }

    /// `ac928c66-0000-4000-8000-a110027a60e8`: an order's number as the venue writes identities.
    private func printIdentity(_ number: UInt64, _ page: inout Printer) {
        page.print(hex: number >> 32, digits: 8)
        page.print("-0000-4000-8000-")
        page.print(hex: number, digits: 12)
    }

    /// Its side is the maker's.
    func printMatch(_ sale: Sale, _ type: StaticString, sequence: UInt64, _ page: inout Printer) {
        page.print(#"{"type":""#)
        page.print(type)
        page.print(#"","trade_id":"#)
        page.print(sale.number)
        page.print(#","maker_order_id":""#)
        printIdentity(sale.maker, &page)
        page.print(#"","taker_order_id":""#)
        printIdentity(sale.taker, &page)
        page.print(sale.isBuy ? #"","side":"sell""# : #"","side":"buy""#)
        put(#","size":"#, size: sale.size, &page)
        put(#","price":"#, price: sale.price, &page)
        page.print(#","product_id":""#)
        page.print(native)
        page.print(#"","sequence":"#)
        page.print(sequence)
        page.print(#","time":""#)
        page.print(utc: sale.time, digits: 6)
        page.print(#""}"#)
    }

    /// Its side is the taker's.
    func printExchangeTicker(_ page: inout Printer) {
        let day = sales.day
        guard let last = sales.last else { return }
        page.print(#"{"type":"ticker","sequence":"#)
        page.print(saleSequence)
        page.print(#","product_id":""#)
        page.print(native)
        put(#"","price":"#, price: last.price, &page)
        put(#","open_24h":"#, price: day.open, &page)
        put(#","volume_24h":"#, size: day.volume, &page)
        put(#","low_24h":"#, price: day.low, &page)
        put(#","high_24h":"#, price: day.high, &page)
        put(#","volume_30d":"#, size: day.volume, &page)
        put(#","best_bid":"#, price: shownBid.price, &page)
        put(#","best_bid_size":"#, size: shownBid.size, &page)
        put(#","best_ask":"#, price: shownAsk.price, &page)
        put(#","best_ask_size":"#, size: shownAsk.size, &page)
        page.print(last.isBuy ? #","side":"buy","time":""# : #","side":"sell","time":""#)
        page.print(utc: tickerStamp, digits: 6)
        page.print(#"","trade_id":"#)
        page.print(last.number)
        put(#","last_size":"#, size: last.size, &page)
        page.print(byte: 0x7D)
    }

    func printExchangeHeartbeat(at time: Nanos, _ page: inout Printer) {
        page.print(#"{"type":"heartbeat","last_trade_id":"#)
        page.print(sales.last?.number ?? 0)
        page.print(#","product_id":""#)
        page.print(native)
        page.print(#"","sequence":"#)
        page.print(lastChange + (sales.last?.number ?? 0))
        page.print(#","time":""#)
        page.print(utc: time, digits: 6)
        page.print(#""}"#)
    }

    func printExchangeProduct(_ page: inout Printer) {
        page.print(#"{"id":""#)
        page.print(native)
        page.print(#"","base_currency":""#)
        page.print(terms.base)
        page.print(#"","quote_currency":""#)
        page.print(terms.quote)
        put(#"","quote_increment":"#, terms.tick, &page)
        put(#","base_increment":"#, terms.lot, &page)
        page.print(#","display_name":""#)
        page.print(native)
        put(#"","min_market_funds":"#, terms.minimumValue, &page)
        page.print(#","margin_enabled":false,"post_only":false,"limit_only":false,"cancel_only":false,"status":""#)
        page.print(coinbaseStatus)
        page.print(#"","status_message":"","trading_disabled":"#)
        page.print(isTrading ? "false" : "true")
        page.print(#","fx_stablecoin":false,"max_slippage_percentage":"0.02000000","auction_mode":false}"#)
    }

    /// Rows of a book; `[price,size,orders]`.
    func printExchangeRows(isAsk: Bool, isAged: Bool, limit: Int, _ page: inout Printer) {
        read(isAsk: isAsk, isAged: isAged) { side in
            printRows(side, limit: limit, &page) { rung, page in
                put("[", price: rung.price, &page)
                put(",", size: rung.size, &page)
                page.print(",1]")
            }
        }
    }
}
