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

    /// Symbols that a request may name; beyond, the rest is left out.
    private static let symbolsMax = 4096

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
                while json.nextElement(text) {
                    let symbol = json.text(text)
                    if symbols.count < KrakenCall.symbolsMax { symbols.append(symbol) }
                }
            case "symbol" where json.peek(text) == 0x22: symbols.append(json.text(text))
            default: json.skip(text)
            }
        }
    }
}
