import Books
import Bytes
import Events
import Text
import Units

/// The spelling that changes of books and trades have, read straight through; see `BinanceMessages+Usual`.
extension CoinbaseMessages {
    /// `{"channel":"l2_data","timestamp":"2026-04-07T14:30:00.123456Z","sequence_num":1,"events":[…]}`, or of `market_trades`, with an
    /// empty `client_id` or none. False when the text is another; the batch is then not to be used.
    static func readUsual(_ text: RawSpan, side: TradeSide, _ batch: inout Batch) -> Bool {
        var json = JSON()
        let isBook = json.literalIfNext(#"{"channel":"l2_data","#, text)
        if !isBook {
            guard json.literalIfNext(#"{"channel":"market_trades","#, text) else { return false }
        }
        _ = json.literalIfNext(#""client_id":"","#, text)
        json.literal(#""timestamp":""#, text)
        let time = json.plainTime(text)
        json.literal(#"","sequence_num":"#, text)
        batch.connectionSequence = json.plainUnsigned(text)
        batch.hasConnectionSequence = true
        json.literal(#","events":[{"type":""#, text)
        repeat {
            let isSnapshot = json.literalIfNext("snapshot", text)
            if !isSnapshot { json.literal("update", text) }
            if isBook {
                readUsualBook(&json, text, isSnapshot ? .bookSnapshot : .bookDelta, time, &batch)
            } else {
                readUsualTrades(&json, text, isSnapshot, side, &batch)
            }
            json.literal("]}", text)
        } while json.literalIfNext(#",{"type":""#, text)
        json.literal("]}", text)
        return json.isSound && json.at == text.byteCount && !json.takeOverflow()
    }

    /// `","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"…","price_level":"1.2","new_quantity":"3.4"}`
    @inline(__always)
    private static func readUsualBook(
        _ json: inout JSON, _ text: RawSpan, _ content: Batch.Item.Content, _ time: Nanos, _ batch: inout Batch
    ) {
        var isWrong = false
        let before = batch.sides.whole
        json.literal(#"","product_id":""#, text)
        let symbol = json.plain(text)
        json.literal(#"","updates":["#, text)
        repeat {
            let size = readUsualUpdate(&json, text, &batch.sides)
            isWrong = isWrong || size < 0
        } while json.literalIfNext(",", text)
        if isWrong || symbol.isEmpty { json.refuse(.unexpected, text) }
        var item = Batch.Item(content, symbol: symbol, head: DeltaHead(happened: time))
        item.part = batch.sides.part(since: before)
        batch.add(item)
    }

    /// One change, and the mantissa of its size. A function of its own: in a larger one the compiler stops inlining the scanner.
    @inline(never)
    private static func readUsualUpdate(_ place: inout JSON, _ text: RawSpan, _ sides: inout Sides) -> Int64 {
        var json = place
        let isBid = json.literalIfNext(#"{"side":"bid","event_time":""#, text)
        if !isBid { json.literal(#"{"side":"offer","event_time":""#, text) }
        json.skipPlain(text)
        json.literal(#"","price_level":""#, text)
        let price = json.plainDecimal(text)
        json.literal(#"","new_quantity":""#, text)
        let size = json.plainDecimal(text)
        json.literal(#""}"#, text)
        let level = Level(price: price, size: size)
        if isBid { sides.bids.append(level) } else { sides.asks.append(level) }
        place = json
        return size.mantissa
    }

    /// `","trades":[{"product_id":"BTC-USD","trade_id":"5","price":"1.2","size":"3.4","time":"2026-08-12T19:27:47.532655Z",
    /// "side":"BUY"}`; until 2026 the identity came first and the time last.
    @inline(__always)
    private static func readUsualTrades(
        _ json: inout JSON, _ text: RawSpan, _ isSnapshot: Bool, _ side: TradeSide, _ batch: inout Batch
    ) {
        var isWrong = false
        let before = batch.items.count
        let bought = taker("BUY", side)
        let sold = taker("SELL", side)
        json.literal(#"","trades":["#, text)
        repeat {
            var symbol = JSON.Text.none
            let isNewer = json.literalIfNext(#"{"product_id":""#, text)
            if isNewer {
                symbol = json.plain(text)
                json.literal(#"","trade_id":""#, text)
            } else {
                json.literal(#"{"trade_id":""#, text)
            }
            let start = json.at
            let id = json.plainUnsigned(text)
            let digits = JSON.Text(start: start, count: json.at - start, escaped: false)
            if !isNewer {
                json.literal(#"","product_id":""#, text)
                symbol = json.plain(text)
            }
            json.literal(#"","price":""#, text)
            let price = json.plainDecimal(text)
            json.literal(#"","size":""#, text)
            let size = json.plainDecimal(text)
            var time = Nanos.zero
            if isNewer {
                json.literal(#"","time":""#, text)
                time = json.plainTime(text)
            }
            json.literal(#"","side":""#, text)
            let isBuy = json.literalIfNext(#"BUY""#, text)
            if !isBuy { json.literal(#"SELL""#, text) }
            if !isNewer {
                json.literal(#","time":""#, text)
                time = json.plainTime(text)
                json.literal(#"""#, text)
            }
            json.literal("}", text)
            isWrong = isWrong || size.mantissa < 0 || symbol.isEmpty
            var item = Batch.Item(.trade, symbol: symbol, head: DeltaHead(first: id, last: id, happened: time))
            item.isBackfilled = isSnapshot
            let trade = Trade(price: price, size: size, side: isBuy ? bought : sold, count: 1)
            batch.add(Batch.Print(trade, id: digits), item)
        } while json.literalIfNext(",", text)
        if isWrong { json.refuse(.unexpected, text) }
        orderBySequence(&batch, from: before)
    }
}
