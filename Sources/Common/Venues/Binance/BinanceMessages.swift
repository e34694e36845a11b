import Books
import Bytes
import Events
public import Text
import Units

/// Reads the public stream messages of Binance spot, USDⓈ-M and COIN-M futures: they differ in fields, not in form.
///
/// Source: binance-spot-api-docs "WebSocket Streams", developers.binance.com "Derivatives", read 2026-07.
public enum BinanceMessages {
    /// What a message holds, before it is known which event it is: the letters mean different things in each.
    struct Fields {
        var once = Once()
        var event: Key = ""
        var symbol = JSON.Text.none
        var eventTime = Nanos.zero
        var time = Nanos.zero
        var first: UInt64 = 0
        var last: UInt64 = 0
        var previous: UInt64 = 0
        /// `t` and `a`: identity of a trade, and of an aggregate of trades (or, in a trade, the seller's order).
        var id: (value: UInt64, digits: JSON.Text) = (0, .none)
        var aggregate: (value: UInt64, digits: JSON.Text) = (0, .none)
        var firstTrade: UInt64 = 0
        var lastTrade: UInt64 = 0
        var bid = Decimal.notGiven
        var bidSize = Decimal.notGiven
        var ask = Decimal.notGiven
        var askSize = Decimal.notGiven
        var price = Decimal.notGiven
        var size = Decimal.notGiven
        var buyerIsMaker = false
        /// What the message is if it is no event.
        var answer = Batch.Control.none
    }

    /// Reads one message. With a defect the batch is not to be used.
    public static func read(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
        var fields = Fields()
        if readUsual(text, &fields, &batch) {
            conclude(&fields, false, &batch)
            return .none
        }
        batch.clear()
        return readAny(text, into: &batch)
    }

    /// Reads one message, however it is spelt.
    static func readAny(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
        var json = JSON()
        var fields = Fields()
        json.enterObject(text)
        // A combined stream wraps the event: {"stream":"…","data":{…}}. Elsewhere the first key is the event's own.
        while let key = json.nextKey(text) {
            switch key.tag {
            case "stream": _ = json.string(text)
            case "data":
                fields.once.mark(20, &json, text)
                json.enterObject(text)
                readEvent(json.nextKey(text), isOuter: false, &json, text, &fields, &batch)
            default: readEvent(key, isOuter: true, &json, text, &fields, &batch)
            }
            if json.isClosed { break }
        }
        json.finish(text)
        guard json.isSound else { return isOurs(text) ? json.defect : ignored(&batch, json.defect) }
        conclude(&fields, json.takeOverflow(), &batch)
        return missing(fields, batch) ? .unexpected : .none
    }

    /// Reads the fields of an event, from `first` on to the end of its object. `isOuter`: it may be the wrapping, after all, behind
    /// something that is not known.
    private static func readEvent(
        _ first: Key?, isOuter: Bool, _ place: inout JSON, _ text: RawSpan, _ fields: inout Fields, _ batch: inout Batch
    ) {
        var json = place
        var next = first
        while let key = next {
            switch key.tag {
            case "e":
                fields.once.mark(0, &json, text)
                fields.event = json.name(text)
            case "E":
                fields.once.mark(1, &json, text)
                fields.eventTime = json.millis(text)
            case "T":
                fields.once.mark(2, &json, text)
                fields.time = json.millis(text)
            case "s":
                fields.once.mark(3, &json, text)
                fields.symbol = json.string(text)
            case "U":
                fields.once.mark(4, &json, text)
                fields.first = json.unsigned(text)
            case "u":
                fields.once.mark(5, &json, text)
                fields.last = json.unsigned(text)
            case "pu":
                fields.once.mark(6, &json, text)
                fields.previous = json.unsigned(text)
            case "b":
                fields.once.mark(7, &json, text)
                if json.peek(text) == 0x5B {
                    json.levels(text, into: &batch.sides.bids)
                } else {
                    fields.bid = json.decimal(text)
                }
            case "a":
                fields.once.mark(8, &json, text)
                switch json.peek(text) {
                case 0x5B: json.levels(text, into: &batch.sides.asks)
                case 0x22: fields.ask = json.decimal(text)
                default: fields.aggregate = json.number(text)
                }
            case "B":
                fields.once.mark(9, &json, text)
                fields.bidSize = json.decimal(text)
            case "A":
                fields.once.mark(10, &json, text)
                fields.askSize = json.decimal(text)
            case "t":
                fields.once.mark(11, &json, text)
                fields.id = json.number(text)
            case "p":
                fields.once.mark(12, &json, text)
                fields.price = json.decimal(text)
            case "q":
                fields.once.mark(13, &json, text)
                fields.size = json.decimal(text)
            case "m":
                fields.once.mark(14, &json, text)
                fields.buyerIsMaker = json.bool(text)
            case "f":
                fields.once.mark(15, &json, text)
                fields.firstTrade = json.unsigned(text)
            case "l":
                fields.once.mark(16, &json, text)
                fields.lastTrade = json.unsigned(text)
            case "k":
                fields.once.mark(17, &json, text)
                readKline(&json, text, &batch)
            case "data" where isOuter && json.peek(text) == 0x7B:
                fields.once.mark(20, &json, text)
                json.enterObject(text)
                readEvent(json.nextKey(text), isOuter: false, &json, text, &fields, &batch)
            default: readAnswer(key, &json, text, &fields, &batch)
            }
            next = json.nextKey(text)
        }
        place = json
    }

