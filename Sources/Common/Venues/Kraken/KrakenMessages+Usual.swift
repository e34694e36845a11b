import Books
import Bytes
import Events
import Text
import Units

/// The spelling that changes of a book have, read straight through; see `BinanceMessages+Usual`.
extension KrakenMessages {
    /// `{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":1.2,"qty":3.4}],"asks":[],"checksum":5,
    /// "timestamp":"2023-07-30T15:29:58.343415Z"}]}`. False when the text is another; the batch is then not to be used.
    static func readUsual(_ text: RawSpan, _ batch: inout Batch) -> Bool {
        var json = JSON()
        guard json.literalIfNext(#"{"channel":"book","type":"update"#, text) else { return false }
        json.literal(#"","data":[{"symbol":""#, text)
        let symbol = json.plain(text)
        json.literal(#"","bids":"#, text)
        readUsualLevels(&json, text, into: &batch.sides.bids)
        json.literal(#","asks":"#, text)
        readUsualLevels(&json, text, into: &batch.sides.asks)
        json.literal(#","checksum":"#, text)
        let checksum = json.plainUnsigned(text)
        json.literal(#","timestamp":""#, text)
        let time = json.plainTime(text)
        json.literal(#""}]}"#, text)
        guard json.isSound, json.at == text.byteCount, !json.takeOverflow(), !symbol.isEmpty, checksum <= UInt32.max
        else {
            return false
        }
        batch.addBook(.bookDelta, symbol, happened: time, checksum: UInt32(truncatingIfNeeded: checksum))
        return true
    }

    private static func readUsualLevels(_ place: inout JSON, _ text: RawSpan, into levels: inout Column<Level>) {
        if place.literalIfNext("[]", text) { return }
        var json = place
        var isNegative = false
        json.literal("[", text)
        repeat {
            json.literal(#"{"price":"#, text)
            let price = json.plainDecimal(text)
            json.literal(#","qty":"#, text)
            let size = json.plainDecimal(text)
            json.literal("}", text)
            isNegative = isNegative || size.mantissa < 0
            levels.append(Level(price: price, size: size))
        } while json.literalIfNext(",", text)
        json.literal("]", text)
        if isNegative { json.refuse(.unexpected, text) }
        place = json
    }
}
