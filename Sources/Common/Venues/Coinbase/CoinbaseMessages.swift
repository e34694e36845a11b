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

    struct Envelope {
        var channel: Key = ""
        var time = Nanos.zero
        /// Where the events begin, when they come before the channel's name.
        var deferred = -1
    }

    /// Reads one message. With a defect the batch is not to be used.
    public static func read(_ text: RawSpan, side: TradeSide, into batch: inout Batch) -> JSON.Defect {
        if readUsual(text, side: side, &batch) { return .none }
        batch.clear()
        return readAny(text, side: side, into: &batch)
    }

    /// Reads a message in any spelling, asking piece by piece.
    static func readAny(_ text: RawSpan, side: TradeSide, into batch: inout Batch) -> JSON.Defect {
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
                once.mark(4, &json, text)
                // Only refusals have a type of their own.
                if json.name(text) == "error" { batch.control = .refused }
            case "message":
                once.mark(5, &json, text)
                batch.text = json.string(text)
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
        // Whether rows are all there is or a change must be said, and rows there must be.
        if !once.has(0) || !(isBook || once.has(3) || once.has(4) || once.has(5)) { json.refuse(.unexpected, text) }
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
}
