import Books
import Bytes
import Events
public import Text
import Units

/// Reads the public channels of Coinbase Advanced Trade: an envelope with the connection's sequence around a list of events.
///
/// Source: docs.cdp.coinbase.com "Advanced Trade WebSocket channels", read 2026-07.
public enum CoinbaseMessages {
    /// Whose side a trade's `side` is. The documents and other readers disagree, so nothing is claimed unless told.
    public enum TradeSide: String, CaseIterable, Sendable { case unknown, maker, taker }

    private struct Envelope {
        var channel: Key = ""
        var time = Nanos.zero
        /// Where the events begin, when they come before the channel's name.
        var deferred = -1
    }

    /// Reads one message. With a defect the batch is not to be used.
    public static func read(_ text: RawSpan, side: TradeSide, into batch: inout Batch) -> JSON.Defect {
        var json = JSON()
        var once = Once()
        var envelope = Envelope()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "channel":
                once.mark(0, &json, text)
                envelope.channel = json.name(text)
            case "timestamp":
                once.mark(1, &json, text)
                envelope.time = json.time(text)
            case "sequence_num":
                once.mark(2, &json, text)
                batch.connectionSequence = json.unsigned(text)
                batch.hasConnectionSequence = true
            case "events":
                once.mark(3, &json, text)
                _ = json.peek(text)
                if once.has(0), once.has(1) {
                    readEvents(&json, text, envelope, side, &batch)
                } else {
                    envelope.deferred = json.at
                    json.skip(text)
                }
            case "type":
                // Only refusals have a type of their own.
                if json.name(text) == "error" { batch.control = .refused }
            case "message": batch.text = json.string(text)
            default: json.skip(text)
            }
        }
        json.finish(text)
        guard json.isSound else { return json.defect }
        if envelope.deferred >= 0 {
            var events = JSON(from: envelope.deferred)
            readEvents(&events, text, envelope, side, &batch)
            guard events.isSound else { return events.defect }
        }
        if batch.items.count == 0, batch.control == .none { batch.control = control(envelope.channel) }
        return .none
    }

    private static func control(_ channel: Key) -> Batch.Control {
        switch channel {
        case "heartbeats": .heartbeat
        case "subscriptions": .subscribed
        case "status": .venueStatus
        default: .other
        }
    }

    private static func readEvents(
        _ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ side: TradeSide, _ batch: inout Batch
    ) {
        var json = place
        switch envelope.channel {
        case "l2_data", "level2", "market_trades", "ticker", "ticker_batch", "candles":
            json.enterArray(text)
            while json.nextElement(text) { readEvent(&json, text, envelope, side, &batch) }
        default: json.skip(text)
        }
        place = json
    }

    /// One event: its type, then the rows of its channel.
    private static func readEvent(
        _ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ side: TradeSide, _ batch: inout Batch
    ) {
        var json = place
        var once = Once()
        var item = Batch.Item(.bookDelta, symbol: .none, head: DeltaHead(happened: envelope.time))
        let levelsBefore = batch.sides.whole
        let itemsBefore = batch.items.count
        var isBook = false
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "type":
                once.mark(0, &json, text)
                if json.name(text) == "snapshot" {
                    item.content = .bookSnapshot
                    item.isBackfilled = true
                }
            case "product_id":
                once.mark(1, &json, text)
                item.symbol = json.string(text)
            case "updates":
                once.mark(2, &json, text)
                readUpdates(&json, text, &batch)
                isBook = true
            case "trades":
                once.mark(3, &json, text)
                readTrades(&json, text, side, &batch)
            case "tickers":
                once.mark(4, &json, text)
                readTickers(&json, text, envelope, &batch)
            case "candles":
                once.mark(5, &json, text)
                readCandles(&json, text, envelope, &batch)
            default: json.skip(text)
            }
        }
        if isBook {
            if item.symbol.isEmpty { json.refuse(.unexpected, text) }
            item.part = batch.sides.part(since: levelsBefore)
            item.isOutOfRange = json.takeOverflow()
            item.isBackfilled = false
            batch.add(item)
        }
        // A ticker's first state is no history; a list of trades is.
        for index in itemsBefore..<batch.items.count where batch.items[index].content == .trade {
            batch.items[index].isBackfilled = item.isBackfilled
        }
        place = json
    }

    /// `[{"side":"bid","event_time":…,"price_level":…,"new_quantity":…}, …]`
    private static func readUpdates(_ place: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            var side: Key = ""
            var price = Decimal.notGiven
            var size = Decimal.notGiven
            var once = Once()
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "side":
                    once.mark(0, &json, text)
                    side = json.name(text)
                case "price_level":
                    once.mark(1, &json, text)
                    price = json.decimal(text)
                case "new_quantity":
                    once.mark(2, &json, text)
                    size = json.decimal(text)
                default: json.skip(text)
                }
            }
            guard price.isGiven, size.isGiven, size.mantissa >= 0 else { return place.refuse(.unexpected, text) }
            switch side {
            case "bid": batch.sides.bids.append(Level(price: price, size: size))
            case "offer", "ask": batch.sides.asks.append(Level(price: price, size: size))
            default: json.refuse(.unexpected, text)
            }
        }
        place = json
    }

    /// The venue lists the newest trade first; they are told in the order in which they happened.
    private static func readTrades(_ place: inout JSON, _ text: RawSpan, _ side: TradeSide, _ batch: inout Batch) {
        var json = place
        let first = batch.items.count
        json.enterArray(text)
        while json.nextElement(text) {
            var once = Once()
            var item = Batch.Item(.trade, symbol: .none, head: DeltaHead())
            var trade = Trade(price: .notGiven, size: .notGiven, side: .unknown, count: 1)
            var id: (value: UInt64, digits: JSON.Text) = (0, .none)
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "trade_id":
                    once.mark(0, &json, text)
                    id = json.number(text)
                case "product_id":
                    once.mark(1, &json, text)
                    item.symbol = json.string(text)
                case "price":
                    once.mark(2, &json, text)
                    trade.price = json.decimal(text)
                case "size":
                    once.mark(3, &json, text)
                    trade.size = json.decimal(text)
                case "side":
                    once.mark(4, &json, text)
                    trade.side = taker(json.name(text), side)
                case "time":
                    once.mark(5, &json, text)
                    item.head.happened = json.time(text)
                default: json.skip(text)
                }
            }
            guard trade.price.isGiven, trade.size.isGiven, trade.size.mantissa >= 0, !item.symbol.isEmpty else {
                return place.refuse(.unexpected, text)
            }
            item.head.first = id.value
            item.head.last = id.value
            item.isOutOfRange = json.takeOverflow()
            batch.add(Batch.Print(trade, id: id.digits), item)
        }
        orderBySequence(&batch, from: first)
        place = json
    }

    /// Sorts the items from `first` on by sequence, each symbol's own; an insertion sort, as lists are short and mostly reversed.
    private static func orderBySequence(_ batch: inout Batch, from first: Int) {
        let count = batch.items.count
        guard count - first > 1 else { return }
        if batch.items[first].head.last > batch.items[count - 1].head.last {
            var low = first
            var high = count - 1
            while low < high {
                let item = batch.items[low]
                batch.items[low] = batch.items[high]
                batch.items[high] = item
                low += 1
                high -= 1
            }
        }
        // A list longer than this is taken as it is rather than sorted in quadratic time.
        guard count - first <= 1024 else { return }
        for index in (first + 1)..<count {
            let item = batch.items[index]
            var hole = index
            while hole > first, batch.items[hole - 1].head.last > item.head.last {
                batch.items[hole] = batch.items[hole - 1]
                hole -= 1
            }
            batch.items[hole] = item
        }
    }

    private static func taker(_ word: Key, _ meaning: TradeSide) -> Side {
        switch (word, meaning) {
        case ("BUY", .taker), ("SELL", .maker): .buy
        case ("SELL", .taker), ("BUY", .maker): .sell
        default: .unknown
        }
    }

    private static func readTickers(
        _ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ batch: inout Batch
    ) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            var once = Once()
            var item = Batch.Item(.ticker, symbol: .none, head: DeltaHead(happened: envelope.time))
            var ticker = Ticker()
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "product_id":
                    once.mark(0, &json, text)
                    item.symbol = json.string(text)
                case "price":
                    once.mark(1, &json, text)
                    ticker.last = json.optionalDecimal(text)
                case "best_bid":
                    once.mark(2, &json, text)
                    ticker.bid = json.optionalDecimal(text)
                case "best_bid_quantity":
                    once.mark(3, &json, text)
                    ticker.bidSize = json.optionalDecimal(text)
                case "best_ask":
                    once.mark(4, &json, text)
                    ticker.ask = json.optionalDecimal(text)
                case "best_ask_quantity":
                    once.mark(5, &json, text)
                    ticker.askSize = json.optionalDecimal(text)
                case "volume_24_h":
                    once.mark(6, &json, text)
                    ticker.volume = json.optionalDecimal(text)
                case "high_24_h":
                    once.mark(7, &json, text)
                    ticker.high = json.optionalDecimal(text)
                case "low_24_h":
                    once.mark(8, &json, text)
                    ticker.low = json.optionalDecimal(text)
                default: json.skip(text)
                }
            }
            guard !item.symbol.isEmpty else { return place.refuse(.unexpected, text) }
            item.isOutOfRange = json.takeOverflow()
            batch.add(ticker, item)
        }
        place = json
    }

    /// Candles of five minutes, the only ones that this venue pushes.
    private static func readCandles(
        _ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ batch: inout Batch
    ) {
        var json = place
        json.enterArray(text)
        while json.nextElement(text) {
            var once = Once()
            var item = Batch.Item(.kline, symbol: .none, head: DeltaHead(happened: envelope.time))
            var kline = Kline()
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "product_id":
                    once.mark(0, &json, text)
                    item.symbol = json.string(text)
                case "start":
                    once.mark(1, &json, text)
                    kline.opened = json.seconds(text)
                case "open":
                    once.mark(2, &json, text)
                    kline.open = json.decimal(text)
                case "high":
                    once.mark(3, &json, text)
                    kline.high = json.decimal(text)
                case "low":
                    once.mark(4, &json, text)
                    kline.low = json.decimal(text)
                case "close":
                    once.mark(5, &json, text)
                    kline.close = json.decimal(text)
                case "volume":
                    once.mark(6, &json, text)
                    kline.volume = json.decimal(text)
                default: json.skip(text)
                }
            }
            guard !item.symbol.isEmpty, once.has(1) else { return place.refuse(.unexpected, text) }
            kline.closes = kline.opened + .seconds(300)
            item.isOutOfRange = json.takeOverflow()
            batch.add(kline, item)
        }
        place = json
    }
}
