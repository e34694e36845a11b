import Bytes
import Events
import Text
import Units

/// What Kraken's WebSocket v2 publishes: a message for each order that changes what is seen.
extension Imitation {
    mutating func settleKraken(_ board: Int, at time: Nanos) {
        let hasTraded = boards[board].fresh.count > 0
        if !boards[board].fast.isEmpty { publishKrakenBook(board, at: time) }
        if hasTraded { publishKrakenTrades(board, at: time) }
        publishKrakenTicker(board, hasTraded: hasTraded, at: time)
        boards[board].fresh.removeAll()
    }

    private mutating func publishKrakenBook(_ board: Int, at time: Nanos) {
        // No two messages of a book bear one time, of which microseconds are written.
        let moment = Nanos(time.count - time.count % 1000)
        boards[board].stamp = max(moment, boards[board].stamp + Nanos(1000))
        if options.isWitnessed || boards[board].views.count > 0 {
            let checksum = boards[board].checksum(&draft)
            testifyChanges(board, checksum: checksum, happened: boards[board].stamp, at: time)
            for view in 0..<boards[board].views.count { publishView(board, view, checksum, at: time) }
        }
        boards[board].fast.removeAll()
    }

    private mutating func publishView(_ board: Int, _ view: Int, _ checksum: UInt32, at time: Nanos) {
        let stream = boards[board].views[view].stream
        defer { boards[board].views[view].removeAll() }
        guard isHeard(stream), !boards[board].views[view].touched.isEmpty else { return }
        let start = page.count
        page.print(#"{"channel":"book","type":"update","data":["#)
        if boards[board].printKrakenChanges(boards[board].views[view], checksum: checksum, &page) {
            page.print("]}")
            publish(stream, page.piece(from: start), at: time)
        } else {
            page.truncate(to: start)
        }
    }

    private mutating func publishKrakenTrades(_ board: Int, at time: Nanos) {
        for place in 0..<boards[board].fresh.count {
            let sale = boards[board].fresh[place]
            testify(sale, board, sequence: sale.number, happened: sale.time, at: time)
        }
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard isHeard(stream) else { continue }
            let start = page.count
            switch streams[stream].key.kind {
            case .trade:
                page.print(#"{"channel":"trade","type":"update","data":["#)
                for place in 0..<boards[board].fresh.count {
                    page.separate()
                    boards[board].printKrakenTrade(boards[board].fresh[place], &page)
                }
            case .kline: printKrakenCandle(board, minutes: streams[stream].key.first, at: time)
            default: continue
            }
            page.print("]}")
            publish(stream, page.piece(from: start), at: time)
        }
    }

    private mutating func printKrakenCandle(_ board: Int, minutes: Int, at time: Nanos) {
        let span = Nanos.seconds(Int64(minutes) * 60)
        let opened = Nanos(time.count - time.count % span.count)
        let candle = boards[board].sales.candle(from: opened, span: span)
        page.print(#"{"channel":"ohlc","type":"update","timestamp":""#)
        page.print(utc: time, digits: 9)
        page.print(#"","data":["#)
        boards[board].printKrakenCandle(candle, minutes: minutes, &page)
        testify(boards[board].kline(candle, span, isFinal: false), board, happened: .zero, at: time)
    }

    /// The ticker of those who want it at each change of the touch, and of those who want it at trades only.
    private mutating func publishKrakenTicker(_ board: Int, hasTraded: Bool, at time: Nanos) {
        let hasMoved = boards[board].showTouch()
        guard hasMoved || hasTraded else { return }
        boards[board].tickerStamp = Nanos(time.count - time.count % 1000)
        testifyTicker(board, at: time)
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard streams[stream].key.kind == .ticker, isHeard(stream), hasTraded || streams[stream].key.first == 1
            else { continue }
            let start = page.count
            page.print(#"{"channel":"ticker","type":"update","data":["#)
            boards[board].printKrakenTicker(&page)
            page.print("]}")
            publish(stream, page.piece(from: start), at: time)
        }
    }

    /// Heartbeats to those who have heard nothing for a second; ends connections that ask for nothing.
    mutating func beatKraken(at time: Nanos) {
        for connection in 0..<connections.count {
            guard livesOn(connection, at: time) else { continue }
            if connections[connection].subscriptions.isEmpty {
                if time - connections[connection].lastHeard >= .seconds(60) { close(connection, code: 1000) }
            } else if time - connections[connection].lastSent >= .seconds(1) {
                send(connection, printed(#"{"channel":"heartbeat"}"#), of: -1, isFirst: false, at: time)
            }
        }
    }

    /// A market's state or steps are new: told to those who follow the instruments.
    mutating func publishKrakenInstrument(_ board: Int, at time: Nanos) {
        guard let stream = streams.index(StreamKey(kind: .instrument, market: -1)), isHeard(stream) else { return }
        let start = page.count
        page.print(#"{"channel":"instrument","type":"update","data":{"assets":[],"pairs":["#)
        boards[board].printKrakenPair(&page)
        page.print("]}}")
        publish(stream, page.piece(from: start), at: time)
    }
}
