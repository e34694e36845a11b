import Bytes
import Events
import Text
import Units

/// What the feed of Coinbase Exchange publishes: one flat object a message.
extension Imitation {
    /// The first message of a stream: what there is.
    mutating func greetExchange(_ connection: Int, _ stream: Int, at now: Nanos) {
        let key = streams[stream].key
        let board = key.market
        let start = page.count
        switch key.kind {
        case .depth: boards[board].printExchangeBook(&page)
        case .trade:
            guard let last = boards[board].sales.last else { return }
            boards[board].printMatch(last, "last_match", sequence: boards[board].saleSequence, &page)
        case .ticker:
            guard boards[board].tickerTrade > 0 else { return }
            boards[board].printExchangeTicker(&page)
        case .status:
            page.print(#"{"type":"status","products":["#)
            printExchangeProducts()
            page.print(#"],"currencies":["#)
            printExchangeCurrencies()
            page.print("]}")
        default: return
        }
        send(connection, page.piece(from: start), of: stream, at: now)
    }

    /// Trades and their ticker at once.
    mutating func settleExchange(_ board: Int, at time: Nanos) {
        guard boards[board].fresh.count > 0 else { return }
        let (matches, _) = stream(.trade, board)
        for place in 0..<boards[board].fresh.count {
            let sale = boards[board].fresh[place]
            boards[board].saleSequence = boards[board].lastChange + sale.number
            testify(sale, board, sequence: boards[board].saleSequence, happened: sale.time, at: time)
            guard matches >= 0 else { continue }
            let start = page.count
            boards[board].printMatch(sale, "match", sequence: boards[board].saleSequence, &page)
            publish(matches, page.piece(from: start), at: time)
        }
        boards[board].fresh.removeAll()
        renewTicker(board, at: time)
        publishExchangeTicker(board, isBatch: false, at: time)
    }

    private mutating func publishExchangeTicker(_ board: Int, isBatch: Bool, at time: Nanos) {
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard streams[stream].key.kind == .ticker, (streams[stream].key.first == 1) == isBatch, isHeard(stream)
            else { continue }
            let start = page.count
            boards[board].printExchangeTicker(&page)
            publish(stream, page.piece(from: start), at: time)
        }
    }

    mutating func beatExchange(at time: Nanos) {
        for place in 0..<dirty.count {
            let board = dirty[place]
            boards[board].isDirty = false
            publishExchangeBook(board, at: time)
        }
        dirty.removeAll()
        guard time.count % 1_000_000_000 == 0 else { return }
        let isFifth = time.count % 5_000_000_000 == 0
        for board in 0..<boards.count where !boards[board].streams.isEmpty {
            let (heartbeats, isHeard) = stream(.heartbeat, board)
            if isHeard {
                let start = page.count
                boards[board].printExchangeHeartbeat(at: time, &page)
                publish(heartbeats, page.piece(from: start), at: time)
            }
            guard isFifth, boards[board].hasNewTicker else { continue }
            boards[board].hasNewTicker = false
            publishExchangeTicker(board, isBatch: true, at: time)
        }
        for connection in 0..<connections.count where livesOn(connection, at: time) {
            let isIdle = connections[connection].subscriptions.isEmpty
            if isIdle, time - connections[connection].opened >= options.subscribeLimit { close(connection, code: 1008) }
        }
    }

    mutating func publishExchangeBook(_ board: Int, at time: Nanos) {
        guard !boards[board].fast.isEmpty else { return }
        // Microseconds are written.
        boards[board].stamp = max(Nanos(time.count - time.count % 1000), boards[board].stamp + Nanos(1000))
        testifyChanges(board, happened: boards[board].stamp, at: time)
        for place in 0..<boards[board].streams.count {
            let stream = boards[board].streams[place]
            guard streams[stream].key.kind == .depth, isHeard(stream) else { continue }
            let start = page.count
            boards[board].printExchangeChanges(&page)
            publish(stream, page.piece(from: start), at: time)
        }
        boards[board].fast.removeAll()
    }

    /// A market's state or steps are new: told to those who follow them.
    mutating func publishExchangeStatus(_ board: Int, at time: Nanos) {
        guard let stream = streams.index(StreamKey(kind: .status, market: -1)), isHeard(stream) else { return }
        let start = page.count
        page.print(#"{"type":"status","products":["#)
        boards[board].printExchangeProduct(&page)
        page.print(#"],"currencies":[]}"#)
        publish(stream, page.piece(from: start), at: time)
    }

    mutating func printExchangeProducts() {
        for board in 0..<boards.count where boards[board].isListed {
            page.separate()
            boards[board].printExchangeProduct(&page)
        }
    }

    mutating func printExchangeCurrencies() {
        for asset in assets() {
            page.separate()
            page.print(#"{"id":""#)
            page.print(asset)
            page.print(#"","name":""#)
            page.print(asset)
            page.print(#"","min_size":"0.00000001","status":"online","message":"","max_precision":"0.00000001","#)
            page.print(#""convertible_to":[],"details":{}}"#)
        }
    }
}
