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
    let isWanted: Bool
    /// Of the listing; -1 = not listed.
    var listed = -1
    var isInstrumentTold = false
    /// Made when the first word of a book comes.
    var keeper: BookKeeper?
    /// Whether the book has been synced before: the next time begins an epoch.
    var wasSynced = false
    /// Whether a snapshot or resubscription was asked for and has not come.
    var isAwaited = false
    /// Connections that carried its book and its trades last; -1 = none yet.
    var bookConnection = -1
    var tradeConnection = -1
    /// By channel.
    var counts = InlineArray<6, Count>(repeating: Count())
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
