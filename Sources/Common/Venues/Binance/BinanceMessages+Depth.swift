import Books
import Bytes
import Events
public import Text

extension BinanceMessages {
    /// Reads the answer of REST `depth`. `symbol` is where it stands in the request, which the answer does not repeat.
    public static func readDepth(_ text: RawSpan, symbol: JSON.Text, into batch: inout Batch) -> JSON.Defect {
        var json = JSON()
        var once = Once()
        var item = Batch.Item(.bookSnapshot, symbol: symbol, head: DeltaHead())
        var code: Int64 = 0
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "lastUpdateId":
                once.mark(0, &json, text)
                item.head.last = json.unsigned(text)
                item.head.first = item.head.last
            case "bids":
                once.mark(1, &json, text)
                json.levels(text, into: &batch.sides.bids)
            case "asks":
                once.mark(2, &json, text)
                json.levels(text, into: &batch.sides.asks)
            case "T":
                once.mark(3, &json, text)
                item.head.happened = json.millis(text)
            case "code":
                once.mark(4, &json, text)
                code = json.whole(text)
            case "msg":
                once.mark(5, &json, text)
                batch.text = json.string(text)
            default: json.skip(text)
            }
        }
        json.finish(text)
        guard json.defect == .none else { return json.defect }
        if code != 0 {
            batch.control = .refused
            return .none
        }
        guard once.has(0), once.has(1), once.has(2) else { return .unexpected }
        item.isOutOfRange = json.takeOverflow()
        item.part = batch.sides.whole
        batch.add(item)
        return .none
    }
}
