import Bytes
import Markets
import Text
import Units

/// The feed of Coinbase Exchange: what clients ask. `level2` is served as `level2_batch` is: in batches of 50 ms.
///
/// Source: docs.cdp.coinbase.com "Exchange WebSocket channels", read 2026-07.
extension Imitation {
    static let exchangeChannels: [(name: String, kind: StreamKind, first: Int)] = [
        ("level2", .depth, 0), ("level2_batch", .depth, 1), ("matches", .trade, 0), ("ticker", .ticker, 0),
        ("ticker_batch", .ticker, 1), ("heartbeat", .heartbeat, 0), ("status", .status, 0),
    ]

    mutating func readExchange(_ text: RawSpan, _ connection: Int, at now: Nanos) {
        let call = CoinbaseCall(text)
        guard !call.isMalformed else {
            return refuseExchange(connection, "Malformed JSON", "could not be parsed", at: now)
        }
        let isLeaving = call.type == "unsubscribe"
        guard call.type == "subscribe" || isLeaving else {
            return refuseExchange(connection, "Failed to subscribe", "\(call.type) is not a valid type", at: now)
        }
        let failure = isLeaving ? "Failed to unsubscribe" : "Failed to subscribe"
        var new: [Int] = []
        for wanted in call.channels {
            guard let channel = Imitation.exchangeChannels.first(where: { $0.name == wanted.name }) else {
                return refuseExchange(connection, failure, "\(wanted.name) is not a valid channel", at: now)
            }
            let products = wanted.products.isEmpty ? call.products : wanted.products
            if channel.kind == .status {
                follow(connection, -1, channel, isLeaving, &new)
                continue
            }
            if products.isEmpty, isLeaving {
                for subscription in connections[connection].subscriptions where subscription.name == channel.name {
                    follow(connection, streams[subscription.stream].key.market, channel, isLeaving, &new)
                }
                continue
            }
            guard !products.isEmpty else {
                return refuseExchange(connection, failure, "you must specify product ids", at: now)
            }
            for product in products {
                guard let board = board(named: product), boards[board].status != .ended else {
                    return refuseExchange(connection, failure, "\(product) is not a valid product", at: now)
                }
                // What others have not heard yet will be in its first message; so they hear it now.
                if channel.kind == .depth { publishExchangeBook(board, at: now) }
                follow(connection, board, channel, isLeaving, &new)
            }
        }
        listExchange(connection, at: now)
        for stream in new where isOpen(connection) { greetExchange(connection, stream, at: now) }
    }

    /// Subscribes to a stream, or leaves it. Asking twice changes nothing.
    private mutating func follow(
        _ connection: Int, _ board: Int, _ channel: (name: String, kind: StreamKind, first: Int), _ isLeaving: Bool,
        _ new: inout [Int]
    ) {
        let key = StreamKey(kind: channel.kind, market: board, first: channel.first)
        guard let stream = open(key, name: channel.name) else { return }
        guard !isLeaving else {
            _ = leave(connection, stream)
            return
        }
        if join(connection, stream, as: channel.name) { new.append(stream) }
    }

    private mutating func refuseExchange(_ connection: Int, _ message: String, _ reason: String, at now: Nanos) {
        let start = page.count
        page.print(#"{"type":"error","message":"#)
        page.print(json: message)
        page.print(#","reason":"#)
        page.print(json: reason)
        page.print(byte: 0x7D)
        say(connection, page.piece(from: start), at: now)
    }

    private mutating func listExchange(_ connection: Int, at now: Nanos) {
        let start = page.count
        page.print(#"{"type":"subscriptions","channels":["#)
        for channel in Imitation.exchangeChannels {
            let mine = connections[connection].subscriptions.filter { $0.name == channel.name }
            guard !mine.isEmpty else { continue }
            page.separate()
            page.print(#"{"name":"#)
            page.print(quoted: channel.name)
            page.print(#","product_ids":["#)
            for subscription in mine where streams[subscription.stream].key.market >= 0 {
                page.separate()
                page.print(quoted: boards[streams[subscription.stream].key.market].native)
            }
            page.print(#"],"account_ids":null}"#)
        }
        page.print("]}")
        say(connection, page.piece(from: start), at: now)
    }
}
