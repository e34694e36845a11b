public import Events
public import Units

/// What a session wants its shell to do. The shell tells it what came of it.
public enum Action: Equatable, Sendable {
    /// Connect a WebSocket, and tell `opened` or `closed`.
    case connect(connection: Int, url: String)
    /// Send a text message.
    case send(connection: Int, text: String)
    /// Send a WebSocket ping.
    case ping(connection: Int)
    /// Close a connection, and tell `closed`.
    case disconnect(connection: Int)
    /// Fetch by HTTP GET, and tell `answer` or `failed` with the same URL, and what the answer says of the weight used.
    case fetch(url: String)
}

/// What a person who watches should know: one line on standard error, counted.
public enum Notice: Equatable, Sendable {
    /// A message that could not be read.
    case malformed(connection: Int, reason: String)
    /// The venue refused something; its own words.
    case refused(String)
    /// The venue will close this connection soon.
    case closing(connection: Int)
    /// A connection said nothing for too long, also when asked.
    case silent(connection: Int)
    /// The venue refuses all requests for so long.
    case banned(status: Int, pause: Nanos)
    /// Others behind our address have used so much of this minute's weight that we may not ask.
    case crowded(used: Int, limit: Int)
    /// A request brought no answer (`status` 0) or one that is of no use.
    case unanswered(url: String, status: Int)
    /// A book differed from the venue's in so many levels, and was corrected.
    case corrected(symbol: String, levels: Int)
    /// What comes is older than it was, or than it may be: it piles up somewhere.
    case old(age: Nanos)
    /// A book's checksum fails again and again: it stays void for now.
    case suspended(symbol: String)
    /// An instrument of ours changed its steps or its status.
    case changed(symbol: String, status: InstrumentStatus)
    /// A book is void; `symbol` and why.
    case stale(symbol: String, reason: String)
    /// No more symbols are taken.
    case tooManySymbols
    /// A symbol is left out: its name is too long for a stream, or another symbol bears it.
    case nameless(symbol: String)
}
