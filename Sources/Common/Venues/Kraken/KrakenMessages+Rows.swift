import Books
import Bytes
import Events
import Text
import Units

/// The rows of each channel.
extension KrakenMessages {
    static func readBook(_ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ batch: inout Batch) {
        var json = place
        var once = Once()
        var item = Batch.Item(envelope.isSnapshot ? .bookSnapshot : .bookDelta, symbol: .none, head: DeltaHead())
        let before = batch.sides.whole
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "symbol":
                once.mark(0, &json, text)
                item.symbol = json.string(text)
            case "bids":
                once.mark(1, &json, text)
                json.namedLevels(text, into: &batch.sides.bids)
            case "asks":
                once.mark(2, &json, text)
                json.namedLevels(text, into: &batch.sides.asks)
            case "checksum":
                once.mark(3, &json, text)
                let checksum = json.unsigned(text)
                if checksum > UInt32.max { json.refuse(.unexpected, text) }
                item.checksum = UInt32(truncatingIfNeeded: checksum)
                item.hasChecksum = true
            case "timestamp":
                once.mark(4, &json, text)
                item.head.happened = json.time(text)
            default: json.skip(text)
            }
        }
        if item.symbol.isEmpty { json.refuse(.unexpected, text) }
        item.part = batch.sides.part(since: before)
        item.isOutOfRange = json.takeOverflow()
        batch.add(item)
        place = json
    }

    static func readTrade(_ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ batch: inout Batch) {
        var json = place
        var once = Once()
        var item = Batch.Item(.trade, symbol: .none, head: DeltaHead())
        var trade = Trade(price: .notGiven, size: .notGiven, side: .unknown, count: 1)
        var id: (value: UInt64, digits: JSON.Text) = (0, .none)
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "symbol":
                once.mark(0, &json, text)
                item.symbol = json.string(text)
            case "side":
                once.mark(1, &json, text)
                trade.side = KrakenMessages.side(json.name(text))
            case "price":
                once.mark(2, &json, text)
                trade.price = json.decimal(text)
            case "qty":
                once.mark(3, &json, text)
                trade.size = json.decimal(text)
            case "trade_id":
                once.mark(4, &json, text)
                id = json.number(text)
            case "timestamp":
                once.mark(5, &json, text)
                item.head.happened = json.time(text)
            default: json.skip(text)
            }
        }
        if item.symbol.isEmpty || !trade.price.isGiven || !trade.size.isGiven || trade.size.mantissa < 0 {
            json.refuse(.unexpected, text)
        }
        item.head.first = id.value
        item.head.last = id.value
        item.isBackfilled = envelope.isSnapshot
        item.isOutOfRange = json.takeOverflow()
        batch.add(Batch.Print(trade, id: id.digits), item)
        place = json
    }

    /// The taker's side.
    static func side(_ word: Key) -> Side {
        switch word {
        case "buy": .buy
        case "sell": .sell
        default: .unknown
        }
    }

    static func readTicker(_ place: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        var json = place
        var once = Once()
        var item = Batch.Item(.ticker, symbol: .none, head: DeltaHead())
        var ticker = Ticker()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "symbol":
                once.mark(0, &json, text)
                item.symbol = json.string(text)
            case "bid":
                once.mark(1, &json, text)
                ticker.bid = json.optionalDecimal(text)
            case "bid_qty":
                once.mark(2, &json, text)
                ticker.bidSize = json.optionalDecimal(text)
            case "ask":
                once.mark(3, &json, text)
                ticker.ask = json.optionalDecimal(text)
            case "ask_qty":
                once.mark(4, &json, text)
                ticker.askSize = json.optionalDecimal(text)
            case "last":
                once.mark(5, &json, text)
                ticker.last = json.optionalDecimal(text)
            case "volume":
                once.mark(6, &json, text)
                ticker.volume = json.optionalDecimal(text)
            case "high":
                once.mark(7, &json, text)
                ticker.high = json.optionalDecimal(text)
            case "low":
                once.mark(8, &json, text)
                ticker.low = json.optionalDecimal(text)
            case "timestamp":
                once.mark(9, &json, text)
                item.head.happened = json.time(text)
            default: json.skip(text)
            }
        }
        if item.symbol.isEmpty { json.refuse(.unexpected, text) }
        item.isOutOfRange = json.takeOverflow()
        batch.add(ticker, item)
        place = json
    }

    static func readCandle(_ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ batch: inout Batch) {
        var json = place
        var once = Once()
        var item = Batch.Item(.kline, symbol: .none, head: DeltaHead())
        var kline = Kline()
        var minutes: UInt64 = 0
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "symbol":
                once.mark(0, &json, text)
                item.symbol = json.string(text)
            case "interval":
                once.mark(1, &json, text)
                minutes = json.unsigned(text)
            case "interval_begin":
                once.mark(2, &json, text)
                kline.opened = json.time(text)
            case "open":
                once.mark(3, &json, text)
                kline.open = json.decimal(text)
            case "high":
                once.mark(4, &json, text)
                kline.high = json.decimal(text)
            case "low":
                once.mark(5, &json, text)
                kline.low = json.decimal(text)
            case "close":
                once.mark(6, &json, text)
                kline.close = json.decimal(text)
            case "volume":
                once.mark(7, &json, text)
                kline.volume = json.decimal(text)
            case "trades":
                once.mark(8, &json, text)
                kline.trades = json.unsigned(text)
            default: json.skip(text)
            }
        }
        if item.symbol.isEmpty || !once.has(2) || minutes == 0 || minutes > 1_000_000 {
            json.refuse(.unexpected, text)
            minutes = 0
        }
        kline.closes = kline.opened + .seconds(60 * Int64(minutes))
        item.isBackfilled = envelope.isSnapshot
        item.isOutOfRange = json.takeOverflow()
        batch.add(kline, item)
        place = json
    }
}
