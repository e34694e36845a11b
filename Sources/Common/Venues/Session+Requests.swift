import Books
import Bytes
import Events
import Text
import Units

extension Session {
    /// Symbols on one connection, where nothing else is asked for: within each venue's bounds on streams.
    private var perConnection: Int {
        if options.perConnection > 0 { return options.perConnection }
        switch dialect {
        // 1024 streams a connection (200 on futures, as others keep to), up to 4 for a symbol.
        case .binance: return 200
        case .binanceUsdm, .binanceCoinm: return 50
        // Its resync unit is the connection.
        case .coinbase: return 10
        case .coinbaseExchange, .kraken, .krakenV1, .krakenFutures: return 100
        }
    }

    /// The depth to subscribe books with: the smallest that the venue offers and that is not below what is asked for.
    private var subscribedDepth: Int {
        let wanted = options.depth == 0 ? Int.max : options.depth
        return dialect.depths.first { $0 >= wanted } ?? dialect.depths.last ?? 0
    }

    /// The list is there: finds the symbols that are asked for and connects for them.
    mutating func follow() {
        var indices: [Int] = []
        for listed in 0..<feed.listing.count {
            let instrument = feed.listing.instruments[listed]
            guard options.wants(canonical: feed.listing.canonical(listed), native: instrument.native),
                instrument.status != .ended, let index = feed.add(native: instrument.native)
            else { continue }
            indices.append(index)
        }
        for route in dialect.routes {
            let channels = route.channels.intersection(options.channels).subtracting(.instrument)
            guard !channels.isEmpty else { continue }
            for start in stride(from: 0, to: indices.count, by: perConnection) {
                let some = Array(indices[start..<min(start + perConnection, indices.count)])
                connections.append(Connection(url: route.url, channels: channels, symbols: some))
                actions.append(.connect(connection: connections.count - 1, url: route.url))
            }
        }
    }

    mutating func subscribe(_ natives: [String], _ channels: ChannelSet, _ connection: Int, leaving: Bool = false) {
        let texts = dialect.subscriptions(
            natives, channels, depth: subscribedDepth, leaving: leaving, firstID: requests + 1)
        requests += texts.count
        for text in texts { actions.append(.send(connection: connection, text: text)) }
    }

    /// A book without a snapshot: fetches it, or leaves its stream and subscribes anew.
    mutating func askForSnapshots() {
        for index in feed.wanting {
            let native = feed.symbols[index].native
            if let url = dialect.snapshotURL(native) {
                if isCutOff(index) {
                    feed.symbols[index].isAwaited = false
                } else {
                    actions.append(.fetch(url: url))
                }
                continue
            }
            let connection = feed.symbols[index].bookConnection
            // The first snapshot comes by itself, after subscribing; a lost connection subscribes anew when it is back.
            guard feed.symbols[index].keeper?.state == .stale, has(connection), connections[connection].isOpen else {
                continue
            }
            subscribe([native], .book, connection, leaving: true)
            subscribe([native], .book, connection)
        }
        feed.wanting.removeAll(keepingCapacity: true)
    }

    /// Whether the connection that carries a symbol's changes is down. A snapshot would then grow old unnoticed: the first change on
    /// the new connection asks for one.
    func isCutOff(_ index: Int) -> Bool {
        let connection = feed.symbols[index].bookConnection
        return !options.discovers && has(connection) && !connections[connection].isOpen
    }

    /// Keeps alive connections whose venue closes them when nothing is said.
    mutating func ping() {
        let interval = Nanos.seconds(30)
        for index in 0..<connections.count where connections[index].isOpen {
            guard now >= connections[index].lastPing + interval else { continue }
            connections[index].lastPing = now
            switch dialect {
            case .kraken:
                requests += 1
                actions.append(.send(connection: index, text: #"{"method":"ping","req_id":\#(requests)}"#))
            case .krakenV1:
                requests += 1
                actions.append(.send(connection: index, text: #"{"event":"ping","reqid":\#(requests)}"#))
            case .krakenFutures, .coinbase, .coinbaseExchange: actions.append(.ping(connection: index))
            // Binance pings itself, and counts what is sent.
            case .binance, .binanceUsdm, .binanceCoinm: break
            }
        }
    }
}
