import Books
import Bytes
import Events
public import Text
import Units

/// Reads Kraken's spot WebSocket v2.
///
/// Source: docs.kraken.com "Spot WebSockets v2", read 2026-07. Numbers are JSON numbers, whose digits the checksum needs: they are
/// kept as they stand.
public enum KrakenMessages {
    struct Envelope {
        var channel: Key = ""
        var isSnapshot = false
        var deferred = -1
        var isRefused = false
        var isAnswer = false
        var method: Key = ""
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
        var once = Once()
        var envelope = Envelope()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "channel":
                once.mark(0, &json, text)
                envelope.channel = json.name(text)
            case "type":
                once.mark(1, &json, text)
                envelope.isSnapshot = json.name(text) == "snapshot"
            case "data":
                once.mark(2, &json, text)
                _ = json.peek(text)
                if once.has(0), once.has(1) {
                    readData(&json, text, envelope, &batch)
                } else {
                    envelope.deferred = json.at
                    json.skip(text)
                }
            case "method":
                once.mark(3, &json, text)
                envelope.isAnswer = true
                envelope.method = json.name(text)
            case "success":
                once.mark(4, &json, text)
                envelope.isRefused = !json.bool(text)
            case "error":
                once.mark(5, &json, text)
                batch.text = json.string(text)
            case "symbol" where json.peek(text) == 0x22:
                once.mark(6, &json, text)
                batch.symbol = json.string(text)
            default: json.skip(text)
            }
        }
        json.finish(text)
        guard json.isSound else { return json.defect }
        // Whether rows are all there is or a change must be said, and rows there must be.
        if isOurs(envelope.channel), !once.has(1) || !once.has(2) { return .unexpected }
        if envelope.deferred >= 0 {
            var data = JSON(from: envelope.deferred)
            readData(&data, text, envelope, &batch)
            guard data.isSound else { return data.defect }
        }
        if batch.items.count == 0, batch.control == .none { batch.control = control(envelope) }
        return .none
    }

    private static func isOurs(_ channel: Key) -> Bool {
        switch channel {
        case "book", "trade", "ticker", "ohlc", "instrument": true
        default: false
        }
    }

    private static func control(_ envelope: Envelope) -> Batch.Control {
        if envelope.isAnswer {
            if envelope.method == "pong" { return .pong }
            return envelope.isRefused ? .refused : .subscribed
        }
        switch envelope.channel {
        case "heartbeat": return .heartbeat
        case "status": return .venueStatus
        default: return .other
        }
    }

    private static func readData(
        _ place: inout JSON, _ text: RawSpan, _ envelope: Envelope, _ batch: inout Batch
    ) {
        var json = place
        switch envelope.channel {
        case "book":
            json.enterArray(text)
            while json.nextElement(text) { readBook(&json, text, envelope, &batch) }
        case "trade":
            json.enterArray(text)
            while json.nextElement(text) { readTrade(&json, text, envelope, &batch) }
        case "ticker":
            json.enterArray(text)
            while json.nextElement(text) { readTicker(&json, text, &batch) }
        case "ohlc":
            json.enterArray(text)
            while json.nextElement(text) { readCandle(&json, text, envelope, &batch) }
        case "instrument":
            batch.control = .instruments
            batch.isPartOfList = !envelope.isSnapshot
            batch.instruments = json.at
            json.skip(text)
        default: json.skip(text)
        }
        place = json
    }
}
