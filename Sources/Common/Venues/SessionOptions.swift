public import Events
import Text
public import Units

/// What a session is asked for.
public struct SessionOptions: Sendable {
    /// Canonical names, names of the venue's, or patterns of either; empty: all.
    public var symbols: [String] = []
    public var channels = ChannelSet.all
    /// Levels a side of the books to tell of; 0 = all that are held.
    public var depth = 0
    /// Whether symbols that come unasked are followed: in the replay of a stranger's recording, where nothing can be asked for.
    public var discovers = false
    /// Whether symbols bear the venue's own names.
    public var usesNativeNames = false
    /// Whose side Coinbase Advanced's trades give.
    public var tradeSide = CoinbaseMessages.TradeSide.unknown
    /// Flags of all events.
    public var flags: Flags = []
    /// Whether silence is watched and books are refreshed.
    public var usesTimers = true
    /// Symbols on one connection; 0: as many as suits the venue.
    public var perConnection = 0
    /// Where the venue is reached.
    public var endpoints = Endpoints()
    /// Of all chance: when to try again, whom to ask first.
    public var seed: UInt64 = 1
    /// How often each book is compared with the venue's, or asked for anew.
    public var refreshInterval = Nanos.seconds(180)
    /// Candles of before the start, for each symbol.
    public var history = 0
    /// What is to be added to a session's time to get that of 1970.
    public var wallOffset = Nanos.zero

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