    /// Turns the fields into the event that they are.
    private static func conclude(_ fields: inout Fields, _ isOutOfRange: Bool, _ batch: inout Batch) {
        let time = fields.time.count > 0 ? fields.time : fields.eventTime
        var item = Batch.Item(.bookDelta, symbol: fields.symbol, head: DeltaHead(happened: time))
        item.isOutOfRange = isOutOfRange
        switch fields.event {
        case "depthUpdate":
            item.head.first = fields.first
            item.head.last = fields.last
            item.head.previous = fields.previous
            item.part = batch.sides.whole
            batch.add(item)
        case "trade":
            item.content = .trade
            item.head.first = fields.id.value
            item.head.last = fields.id.value
            batch.add(Batch.Print(print(fields, count: 1), id: fields.id.digits), item)
        case "aggTrade":
            item.content = .trade
            item.head.first = fields.firstTrade
            item.head.last = max(fields.lastTrade, fields.firstTrade)
            let count = UInt32(clamping: item.head.last - item.head.first + 1)
            batch.add(Batch.Print(print(fields, count: count), id: fields.aggregate.digits), item)
        // Spot's best bid and ask come without an event's name.
        case "bookTicker" where isQuote(fields), "" where isQuote(fields):
            item.content = .ticker
            item.head.first = fields.last
            item.head.last = fields.last
            var ticker = Ticker()
            ticker.bid = fields.bid
            ticker.bidSize = fields.bidSize
            ticker.ask = fields.ask
            ticker.askSize = fields.askSize
            batch.add(ticker, item)
        case "kline":
            item.content = .kline
            item.head.happened = fields.eventTime
            batch.add(item, row: 0)
        case "serverShutdown": batch.control = .closing
        case "" where fields.answer != .none: batch.control = fields.answer
        default: batch.control = .other
        }
    }

    private static func isQuote(_ fields: Fields) -> Bool {
        fields.bid.isGiven && fields.bidSize.isGiven && fields.ask.isGiven && fields.askSize.isGiven
    }

    /// The price and size of a trade. `m`: the buyer was the maker, so the taker sold.
    private static func print(_ fields: Fields, count: UInt32) -> Trade {
        Trade(price: fields.price, size: fields.size, side: fields.buyerIsMaker ? .sell : .buy, count: count)
    }

    /// Whether an event lacks a field without which it means nothing.
    private static func missing(_ fields: Fields, _ batch: borrowing Batch) -> Bool {
        guard batch.items.count > 0 else { return fields.event == "bookTicker" }
        if fields.symbol.isEmpty { return true }
        switch fields.event {
        case "depthUpdate":
            if fields.first > fields.last, !batch.items[0].isOutOfRange { return true }
            // Both sides must be lists.
            let isList = !fields.bid.isGiven && !fields.ask.isGiven && fields.aggregate.digits.isEmpty
            return !fields.once.has(4) || !fields.once.has(5) || !fields.once.has(7) || !fields.once.has(8) || !isList
        case "trade", "aggTrade":
            return !fields.price.isGiven || !fields.size.isGiven || fields.size.mantissa < 0 || !fields.once.has(14)
        case "kline": return batch.klines.count != 1
        default: return false
        }
    }

    /// What is no field of an event: an answer to a subscription, or nothing that is used.
    private static func readAnswer(
        _ key: Key, _ json: inout JSON, _ text: RawSpan, _ fields: inout Fields, _ batch: inout Batch
    ) {
        switch key.tag {
        case "msg" where json.peek(text) == 0x22:
            fields.once.mark(21, &json, text)
            fields.answer = .refused
            batch.text = json.string(text)
        case "error":
            fields.answer = .refused
            json.skip(text)
        case "result", "id":
            if fields.answer == .none { fields.answer = .subscribed }
            json.skip(text)
        default: json.skip(text)
        }
    }

    /// Whether a message that could not be read is one of those that are used here: another one may have fields of the same
    /// names with other contents.
    private static func isOurs(_ text: RawSpan) -> Bool {
        guard JSON.isValid(text) else { return true }
        var json = JSON()
        var event: Key = ""
        // Some streams send lists, none that is used.
        guard json.peek(text) != 0x5B else { return false }
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "e" where json.peek(text) == 0x22: event = json.name(text)
            case "data" where json.peek(text) == 0x7B: json.enterObject(text)
            case "data" where json.peek(text) == 0x5B: return false
            default: json.skip(text)
            }
        }
        switch event {
        case "depthUpdate", "trade", "aggTrade", "bookTicker", "kline", "serverShutdown", "": return true
        default: return false
        }
    }

    private static func ignored(_ batch: inout Batch, _ defect: JSON.Defect) -> JSON.Defect {
        batch.clear()
        batch.control = .other
        return .none
    }
}
