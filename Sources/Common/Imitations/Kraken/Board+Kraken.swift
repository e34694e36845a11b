import Bytes
import Events
import Markets
import Matching
import Text
import Units

/// A market as Kraken's WebSocket v2 writes it: numbers are JSON numbers with all their digits.
extension Board {
    private func putBare(_ key: StaticString, price: Int64, _ page: inout Printer) {
        page.print(key)
        page.print(decimal(price: price))
    }

    private func putBare(_ key: StaticString, size: Int64, _ page: inout Printer) {
        page.print(key)
        page.print(decimal(size: size))
    }

    private func printLevel(_ rung: Rung, _ page: inout Printer) {
        putBare(#"{"price":"#, price: rung.price, &page)
        putBare(#","qty":"#, size: rung.size, &page)
        page.print(byte: 0x7D)
    }

    /// The best levels of both sides, as an element of `data`.
    func printKrakenSnapshot(depth: Int, checksum: UInt32, _ page: inout Printer) {
        page.print(#"{"symbol":""#)
        page.print(native)
        page.print(#"","bids":"#)
        printRows(bids, limit: depth, &page) { printLevel($0, &$1) }
        page.print(#","asks":"#)
        printRows(asks, limit: depth, &page) { printLevel($0, &$1) }
        printEnd(checksum, &page)
    }

    /// What has changed in a view, as an element of `data`; false where nothing of it is to be told.
    func printKrakenChanges(_ view: borrowing DepthView, checksum: UInt32, _ page: inout Printer) -> Bool {
        page.print(#"{"symbol":""#)
        page.print(native)
        page.print(#"","bids":"#)
        let told = printTouched(view.touched.bids, bids, view.depth, &page)
        page.print(#","asks":"#)
        let others = printTouched(view.touched.asks, asks, view.depth, &page)
        printEnd(checksum, &page)
        return told + others > 0
    }

    private func printTouched(
        _ touched: borrowing Rungs, _ side: borrowing Rungs, _ depth: Int, _ page: inout Printer
    ) -> Int {
        var count = 0
        page.print(byte: 0x5B)
        for rank in 0..<touched.count {
            let price = touched[rank].price
            let place = side.rank(of: price)
            if place.isThere, place.rank >= depth { continue }
            page.separate()
            printLevel(Rung(price: price, size: place.isThere ? side[place.rank].size : 0), &page)
            count += 1
        }
        page.print(byte: 0x5D)
        return count
    }

    private func printEnd(_ checksum: UInt32, _ page: inout Printer) {
        page.print(#","checksum":"#)
        page.print(UInt64(checksum))
        page.print(#","timestamp":""#)
        page.print(utc: stamp, digits: 6)
        page.print(#""}"#)
    }

    /// CRC-32 over the digits of the best ten asks, then bids. `scratch` holds them meanwhile.
    func checksum(_ scratch: inout Printer) -> UInt32 {
        scratch.clear()
        for rank in 0..<min(10, asks.count) { printDigits(asks[rank], &scratch) }
        for rank in 0..<min(10, bids.count) { printDigits(bids[rank], &scratch) }
        return ~scratch.read { CRC32.add($0, to: CRC32.start) }
    }

    private func printDigits(_ rung: Rung, _ scratch: inout Printer) {
        scratch.print(UInt64(clamping: decimal(price: rung.price).mantissa))
        scratch.print(UInt64(clamping: decimal(size: rung.size).mantissa))
    }

    func printKrakenTrade(_ sale: Sale, _ page: inout Printer) {
        page.print(#"{"symbol":""#)
        page.print(native)
        page.print(sale.isBuy ? #"","side":"buy""# : #"","side":"sell""#)
        putBare(#","price":"#, price: sale.price, &page)
        putBare(#","qty":"#, size: sale.size, &page)
        page.print(#","ord_type":"limit","trade_id":"#)
        page.print(sale.number)
        page.print(#","timestamp":""#)
        page.print(utc: sale.time, digits: 6)
        page.print(#""}"#)
    }

    func printKrakenTicker(_ page: inout Printer) {
        let day = sales.day
        page.print(#"{"symbol":""#)
        page.print(native)
        putBare(#"","bid":"#, price: shownBid.price, &page)
        putBare(#","bid_qty":"#, size: shownBid.size, &page)
        putBare(#","ask":"#, price: shownAsk.price, &page)
        putBare(#","ask_qty":"#, size: shownAsk.size, &page)
        putBare(#","last":"#, price: sales.last?.price ?? 0, &page)
        putBare(#","volume":"#, size: day.volume, &page)
        putBare(#","vwap":"#, price: day.average, &page)
        putBare(#","low":"#, price: day.low, &page)
        putBare(#","high":"#, price: day.high, &page)
        putBare(#","change":"#, price: day.close - day.open, &page)
        page.print(#","change_pct":"#)
        page.print(Decimal(dayPercent.mantissa / 10, exponent: -2))
        page.print(#","timestamp":""#)
        page.print(utc: tickerStamp, digits: 6)
        page.print(#""}"#)
    }

    func printKrakenCandle(_ candle: Candle, minutes: Int, _ page: inout Printer) {
        page.print(#"{"symbol":""#)
        page.print(native)
        putBare(#"","open":"#, price: candle.open, &page)
        putBare(#","high":"#, price: candle.high, &page)
        putBare(#","low":"#, price: candle.low, &page)
        putBare(#","close":"#, price: candle.close, &page)
        page.print(#","trades":"#)
        page.print(candle.trades)
        putBare(#","volume":"#, size: candle.volume, &page)
        putBare(#","vwap":"#, price: candle.average, &page)
        page.print(#","interval_begin":""#)
        page.print(utc: candle.opened, digits: 9)
        page.print(#"","interval":"#)
        page.print(Int64(minutes))
        page.print(#","timestamp":""#)
        page.print(utc: candle.opened + .seconds(Int64(minutes) * 60), digits: 6)
        page.print(#""}"#)
    }

    var krakenStatus: String {
        switch status {
        case .pending: "work_in_progress"
        case .trading: "online"
        case .halted: "maintenance"
        case .ended: "delisted"
        }
    }

    func printKrakenPair(_ page: inout Printer) {
        page.print(#"{"symbol":""#)
        page.print(native)
        page.print(#"","base":""#)
        page.print(terms.base)
        page.print(#"","quote":""#)
        page.print(terms.quote)
        page.print(#"","status":""#)
        page.print(krakenStatus)
        page.print(#"","qty_precision":"#)
        page.print(Int64(max(0, -Int(sizeExponent))))
        page.print(#","qty_increment":"#)
        page.print(terms.lot)
        page.print(#","price_precision":"#)
        page.print(Int64(max(0, -Int(priceExponent))))
        put(#","cost_precision":5,"marginable":false,"has_index":true,"cost_min":"#, terms.minimumValue, &page)
        page.print(#","tick_size":"#)
        page.print(terms.tick)
        page.print(#","price_increment":"#)
        page.print(terms.tick)
        page.print(#","qty_min":"#)
        page.print(terms.size(terms.minimumSize))
        page.print(byte: 0x7D)
    }
}
