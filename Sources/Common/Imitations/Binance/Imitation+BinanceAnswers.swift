import Bytes
import Text
import Units

/// The REST interface of Binance spot: what of it is public market data.
///
/// Source: binance-spot-api-docs "REST API", read 2026-07.
extension Imitation {
    mutating func answerBinance(_ query: Query, from address: UInt64, at now: Nanos) -> Reply {
        let path = query.path.hasPrefix("/api/v3/") ? String(query.path.dropFirst(8)) : ""
        guard let weight = Imitation.binanceWeight(path, query) else { return plain(404, "Not Found") }
        let verdict = limits.ask(
            address, weight: weight, most: options.weightPerMinute, ban: options.ban, at: now)
        switch verdict {
        case .served(let used):
            var answer = servedBinance(path, query, at: now)
            answer.headers.append(("X-MBX-USED-WEIGHT", "\(used)"))
            answer.headers.append(("X-MBX-USED-WEIGHT-1M", "\(used)"))
            return answer
        case .refused(let used, let retry):
            return tooManyBinance(used: used, retry: retry)
        case .banned(let until): return bannedBinance(until: until, at: now)
        }
    }

    mutating func tooManyBinance(used: Int, retry: Nanos) -> Reply {
        var answer = json(
            429,
            #"{"code":-1003,"msg":"Too much request weight used; current limit is \#(options.weightPerMinute) request "#
                + #"weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API."}"#)
        answer.headers.append(("X-MBX-USED-WEIGHT-1M", "\(used)"))
        answer.headers.append(("Retry-After", "\(Imitation.seconds(retry))"))
        return answer
    }

    mutating func bannedBinance(until: Nanos, at now: Nanos) -> Reply {
        var answer = json(
            418,
            #"{"code":-1003,"msg":"Way too much request weight used; IP banned until \#(until.count / 1_000_000). "#
                + #"Please use WebSocket Streams for live updates to avoid bans."}"#)
        answer.headers.append(("Retry-After", "\(Imitation.seconds(until - now))"))
        return answer
    }

    /// Whole seconds, rounded up.
    static func seconds(_ span: Nanos) -> Int64 { max((span.count + 999_999_999) / 1_000_000_000, 1) }

    /// What a request costs; nil where there is no such path.
    static func binanceWeight(_ path: String, _ query: Query) -> Int? {
        switch path {
        case "ping", "time": return 1
        case "exchangeInfo": return 20
        case "depth":
            let limit = query.number("limit") ?? 100
            return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250
        case "trades", "historicalTrades": return 25
        case "aggTrades": return 4
        case "klines", "uiKlines", "avgPrice": return 2
        case "ticker/24hr": return query["symbol"] == nil ? 80 : 2
        case "ticker/bookTicker", "ticker/price": return query["symbol"] == nil ? 4 : 2
        default: return nil
        }
    }

    private mutating func servedBinance(_ path: String, _ query: Query, at now: Nanos) -> Reply {
        let start = page.count
        switch path {
        case "ping":
            page.print("{}")
            return json(from: start)
        case "time":
            page.print(#"{"serverTime":"#)
            page.print(millis: now)
            page.print(byte: 0x7D)
            return json(from: start)
        case "exchangeInfo": return binanceInstruments(query, at: now)
        case "ticker/24hr", "ticker/bookTicker", "ticker/price": return binanceTickers(path, query, at: now)
        default: break
        }
        guard let symbol = query["symbol"] else {
            return json(
                400,
                #"{"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}"#)
        }
        guard let board = board(named: symbol.lowercased()), symbol == boards[board].native else {
            return json(400, #"{"code":-1121,"msg":"Invalid symbol."}"#)
        }
        for name in ["limit", "fromId", "startTime", "endTime"] where query.isMalformed(name) {
            return json(
                400,
                #"{"code":-1100,"msg":"Illegal characters found in parameter '\#(name)'; legal range is "#
                    + #"'^[0-9]{1,20}$'."}"#)
        }
        switch path {
        case "depth":
            let limit = min(max(query.number("limit") ?? 100, 1), 5000)
            if isAged(board, at: now) {
                boards[board].printBook(limit: limit, isAged: true, &page)
                boards[board].age()
            } else {
                // The witness tells of the book at the number that this snapshot bears.
                testifyChanges(board, happened: now, at: now)
                boards[board].printBook(limit: limit, &page)
            }
            return json(from: start)
        case "trades", "historicalTrades": return binanceTrades(board, query)
        case "aggTrades": return binanceAggregates(board, query)
        case "klines", "uiKlines": return binanceKlines(board, query, at: now)
        default:
            page.print(#"{"mins":5,"price":"#)
            page.print(quoted: boards[board].decimal(price: boards[board].sales.day.average))
            page.print(#","closeTime":"#)
            page.print(millis: boards[board].sales.last?.time ?? now)
            page.print(byte: 0x7D)
            return json(from: start)
        }
    }

    private mutating func binanceTrades(_ board: Int, _ query: Query) -> Reply {
        let start = page.count
        let limit = min(max(query.number("limit") ?? 500, 1), 1000)
        let count = boards[board].sales.trades.count
        var first = max(count - limit, 0)
        if let from = query.number("fromId") { first = boards[board].sales.index(from: UInt64(from)) }
        page.print(byte: 0x5B)
        for index in first..<min(first + limit, count) {
            page.separate()
            boards[board].printPastTrade(boards[board].sales.trades[index], &page)
        }
        page.print(byte: 0x5D)
        return json(from: start)
    }

    private mutating func binanceAggregates(_ board: Int, _ query: Query) -> Reply {
        let start = page.count
        let limit = min(max(query.number("limit") ?? 500, 1), 1000)
        let count = boards[board].sales.trades.count
        var runs: [(sale: Sale, first: UInt64)] = []
        let from = query.number("fromId").map { UInt64($0) } ?? 0
        let earliest = query.number("startTime").map { Nanos(Int64(clamping: $0) &* 1_000_000) } ?? .zero
        let latest =
            query.number("endTime").flatMap { Nanos(millis: Int64($0)) } ?? Nanos.range.upperBound
        for index in 0..<count {
            let sale = boards[board].sales.trades[index]
            guard sale.aggregate >= from, sale.time >= earliest, sale.time <= latest else { continue }
            if let last = runs.indices.last, runs[last].sale.aggregate == sale.aggregate {
                runs[last].sale.size &+= sale.size
                runs[last].sale.number = sale.number
            } else {
                runs.append((sale, sale.number))
            }
        }
        let isForward = query["fromId"] != nil || query["startTime"] != nil
        page.print(byte: 0x5B)
        for run in isForward ? runs.prefix(limit) : runs.suffix(limit) {
            page.separate()
            boards[board].printPastAggregate(run.sale, first: run.first, &page)
        }
        page.print(byte: 0x5D)
        return json(from: start)
    }

    private mutating func binanceKlines(_ board: Int, _ query: Query, at now: Nanos) -> Reply {
        guard let name = query["interval"] else {
            return json(
                400,
                #"{"code":-1102,"msg":"Mandatory parameter 'interval' was not sent, was empty/null, or malformed."}"#)
        }
        guard let seconds = Imitation.binanceInterval(name) else {
            return json(400, #"{"code":-1120,"msg":"Invalid interval."}"#)
        }
        let span = Nanos.seconds(Int64(seconds))
        let limit = min(max(query.number("limit") ?? 500, 1), 1000)
        var last = query.number("endTime").flatMap { Nanos(millis: Int64($0)) }.map { min($0, now) } ?? now
        last = Nanos(last.count - last.count % span.count)
        var first = last - Nanos(span.count * Int64(limit - 1))
        if let from = query.number("startTime").flatMap({ Nanos(millis: Int64($0)) }) {
            let aligned = Nanos((from.count + span.count - 1) / span.count * span.count)
            first = query["endTime"] == nil ? aligned : max(first, aligned)
        }
        // Before the first trade there is none.
        let earliest = boards[board].sales.earliest
        first = max(first, Nanos(earliest.count - earliest.count % span.count))
        let start = page.count
        page.print(byte: 0x5B)
        var opened = first
        var written = 0
        while opened <= last, written < limit {
            if let candle = boards[board].candleOrFlat(from: opened, span: span) {
                page.separate()
                boards[board].printPastKline(candle, span, &page)
                written += 1
            }
            opened = opened + span
        }
        page.print(byte: 0x5D)
        return json(from: start)
    }
}
