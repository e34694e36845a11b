import Bytes
import Markets
import Matching
import Text
import Units

/// A market as Coinbase Exchange writes it.
extension Board {
    private func put(_ key: StaticString, price: Int64, _ page: inout Printer) {
        page.print(key)
        page.print(quoted: decimal(price: price))
    }

    private func put(_ key: StaticString, size: Int64, _ page: inout Printer) {
        page.print(key)
        page.print(quoted: decimal(size: size))
    }

    func printExchangeBook(_ page: inout Printer) {
        page.print(#"{"type":"snapshot","product_id":""#)
        page.print(native)
        page.print(#"","bids":"#)
        page.print(pairs: bids, of: self)
        page.print(#","asks":"#)
        page.print(pairs: asks, of: self)
        page.print(#","time":""#)
        page.print(utc: stamp, digits: 6)
        page.print(#""}"#)
    }

    func printExchangeChanges(_ page: inout Printer) {
        page.print(#"{"type":"l2update","product_id":""#)
        page.print(native)
        page.print(#"","changes":["#)
        for rank in 0..<fast.bids.count {
            put(rank == 0 ? #"["buy","# : #",["buy","#, price: fast.bids[rank].price, &page)
            put(",", size: fast.bids[rank].size, &page)
            page.print(byte: 0x5D)
        }
        for rank in 0..<fast.asks.count {
            let isFirst = rank + fast.bids.count == 0
            put(isFirst ? #"["sell","# : #",["sell","#, price: fast.asks[rank].price, &page)
            put(",", size: fast.asks[rank].size, &page)
            page.print(byte: 0x5D)
        }
        page.print(#"],"time":""#)
        page.print(utc: stamp, digits: 6)
        page.print(#""}"#)
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
        page.print(#"","quote_increment":"#)
        page.print(quoted: terms.tick)
        page.print(#","base_increment":"#)
        page.print(quoted: terms.lot)
        page.print(#","display_name":""#)
        page.print(native)
        page.print(#"","min_market_funds":"#)
        page.print(quoted: terms.minimumValue)
        page.print(#","margin_enabled":false,"post_only":false,"limit_only":false,"cancel_only":false,"status":""#)
        page.print(coinbaseStatus)
        page.print(#"","status_message":"","trading_disabled":"#)
        page.print(isTrading ? "false" : "true")
        page.print(#","fx_stablecoin":false,"max_slippage_percentage":"0.02000000","auction_mode":false}"#)
    }

    /// Rows of a book; `[price,size,orders]`.
    func printExchangeRows(_ side: borrowing Rungs, _ limit: Int, _ page: inout Printer) {
        page.print(byte: 0x5B)
        for rank in 0..<min(limit, side.count) {
            put(rank == 0 ? "[" : ",[", price: side[rank].price, &page)
            put(",", size: side[rank].size, &page)
            page.print(",1]")
        }
        page.print(byte: 0x5D)
    }
}
