import Bytes
import Markets
import Matching
import Text
import Units

/// Kraken's REST interface: what of it is public market data. Failures come with status 200 and a list of errors.
///
/// Source: docs.kraken.com "Spot REST API: Market Data", read 2026-07.
extension Imitation {
    /// Every name under which clients ask for a pair.
    mutating func nameKraken(_ board: Int) {
        let (base, quote) = (boards[board].terms.base, boards[board].terms.quote)
        alias(KrakenNames.pair(base, quote), board)
        alias(KrakenNames.alternative(base, quote), board)
        alias(KrakenNames.short(base) + "/" + KrakenNames.short(quote), board)
        alias(base + quote, board)
    }

    mutating func answerKraken(_ query: Query, at now: Nanos) -> Reply {
        let start = page.count
        guard query.path.hasPrefix("/0/public/") else {
            return json(404, #"{"error":["EGeneral:Unknown method"]}"#)
        }
        let method = query.path.dropFirst(10)
        page.print(#"{"error":[],"result":{"#)
        switch method {
        case "Time":
            page.print(#""unixtime":"#)
            page.print(now.count / 1_000_000_000)
            page.print(#","rfc1123":""#)
            printDate(now)
            page.print(byte: 0x22)
        case "SystemStatus":
            page.print(#""status":"online","timestamp":""#)
            page.print(utc: now, digits: 0)
            page.print(byte: 0x22)
        case "Assets": printKrakenAssets()
        case "AssetPairs", "Depth", "Trades", "OHLC", "Ticker":
            if let error = printPairs(method, query, at: now) {
                page.truncate(to: start)
                return json(200, #"{"error":["\#(error)"]}"#)
            }
        default:
            page.truncate(to: start)
            return json(404, #"{"error":["EGeneral:Unknown method"]}"#)
        }
        page.print("}}")
        return json(from: start)
    }

    /// `Sun, 21 Mar 21 14:23:14 +0000`
    private mutating func printDate(_ time: Nanos) {
        let civil = Civil(time)
        // 1970-01-01 was a Thursday.
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        page.print(days[Int(max(time.count, 0) / 86_400_000_000_000 % 7)])
        page.print(", ")
        page.print(UInt64(civil.day), digits: 2)
        page.print(" \(months[civil.month - 1]) ")
        page.print(UInt64(civil.year % 100), digits: 2)
        page.print(byte: 0x20)
        page.print(clock: civil, fraction: 0)
        page.print(" +0000")
    }

    private mutating func printKrakenAssets() {
        for asset in assets() {
            page.separate()
            page.print(quoted: KrakenNames.long(asset))
            page.print(#":{"aclass":"currency","altname":""#)
            page.print(KrakenNames.short(asset))
            page.print(#"","decimals":10,"display_decimals":5,"status":"enabled"}"#)
        }
    }

    /// The rows of the pairs asked for, or why there are none.
    private mutating func printPairs(_ method: Substring, _ query: Query, at now: Nanos) -> String? {
        var wanted: [Int] = []
        if let list = query["pair"] {
            for name in list.split(separator: ",") {
                guard let board = board(named: String(name)) else { return "EQuery:Unknown asset pair" }
                wanted.append(board)
            }
        } else if method == "AssetPairs" || method == "Ticker" {
            wanted = (0..<boards.count).filter { boards[$0].isListed && boards[$0].status != .ended }
        }
        let isOne = method == "Depth" || method == "Trades" || method == "OHLC"
        guard !isOne || wanted.count == 1 else { return "EGeneral:Invalid arguments" }
        for name in ["count", "since", "interval"] where query.isMalformed(name) { return "EGeneral:Invalid arguments" }
        for board in wanted {
            page.separate()
            page.print(quoted: boards[board].krakenPair)
            page.print(byte: 0x3A)
            switch method {
            case "AssetPairs": boards[board].printKrakenAssetPair(&page)
            case "Ticker": boards[board].printKrakenDay(&page)
            case "Depth": printKrakenDepth(board, limit: min(max(query.number("count") ?? 100, 1), 500), at: now)
            case "Trades": printKrakenTrades(board, query, at: now)
            default:
                let minutes = query.number("interval") ?? 1
                guard Imitation.krakenMinutes.contains(minutes) else { return "EGeneral:Invalid arguments" }
                printKrakenCandles(board, minutes: minutes, since: query.number("since") ?? 0, at: now)
            }
        }
        return nil
    }

    private mutating func printKrakenDepth(_ board: Int, limit: Int, at now: Nanos) {
        let isOld = isAged(board, at: now)
        page.print(#"{"asks":"#)
        boards[board].printKrakenRows(isAsk: true, isAged: isOld, limit: limit, at: now, &page)
        page.print(#","bids":"#)
        boards[board].printKrakenRows(isAsk: false, isAged: isOld, limit: limit, at: now, &page)
        page.print(byte: 0x7D)
        if isOld { boards[board].age() }
    }

    /// `since`: a time in seconds, or in nanoseconds, as `last` is.
    private mutating func printKrakenTrades(_ board: Int, _ query: Query, at now: Nanos) {
        let limit = min(max(query.number("count") ?? 1000, 1), 1000)
        let asked = query.number("since") ?? 0
        // So many seconds are the year 2242.
        let since = asked < 1 << 33 ? Nanos.seconds(Int64(asked)) : Nanos(Int64(asked))
        let count = boards[board].sales.trades.count
        var first = 0
        while first < count, boards[board].sales.trades[first].time <= since { first += 1 }
        if query["since"] == nil { first = max(count - limit, 0) }
        let end = min(first + limit, count)
        page.print(byte: 0x5B)
        for index in first..<end {
            page.separate()
            boards[board].printKrakenPastTrade(boards[board].sales.trades[index], &page)
        }
        page.print(#"],"last":""#)
        page.print(end > first ? boards[board].sales.trades[end - 1].time.count : max(since, .zero).count)
        page.print(byte: 0x22)
    }

    private mutating func printKrakenCandles(_ board: Int, minutes: Int, since: Int, at now: Nanos) {
        let span = Nanos.seconds(Int64(minutes) * 60)
        var opened = Nanos(now.count - now.count % span.count) - Nanos(span.count * 719)
        page.print(byte: 0x5B)
        while opened <= now {
            if opened.count / 1_000_000_000 > Int64(since),
                let candle = boards[board].candleOrFlat(from: opened, span: span)
            {
                page.separate()
                boards[board].printKrakenPastCandle(candle, &page)
            }
            opened = opened + span
        }
        page.print(#"],"last":"#)
        page.print((opened - span - span).count / 1_000_000_000)
    }
}
