import Books
import Bytes
import Events
public import Text
import Units

/// Reads Kraken's spot WebSocket v1: an array whose last two elements say what the ones before were.
///
///     [channel number, data, (more data,) "book-1000", "XBT/USD"]
///
/// Source: docs.kraken.com "Spot WebSockets v1" (frozen, still served), and recordings of 2021.
public enum KrakenV1Messages {
    private struct Fields {
        var head = DeltaHead()
        var isSnapshot = false
        var hasBook = false
        var checksum: UInt64 = 0
        var hasChecksum = false
        var ticker = Ticker()
        var candle = Candle()
        var texts = 0
        var channel = JSON.Text.none
        var symbol = JSON.Text.none
    }

    /// The first nine elements of an array of plain values.
    private struct Candle {
        var values: (Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal, Decimal) = (
            .notGiven, .notGiven, .notGiven, .notGiven, .notGiven, .notGiven, .notGiven, .notGiven, .notGiven
        )
        var count = 0

        mutating func add(_ value: Decimal) {
            switch count {
            case 0: values.0 = value
            case 1: values.1 = value
            case 2: values.2 = value
            case 3: values.3 = value
            case 4: values.4 = value
            case 5: values.5 = value
            case 6: values.6 = value
            case 7: values.7 = value
            case 8: values.8 = value
            default: break
            }
            count += 1
        }
    }

    /// Reads one message. With a defect the batch is not to be used.
    public static func read(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
        var json = JSON()
        if json.peek(text) == 0x7B { return readEvent(text, into: &batch) }
        var fields = Fields()
        json.enterArray(text)
        while json.nextElement(text) {
            switch json.peek(text) {
            case 0x7B: readObject(&json, text, &fields, &batch)
            case 0x5B: readArray(&json, text, &fields, &batch)
            case 0x22:
                let string = json.string(text)
                fields.texts += 1
                if fields.texts == 1 { fields.channel = string } else { fields.symbol = string }
            default: json.skip(text)
            }
        }
        json.finish(text)
        guard json.isSound else { return json.defect }
        guard fields.texts == 2 else { return .unexpected }
        return conclude(fields, text, json.takeOverflow(), &batch)
    }

