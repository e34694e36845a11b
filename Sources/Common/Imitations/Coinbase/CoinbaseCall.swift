import Bytes
import Text

/// A request to one of Coinbase's feeds: `{"type":"subscribe","product_ids":[…],"channel":"level2"}`, or with a list of `channels`, which
/// are names or objects with products of their own.
struct CoinbaseCall {
    struct Channel {
        var name = ""
        var products: [String] = []
    }

    var type = ""
    var products: [String] = []
    var channels: [Channel] = []
    var isMalformed = false

    /// Channels that a request may name, many times those that there are; beyond, the rest is left out.
    static let channelsMax = 32

    init(_ text: RawSpan) {
        var json = JSON()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "type" where json.peek(text) == 0x22: type = json.text(text)
            case "product_ids" where json.peek(text) == 0x5B: products = CoinbaseCall.list(&json, text)
            case "channel" where json.peek(text) == 0x22:
                add(Channel(name: json.text(text)))
            case "channels" where json.peek(text) == 0x5B:
                json.enterArray(text)
                while json.nextElement(text) { add(CoinbaseCall.channel(&json, text)) }
            default: json.skip(text)
            }
        }
        json.finish(text)
        isMalformed = json.defect != .none
    }

    private mutating func add(_ channel: Channel) {
        if channels.count < CoinbaseCall.channelsMax { channels.append(channel) }
    }

    private static func channel(_ json: inout JSON, _ text: RawSpan) -> Channel {
        var channel = Channel()
        if json.peek(text) == 0x22 {
            channel.name = json.text(text)
            return channel
        }
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "name" where json.peek(text) == 0x22: channel.name = json.text(text)
            case "product_ids" where json.peek(text) == 0x5B: channel.products = list(&json, text)
            default: json.skip(text)
            }
        }
        return channel
    }

    private static func list(_ json: inout JSON, _ text: RawSpan) -> [String] {
        var list: [String] = []
        json.enterArray(text)
        while json.nextElement(text) {
            let name = json.text(text)
            if list.count < Imitation.namesMax, !list.contains(name) { list.append(name) }
        }
        return list
    }
}
