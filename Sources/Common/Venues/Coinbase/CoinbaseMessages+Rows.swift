import Books
import Bytes
import Events
import Text
import Units

/// The rows of each channel.
extension CoinbaseMessages {
    /// `[{"side":"bid","event_time":…,"price_level":…,"new_quantity":…}, …]`
    static func readUpdates(_ place: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
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
    static func readTrades(_ place: inout JSON, _ text: RawSpan, _ side: TradeSide, _ batch: inout Batch) {
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
    static func orderBySequence(_ batch: inout Batch, from first: Int) {
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

    static func taker(_ word: Key, _ meaning: TradeSide) -> Side {
        switch (word, meaning) {
        case ("BUY", .taker), ("SELL", .maker): .buy
        case ("SELL", .taker), ("BUY", .maker): .sell
        default: .unknown
        }
    }

    static func readTickers(
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
    static func readCandles(
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
