import Units

/// A request to a venue's REST interface that waits for its turn, or for its answer.
struct Fetch {
    enum Purpose: Equatable {
        case instruments, clock
        /// The snapshot of a book: of a void one, or to compare.
        case snapshot(symbol: Int)
        /// Candles of before.
        case history(symbol: Int)
        /// Trades that were missed.
        case trades(symbol: Int)

        /// Smaller is sooner.
        var rank: Int {
            switch self {
            case .instruments: 0
            case .snapshot: 1
            case .trades: 2
            case .clock: 3
            case .history: 4
            }
        }
    }

    var purpose: Purpose
    var url: String
    var weight: Int
    /// Not before.
    var due: Nanos
    var failures = 0
    var sentAt = Nanos.zero
}
