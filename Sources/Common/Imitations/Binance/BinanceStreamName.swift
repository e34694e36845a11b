import Bytes
import Units

extension Imitation {
    /// Milliseconds between two messages of a stream of books.
    static let fastPeriod = 100
    static let slowPeriod = 1000

    /// The stream that a client calls `name`, made when there is none; nil where there is no such stream.
    mutating func binanceStream(_ name: String) -> Int? {
        guard let at = name.firstIndex(of: "@"), let board = board(named: String(name[..<at])) else { return nil }
        guard let key = Imitation.binanceKey(String(name[name.index(after: at)...]), board) else { return nil }
        return open(key, name: name)
    }

    /// What stands behind the `@`.
    private static func binanceKey(_ text: String, _ board: Int) -> StreamKey? {
        let words = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        let period =
            words.count == 1
            ? slowPeriod : words == [words[0], "100ms"] ? fastPeriod : words == [words[0], "1000ms"] ? slowPeriod : 0
        guard period > 0 else { return nil }
        switch words[0] {
        case "depth": return StreamKey(kind: .depth, market: board, first: period)
        case "depth5", "depth10", "depth20":
            return StreamKey(kind: .partialDepth, market: board, first: period, second: Int(words[0].dropFirst(5)) ?? 5)
        default: break
        }
        guard words.count == 1 else { return nil }
        switch words[0] {
        case "trade": return StreamKey(kind: .trade, market: board)
        case "aggTrade": return StreamKey(kind: .aggregate, market: board)
        case "bookTicker": return StreamKey(kind: .touch, market: board)
        case "ticker": return StreamKey(kind: .ticker, market: board)
        case "miniTicker": return StreamKey(kind: .smallTicker, market: board)
        default: break
        }
        guard words[0].hasPrefix("kline_"), let seconds = binanceInterval(String(words[0].dropFirst(6))) else {
            return nil
        }
        return StreamKey(kind: .kline, market: board, first: seconds)
    }

    /// Intervals that Binance draws candles of. Weeks and months, whose beginnings no division finds, are left out.
    static let binanceIntervals: [(name: String, seconds: Int)] = [
        ("1m", 60), ("3m", 180), ("5m", 300), ("15m", 900), ("30m", 1800), ("1h", 3600), ("2h", 7200), ("4h", 14_400),
        ("6h", 21_600), ("8h", 28_800), ("12h", 43_200), ("1d", 86_400),
    ]

    static func binanceInterval(_ name: String) -> Int? { binanceIntervals.first { $0.name == name }?.seconds }

    static func binanceIntervalName(_ seconds: Int) -> String {
        binanceIntervals.first { $0.seconds == seconds }?.name ?? ""
    }
}
