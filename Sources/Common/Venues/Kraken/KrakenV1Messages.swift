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
    struct Fields {
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
    struct Candle {
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
        if readUsual(text, &batch) { return .none }
        batch.clear()
        return readAny(text, into: &batch)
    }

    /// Reads one message, however it is spelt.
    static func readAny(_ text: RawSpan, into batch: inout Batch) -> JSON.Defect {
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
            if fields.isSnapshot { item.depth = UInt32(clamping: parameter(fields.channel, text) ?? 0) }
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
        var once = Once()
        var event: Key = ""
        var status: Key = ""
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "event":
                once.mark(0, &json, text)
                event = json.name(text)
            case "status" where json.peek(text) == 0x22:
                once.mark(1, &json, text)
                status = json.name(text)
            case "errorMessage":
                once.mark(2, &json, text)
                batch.text = json.string(text)
            case "pair" where json.peek(text) == 0x22:
                once.mark(3, &json, text)
                batch.symbol = json.string(text)
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
