import Bytes
import Text
import Units

public struct Level: BitwiseCopyable, Sendable {
    public var price: Int64
    public var size: Int64
    public var priceExponent: Int8
    public var sizeExponent: Int8
}

struct Once {
    var seen: UInt32 = 0
    @inline(__always)
    mutating func mark(_ bit: UInt32, _ json: inout JSON, _ text: RawSpan) {
        if seen & (1 << bit) != 0 { json.refuse(.repeated, text) }
        seen |= 1 << bit
    }
}

struct BinanceMessage {
    enum Kind: UInt8 { case unknown, depth, trade, aggTrade, bookTicker, kline }
    var kind = Kind.unknown
    var symbol = JSON.Text.none
    var stream = JSON.Text.none
    var eventTime: Int64 = 0
    var tradeTime: Int64 = 0
    var first: UInt64 = 0
    var last: UInt64 = 0
    var previous: UInt64 = 0
    var id: UInt64 = 0
    var bid = Decimal.notGiven, bidSize = Decimal.notGiven, ask = Decimal.notGiven, askSize = Decimal.notGiven
    var buyerIsMaker = false
    var bids = 0
    var asks = 0
    var levels: Column<Level>.Type { Column<Level>.self }
}


@inline(never)
func levels(_ place: inout JSON, _ text: RawSpan, into levels: inout Column<Level>) -> Int {
    var json = place
    defer { place = json }
    let before = levels.count
    json.enterArray(text)
    while json.nextElement(text) {
        let pair = json.pair(text)
        levels.append(Level(price: pair.0.mantissa, size: pair.1.mantissa, priceExponent: pair.0.exponent, sizeExponent: pair.1.exponent))
    }
    return levels.count - before
}

func readEvent(_ place: inout JSON, _ text: RawSpan, _ m: inout BinanceMessage, _ scratch: inout Column<Level>) {
    var json = place
    defer { place = json }
    var once = Once()
    json.enterObject(text)
    while let key = json.nextKey(text) {
        switch key {
        case "e":
            once.mark(0, &json, text)
            let name = json.string(text)
            switch Key(text, name.range) ?? Key(0) {
            case "depthUpdate": m.kind = .depth
            case "trade": m.kind = .trade
            case "aggTrade": m.kind = .aggTrade
            case "bookTicker": m.kind = .bookTicker
            case "kline": m.kind = .kline
            default: m.kind = .unknown
            }
        case "E": once.mark(1, &json, text); m.eventTime = json.whole(text)
        case "s": once.mark(2, &json, text); m.symbol = json.string(text)
        case "U": once.mark(3, &json, text); m.first = json.unsigned(text)
        case "u": once.mark(4, &json, text); m.last = json.unsigned(text)
        case "pu": once.mark(5, &json, text); m.previous = json.unsigned(text)
        case "b":
            once.mark(6, &json, text)
            if json.peek(text) == 0x5B { m.bids = levels(&json, text, into: &scratch) } else { m.bid = json.decimal(text) }
        case "a":
            once.mark(7, &json, text)
            switch json.peek(text) {
            case 0x5B: m.asks = levels(&json, text, into: &scratch)
            case 0x22: m.ask = json.decimal(text)
            default: m.id = json.unsigned(text)
            }
        case "B": once.mark(8, &json, text); m.bidSize = json.decimal(text)
        case "A": once.mark(9, &json, text); m.askSize = json.decimal(text)
        case "T": once.mark(10, &json, text); m.tradeTime = json.whole(text)
        case "t": once.mark(11, &json, text); m.id = json.unsigned(text)
        case "p": once.mark(12, &json, text); m.bid = json.decimal(text)
        case "q": once.mark(13, &json, text); m.bidSize = json.decimal(text)
        case "m": once.mark(14, &json, text); m.buyerIsMaker = json.bool(text)
        default: json.skip(text)
        }
    }
}

func readMessage(_ text: RawSpan, _ m: inout BinanceMessage, _ scratch: inout Column<Level>) -> JSON.Defect {
    var json = JSON()
    json.enterObject(text)
    var once = Once()
    while let key = json.nextKey(text) {
        switch key {
        case "stream": once.mark(0, &json, text); m.stream = json.string(text)
        case "data": once.mark(1, &json, text); readEvent(&json, text, &m, &scratch)
        default: json.skip(text)
        }
    }
    json.finish(text)
    return json.defect
}
