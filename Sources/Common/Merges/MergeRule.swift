public import Events
import Text
public import Units

/// Which events are merged: those of one symbol and kind, of these venues, that fall into one window.
///
///     BTC-USDT:ticker=binance,coinbase,kraken;10s;1000
public struct MergeRule: Equatable, Sendable {
    public let symbol: String
    public let kind: Kind
    /// At least two.
    public let venues: [String]
    /// How long a window stays open.
    public private(set) var duration = Nanos.seconds(10)
    /// Events after which a window closes.
    public private(set) var maxEvents = 1000
    /// Whether a window closes as soon as all venues are in it.
    public private(set) var closesOnComplete = false
    /// Whether all events of a venue are kept, not its latest alone.
    public private(set) var keepsAll = false

    public static let venuesMax = 32
    /// Rules at once, at most.
    public static let countMax = 256
    static let durations = Nanos.milliseconds(1)...Nanos.seconds(3600)
    static let eventCounts = 1...100_000

    /// Why a text is no rule.
    public struct Defect: Error, Equatable, Sendable {
        public let text: String
    }

    /// `SYMBOL:KIND`
    public var key: String { "\(symbol):\(kind.name ?? "")" }

    /// The rule as a text that reads as the same.
    public var text: String {
        let milliseconds = duration.count / 1_000_000
        let span = milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
        return "\(key)=\(venues.joined(separator: ","));\(span);\(maxEvents)"
            + (closesOnComplete ? ";close-on-complete" : "") + (keepsAll ? ";keep=all" : "")
    }

    /// Reads a rule: a key, venues, then span, count and words in any order.
    public init(_ text: String) throws(Defect) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(MergeRule.trimmed)
        let sides = parts[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            MergeRule.trimmed)
        guard sides.count == 2 else { throw Defect(text: "no '=' between the key and its venues") }
        let key = sides[0].split(separator: ":", omittingEmptySubsequences: false).map(MergeRule.trimmed)
        guard key.count == 2, !key[0].isEmpty, key[0].utf8.count <= 64 else {
            throw Defect(text: "the key \(sides[0]) is not SYMBOL:KIND")
        }
        symbol = key[0]
        kind = try MergeRule.kind(key[1])
        venues = sides[1].split(separator: ",", omittingEmptySubsequences: false).map(MergeRule.trimmed)
        guard venues.count >= 2 else { throw Defect(text: "a merge is of two venues at least") }
        guard venues.count <= MergeRule.venuesMax else { throw Defect(text: "more than \(MergeRule.venuesMax) venues") }
        for (index, venue) in venues.enumerated() {
            guard !venue.isEmpty, venue.utf8.count <= 32 else { throw Defect(text: "no venue's name: '\(venue)'") }
            guard !venues[..<index].contains(venue) else { throw Defect(text: "\(venue) stands there twice") }
        }
        for part in parts.dropFirst() where !part.isEmpty { try take(part) }
    }

    /// Kinds that can be merged. Reports of orders and what belongs to no venue never are.
    public static let kinds: [Kind] = [.ticker, .trade, .kline, .bookSnapshot, .bookUpdate]

    private static func kind(_ word: String) throws(Defect) -> Kind {
        let word = word.lowercased()
        for kind in kinds where kind.name?.lowercased() == word { return kind }
        if word == "klinesummary" { return .kline }
        let names = kinds.compactMap(\.name).joined(separator: ", ")
        throw Defect(text: "\(word) cannot be merged; these can: \(names)")
    }

    /// `10s`, `1000`, `window_duration=10s`, `window_max_events=1000`, `max_events=1000`, `partial_policy=suppress`,
    /// `close-on-complete`, `keep=all`.
    private mutating func take(_ part: String) throws(Defect) {
        let sides = part.split(separator: "=", maxSplits: 1).map(MergeRule.trimmed)
        let value = sides.count == 2 ? sides[1] : part
        switch sides.count == 2 ? sides[0] : "" {
        case "": try take(word: part)
        case "window_duration", "duration": duration = try MergeRule.span(value)
        case "window_max_events", "max_events": maxEvents = try MergeRule.count(value)
        case "partial_policy":
            guard value == "suppress" else {
                throw Defect(text: "partial_policy \(value): only suppress is there; a partial window is never told")
            }
        case "keep":
            guard value == "all" || value == "latest" else { throw Defect(text: "keep=\(value): all or latest?") }
            keepsAll = value == "all"
        default: throw Defect(text: "\(sides[0]) is no setting of a rule")
        }
    }

    private mutating func take(word: String) throws(Defect) {
        switch word {
        case "close-on-complete": closesOnComplete = true
        case "suppress": break
        default:
            if word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                maxEvents = try MergeRule.count(word)
            } else {
                duration = try MergeRule.span(word)
            }
        }
    }

    private static func count(_ text: String) throws(Defect) -> Int {
        guard let count = Int(text), eventCounts.contains(count) else {
            throw Defect(text: "\(text) is no count of events from 1 to \(eventCounts.upperBound)")
        }
        return count
    }

    private static func span(_ text: String) throws(Defect) -> Nanos {
        guard let span = Nanos(span: text), durations.contains(span) else {
            throw Defect(text: "\(text) is no time from 1ms to 1h")
        }
        return span
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let bytes = Array(text.utf8)
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: Unicode.UTF8.self)
    }
}

extension Nanos {
    /// `250ms`, `10s`, `5m`, `1h`, `1d`; nil where the text is none of them, or 0.
    public init?(span text: String) {
        let units: [(String, Int64)] = [
            ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
            ("d", 86_400_000_000_000),
        ]
        for (unit, nanos) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.utf8.count)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits),
                (1...100_000).contains(count)
            else { continue }
            self.init(count * nanos)
            return
        }
        return nil
    }
}

/// A file of rules: one a line, `#` begins a comment.
public enum MergeRules {
    /// What is wrong with a line, counted from 1.
    public struct Defect: Error, Equatable, Sendable {
        public let line: Int
        public let text: String

        public init(line: Int, text: String) {
            self.line = line
            self.text = text
        }
    }

    /// The rules of a text; refused whole where a line is wrong.
    public static func read(_ text: String) throws(Defect) -> [MergeRule] {
        var rules: [MergeRule] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let content = String(line.prefix { $0 != "#" })
            guard content.utf8.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            let rule: MergeRule
            do throws(MergeRule.Defect) {
                rule = try MergeRule(content)
            } catch {
                throw Defect(line: index + 1, text: error.text)
            }
            guard !rules.contains(where: { $0.key == rule.key }) else {
                throw Defect(line: index + 1, text: "there is a rule for \(rule.key) already")
            }
            guard rules.count < MergeRule.countMax else {
                throw Defect(line: index + 1, text: "more than \(MergeRule.countMax) rules")
            }
            rules.append(rule)
        }
        return rules
    }
}
