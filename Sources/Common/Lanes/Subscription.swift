import Bytes
public import Events
import Text
public import Units

/// What a consumer asks for: streams by pattern, and how they are to be served.
public struct Subscription: Equatable, Sendable {
    /// Patterns; upper and lower case are one.
    public var venue: String
    public var symbol: String
    /// A pattern of channels or kinds: `trade`, `book`, `bookUpdate`, `*`. A stream is wanted whole.
    public var kind: String
    /// Levels a side of books; 0 = all.
    public var depth: Int
    public var policy: Policy
    /// Nothing is told sooner than this after the last time; then it is folded. 0 = at once.
    public var pace: Nanos

    public static let depthMax = 10_000

    public init(
        venue: String = "*", symbol: String = "*", kind: String = "*", depth: Int = 0, policy: Policy = .coalesce,
        pace: Nanos = .zero
    ) {
        self.venue = venue
        self.symbol = symbol
        self.kind = kind
        self.depth = depth
        self.policy = policy
        self.pace = pace
    }

    /// Whether both ask for the same streams at the same depth, however they are served.
    public func asksTheSame(as other: Subscription) -> Bool {
        venue == other.venue && symbol == other.symbol && kind == other.kind && depth == other.depth
    }

    /// Whether a stream is meant.
    public func matches(venue name: String, symbol text: String, _ channel: Channel) -> Bool {
        // A stream without a name is matched only by who asks for all.
        guard name.isEmpty ? venue == "*" : Glob.matches(venue, name) else { return false }
        guard text.isEmpty ? symbol == "*" : Glob.matches(symbol, text) else { return false }
        return Subscription.names(of: channel).contains { Glob.matches(kind, $0) }
    }

    /// Channels that can be meant.
    var channels: [Channel] {
        Channel.allCases.filter { channel in Subscription.names(of: channel).contains { Glob.matches(kind, $0) } }
    }

    /// The channel's name and those of its kinds.
    static func names(of channel: Channel) -> [String] {
        switch channel {
        case .control: []
        case .book: ["book", "bookSnapshot", "bookUpdate", "bookStatus"]
        case .trade: ["trade"]
        case .ticker: ["ticker"]
        case .kline: ["kline"]
        case .instrument: ["instrument"]
        case .merged: ["merged"]
        case .consolidated: ["consolidated", "consolidatedBook"]
        case .order: ["order", "execReport", "intent"]
        case .account: ["account", "balance", "position"]
        case .risk: ["risk", "riskControl"]
        }
    }
}
