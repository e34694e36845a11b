import Units

@testable import Venues

/// What a client does to its venue: how much it asks, connects and says, as the venue counts it.
struct Habits {
    let dialect: Dialect
    private var asks: [(at: Nanos, weight: Int)] = []
    private var connects: [Nanos] = []
    private var sends: [Int: [Nanos]] = [:]
    private var bannedUntil = Nanos.zero
    /// The venue's own count as it was told last, with what was asked since; and in which of its minutes.
    private var told = 0
    private var toldMinute: Int64 = -1
    private(set) var requests = 0
    private(set) var mostWeight = 0
    private(set) var complaints: [String] = []

    init(_ dialect: Dialect) { self.dialect = dialect }

    /// Half of the weight that each venue allows in a minute. Sources as in the session's own limits, written a second time.
    private var limit: Int {
        switch dialect {
        case .binance: 3000
        case .coinbase, .coinbaseExchange: 300
        default: 30
        }
    }

    private func weight(_ url: String) -> Int {
        guard dialect == .binance else { return 1 }
        if url.contains("/exchangeInfo") { return 20 }
        if url.contains("/depth") {
            let limit = Int(url.split(separator: "limit=").last.map(String.init) ?? "") ?? 5000
            return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
        }
        if url.contains("/historicalTrades") { return 25 }
        return url.contains("/klines") ? 2 : 1
    }

    private mutating func complain(_ what: String, _ now: Nanos) {
        if complaints.count < 10 { complaints.append("\(Judge.text(now)): \(what)") }
    }

    mutating func asked(_ url: String, at now: Nanos) {
        requests += 1
        if now < bannedUntil { complain("a request during a ban: \(url)", now) }
        asks.removeAll { $0.at <= now - .seconds(60) }
        asks.append((now, weight(url)))
        let sum = asks.reduce(0) { $0 + $1.weight }
        mostWeight = max(mostWeight, sum)
        if sum > limit { complain("\(sum) asked in a minute", now) }
        if now.count / 60_000_000_000 == toldMinute {
            told += weight(url)
            if told > limit { complain("\(told) of the venue's own count", now) }
        }
    }

    /// An answer said what the venue has counted in its minute.
    mutating func heard(_ weight: Int, at now: Nanos) {
        told = weight
        toldMinute = now.count / 60_000_000_000
    }

    mutating func refused(_ status: Int, _ after: Nanos?, at now: Nanos) {
        guard status == 429 || status == 418, let after else { return }
        bannedUntil = max(bannedUntil, now + after)
    }

    mutating func connected(at now: Nanos) {
        let (span, most): (Nanos, Int) =
            switch dialect {
            case .binance: (.seconds(300), 300)
            case .coinbase, .coinbaseExchange: (.seconds(1), 8)
            default: (.seconds(600), 150)
            }
        connects.removeAll { $0 <= now - span }
        connects.append(now)
        if connects.count > most { complain("\(connects.count) connects", now) }
    }

    mutating func sent(_ link: Int, at now: Nanos) {
        guard dialect == .binance else { return }
        var times = sends[link] ?? []
        times.removeAll { $0 <= now - .seconds(1) }
        times.append(now)
        sends[link] = times
        if times.count > 5 { complain("\(times.count) messages in a second", now) }
    }
}