    /// A book's or a ticker's object: `a` and `b` are lists of levels in the one and triples in the other.
    private static func readObject(
        _ place: inout JSON, _ text: RawSpan, _ fields: inout Fields, _ batch: inout Batch
    ) {
        var json = place
        var once = Once()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key.tag {
            case "as":
                once.mark(0, &json, text)
                fields.isSnapshot = true
                fields.hasBook = true
                readLevels(&json, text, &fields, into: &batch.sides.asks)
            case "bs":
                once.mark(1, &json, text)
                fields.isSnapshot = true
                fields.hasBook = true
                readLevels(&json, text, &fields, into: &batch.sides.bids)
            case "a":
                once.mark(2, &json, text)
                if isListOfLists(json, text) {
                    fields.hasBook = true
                    readLevels(&json, text, &fields, into: &batch.sides.asks)
                } else {
                    (fields.ticker.ask, fields.ticker.askSize) = readTouch(&json, text)
                }
            case "b":
                once.mark(3, &json, text)
                if isListOfLists(json, text) {
                    fields.hasBook = true
                    readLevels(&json, text, &fields, into: &batch.sides.bids)
                } else {
                    (fields.ticker.bid, fields.ticker.bidSize) = readTouch(&json, text)
                }
            case "c":
                once.mark(4, &json, text)
                if json.peek(text) == 0x5B {
                    (fields.ticker.last, fields.ticker.lastSize) = readPair(&json, text)
                } else {
                    fields.checksum = json.unsigned(text)
                    fields.hasChecksum = true
                }
            case "v":
                once.mark(5, &json, text)
                fields.ticker.volume = readPair(&json, text).1
            case "l":
                once.mark(6, &json, text)
                fields.ticker.low = readPair(&json, text).1
            case "h":
                once.mark(7, &json, text)
                fields.ticker.high = readPair(&json, text).1
            case "o":
                once.mark(8, &json, text)
                fields.ticker.open = readPair(&json, text).1
            default: json.skip(text)
            }
        }
        place = json
    }

    /// Whether the array at hand is empty or holds arrays.
    private static func isListOfLists(_ json: JSON, _ text: RawSpan) -> Bool {
        var ahead = json
        guard ahead.enterArray(text) else { return false }
        let byte = ahead.peek(text)
        return byte == 0x5B || byte == 0x5D
    }

    /// `[["price","volume","seconds"(,"r")], …]`. The newest of the times is the message's.
    private static func readLevels(
        _ place: inout JSON, _ text: RawSpan, _ fields: inout Fields, into levels: inout Column<Level>
    ) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            json.enterArray(text)
            guard json.nextElement(text) else { return place.refuse(.unexpected, text) }
            let price = json.decimal(text)
            guard json.nextElement(text) else { return place.refuse(.unexpected, text) }
            let size = json.decimal(text)
            if size.mantissa < 0 { json.refuse(.unexpected, text) }
            levels.append(Level(price: price, size: size))
            if json.nextElement(text) {
                let time = json.seconds(text)
                if fields.head.happened < time { fields.head.happened = time }
                while json.nextElement(text) { json.skip(text) }
            }
        }
        place = json
    }

    /// `["price", whole lots, "lots"]`
    private static func readTouch(_ json: inout JSON, _ text: RawSpan) -> (Decimal, Decimal) {
        json.enterArray(text)
        guard json.nextElement(text) else { return refused(&json, text) }
        let price = json.decimal(text)
        guard json.nextElement(text) else { return refused(&json, text) }
        json.skip(text)
        guard json.nextElement(text) else { return refused(&json, text) }
        let size = json.decimal(text)
        while json.nextElement(text) { json.skip(text) }
        return (price, size)
    }

    /// The first two elements: price and size of the last trade, or a value of today and of 24 hours.
    private static func readPair(_ json: inout JSON, _ text: RawSpan) -> (Decimal, Decimal) {
        json.enterArray(text)
        guard json.nextElement(text) else { return refused(&json, text) }
        let first = json.decimal(text)
        guard json.nextElement(text) else { return refused(&json, text) }
        let second = json.decimal(text)
        while json.nextElement(text) { json.skip(text) }
        return (first, second)
    }

    private static func refused(_ json: inout JSON, _ text: RawSpan) -> (Decimal, Decimal) {
        json.refuse(.unexpected, text)
        return (.notGiven, .notGiven)
    }

    /// A list of trades, or the values of a candle.
    private static func readArray(
        _ place: inout JSON, _ text: RawSpan, _ fields: inout Fields, _ batch: inout Batch
    ) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            if json.peek(text) == 0x5B {
                readTrade(&json, text, &batch)
            } else {
                fields.candle.add(json.decimal(text))
            }
        }
        place = json
    }

    /// `["price","volume","seconds","b|s","m|l","…"]`
    private static func readTrade(_ json: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        json.enterArray(text)
        guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
        let price = json.decimal(text)
        guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
        let size = json.decimal(text)
        guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
        let time = json.seconds(text)
        guard json.nextElement(text) else { return json.refuse(.unexpected, text) }
        let side: Side
        switch json.name(text) {
        case "b": side = .buy
        case "s": side = .sell
        default: return json.refuse(.unexpected, text)
        }
        while json.nextElement(text) { json.skip(text) }
        if size.mantissa < 0 { json.refuse(.unexpected, text) }
        var item = Batch.Item(.trade, symbol: .none, head: DeltaHead(happened: time))
        item.isOutOfRange = json.takeOverflow()
        batch.add(Batch.Print(Trade(price: price, size: size, side: side, count: 1), id: .none), item)
    }

    private static func conclude(
        _ fields: Fields, _ text: RawSpan, _ isOutOfRange: Bool, _ batch: inout Batch
    ) -> JSON.Defect {
        guard !fields.symbol.isEmpty else { return .unexpected }
        // The channel's name up to its parameter: `book-1000`, `ohlc-5`.
        let name = text.word(fields.channel.start, count: min(fields.channel.count, 4))
        var item = Batch.Item(
            fields.isSnapshot ? .bookSnapshot : .bookDelta, symbol: fields.symbol, head: fields.head)
        item.isOutOfRange = isOutOfRange
        switch Key(name) {
        case "book":
            guard fields.hasBook, fields.checksum <= UInt32.max else { return .unexpected }
            item.part = batch.sides.whole
            item.checksum = UInt32(fields.checksum)
            item.hasChecksum = fields.hasChecksum
            if fields.isSnapshot { item.depth = parameter(fields.channel, text) ?? 0 }
            batch.add(item)
        case "trad":
            for index in 0..<batch.items.count { batch.items[index].symbol = fields.symbol }
        case "tick":
            item.content = .ticker
            batch.add(fields.ticker, item)
        case "ohlc":
            guard let minutes = parameter(fields.channel, text), fields.candle.count >= 9,
                let ends = Nanos(seconds: fields.candle.values.1)
            else { return .unexpected }
            item.content = .kline
            let values = fields.candle.values
            item.head.happened = Nanos(seconds: values.0) ?? .zero
            var kline = Kline()
            kline.closes = ends
            kline.opened = ends - .seconds(60 * Int64(minutes))
            (kline.open, kline.high, kline.low, kline.close) = (values.2, values.3, values.4, values.5)
            kline.volume = values.7
            kline.trades = UInt64(clamping: values.8.mantissa(at: 0) ?? 0)
            batch.add(kline, item)
        default:
            batch.clear()
            batch.control = .other
        }
        return .none
    }

    /// The number behind the dash of `book-1000` (a depth) or `ohlc-5` (minutes).
    private static func parameter(_ channel: JSON.Text, _ text: RawSpan) -> Int? {
        guard channel.count > 5, channel.count <= 11, text.byte(channel.start + 4) == 0x2D else { return nil }
        var number = 0
        for offset in (channel.start + 5)..<(channel.start + channel.count) {
            let digit = text.byte(offset) &- 0x30
            guard digit <= 9 else { return nil }
            number = number * 10 + Int(digit)
        }
        return number > 0 ? number : nil
    }

    /// `{"event":…}`: about the connection.
    private static func readEvent(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
        var json = JSON()
        var event: Key = ""
        var status: Key = ""
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "event": event = json.name(text)
            case "status" where json.peek(text) == 0x22: status = json.name(text)
            case "errorMessage": batch.text = json.string(text)
            case "pair" where json.peek(text) == 0x22: batch.symbol = json.string(text)
            default: json.skip(text)
            }
        }
        json.finish(text)
        guard json.isSound else { return json.defect }
        switch event {
        case "heartbeat": batch.control = .heartbeat
        case "pong": batch.control = .pong
        case "systemStatus": batch.control = .venueStatus
        case "subscriptionStatus": batch.control = status == "error" ? .refused : .subscribed
        default: batch.control = .other
        }
        return .none
    }
}
