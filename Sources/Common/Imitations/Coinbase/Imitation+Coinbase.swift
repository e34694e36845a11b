import Bytes
import Markets
import Text
import Units

/// The WebSocket of Coinbase Advanced Trade: what clients ask. A venue's own number stands in each message of a connection.
///
/// Source: docs.cdp.coinbase.com "Advanced Trade WebSocket channels", read 2026-07.
extension Imitation {
    static let coinbaseChannels: [(name: String, kind: StreamKind, first: Int)] = [
        ("heartbeats", .heartbeat, 0), ("status", .status, 0), ("level2", .depth, 0), ("market_trades", .trade, 0),
        ("ticker", .ticker, 0), ("ticker_batch", .ticker, 1), ("candles", .kline, 300),
    ]

    mutating func readCoinbase(_ text: RawSpan, _ connection: Int, at now: Nanos) {
        let call = CoinbaseCall(text)
        guard !call.isMalformed else { return refuseCoinbase(connection, "malformed JSON", at: now) }
        guard call.type == "subscribe" || call.type == "unsubscribe" else {
            return refuseCoinbase(connection, "unknown message type: \(call.type)", at: now)
        }
        guard let wanted = call.channels.first,
            let channel = Imitation.coinbaseChannels.first(where: { $0.name == wanted.name })
        else { return refuseCoinbase(connection, "invalid channel: \(call.channels.first?.name ?? "")", at: now) }
        let isOwn = channel.kind == .heartbeat || channel.kind == .status
        var new: [Int] = []
        if isOwn {
            follow(connection, call, -1, channel, &new, at: now)
        } else if call.products.isEmpty, call.type == "unsubscribe" {
            for subscription in connections[connection].subscriptions where subscription.name == channel.name {
                follow(connection, call, streams[subscription.stream].key.market, channel, &new, at: now)
            }
        } else {
            var found: [Int] = []
            for product in call.products {
                guard let board = board(named: product), boards[board].status != .ended else {
                    return refuseCoinbase(connection, "invalid product id: \(product)", at: now)
                }
                found.append(board)
            }
            guard !found.isEmpty else { return refuseCoinbase(connection, "no product ids were given", at: now) }
            for board in found { follow(connection, call, board, channel, &new, at: now) }
        }
        listCoinbase(connection, at: now)
        // A fault may end it meanwhile.
        for stream in new where isOpen(connection) { greetCoinbase(connection, stream, at: now) }
    }

    /// Subscribes to a stream, or leaves it. Asking twice changes nothing.
    private mutating func follow(
        _ connection: Int, _ call: CoinbaseCall, _ board: Int, _ channel: (name: String, kind: StreamKind, first: Int),
        _ new: inout [Int], at now: Nanos
    ) {
        let key = StreamKey(kind: channel.kind, market: board, first: channel.first)
        guard let stream = open(key, name: channel.name) else { return }
        guard call.type == "subscribe" else {
            _ = leave(connection, stream)
            return
        }
        // What others have not heard yet will be in its first message; so they hear it now.
        if key.kind == .depth { publishCoinbaseBook(board, at: now) }
        if key.kind == .trade { publishCoinbaseTrades(board, at: now) }
        if join(connection, stream, as: channel.name) { new.append(stream) }
    }

    private mutating func refuseCoinbase(_ connection: Int, _ message: String, at now: Nanos) {
        let start = page.count
        page.print(#"{"type":"error","message":"#)
        page.print(json: message)
        page.print(byte: 0x7D)
        say(connection, page.piece(from: start), at: now)
    }

    /// All that the connection is subscribed to.
    private mutating func listCoinbase(_ connection: Int, at now: Nanos) {
        beginBody("subscriptions", at: now)
        body.print(#"{"subscriptions":{"#)
        for channel in Imitation.coinbaseChannels {
            let mine = connections[connection].subscriptions.filter { $0.name == channel.name }
            guard !mine.isEmpty else { continue }
            body.separate()
            body.print(quoted: channel.name)
            body.print(":[")
            for subscription in mine {
                body.separate()
                let board = streams[subscription.stream].key.market
                body.print(quoted: board < 0 ? channel.name : boards[board].native)
            }
            body.print(byte: 0x5D)
        }
        body.print("}}")
        endBody()
        sendNumbered(connection, of: -1, at: now)
    }

    /// Begins a message of a channel in `body`; what follows are its events.
    mutating func beginBody(_ channel: StaticString, at time: Nanos) {
        body.clear()
        body.print(#"{"channel":""#)
        body.print(channel)
        body.print(#"","client_id":"","timestamp":""#)
        body.print(utc: time, digits: 9)
        body.print(#"","sequence_num":"#)
        numberPlace = body.count
        body.print(#","events":["#)
    }

    mutating func endBody() { body.print("]}") }

    /// Sends what is in `body` to all who hear a stream, each with a number of its own.
    mutating func publishNumbered(_ stream: Int, at now: Nanos) {
        var place = 0
        while place < streams[stream].subscribers.count {
            let connection = streams[stream].subscribers[place]
            sendNumbered(connection, of: stream, at: now)
            // A fault may have ended it.
            if isOpen(connection) { place += 1 }
        }
    }

    mutating func sendNumbered(_ connection: Int, of stream: Int, isFirst: Bool = false, at now: Nanos) {
        guard isOpen(connection) else { return }
        if stream >= 0, holds(connection, stream, at: now) { return }
        let start = page.count
        Imitation.number(body, numberPlace, connections[connection].sequence, &page)
        connections[connection].sequence += 1
        let piece = page.piece(from: start)
        if stream < 0 {
            say(connection, piece, at: now)
        } else {
            send(connection, piece, of: stream, isFirst: isFirst, at: now)
        }
    }

    /// Prints a message with its number.
    static func number(_ body: borrowing Printer, _ place: Int, _ number: UInt64, _ page: inout Printer) {
        body.read { text in
            page.print(text.extracting(0..<place))
            page.print(number)
            page.print(text.extracting(place..<text.byteCount))
        }
    }
}
