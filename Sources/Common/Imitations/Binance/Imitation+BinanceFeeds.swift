import Bytes
import Events
import Text
import Units

/// What Binance spot publishes.
extension Imitation {
    /// Of one order: its trades, and the touch if it moved.
    mutating func settleBinance(_ board: Int, at time: Nanos) {
        if boards[board].fresh.count > 0 {
            publishBinanceTrades(board, at: time)
            boards[board].fresh.removeAll()
        }
        guard !boards[board].bids.isEmpty, !boards[board].asks.isEmpty, boards[board].showTouch() else { return }
        let (stream, _) = stream(.touch, board)
        if stream >= 0 { publishTouch(board, stream, at: time) }
        guard options.isWitnessed else { return }
        testify(touch(board), board, sequence: boards[board].lastChange, happened: .zero, at: time)
    }

    /// Begins a message with its stream's name around it; returns where it begins, and where its content does.
    private mutating func begin(_ stream: Int) -> (whole: Int, bare: Int) {
        let whole = page.count
        page.print(#"{"stream":""#)
        page.print(streams[stream].name)
        page.print(#"","data":"#)
        return (whole, page.count)
    }

    private mutating func end(_ stream: Int, _ start: (whole: Int, bare: Int), at time: Nanos) {
        let bare = page.piece(from: start.bare)
        page.print(byte: 0x7D)
        publish(stream, page.piece(from: start.whole), bare: bare, at: time)
    }

    private mutating func publishTouch(_ board: Int, _ stream: Int, at time: Nanos) {
        let start = begin(stream)
        boards[board].printTouch(&page)
        end(stream, start, at: time)
    }

    private mutating func publishBinanceTrades(_ board: Int, at time: Nanos) {
        let (trades, _) = stream(.trade, board)
        let (aggregates, _) = stream(.aggregate, board)
        var index = 0
        for place in 0..<boards[board].fresh.count {
            let sale = boards[board].fresh[place]
            let happened = Nanos(sale.time.count - sale.time.count % 1_000_000)
            testify(sale, board, sequence: sale.number, happened: happened, at: time)
            guard trades >= 0 else { continue }
            let start = begin(trades)
            boards[board].printTrade(sale, at: time, &page)
            end(trades, start, at: time)
        }
        guard aggregates >= 0 else { return }
        // Fills of one taker at one price are told as one.
        while index < boards[board].fresh.count {
            var sale = boards[board].fresh[index]
            let first = sale.number
            index += 1
            while index < boards[board].fresh.count, boards[board].fresh[index].aggregate == sale.aggregate {
                sale.size &+= boards[board].fresh[index].size
                sale.number = boards[board].fresh[index].number
                index += 1
            }
            let start = begin(aggregates)
            boards[board].printAggregate(sale, first: first, at: time, &page)
            end(aggregates, start, at: time)
        }
    }

    mutating func beatBinance(at time: Nanos) {
        let isSecond = time.count % 1_000_000_000 == 0
        for place in 0..<dirty.count {
            let board = dirty[place]
            boards[board].isDirty = false
            if !boards[board].fast.isEmpty { publishBinanceBook(board, Imitation.fastPeriod, at: time) }
        }
        dirty.removeAll()
        guard isSecond else { return }
        for board in 0..<boards.count where !boards[board].streams.isEmpty { publishSlow(board, at: time) }
        for connection in 0..<connections.count { keepBinance(connection, at: time) }
    }

    /// Once a second: slow books, tickers, and every other second candles.
    private mutating func publishSlow(_ board: Int, at time: Nanos) {
        if boards[board].hasSlow, !boards[board].slow.isEmpty {
            publishBinanceBook(board, Imitation.slowPeriod, at: time)
        }
        let isEven = time.count / 1_000_000_000 % 2 == 0
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard isHeard(stream) else { continue }
            switch streams[stream].key.kind {
            case .ticker where boards[board].hasTraded, .smallTicker where boards[board].hasTraded:
                let start = begin(stream)
                if streams[stream].key.kind == .ticker {
                    boards[board].printDay(at: time, &page)
                } else {
                    boards[board].printSmallDay(at: time, &page)
                }
                end(stream, start, at: time)
            case .kline where isEven: publishKlines(board, stream, at: time)
            case .partialDepth where streams[stream].key.first == Imitation.slowPeriod:
                publishPartial(board, stream, at: time)
            default: break
            }
        }
        boards[board].hasTraded = false
        if isEven { boards[board].hasNewCandle = false }
    }

    private mutating func publishBinanceBook(_ board: Int, _ period: Int, at time: Nanos) {
        let isFast = period == Imitation.fastPeriod
        if isFast { testifyChanges(board, happened: time, at: time) }
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard streams[stream].key.first == period, isHeard(stream) else { continue }
            switch streams[stream].key.kind {
            case .depth:
                let start = begin(stream)
                if isFast {
                    boards[board].printDepth(boards[board].fast, at: time, &page)
                } else {
                    boards[board].printDepth(boards[board].slow, at: time, &page)
                }
                end(stream, start, at: time)
            case .partialDepth where isFast: publishPartial(board, stream, at: time)
            default: break
            }
        }
        if isFast { boards[board].fast.removeAll() } else { boards[board].slow.removeAll() }
    }

    private mutating func publishPartial(_ board: Int, _ stream: Int, at time: Nanos) {
        guard streams[stream].shown != boards[board].lastChange else { return }
        streams[stream].shown = boards[board].lastChange
        let start = begin(stream)
        boards[board].printBook(limit: streams[stream].key.second, &page)
        end(stream, start, at: time)
    }

    /// The candle that was shown last, if it has ended, and the one of now, if it changed.
    private mutating func publishKlines(_ board: Int, _ stream: Int, at time: Nanos) {
        let span = Nanos.seconds(Int64(streams[stream].key.first))
        // At the very end of a candle nothing belongs to the next.
        let opened = Nanos(time.count - 1 - (time.count - 1) % span.count)
        let shown = streams[stream].shown
        if shown > 0, Int64(shown) < opened.count {
            publishKline(board, stream, Nanos(Int64(shown)), span, isFinal: true, at: time)
            streams[stream].shown = 0
        }
        let isOver = time == opened + span
        guard boards[board].hasNewCandle || isOver && streams[stream].shown > 0 else { return }
        publishKline(board, stream, opened, span, isFinal: isOver, at: time)
        streams[stream].shown = isOver ? 0 : UInt64(opened.count)
    }

    private mutating func publishKline(
        _ board: Int, _ stream: Int, _ opened: Nanos, _ span: Nanos, isFinal: Bool, at time: Nanos
    ) {
        let candle = boards[board].sales.candle(from: opened, span: span)
        guard candle.trades > 0 else { return }
        let start = begin(stream)
        boards[board].printKline(candle, span, isFinal: isFinal, at: time, &page)
        end(stream, start, at: time)
        testify(boards[board].kline(candle, span, isFinal: isFinal), board, happened: time, at: time)
    }

    /// Pings, and ends a connection that does not answer or has lived long enough.
    private mutating func keepBinance(_ connection: Int, at time: Nanos) {
        guard livesOn(connection, at: time) else { return }
        if let since = connections[connection].awaitsPong, time - since >= options.pongLimit {
            return close(connection, code: 1008)
        }
        guard !connections[connection].isMute, time - connections[connection].lastPing >= options.pingInterval else {
            return
        }
        connections[connection].lastPing = time
        connections[connection].awaitsPong = connections[connection].awaitsPong ?? time
        let start = page.count
        page.print(millis: time)
        directives.append(.ping(connection: connection, page.piece(from: start)))
    }
}
