import Bytes
import Markets
import Text
import Units

/// The REST interface of Coinbase Advanced Trade: what of it is public market data, and what ccxt asks before.
///
/// Source: docs.cdp.coinbase.com "Advanced Trade REST API: Public", read 2026-07.
extension Imitation {
    static let coinbaseSpans: [(name: String, seconds: Int)] = [
        ("ONE_MINUTE", 60), ("FIVE_MINUTE", 300), ("FIFTEEN_MINUTE", 900), ("THIRTY_MINUTE", 1800),
        ("ONE_HOUR", 3600), ("TWO_HOUR", 7200), ("FOUR_HOUR", 14_400), ("SIX_HOUR", 21_600), ("ONE_DAY", 86_400),
    ]

    mutating func answerCoinbase(_ query: Query, at now: Nanos) -> Reply {
        let start = page.count
        switch query.path {
        case "/v2/currencies", "/v2/currencies/crypto": return json(200, #"{"data":[]}"#)
        case "/v2/exchange-rates": return json(200, #"{"data":{"currency":"USD","rates":{}}}"#)
        case "/api/v3/brokerage/time":
            page.print(#"{"iso":""#)
            page.print(utc: now, digits: 0)
            page.print(#"","epochSeconds":""#)
            page.print(now.count / 1_000_000_000)
            page.print(#"","epochMillis":""#)
            page.print(millis: now)
            page.print(#""}"#)
            return json(from: start)
        default: break
        }
        guard query.path.hasPrefix("/api/v3/brokerage/market/") else { return missingCoinbase("not found") }
        let words = query.path.dropFirst(25).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if words == ["products"] { return coinbaseProducts(query) }
        let name = words == ["product_book"] ? query["product_id"] : words.count > 1 ? words[1] : nil
        guard words == ["product_book"] || words.first == "products" else { return missingCoinbase("not found") }
        guard let name, let board = board(named: name) else {
            return missingCoinbase("valid product_id is required")
        }
        switch words.count {
        case 1: coinbaseBook(board, query, at: now)
        case 2: boards[board].printCoinbaseProduct(&page)
        case 3 where words[2] == "ticker": coinbaseTrades(board, query)
        case 3 where words[2] == "candles":
            guard let span = Imitation.coinbaseSpans.first(where: { $0.name == query["granularity"] }) else {
                return json(
                    400, #"{"error":"INVALID_ARGUMENT","error_details":"","message":"granularity argument is invalid"}"#
                )
            }
            coinbaseCandles(board, span.seconds, query, at: now)
        default: return missingCoinbase("not found")
        }
        return json(from: start)
    }

    private mutating func missingCoinbase(_ text: String) -> Reply {
        json(404, #"{"error":"NOT_FOUND","error_details":"\#(text)","message":"\#(text)"}"#)
    }

    /// A page of the list; the number is that of the page.
    private mutating func coinbaseProducts(_ query: Query) -> Reply {
        let start = page.count
        var list: [Int] = []
        if query["product_type"] ?? "SPOT" == "SPOT" {
            let names = query.all("product_ids")
            list = (0..<boards.count).filter { board in
                boards[board].isListed && (names.isEmpty || names.contains(boards[board].native))
            }
        }
        let offset = min(max(query.number("offset") ?? 0, 0), list.count)
        let limit = max(query.number("limit") ?? list.count, 0)
        let shown = list[offset...].prefix(limit)
        page.print(#"{"products":["#)
        for board in shown {
            page.separate()
            boards[board].printCoinbaseProduct(&page)
        }
        page.print(#"],"num_products":"#)
        page.print(Int64(shown.count))
        page.print(byte: 0x7D)
        return json(from: start)
    }

    private mutating func coinbaseBook(_ board: Int, _ query: Query, at now: Nanos) {
        let limit = min(max(query.number("limit") ?? 1000, 1), 5000)
        let isOld = isAged(board, at: now)
        page.print(#"{"pricebook":{"product_id":""#)
        page.print(boards[board].native)
        page.print(#"","bids":"#)
        boards[board].printCoinbaseRows(isAsk: false, isAged: isOld, limit: limit, &page)
        page.print(#","asks":"#)
        boards[board].printCoinbaseRows(isAsk: true, isAged: isOld, limit: limit, &page)
        if isOld { boards[board].age() }
        page.print(#","time":""#)
        page.print(utc: now, digits: 6)
        page.print(#""},"last":"#)
        page.print(quoted: boards[board].decimal(price: boards[board].sales.last?.price ?? 0))
        let (bid, ask) = (boards[board].bids.best?.price ?? 0, boards[board].asks.best?.price ?? 0)
        page.print(#","mid_market":"#)
        page.print(quoted: boards[board].decimal(price: (bid + ask) / 2))
        page.print(#","spread_bps":"","spread_absolute":"#)
        page.print(quoted: boards[board].decimal(price: ask - bid))
        page.print(byte: 0x7D)
    }

    private mutating func coinbaseTrades(_ board: Int, _ query: Query) {
        let limit = min(max(query.number("limit") ?? 100, 1), 1000)
        let count = boards[board].sales.trades.count
        page.print(#"{"trades":["#)
        for index in stride(from: count - 1, through: max(count - limit, 0), by: -1) {
            page.separate()
            boards[board].printCoinbaseTrade(boards[board].sales.trades[index], &page)
        }
        page.print(#"],"best_bid":"#)
        page.print(quoted: boards[board].decimal(price: boards[board].bids.best?.price ?? 0))
        page.print(#","best_ask":"#)
        page.print(quoted: boards[board].decimal(price: boards[board].asks.best?.price ?? 0))
        page.print(byte: 0x7D)
    }

    /// The newest first, at most 350.
    private mutating func coinbaseCandles(_ board: Int, _ seconds: Int, _ query: Query, at now: Nanos) {
        let span = Nanos.seconds(Int64(seconds))
        let limit = min(max(query.number("limit") ?? 350, 1), 350)
        let from = query.number("start").flatMap { Nanos(seconds: Decimal(Int64($0), exponent: 0)) } ?? .zero
        let asked = query.number("end").flatMap { Nanos(seconds: Decimal(Int64($0), exponent: 0)) } ?? now
        let end = min(asked, now)
        let last = Nanos(end.count - end.count % span.count)
        page.print(#"{"candles":["#)
        for candle in boards[board].sales.candles(of: span, until: last, since: from, limit: limit) {
            page.separate()
            boards[board].printCoinbaseCandle(candle, named: false, &page)
        }
        page.print("]}")
    }
}

extension Board {
    /// `[{"price":"1","size":"2"},…]`
    func printCoinbaseRows(isAsk: Bool, isAged: Bool, limit: Int, _ page: inout Printer) {
        read(isAsk: isAsk, isAged: isAged) { side in
            printRows(side, limit: limit, &page) { rung, page in
                put(#"{"price":"#, price: rung.price, &page)
                put(#","size":"#, size: rung.size, &page)
                page.print(byte: 0x7D)
            }
        }
    }
}
