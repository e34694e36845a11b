import Bytes
import Events
import Text
import Units

/// The spelling that Binance's messages have had since 2021 and earlier, read straight through. What is spelt otherwise is left to the
/// reader that asks piece by piece; both find the same in every text that this one takes (a test holds them against each other).
extension BinanceMessages {
    /// False when the text is not in this spelling; `fields` and the batch are then not to be used.
    static func readUsual(_ text: RawSpan, _ fields: inout Fields, _ batch: inout Batch) -> Bool {
        var json = JSON()
        let isWrapped = json.literalIfNext(#"{"stream":""#, text)
        if isWrapped {
            _ = json.plain(text)
            json.literal(#"","data":{"#, text)
        } else {
            json.literal("{", text)
        }
        if json.literalIfNext(#""e":"depthUpdate","E":"#, text) {
            fields.event = "depthUpdate"
            readUsualDepth(&json, text, &fields, &batch)
        } else if json.literalIfNext(#""e":"trade","E":"#, text) {
            fields.event = "trade"
            readUsualTrade(&json, text, &fields)
        } else if json.literalIfNext(#""e":"aggTrade","E":"#, text) {
            fields.event = "aggTrade"
            readUsualAggregate(&json, text, &fields)
        } else if json.literalIfNext(#""e":"bookTicker","u":"#, text) || json.literalIfNext(#""u":"#, text) {
            fields.event = "bookTicker"
            readUsualTicker(&json, text, &fields)
        } else {
            return false
        }
        json.literal(isWrapped ? "}}" : "}", text)
        guard json.isSound, json.at == text.byteCount, !json.takeOverflow(), !fields.symbol.isEmpty else {
            return false
        }
        return fields.size.mantissa >= 0 && fields.first <= fields.last
    }

    @inline(__always)
    private static func readUsualDepth(
        _ json: inout JSON, _ text: RawSpan, _ fields: inout Fields, _ batch: inout Batch
    ) {
        readUsualTimes(&json, text, &fields)
        json.literal(#","s":""#, text)
        readUsualSymbol(&json, text, &fields)
        json.literal(#","U":"#, text)
        fields.first = json.plainUnsigned(text)
        json.literal(#","u":"#, text)
        fields.last = json.plainUnsigned(text)
        if json.literalIfNext(#","pu":"#, text) { fields.previous = json.plainUnsigned(text) }
        json.literal(#","b":"#, text)
        json.levels(text, into: &batch.sides.bids)
        json.literal(#","a":"#, text)
        json.levels(text, into: &batch.sides.asks)
    }

    @inline(__always)
    private static func readUsualTrade(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        readUsualTimes(&json, text, &fields)
        json.literal(#","s":""#, text)
        fields.symbol = json.plain(text)
        json.literal(#"","t":"#, text)
        readUsualId(&json, text, &fields.id)
        readUsualPrint(&json, text, &fields)
        if json.literalIfNext(#","X":""#, text) {
            _ = json.plain(text)
            json.literal(#"""#, text)
        } else {
            if json.literalIfNext(#","b":"#, text) {
                _ = json.plainUnsigned(text)
                json.literal(#","a":"#, text)
                _ = json.plainUnsigned(text)
            }
            json.literal(#","T":"#, text)
            fields.time = json.plainMillis(text)
        }
        readUsualMaker(&json, text, &fields)
    }

    @inline(__always)
    private static func readUsualAggregate(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        fields.eventTime = json.plainMillis(text)
        let isIdFirst = json.literalIfNext(#","a":"#, text)
        if isIdFirst { readUsualId(&json, text, &fields.aggregate) }
        json.literal(#","s":""#, text)
        fields.symbol = json.plain(text)
        json.literal(#"""#, text)
        if !isIdFirst {
            json.literal(#","a":"#, text)
            readUsualId(&json, text, &fields.aggregate)
        }
        readUsualPrint(&json, text, &fields)
        json.literal(#","f":"#, text)
        fields.firstTrade = json.plainUnsigned(text)
        json.literal(#","l":"#, text)
        fields.lastTrade = json.plainUnsigned(text)
        json.literal(#","T":"#, text)
        fields.time = json.plainMillis(text)
        readUsualMaker(&json, text, &fields)
    }

    @inline(__always)
    private static func readUsualTicker(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        fields.last = json.plainUnsigned(text)
        // COIN-M names the event only now.
        _ = json.literalIfNext(#","e":"bookTicker""#, text)
        json.literal(#","s":""#, text)
        readUsualSymbol(&json, text, &fields)
        json.literal(#","b":""#, text)
        fields.bid = json.plainDecimal(text)
        json.literal(#"","B":""#, text)
        fields.bidSize = json.plainDecimal(text)
        json.literal(#"","a":""#, text)
        fields.ask = json.plainDecimal(text)
        json.literal(#"","A":""#, text)
        fields.askSize = json.plainDecimal(text)
        json.literal(#"""#, text)
        if json.literalIfNext(#","T":"#, text) {
            fields.time = json.plainMillis(text)
            json.literal(#","E":"#, text)
            fields.eventTime = json.plainMillis(text)
        }
    }

    /// The event's time, and on futures the transaction's.
    @inline(__always)
    private static func readUsualTimes(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        fields.eventTime = json.plainMillis(text)
        if json.literalIfNext(#","T":"#, text) { fields.time = json.plainMillis(text) }
    }

    /// The symbol and its closing quote, and on COIN-M the pair.
    @inline(__always)
    private static func readUsualSymbol(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        fields.symbol = json.plain(text)
        json.literal(#"""#, text)
        if json.literalIfNext(#","ps":""#, text) {
            _ = json.plain(text)
            json.literal(#"""#, text)
        }
    }

    @inline(__always)
    private static func readUsualId(
        _ json: inout JSON, _ text: RawSpan, _ id: inout (value: UInt64, digits: JSON.Text)
    ) {
        let start = json.at
        id.value = json.plainUnsigned(text)
        id.digits = JSON.Text(start: start, count: json.at - start, escaped: false)
    }

    @inline(__always)
    private static func readUsualPrint(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        json.literal(#","p":""#, text)
        fields.price = json.plainDecimal(text)
        json.literal(#"","q":""#, text)
        fields.size = json.plainDecimal(text)
        json.literal(#"""#, text)
    }

    /// Whether the buyer was the maker, and on spot a field that means nothing.
    @inline(__always)
    private static func readUsualMaker(_ json: inout JSON, _ text: RawSpan, _ fields: inout Fields) {
        fields.buyerIsMaker = json.literalIfNext(#","m":true"#, text)
        if !fields.buyerIsMaker { json.literal(#","m":false"#, text) }
        _ = json.literalIfNext(#","M":true"#, text)
    }
}
