public import Events
import Text

/// What a session is asked for.
public struct SessionOptions: Sendable {
    /// Canonical names, names of the venue's, or patterns of either; empty: all.
    public var symbols: [String] = []
    public var channels = ChannelSet.all
    /// Levels a side of the books to tell of; 0 = all that are held.
    public var depth = 0
    /// Whether symbols that come unasked are followed: in a replay, where nothing can be asked for.
    public var discovers = false
    /// Whether symbols bear the venue's own names.
    public var usesNativeNames = false
    /// Whose side Coinbase Advanced's trades give.
    public var tradeSide = CoinbaseMessages.TradeSide.unknown
    /// Flags of all events.
    public var flags: Flags = []
    /// Whether silence is watched and books are refreshed.
    public var usesTimers = true
    /// Symbols on one connection.
    public var perConnection = 0

    public init() {}

    /// Whether a symbol is asked for.
    func wants(canonical: String, native: String) -> Bool {
        symbols.isEmpty || symbols.contains { Glob.matches($0, canonical) || Glob.matches($0, native) || $0 == "all" }
    }

    /// The canonical name that was asked for and that the venue calls `native`; nil when none was.
    func canonical(_ native: String, _ dialect: Dialect) -> String? {
        symbols.lazy.map { $0.uppercased() }.first { !Glob.isPattern($0) && dialect.native($0) == native }
    }
}
