import Bytes
import Events
import Text
import Units

/// What a consumer's command asks for, read from a JSON object:
///
///     {"verb":"subscribe","messageId":7,"venue":"binance","symbol":["BTC-*","ETH-USDT"],"kind":"book:10","policy":"skip"}
///
/// `venue` (or `venues`, `providers`), `symbol`, `kind` (or `kinds`, `event_types`): a text or a list; what is left out means all.
public struct Request: Equatable, Sendable {
    /// As the command names it; of a command frame empty.
    public var verb = ""
    public var messageId: UInt64 = 0
    public var subscriptions: [Subscription] = []
    public var leastVersion: UInt32?
    public var enabled: Bool?
    /// A name that the consumer goes by.
    public var name = ""
    /// Whom it is about, where that is another one; or what is asked.
    public var target = ""
    /// As they were named; none: all.
    public private(set) var venues: [String] = []
    public private(set) var symbols: [String] = []
    public private(set) var kinds: [String] = []
    /// Of `mergedSubscribe`: settings of a merge's windows, as a rule writes them.
    public private(set) var window = ""

    /// Streams that one request may name.
    public static let subscriptionsMax = 64

    /// Nil when the text is no such object; `why` says so in a sentence.
    public init?(_ text: RawSpan, why: inout String) {
        var policy = Policy.coalesce
        var depth = 0
        var pace = Nanos.zero
        var json = JSON()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "verb", "type": verb = Request.text(&json, text)
            case "messageId", "message_id": messageId = Request.number(&json, text)
            case "venue", "venues", "providers": venues += Request.list(&json, text)
            case "symbol", "symbols": symbols += Request.list(&json, text)
            case "kind", "kinds", "event_types": kinds += Request.list(&json, text)
            case "depth": depth = Int(clamping: Request.number(&json, text))
            case "minAcceptVersion", "min_accept_version":
                leastVersion = UInt32(clamping: Request.number(&json, text))
            case "enabled": enabled = json.bool(text)
            case "as", "name", "consumer": name = Request.text(&json, text)
            case "target": target = Request.text(&json, text)
            case "mergeConfig", "merge_config": window = Request.window(&json, text)
            case "policy":
                let word = Request.text(&json, text)
                guard let found = Policy.allCases.first(where: { "\($0)" == word }) else {
                    why = "policy \(word): not coalesce, skip, disconnect or block"
                    return nil
                }
                policy = found
            case "coalesce", "pace":
                let word = Request.text(&json, text)
                guard let span = Request.span(word) else {
                    why = "coalesce \(word): not a time from 1ms to 60s"
                    return nil
                }
                pace = span
            default:
                why = "a field that is not known"
                return nil
            }
        }
        json.finish(text)
        guard json.isSound else {
            why = "not a JSON object, from byte \(json.defectOffset) on"
            return nil
        }
        guard venues.count * symbols.count * kinds.count <= Request.subscriptionsMax, venues.count <= 64,
            symbols.count <= 64, kinds.count <= 64
        else {
            why = "more than \(Request.subscriptionsMax) streams in one request"
            return nil
        }
        for venue in venues.isEmpty ? ["*"] : venues {
            for symbol in symbols.isEmpty ? ["*"] : symbols {
                for kind in kinds.isEmpty ? ["*"] : kinds {
                    let parts = kind.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
                    let levels = parts.count == 2 ? Int(parts[1]) ?? -1 : depth
                    guard parts.count <= 2, !parts[0].isEmpty, 0...Subscription.depthMax ~= levels else {
                        why = "kind \(kind): not a kind, or not a depth up to \(Subscription.depthMax)"
                        return nil
                    }
                    subscriptions.append(
                        Subscription(
                            venue: venue, symbol: symbol, kind: parts[0], depth: levels, policy: policy, pace: pace))
                }
            }
        }
    }

    private static func text(_ json: inout JSON, _ text: RawSpan) -> String {
        let place = json.string(text)
        var bytes: [UInt8] = []
        _ = JSON.unescape(text, place.range) { byte in
            bytes.append(byte)
            return bytes.count < 256
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }

    /// A text, or a list of them.
    private static func list(_ json: inout JSON, _ span: RawSpan) -> [String] {
        guard json.peek(span) == 0x5B else { return [text(&json, span)] }
        var words: [String] = []
        json.enterArray(span)
        while json.nextElement(span) { words.append(text(&json, span)) }
        return words
    }

    /// An object of settings, as a rule writes them: each behind a semicolon.
    private static func window(_ json: inout JSON, _ span: RawSpan) -> String {
        var words = ""
        json.enterObject(span)
        while let key = json.nextKey(span) {
            switch key {
            case "window_duration", "duration": words += ";window_duration=" + text(&json, span)
            case "window_max_events", "max_events":
                let count = number(&json, span)
                words += ";max_events=\(count)"
            case "partial_policy": words += ";partial_policy=" + text(&json, span)
            case "keep": words += ";keep=" + text(&json, span)
            case "close_on_complete": words += json.bool(span) == true ? ";close-on-complete" : ""
            default: json.refuse(.syntax, span)
            }
        }
        return words
    }

    /// A number, or a text of digits: large ones are texts in JSON.
    private static func number(_ json: inout JSON, _ span: RawSpan) -> UInt64 {
        guard json.peek(span) == 0x22 else {
            let number = json.unsigned(span)
            if json.takeOverflow() { json.refuse(.syntax, span) }
            return number
        }
        guard let number = UInt64(text(&json, span)) else {
            json.refuse(.syntax, span)
            return 0
        }
        return number
    }

    private static func span(_ word: String) -> Nanos? {
        let units: [(String, Int64)] = [("ms", 1_000_000), ("s", 1_000_000_000)]
        for (unit, nanos) in units where word.hasSuffix(unit) {
            guard let count = Int64(word.dropLast(unit.utf8.count)), 1...60_000 ~= count else { continue }
            return count * nanos <= 60_000_000_000 ? Nanos(count * nanos) : nil
        }
        return nil
    }
}
