import Bytes
import Events
import Text
import Units

/// What Coinbase Advanced Trade publishes: books every 50 ms, trades every 250 ms, tickers with each trade, candles each second.
extension Imitation {
    /// The first message of a stream: what there is.
    mutating func greetCoinbase(_ connection: Int, _ stream: Int, at now: Nanos) {
        let key = streams[stream].key
        let board = key.market
        switch key.kind {
        case .depth:
            beginBody("l2_data", at: boards[board].stamp)
            boards[board].printCoinbaseBook(&body)
        case .trade:
            beginBody("market_trades", at: now)
            body.print(#"{"type":"snapshot","trades":["#)
            let count = boards[board].sales.trades.count
            for index in stride(from: count - 1, through: max(count - 50, 0), by: -1) {
                body.separate()
                boards[board].printCoinbaseTrade(boards[board].sales.trades[index], &body)
            }
            body.print("]}")
        case .ticker:
            beginBody(key.first == 1 ? "ticker_batch" : "ticker", at: boards[board].tickerStamp)
            body.print(#"{"type":"snapshot","tickers":["#)
            boards[board].printCoinbaseTicker(&body)
            body.print("]}")
        case .kline:
            beginBody("candles", at: now)
            printCoinbaseCandles(board, "snapshot", count: 20, at: now)
        case .status:
            beginBody("status", at: now)
            body.print(#"{"type":"snapshot","products":["#)
            for board in 0..<boards.count where boards[board].isListed {
                body.separate()
                boards[board].printCoinbaseStatus(&body)
            }
            body.print("]}")
        default: return
        }
        endBody()
        sendNumbered(connection, of: stream, isFirst: true, at: now)
    }

    /// The ticker comes with a trade.
    mutating func settleCoinbase(_ board: Int, at time: Nanos) {
        guard let last = boards[board].sales.last, last.time == time, boards[board].tickerTrade != last.number else {
            return
        }
        renewTicker(board, at: time)
        publishCoinbaseTicker(board, isBatch: false, at: time)
    }

    /// The ticker that comes with a trade, as both of Coinbase's feeds have it.
    mutating func renewTicker(_ board: Int, at time: Nanos) {
        boards[board].tickerTrade = boards[board].sales.last?.number ?? 0
        boards[board].hasNewTicker = true
        boards[board].showTouch()
        boards[board].tickerStamp = max(time, boards[board].tickerStamp + Nanos(1000))
        testifyTicker(board, at: time)
    }

    private mutating func publishCoinbaseTicker(_ board: Int, isBatch: Bool, at time: Nanos) {
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard streams[stream].key.kind == .ticker, (streams[stream].key.first == 1) == isBatch, isHeard(stream)
            else { continue }
            beginBody(isBatch ? "ticker_batch" : "ticker", at: boards[board].tickerStamp)
            body.print(#"{"type":"update","tickers":["#)
            boards[board].printCoinbaseTicker(&body)
            body.print("]}")
            endBody()
            publishNumbered(stream, at: time)
        }
    }

    mutating func beatCoinbase(at time: Nanos) {
        let isQuarter = time.count % 250_000_000 == 0
        let isSecond = time.count % 1_000_000_000 == 0
        for place in 0..<dirty.count {
            let board = dirty[place]
            boards[board].isDirty = false
            publishCoinbaseBook(board, at: time)
        }
        dirty.removeAll()
        guard isQuarter else { return }
        for board in 0..<boards.count {
            if boards[board].fresh.count > 0 { publishCoinbaseTrades(board, at: time) }
            guard isSecond, !boards[board].streams.isEmpty else { continue }
            publishCoinbaseCandles(board, at: time)
            guard time.count % 5_000_000_000 == 0, boards[board].hasNewTicker else { continue }
            boards[board].hasNewTicker = false
            publishCoinbaseTicker(board, isBatch: true, at: time)
        }
        guard isSecond else { return }
        for connection in 0..<connections.count { keepCoinbase(connection, at: time) }
    }

    mutating func publishCoinbaseBook(_ board: Int, at time: Nanos) {
        guard !boards[board].fast.isEmpty else { return }
        boards[board].stamp = max(time, boards[board].stamp + Nanos(1000))
        testifyChanges(board, happened: boards[board].stamp, at: time)
        let (stream, isHeard) = stream(.depth, board)
        if isHeard {
            beginBody("l2_data", at: boards[board].stamp)
            boards[board].printCoinbaseChanges(&body)
            endBody()
            publishNumbered(stream, at: time)
        }
        boards[board].fast.removeAll()
    }

    mutating func publishCoinbaseTrades(_ board: Int, at time: Nanos) {
        guard boards[board].fresh.count > 0 else { return }
        for place in 0..<boards[board].fresh.count {
            let sale = boards[board].fresh[place]
            testify(sale, board, sequence: sale.number, happened: sale.time, at: time)
        }
        let (stream, isHeard) = stream(.trade, board)
        if isHeard {
            beginBody("market_trades", at: time)
            body.print(#"{"type":"update","trades":["#)
            // The newest first.
            for place in (0..<boards[board].fresh.count).reversed() {
                body.separate()
                boards[board].printCoinbaseTrade(boards[board].fresh[place], &body)
            }
            body.print("]}")
            endBody()
            publishNumbered(stream, at: time)
        }
        boards[board].fresh.removeAll()
    }

    private mutating func publishCoinbaseCandles(_ board: Int, at time: Nanos) {
        guard boards[board].hasNewCandle else { return }
        boards[board].hasNewCandle = false
        let (stream, isHeard) = stream(.kline, board)
        guard isHeard else { return }
        beginBody("candles", at: time)
        // Of the last microsecond, so that the last word on a candle is said of all of it.
        printCoinbaseCandles(board, "update", count: 1, at: time - Nanos(1))
        endBody()
        publishNumbered(stream, at: time)
    }

    /// The newest candles of five minutes, the newest first.
    private mutating func printCoinbaseCandles(_ board: Int, _ type: StaticString, count: Int, at time: Nanos) {
        let span = Nanos.seconds(300)
        body.print(#"{"type":""#)
        body.print(type)
        body.print(#"","candles":["#)
        let last = Nanos(time.count - time.count % span.count)
        for candle in boards[board].sales.candles(of: span, until: last, limit: count) {
            body.separate()
            boards[board].printCoinbaseCandle(candle, named: true, &body)
            var kline = boards[board].kline(candle, span, isFinal: false)
            kline.trades = 0
            testify(kline, board, happened: .zero, at: time)
        }
        body.print("]}")
    }

    /// A heartbeat a second; ends a connection that asks for nothing, or of which nothing was heard for long.
    private mutating func keepCoinbase(_ connection: Int, at time: Nanos) {
        guard livesOn(connection, at: time) else { return }
        let since = connections[connection].opened
        if connections[connection].subscriptions.isEmpty, time - since >= options.subscribeLimit {
            return close(connection, code: 1008)
        }
        if time - connections[connection].lastSent >= .seconds(90) { return close(connection, code: 1000) }
        guard let stream = streams.index(StreamKey(kind: .heartbeat, market: -1)),
            streams[stream].subscribers.contains(connection)
        else { return }
        connections[connection].beats += 1
        beginBody("heartbeats", at: time)
        body.print(#"{"current_time":""#)
        let civil = Civil(time)
        body.print(date: civil)
        body.print(byte: 0x20)
        body.print(clock: civil, fraction: 9)
        body.print(#" +0000 UTC m=+0.0","heartbeat_counter":"#)
        body.print(connections[connection].beats)
        body.print(byte: 0x7D)
        endBody()
        sendNumbered(connection, of: stream, at: time)
    }

    /// A market's state or steps are new: told to those who follow them.
    mutating func publishCoinbaseStatus(_ board: Int, at time: Nanos) {
        guard let stream = streams.index(StreamKey(kind: .status, market: -1)), isHeard(stream) else { return }
        beginBody("status", at: time)
        body.print(#"{"type":"update","products":["#)
        boards[board].printCoinbaseStatus(&body)
        body.print("]}")
        endBody()
        publishNumbered(stream, at: time)
    }
}
