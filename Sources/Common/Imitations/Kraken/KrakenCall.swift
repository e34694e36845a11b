import Bytes
import Text

/// A request to Kraken's WebSocket v2: `{"method":…,"params":{…},"req_id":…}`.
struct KrakenCall {
    var method = ""
    var channel = ""
    var symbols: [String] = []
    var depth: Int?
    var interval: Int?
    var wantsSnapshot: Bool?
    var trigger = "trades"
    /// As it stands in the text, with its key and a comma before; empty: none.
    var id = ""
    var isMalformed = false

    init(_ text: RawSpan) {
        var json = JSON()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "method" where json.peek(text) == 0x22: method = json.text(text)
            case "req_id":
                _ = json.peek(text)
                let start = json.at
                json.skip(text)
                if json.isSound, json.at - start <= 32 { id = #","req_id":"# + String(text, start..<json.at) }
            case "params" where json.peek(text) == 0x7B: readParameters(&json, text)
            default: json.skip(text)
            }
        }
        json.finish(text)
        isMalformed = json.defect != .none
    }

    private mutating func readParameters(_ json: inout JSON, _ text: RawSpan) {
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "channel" where json.peek(text) == 0x22: channel = json.text(text)
            case "event_trigger" where json.peek(text) == 0x22: trigger = json.text(text)
            case "depth": depth = Int(json.whole(text))
            case "interval": interval = Int(json.whole(text))
            case "snapshot": wantsSnapshot = json.bool(text)
            case "symbol" where json.peek(text) == 0x5B:
                json.enterArray(text)
                while json.nextElement(text) { add(json.text(text)) }
            case "symbol" where json.peek(text) == 0x22: add(json.text(text))
            default: json.skip(text)
            }
        }
    }

    private mutating func add(_ symbol: String) { if symbols.count < Imitation.namesMax { symbols.append(symbol) } }
}
