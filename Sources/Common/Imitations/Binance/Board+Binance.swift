import Bytes
import Events
import Text
import Units

/// A market as Binance spot writes it.
extension Board {
    private func printHead(_ event: StaticString, at time: Nanos, _ page: inout Printer) {
        page.print(#"{"e":""#)
        page.print(event)
        page.print(#"","E":"#)
        page.print(millis: time)
        page.print(#","s":""#)
        page.print(native)
        page.print(byte: 0x22)
    }

    func printDepth(_ changes: borrowing Changes, at time: Nanos, _ page: inout Printer) {
        printHead("depthUpdate", at: time, &page)
        page.print(#","U":"#)
        page.print(changes.first)
        page.print(#","u":"#)
        page.print(changes.last)
        page.print(#","b":"#)
        printPairs(changes.bids, &page)
        page.print(#","a":"#)
        printPairs(changes.asks, &page)
        page.print(byte: 0x7D)
    }

    /// The whole book, as REST and the streams of partial depth have it.
    func printBook(limit: Int, isAged: Bool = false, _ page: inout Printer) {
        page.print(#"{"lastUpdateId":"#)
        page.print(isAged ? agedChange : lastChange)
        page.print(#","bids":"#)
        read(isAsk: false, isAged: isAged) { printPairs($0, limit: limit, &page) }
        page.print(#","asks":"#)
        read(isAsk: true, isAged: isAged) { printPairs($0, limit: limit, &page) }
        page.print(byte: 0x7D)
    }

    func printTouch(_ page: inout Printer) {
        page.print(#"{"u":"#)
        page.print(lastChange)
        page.print(#","s":""#)
        page.print(native)
        put(#"","b":"#, price: shownBid.price, &page)
        put(#","B":"#, size: shownBid.size, &page)
        put(#","a":"#, price: shownAsk.price, &page)
        put(#","A":"#, size: shownAsk.size, &page)
        page.print(byte: 0x7D)
    }

    func printTrade(_ sale: Sale, at time: Nanos, _ page: inout Printer) {
        printHead("trade", at: time, &page)
        page.print(#","t":"#)
        page.print(sale.number)
        put(#","p":"#, price: sale.price, &page)
        put(#","q":"#, size: sale.size, &page)
        page.print(#","T":"#)
        page.print(millis: sale.time)
        page.print(sale.isBuy ? #","m":false,"M":true}"# : #","m":true,"M":true}"#)
    }

    func printAggregate(_ sale: Sale, first: UInt64, at time: Nanos, _ page: inout Printer) {
        printHead("aggTrade", at: time, &page)
        page.print(#","a":"#)
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

    func printKline(_ candle: Candle, _ span: Nanos, isFinal: Bool, at time: Nanos, _ page: inout Printer) {
        printHead("kline", at: time, &page)
        page.print(#","k":{"t":"#)
        page.print(millis: candle.opened)
        page.print(#","T":"#)
        page.print(millis: candle.opened + span - Nanos(1))
        page.print(#","s":""#)
        page.print(native)
        page.print(#"","i":""#)
        page.print(Imitation.binanceIntervalName(Int(span.count / 1_000_000_000)))
        page.print(#"","f":"#)
        page.print(candle.first)
        page.print(#","L":"#)
        page.print(candle.last)
        put(#","o":"#, price: candle.open, &page)
        put(#","c":"#, price: candle.close, &page)
        put(#","h":"#, price: candle.high, &page)
        put(#","l":"#, price: candle.low, &page)
        put(#","v":"#, size: candle.volume, &page)
        page.print(#","n":"#)
        page.print(candle.trades)
        page.print(isFinal ? #","x":true"# : #","x":false"#)
        put(#","q":"#, value: candle.value, &page)
        put(#","V":"#, size: candle.takerVolume, &page)
        put(#","Q":"#, value: candle.takerValue, &page)
        page.print(#","B":"0"}}"#)
    }

    /// The last 24 hours: `24hrTicker`.
    func printDay(at time: Nanos, _ page: inout Printer) {
        printHead("24hrTicker", at: time, &page)
        let day = sales.day
        put(#","p":"#, price: day.close - day.open, &page)
        put(#","P":"#, dayPercent, &page)
        put(#","w":"#, price: day.average, &page)
        put(#","x":"#, price: day.open, &page)
        put(#","c":"#, price: day.close, &page)
        put(#","Q":"#, size: sales.last?.size ?? 0, &page)
        put(#","b":"#, price: bids.best?.price ?? 0, &page)
        put(#","B":"#, size: bids.best?.size ?? 0, &page)
        put(#","a":"#, price: asks.best?.price ?? 0, &page)
        put(#","A":"#, size: asks.best?.size ?? 0, &page)
        put(#","o":"#, price: day.open, &page)
        put(#","h":"#, price: day.high, &page)
        put(#","l":"#, price: day.low, &page)
        put(#","v":"#, size: day.volume, &page)
        put(#","q":"#, value: day.value, &page)
        page.print(#","O":"#)
        page.print(millis: time - .seconds(86_400))
        page.print(#","C":"#)
        page.print(millis: time)
        page.print(#","F":"#)
        page.print(day.trades > 0 ? Int64(clamping: day.first) : -1)
        page.print(#","L":"#)
        page.print(day.trades > 0 ? Int64(clamping: day.last) : -1)
        page.print(#","n":"#)
        page.print(day.trades)
        page.print(byte: 0x7D)
    }

    func printSmallDay(at time: Nanos, _ page: inout Printer) {
        printHead("24hrMiniTicker", at: time, &page)
        let day = sales.day
        put(#","c":"#, price: day.close, &page)
        put(#","o":"#, price: day.open, &page)
        put(#","h":"#, price: day.high, &page)
        put(#","l":"#, price: day.low, &page)
        put(#","v":"#, size: day.volume, &page)
        put(#","q":"#, value: day.value, &page)
        page.print(byte: 0x7D)
    }
}
