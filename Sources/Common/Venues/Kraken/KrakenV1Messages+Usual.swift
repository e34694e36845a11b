import Books
import Bytes
import Events
import Text
import Units

/// The spelling that changes of a book have, read straight through; see `BinanceMessages+Usual`.
extension KrakenV1Messages {
    /// `[1920,{"b":[["0.042950","0.00000000","1618678163.318329"]],"c":"4058690033"},"book-1000","SC/EUR"]`, of both sides as
    /// `[…,{"a":[…]},{"b":[…],"c":"…"},…]`. False when the text is another; the batch is then not to be used.
    static func readUsual(_ text: RawSpan, _ batch: inout Batch) -> Bool {
        var json = JSON()
        json.literal("[", text)
        _ = json.plainUnsigned(text)
        var newest = Nanos.zero
        if json.literalIfNext(#",{"a":["#, text) {
            readUsualLevels(&json, text, &newest, into: &batch.sides.asks)
            if json.literalIfNext(#"},{"b":["#, text) { readUsualLevels(&json, text, &newest, into: &batch.sides.bids) }
        } else {
            guard json.literalIfNext(#",{"b":["#, text) else { return false }
            readUsualLevels(&json, text, &newest, into: &batch.sides.bids)
        }
        json.literal(#","c":""#, text)
        let checksum = json.plainUnsigned(text)
        json.literal(#""},"book-"#, text)
        _ = json.plainUnsigned(text)
        json.literal(#"",""#, text)
        let symbol = json.plain(text)
        json.literal(#""]"#, text)
        guard json.isSound, json.at == text.byteCount, !json.takeOverflow(), !symbol.isEmpty, checksum <= UInt32.max
        else {
            return false
        }
        batch.addBook(.bookDelta, symbol, happened: newest, checksum: UInt32(truncatingIfNeeded: checksum))
        return true
    }

    /// From the first level's bracket to behind the list's.
    private static func readUsualLevels(
        _ place: inout JSON, _ text: RawSpan, _ newest: inout Nanos, into levels: inout Column<Level>
    ) {
        var json = place
        var isNegative = false
        repeat {
            json.literal(#"[""#, text)
            let price = json.plainDecimal(text)
            json.literal(#"",""#, text)
            let size = json.plainDecimal(text)
            json.literal(#"",""#, text)
            let time = json.plainSeconds(text)
            json.literal(#"""#, text)
            // Levels that come back into the depth are marked.
            _ = json.literalIfNext(#","r""#, text)
            json.literal("]", text)
            isNegative = isNegative || size.mantissa < 0
            if newest < time { newest = time }
            levels.append(Level(price: price, size: size))
        } while json.literalIfNext(",", text)
        json.literal("]", text)
        if isNegative { json.refuse(.unexpected, text) }
        place = json
    }
}
