import Books
import Bytes
import Events
public import Text
import Units

/// Reads the feed of Coinbase Exchange: one flat object a message.
///
/// Source: docs.cdp.coinbase.com "Exchange WebSocket channels", read 2026-07, and recordings of 2021. `level2` has no sequence
/// and no checksum: nothing vouches for its book but the guard against crossing.
public enum CoinbaseExchangeMessages {
    private struct Fields {
        var once = Once()
        var type: Key = ""
        var symbol = JSON.Text.none
        var time = Nanos.zero
        var sequence: UInt64 = 0
        var id = JSON.Text.none
        var side: Key = ""
        var price = Decimal.notGiven
        var size = Decimal.notGiven
        var ticker = Ticker()
    }

    /// Reads one message. With a defect the batch is not to be used.
    public static func read(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
        if readUsual(text, &batch) { return .none }
        batch.clear()
        return readAny(text, into: &batch)
    }

    /// Reads one message, however it is spelt.
    static func readAny(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
        var json = JSON()
        var fields = Fields()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key.tag {
            case "type":
                fields.once.mark(0, &json, text)
                fields.type = json.name(text)
            case "product_id" where key == "product_id":
                fields.once.mark(1, &json, text)
                fields.symbol = json.string(text)
            case "changes":
                fields.once.mark(2, &json, text)
                readChanges(&json, text, &batch)
            case "time":
                fields.once.mark(3, &json, text)
                fields.time = json.time(text)
            case "bids":
                fields.once.mark(4, &json, text)
                json.levels(text, into: &batch.sides.bids)
            case "asks":
                fields.once.mark(5, &json, text)
                json.levels(text, into: &batch.sides.asks)
            case "sequence":
                fields.once.mark(6, &json, text)
                fields.sequence = json.unsigned(text)
            case "trade_id":
                fields.once.mark(7, &json, text)
                fields.id = json.identity(text)
            case "side":
                fields.once.mark(8, &json, text)
                fields.side = json.name(text)
            case "price":
                fields.once.mark(9, &json, text)
                fields.price = json.optionalDecimal(text)
            case "size":
                fields.once.mark(10, &json, text)
                fields.size = json.optionalDecimal(text)
            case "message":
                fields.once.mark(20, &json, text)
                let message = json.string(text)
                // The reason says more.
                if !fields.once.has(21) { batch.text = message }
            case "reason":
                fields.once.mark(21, &json, text)
                batch.text = json.string(text)
            default: readTicker(key, &json, text, &fields)
            }
        }
        json.finish(text)
        guard json.isSound else { return isOurs(text) ? json.defect : ignored(&batch) }
        return conclude(fields, json.takeOverflow(), &batch)
    }

    @inline(__always)
    private static func readTicker(_ key: Key, _ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        switch key {
        case "best_bid":
            fields.once.mark(11, &json, text)
            fields.ticker.bid = json.optionalDecimal(text)
        case "best_ask":
            fields.once.mark(12, &json, text)
            fields.ticker.ask = json.optionalDecimal(text)
        case "best_bid_size":
            fields.once.mark(13, &json, text)
            fields.ticker.bidSize = json.optionalDecimal(text)
        case "best_ask_size":
            fields.once.mark(14, &json, text)
            fields.ticker.askSize = json.optionalDecimal(text)
        case "last_size":
            fields.once.mark(15, &json, text)
            fields.ticker.lastSize = json.optionalDecimal(text)
        case "volume_24h":
            fields.once.mark(16, &json, text)
            fields.ticker.volume = json.optionalDecimal(text)
        case "high_24h":
            fields.once.mark(17, &json, text)
            fields.ticker.high = json.optionalDecimal(text)
        case "low_24h":
            fields.once.mark(18, &json, text)
            fields.ticker.low = json.optionalDecimal(text)
        case "open_24h":
            fields.once.mark(19, &json, text)
            fields.ticker.open = json.optionalDecimal(text)
        default: json.skip(text)
        }
    }

    /// `[["buy","price","size"], …]`
    private static func readChanges(_ place: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            json.enterArray(text)
            guard json.nextElement(text) else { return place.refuse(.unexpected, text) }
            let side = json.name(text)
            guard json.nextElement(text) else { return place.refuse(.unexpected, text) }
            let price = json.decimal(text)
            guard json.nextElement(text) else { return place.refuse(.unexpected, text) }
            let size = json.decimal(text)
            while json.nextElement(text) { json.skip(text) }
            let level = Level(price: price, size: size)
            switch side {
            case "buy" where size.mantissa >= 0: batch.sides.bids.append(level)
            case "sell" where size.mantissa >= 0: batch.sides.asks.append(level)
            default: json.refuse(.unexpected, text)
            }
        }
        place = json
    }

    /// Whether a message that could not be read is one of those that are used here: other channels (`full`, `status`) have fields
    /// of the same names with other contents.
    private static func isOurs(_ text: RawSpan) -> Bool {
        guard JSON.isValid(text) else { return true }
        var json = JSON()
        var type: Key = ""
        json.enterObject(text)
        while let key = json.nextKey(text) {
            if key == "type", json.peek(text) == 0x22 { type = json.name(text) } else { json.skip(text) }
        }
        switch type {
        case "", "l2update", "snapshot", "match", "last_match", "ticker", "heartbeat", "subscriptions", "error":
            return true
        default: return false
        }
    }

    private static func ignored(_ batch: inout Batch) -> JSON.Defect {
        batch.clear()
        batch.control = .other
        return .none
    }

    private static func conclude(_ fields: Fields, _ isOutOfRange: Bool, _ batch: inout Batch) -> JSON.Defect {
        let head = DeltaHead(first: fields.sequence, last: fields.sequence, happened: fields.time)
        var item = Batch.Item(.bookDelta, symbol: fields.symbol, head: head)
        item.isOutOfRange = isOutOfRange
        switch fields.type {
        case "l2update":
            guard fields.once.has(2) else { return .unexpected }
            item.part = batch.sides.whole
            batch.add(item)
        case "snapshot":
            guard fields.once.has(4), fields.once.has(5) else { return .unexpected }
            item.content = .bookSnapshot
            item.part = batch.sides.whole
            batch.add(item)
        case "match", "last_match":
            guard fields.price.isGiven, fields.size.isGiven, fields.size.mantissa >= 0 else { return .unexpected }
            item.content = .trade
            item.isBackfilled = fields.type == "last_match"
            let trade = Trade(price: fields.price, size: fields.size, side: taker(fields.side), count: 1)
            batch.add(Batch.Print(trade, id: fields.id), item)
        case "ticker":
            item.content = .ticker
            var ticker = fields.ticker
            ticker.last = fields.price
            batch.add(ticker, item)
        case "heartbeat": batch.control = .heartbeat
        case "subscriptions": batch.control = .subscribed
        case "error": batch.control = .refused
        default: batch.control = .other
        }
        return batch.items.count > 0 && fields.symbol.isEmpty ? .unexpected : .none
    }

    /// The feed gives the maker's side; the taker's is the other.
    private static func taker(_ maker: Key) -> Side {
        switch maker {
        case "buy": .sell
        case "sell": .buy
        default: .unknown
        }
    }
}
