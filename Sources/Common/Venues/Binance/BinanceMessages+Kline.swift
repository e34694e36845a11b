import Bytes
import Events
import Text
import Units

extension BinanceMessages {
    /// Reads a candle's object.
    static func readKline(_ json: inout JSON, _ text: RawSpan, _ batch: inout Batch) {
        var once = Once()
        var kline = Kline()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "t":
                once.mark(0, &json, text)
                kline.opened = json.millis(text)
            case "T":
                once.mark(1, &json, text)
                // The last millisecond that belongs to it.
                kline.closes = json.millis(text) + .milliseconds(1)
            case "o":
                once.mark(2, &json, text)
                kline.open = json.decimal(text)
            case "h":
                once.mark(3, &json, text)
                kline.high = json.decimal(text)
            case "l":
                once.mark(4, &json, text)
                kline.low = json.decimal(text)
            case "c":
                once.mark(5, &json, text)
                kline.close = json.decimal(text)
            case "v":
                once.mark(6, &json, text)
                kline.volume = json.decimal(text)
            case "q":
                once.mark(7, &json, text)
                kline.quoteVolume = json.decimal(text)
            case "V":
                once.mark(8, &json, text)
                kline.takerVolume = json.decimal(text)
            case "Q":
                once.mark(9, &json, text)
                kline.takerQuoteVolume = json.decimal(text)
            case "n":
                once.mark(10, &json, text)
                kline.trades = json.unsigned(text)
            case "x":
                once.mark(11, &json, text)
                kline.isFinal = json.bool(text)
            default: json.skip(text)
            }
        }
        if !once.has(0) || !once.has(1) { json.refuse(.unexpected, text) }
        batch.klines.append(kline)
    }
}
