import Bytes
import Support
import Testing
import Text

/// Messages as venues send them, cut and damaged anywhere, read as their readers read them.
@Suite(.timeLimit(.minutes(1)))
struct MessagePrefixTests {
    static let messages = [
        #"{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":49712430001,"u":49712430012,"b":[["61650.01000000","2.5"]],"a":[]}"#,
        #"{"stream":"btcusdt@trade","data":{"e":"trade","t":3706,"p":"0.00100000","q":"100","T":1672515782136,"m":true,"M":true}}"#,
        #"{"lastUpdateId":1027024,"bids":[["4.00000000","431.00000000"]],"asks":[["4.00000200","12.00000000",[]]]}"#,
        #"{"channel":"l2_data","timestamp":"2023-02-09T20:32:50.714964855Z","sequence_num":0,"events":[{"type":"snapshot","updates":[{"side":"bid","price_level":"21921.73","new_quantity":"0.06317902"}]}]}"#,
        #"{"type":"l2update","product_id":"BTC-USD","changes":[["buy","10101.80000000","0.162567"]],"time":"2021-04-17T16:49:02.6Z"}"#,
        #"{"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[{"price":0.5657,"qty":1098.3947558}],"asks":[],"checksum":2114181697,"timestamp":"2023-10-06T17:35:55.440295Z"}]}"#,
        #"[336,{"as":[["5541.30000","2.50700000","1534614248.123678"]],"bs":[]},{"c":"974942666"},"book-100","XBT/USD"]"#,
        #"{"feed":"book","product_id":"PI_XBTUSD","side":"sell","seq":326094134,"price":34981.0,"qty":1e-05,"timestamp":1612269953629}"#,
        #"{"result":"größer – 日本 🙂 \ud83d\ude42","note":"\"quoted\" \\ \/ \u00e9","empty":"","none":null,"deep":[[[[{}]]]]}"#,
    ]

    /// Reads whatever is there by asking for just that, as somebody would who knows the message.
    private func walk(_ json: inout JSON, _ span: RawSpan) {
        switch json.peek(span) {
        case UInt8(ascii: "{"):
            json.enterObject(span)
            while json.nextKey(span) != nil { walk(&json, span) }
        case UInt8(ascii: "["):
            json.enterArray(span)
            while json.nextElement(span) { walk(&json, span) }
        case UInt8(ascii: "\""):
            let string = json.string(span)
            _ = JSON.unescape(span, string.range) { _ in true }
        case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = json.bool(span)
        case UInt8(ascii: "n"): json.null(span)
        default: _ = json.decimal(span)
        }
    }

    private func verdict(_ bytes: [UInt8], _ fence: Fence) -> JSON.Defect {
        fence.lend(bytes) { span in
            var json = JSON()
            walk(&json, span)
            json.finish(span)
            return json.defect
        }
    }

    @Test("a whole message is read, every prefix of it is a defect", arguments: messages)
    func prefixes(message: String) {
        let fence = Fence()
        let bytes = Array(message.utf8)
        #expect(verdict(bytes, fence) == .none && isAccepted(bytes, fence))
        for count in 0..<bytes.count {
            let prefix = Array(bytes[..<count])
            #expect(verdict(prefix, fence) != .none && !isAccepted(prefix, fence), "\(count) bytes")
        }
    }

    @Test("asking for what is there and skipping it judge each damaged message alike", arguments: messages)
    func damage(message: String) {
        let fence = Fence()
        var dice = Dice(seed: UInt64(message.utf8.count))
        let bytes = Array(message.utf8)
        for index in bytes.indices {
            for _ in 0..<4 {
                var damaged = bytes
                damaged[index] = dice.oneIn(2) ? UInt8(dice.number(0...255)) : dice.pick(Array("\",:[]{}\\e-.0 ".utf8))
                let isRead = verdict(damaged, fence) == .none
                if isRead != isAccepted(damaged, fence) { Issue.record("byte \(index) as \(damaged[index])") }
            }
        }
    }
}
