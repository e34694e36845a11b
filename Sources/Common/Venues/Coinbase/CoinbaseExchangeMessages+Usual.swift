import Books
import Bytes
import Events
import Text
import Units

/// The spelling that changes of a book have, read straight through; see `BinanceMessages+Usual`.
extension CoinbaseExchangeMessages {
    /// `{"type":"l2update","product_id":"BTC-USD","changes":[["buy","1.2","3.4"]],"time":"2021-04-17T16:44:07.845614Z"}`. False when
    /// the text is another; the batch is then not to be used.
    static func readUsual(_ text: RawSpan, _ batch: inout Batch) -> Bool {
        var json = JSON()
        guard json.literalIfNext(#"{"type":"l2update","#, text) else { return false }
        json.literal(#""product_id":""#, text)
        let symbol = json.plain(text)
        json.literal(#"","changes":[["#, text)
        repeat {
            let isBid = json.literalIfNext(#""buy",""#, text)
            if !isBid { json.literal(#""sell",""#, text) }
            let price = json.plainDecimal(text)
            json.literal(#"",""#, text)
            let size = json.plainDecimal(text)
            json.literal(#""]"#, text)
            if size.mantissa < 0 { return false }
            let level = Level(price: price, size: size)
            if isBid { batch.sides.bids.append(level) } else { batch.sides.asks.append(level) }
        } while json.literalIfNext(",[", text)
        json.literal(#"],"time":""#, text)
        let time = json.plainTime(text)
        json.literal(#""}"#, text)
        guard json.isSound, json.at == text.byteCount, !json.takeOverflow(), !symbol.isEmpty else { return false }
        batch.addBook(.bookDelta, symbol, happened: time)
        return true
    }
}
