import Books
import Events
import Units
import Wire

/// What is known of one symbol of a venue: its name, its book, and how far each of its streams has been written.
struct SymbolState: ~Copyable {
    /// Where a stream stands: the epoch and position of its last event.
    struct Count {
        var epoch: UInt32 = 1
        var position: UInt64 = 0
    }

    let name: StreamName
    /// The venue's own name of it.
    let native: String
    /// Our own name of it.
    let canonical: String
    /// Whether its events are to be told.
    var isWanted: Bool
    /// Whether its streams are asked for.
    var isFollowed = false
    /// Of the listing; -1 = not listed.
    var listed = -1
    var isInstrumentTold = false
    /// Made when the first word of a book comes.
    var keeper: BookKeeper?
    /// When the last word of its book happened at the venue, where that is told.
    var bookHappened = Nanos.zero
    /// Whether the book has been synced before: the next time begins an epoch.
    var wasSynced = false
    /// Whether a snapshot or resubscription was asked for and has not come.
    var isAwaited = false
    var awaitedSince = Nanos.zero
    /// Snapshots that came and were too old, one after the other.
    var snapshotTries = 0
    /// Its last checksums that failed; and whether nothing more is tried until the next connection.
    var failedChecksums = InlineArray<3, Nanos>(repeating: .zero)
    var isSuspended = false
    /// Since when it has been silent, as long as nothing was done about it.
    var quietSince: Nanos?
    /// When its book is compared with the venue's next; 0 = not planned.
    var refreshAt = Nanos.zero
    /// A second book, made of a fresh snapshot and the same changes, to compare with; since when, or since when it was taken over.
    var comparison: BookKeeper?
    var comparedSince: Nanos?
    /// The connection that carried the book before the one that does; -1 = there is nothing to compare. And its book.
    var overtaken = -1
    var takeover: Takeover?
    /// How deep its snapshot told, and that of the comparison.
    var reach = Reach()
    var comparisonReach = Reach()
    /// Number of its last trade; 0 = not numbered, or none yet. Trades that are missing and were asked for.
    var lastTrade: UInt64 = 0
    var missing: ClosedRange<UInt64>?
    /// Of a connection that is to take over: whether it has told of the book, and the last change and trade that it told and that were
    /// left to the one before it.
    var isSeenOnSuccessor = false
    var successorChange: UInt64 = 0
    var successorTrade: UInt64 = 0
    /// The connections that carry its tickers and candles.
    var tickerConnection = -1
    var candleConnection = -1
    /// Of its last ticker.
    var tickerHead = DeltaHead()
    /// Whether the connection that carries tickers now may still bring older ones than were told.
    var isTickerBehind = false
    /// Whether its market has ended: nothing more is asked for.
    var hasEnded = false
    /// Connections that carried its book and its trades last; -1 = none yet.
    var bookConnection = -1
    var tradeConnection = -1
    /// By channel.
    var counts = InlineArray<6, Count>(repeating: Count())
    /// As they were when nobody listened any more.
    var countsHeard = InlineArray<6, Count>(repeating: Count())
    /// The newest ticker of that time.
    var lastTicker: Ticker?
    /// Newest candle, where the venue does not say that one is final.
    var candle: Kline?
    /// Since when the connection that carries the trades is gone; nil = it is there.
    var tradesLostSince: Nanos?
    var freshness = Freshness()

    /// Bytes that its book holds.
    var bookBytes: Int {
        switch keeper {
        case .some(let keeper): keeper.book.memoryBytes
        case .none: 0
        }
    }

    /// Whether its book has begun, whatever its state.
    var hasBook: Bool {
        switch keeper {
        case .some: true
        case .none: false
        }
    }

    /// Whether its book stands.
    var isBookThere: Bool {
        switch keeper {
        case .some(let keeper): !keeper.state.isVoid
        case .none: false
        }
    }

    /// Levels held in its book.
    var levels: Int {
        switch keeper {
        case .some(let keeper): keeper.levels
        case .none: 0
        }
    }

    init(name: StreamName, native: String, canonical: String, isWanted: Bool) {
        self.name = name
        self.native = native
        self.canonical = canonical
        self.isWanted = isWanted
    }
}
