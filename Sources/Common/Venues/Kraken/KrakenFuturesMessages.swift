import Books
import Bytes
import Events
public import Text
import Units

/// Reads Kraken Futures' WebSocket v1: flat objects, one change of a book a message, a sequence for each product.
///
/// Source: docs.kraken.com "Futures WebSocket", read 2026-07, and recordings of 2021. Numbers are JSON numbers of any form.
public enum KrakenFuturesMessages {
    private struct Fields {
        var once = Once()
        var feed: Key = ""
        var event: Key = ""
        var symbol = JSON.Text.none
        var sequence: UInt64 = 0
        var time = Nanos.zero
        var side: Side = .unknown
        var price = Decimal.notGiven
        var size = Decimal.notGiven
        var id = JSON.Text.none
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
            case "event":
                fields.once.mark(20, &json, text)
                fields.event = json.name(text)
            case "trades":
                fields.once.mark(21, &json, text)
                readTrades(&json, text, &batch)
            case "bids":
                fields.once.mark(22, &json, text)
                json.namedLevels(text, into: &batch.sides.bids)
            case "asks":
                fields.once.mark(23, &json, text)
                json.namedLevels(text, into: &batch.sides.asks)
            case "message":
                fields.once.mark(24, &json, text)
                batch.text = json.string(text)
            case "feed":
                fields.once.mark(0, &json, text)
                fields.feed = json.name(text)
            default: readField(key, &json, text, &fields)
            }
        }
        json.finish(text)
        guard json.isSound else { return isOurs(text) ? json.defect : ignored(&batch) }
        return conclude(fields, json.takeOverflow(), &batch)
    }

    @inline(__always)
    private static func readField(_ key: Key, _ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        switch key.tag {
        case "product_id" where key == "product_id":
            fields.once.mark(1, &json, text)
            fields.symbol = json.string(text)
        case "side":
            fields.once.mark(2, &json, text)
            fields.side = KrakenMessages.side(json.name(text))
        case "seq":
            fields.once.mark(3, &json, text)
            fields.sequence = json.unsigned(text)
        case "price":
            fields.once.mark(4, &json, text)
            fields.price = json.decimal(text)
        case "qty":
            fields.once.mark(5, &json, text)
            fields.size = json.decimal(text)
        case "timestamp" where key == "timestamp", "time":
            fields.once.mark(6, &json, text)
            fields.time = json.millis(text)
        case "uid":
            fields.once.mark(7, &json, text)
            fields.id = json.identity(text)
        case "bid":
            fields.once.mark(8, &json, text)
            fields.ticker.bid = json.optionalDecimal(text)
        case "ask":
            fields.once.mark(9, &json, text)
            fields.ticker.ask = json.optionalDecimal(text)
        case "bid_size":
            fields.once.mark(10, &json, text)
            fields.ticker.bidSize = json.optionalDecimal(text)
        case "ask_size":
            fields.once.mark(11, &json, text)
            fields.ticker.askSize = json.optionalDecimal(text)
        case "last":
            fields.once.mark(12, &json, text)
            fields.ticker.last = json.optionalDecimal(text)
        case "volume":
            fields.once.mark(13, &json, text)
            fields.ticker.volume = json.optionalDecimal(text)
        default: json.skip(text)
        }
    }

    /// Whether a message that could not be read is one of those that are used here: other feeds and events have fields of the same
    /// names with other contents.
    private static func isOurs(_ text: RawSpan) -> Bool {
        guard JSON.isValid(text) else { return true }
        var json = JSON()
        var feed: Key = ""
        var event: Key = ""
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "feed" where json.peek(text) == 0x22: feed = json.name(text)
            case "event" where json.peek(text) == 0x22: event = json.name(text)
            default: json.skip(text)
            }
        }
        switch event {
        case "": break
        case "subscribed", "error", "alert", "subscribed_failed", "info": return true
        default: return false
        }
        switch feed {
        case "", "book", "book_snapshot", "trade", "trade_snapshot", "ticker", "ticker_lite", "heartbeat": return true
        default: return false
        }
    }

    private static func ignored(_ batch: inout Batch) -> JSON.Defect {
        batch.clear()
        batch.control = .other
        return .none
    }

    /// The list in a `trade_snapshot`, newest first: history.
    private static func readTrades(_ place: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            var fields = Fields()
            json.enterObject(text)
            while let key = json.nextKey(text) { readField(key, &json, text, &fields) }
            guard addTrade(fields, json.takeOverflow(), isBackfilled: true, &batch) else {
                return place.refuse(.unexpected, text)
            }
        }
        // Told in the order in which they happened.
        var low = 0
        var high = batch.items.count - 1
        while low < high {
            let item = batch.items[low]
            batch.items[low] = batch.items[high]
            batch.items[high] = item
            low += 1
            high -= 1
        }
        place = json
    }

    private static func addTrade(
        _ fields: Fields, _ isOutOfRange: Bool, isBackfilled: Bool, _ batch: inout Batch
    ) -> Bool {
        guard !fields.symbol.isEmpty, fields.price.isGiven, fields.size.isGiven, fields.size.mantissa >= 0 else {
            return false
        }
        let head = DeltaHead(first: fields.sequence, last: fields.sequence, happened: fields.time)
        var item = Batch.Item(.trade, symbol: fields.symbol, head: head)
        item.isBackfilled = isBackfilled
        item.isOutOfRange = isOutOfRange
        let trade = Trade(price: fields.price, size: fields.size, side: fields.side, count: 1)
        batch.add(Batch.Print(trade, id: fields.id), item)
        return true
    }

    private static func conclude(_ fields: Fields, _ isOutOfRange: Bool, _ batch: inout Batch) -> JSON.Defect {
        if fields.once.has(20) {
            batch.control = control(fields.event)
            return .none
        }
        let head = DeltaHead(first: fields.sequence, last: fields.sequence, happened: fields.time)
        var item = Batch.Item(.bookDelta, symbol: fields.symbol, head: head)
        item.isOutOfRange = isOutOfRange
        switch fields.feed {
        case "book":
            guard fields.once.has(3), fields.price.isGiven, fields.size.isGiven, fields.size.mantissa >= 0 else {
                return .unexpected
            }
            let level = Level(price: fields.price, size: fields.size)
            switch fields.side {
            case .buy: batch.sides.bids.append(level)
            case .sell: batch.sides.asks.append(level)
            case .unknown: return .unexpected
            }
            item.part = batch.sides.whole
            batch.add(item)
        case "book_snapshot":
            guard fields.once.has(3), fields.once.has(22), fields.once.has(23) else { return .unexpected }
            item.content = .bookSnapshot
            item.part = batch.sides.whole
            batch.add(item)
        case "trade":
            guard addTrade(fields, isOutOfRange, isBackfilled: false, &batch) else { return .unexpected }
        case "trade_snapshot":
            guard fields.once.has(21) else { return .unexpected }
        case "ticker", "ticker_lite":
            item.content = .ticker
            // A ticker's own numbers do not count the book's changes.
            item.head = DeltaHead(happened: fields.time)
            batch.add(fields.ticker, item)
        case "heartbeat": batch.control = .heartbeat
        default: batch.control = .other
        }
        return batch.items.count > 0 && fields.symbol.isEmpty ? .unexpected : .none
    }

    private static func control(_ event: Key) -> Batch.Control {
        switch event {
        case "subscribed": .subscribed
        case "error", "alert", "subscribed_failed": .refused
        case "info": .venueStatus
        default: .other
        }
    }
}
