import Books
import Bytes
import Events
import Text
import Units

/// The spelling that changes of a book have, read straight through; see `BinanceMessages+Usual`.
extension KrakenFuturesMessages {
    /// `{"feed":"book","product_id":"PI_ETHUSD","side":"buy","seq":1,"price":2.5,"qty":3.0,"timestamp":1626994958167}`. False when the
    /// text is another; the batch is then not to be used.
    static func readUsual(_ text: RawSpan, _ batch: inout Batch) -> Bool {
        var json = JSON()
        guard json.literalIfNext(#"{"feed":"book","product_id":""#, text) else { return false }
        let symbol = json.plain(text)
        let isBid = json.literalIfNext(#"","side":"buy","seq":"#, text)
        if !isBid { json.literal(#"","side":"sell","seq":"#, text) }
        let sequence = json.plainUnsigned(text)
        json.literal(#","price":"#, text)
        let price = json.plainDecimal(text)
        json.literal(#","qty":"#, text)
        let size = json.plainDecimal(text)
        json.literal(#","timestamp":"#, text)
        let time = json.plainMillis(text)
        json.literal("}", text)
        guard json.isSound, json.at == text.byteCount, !json.takeOverflow(), !symbol.isEmpty, size.mantissa >= 0 else {
            return false
        }
        let level = Level(price: price, size: size)
        if isBid { batch.sides.bids.append(level) } else { batch.sides.asks.append(level) }
        batch.addBook(.bookDelta, symbol, sequence: sequence, happened: time)
        return true
    }
}
