import Units

/// What each venue bears, and what we ask of it at most.
///
/// Source: each venue's documents as named beside its reader, read 2026-07. Where a venue publishes no number, ours is a modest one.
extension Dialect {
    /// Half of what the venue allows in a minute, in its own weights (one a request where it has none).
    var requestBudget: Budget {
        switch self {
        case .binance: Budget(limit: 3000, interval: .milliseconds(20))
        case .binanceUsdm, .binanceCoinm: Budget(limit: 1200, interval: .milliseconds(50))
        case .coinbase, .coinbaseExchange: Budget(limit: 300, interval: .milliseconds(200))
        case .kraken, .krakenV1, .krakenFutures: Budget(limit: 30, interval: .milliseconds(1000))
        }
    }

    /// Levels a side to ask a fetched snapshot with: the smallest that holds what is shown, as more weighs more.
    func snapshotLimit(shown: Int) -> Int {
        guard shown > 0 else { return 1000 }
        return [100, 500, 1000].first { $0 >= shown * 2 } ?? 1000
    }

    /// What a request for the list of instruments weighs.
    var listWeight: Int { self == .binance ? 20 : 1 }

    /// What a request for a snapshot of so many levels weighs.
    func snapshotWeight(_ limit: Int) -> Int {
        switch self {
        case .binance: limit <= 100 ? 5 : limit <= 500 ? 25 : 50
        default: limit <= 100 ? 5 : limit <= 500 ? 10 : 20
        }
    }

    /// How often a connection may be begun: half of 300 in 5 minutes (Binance), of 8 a second (Coinbase), of 150 in 10 minutes (Kraken).
    var connectPacer: Pacer {
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm: Pacer(interval: .seconds(2), burst: 20)
        case .coinbase, .coinbaseExchange: Pacer(interval: .milliseconds(250), burst: 4)
        case .kraken, .krakenV1, .krakenFutures: Pacer(interval: .seconds(8), burst: 10)
        }
    }

    /// How often a message may be sent on one connection: Binance counts five a second, pings and pongs included.
    var sendPacer: Pacer {
        switch self {
        case .binance: Pacer(interval: .milliseconds(500), burst: 2)
        case .binanceUsdm, .binanceCoinm: Pacer(interval: .milliseconds(250), burst: 5)
        case .coinbase, .coinbaseExchange: Pacer(interval: .milliseconds(250), burst: 8)
        case .kraken, .krakenV1, .krakenFutures: Pacer(interval: .milliseconds(50), burst: 50)
        }
    }

    /// How long a connection may say nothing at all, heartbeats and pings included, before it is given up. Half of it later it is asked
    /// by a ping.
    var silenceLimit: Nanos {
        switch self {
        // A heartbeat a second is subscribed to, or comes by itself.
        case .coinbase, .coinbaseExchange, .kraken, .krakenV1: .seconds(6)
        // Pings every 20 s (spot) or 3 minutes (futures): ours are answered sooner.
        case .binance, .binanceUsdm, .binanceCoinm: .seconds(20)
        case .krakenFutures: .seconds(60)
        }
    }

    /// How often the list of instruments is looked at anew, for what was listed, halted or changed.
    var listInterval: Nanos { .seconds(60) }

    /// How long a connection may live: it is replaced before its venue ends it after 24 hours.
    var connectionAge: Nanos { .seconds(23 * 3600) }

    /// Whether trades are numbered +1, so that a jump shows what is missing.
    var numbersTrades: Bool {
        switch self {
        case .krakenV1, .krakenFutures: false
        default: true
        }
    }
}
