import Books
import Bytes
import Events
import Text
import Units

/// The elements of a message: objects of books and tickers, lists of trades, values of candles.
extension KrakenV1Messages {
    /// A book's or a ticker's object: `a` and `b` are lists of levels in the one and triples in the other.
    static func readObject(
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
    static func readArray(
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
}
