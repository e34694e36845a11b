import Bytes
import Markets
import Matching
import Text
import Units

/// Kraken's WebSocket v2: what clients ask.
///
/// Source: docs.kraken.com "Spot WebSockets v2", read 2026-07.
extension Imitation {
    mutating func greetKraken(_ connection: Int, at now: Nanos) {
        let id = 13_834_774_380_200_032_777 &+ greetings
        let text =
            #"{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2","#
            + #""connection_id":\#(id)}]}"#
        say(connection, printed(text), at: now)
    }

    static let krakenDepths = [10, 25, 100, 500, 1000]
    static let krakenMinutes = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600]

    mutating func readKraken(_ text: RawSpan, _ connection: Int, at now: Nanos) {
        let call = KrakenCall(text)
        guard !call.isMalformed else { return refuseKraken(connection, call, nil, "Malformed request", at: now) }
        switch call.method {
        case "ping":
            guard !connections[connection].isMute else { return }
            let start = page.count
            page.print(#"{"method":"pong""#)
            endAnswer(call, start, connection, at: now)
        case "subscribe", "unsubscribe":
            if call.channel == "instrument" { return subscribeInstruments(connection, call, at: now) }
            guard ["book", "trade", "ticker", "ohlc"].contains(call.channel) else {
                return refuseKraken(connection, call, nil, "Event(s) not found", at: now)
            }
            if call.symbols.isEmpty {
                return refuseKraken(connection, call, nil, "Symbol(s) not found", at: now)
            }
            for symbol in call.symbols where isOpen(connection) { subscribeKraken(connection, call, symbol, at: now) }
        default: refuseKraken(connection, call, nil, "Method not found", at: now)
        }
    }

    /// What names the stream that a call is about; nil where the venue has none such.
    private func krakenKey(_ call: KrakenCall, _ board: Int) -> StreamKey? {
        switch call.channel {
        case "book":
            let depth = call.depth ?? 10
            return Imitation.krakenDepths.contains(depth)
                ? StreamKey(kind: .depth, market: board, first: depth) : nil
        case "trade": return StreamKey(kind: .trade, market: board)
        case "ticker":
            guard call.trigger == "trades" || call.trigger == "bbo" else { return nil }
            return StreamKey(kind: .ticker, market: board, first: call.trigger == "bbo" ? 1 : 0)
        default:
            let minutes = call.interval ?? 1
            return Imitation.krakenMinutes.contains(minutes)
                ? StreamKey(kind: .kline, market: board, first: minutes) : nil
        }
    }

    private mutating func subscribeKraken(_ connection: Int, _ call: KrakenCall, _ symbol: String, at now: Nanos) {
        guard let board = board(named: symbol), boards[board].native == symbol, boards[board].status != .ended else {
            return refuseKraken(connection, call, symbol, "Currency pair not supported \(symbol)", at: now)
        }
        guard let key = krakenKey(call, board) else {
            let what = call.channel == "book" ? "depth" : call.channel == "ohlc" ? "interval" : "event_trigger"
            return refuseKraken(connection, call, symbol, "Subscription \(call.channel) \(what) not supported", at: now)
        }
        guard let stream = open(key, name: "\(call.channel):\(symbol)") else {
            return refuseKraken(connection, call, symbol, "Too many subscriptions", at: now)
        }
        if call.method == "subscribe" {
            guard join(connection, stream, as: streams[stream].name) else {
                return refuseKraken(connection, call, symbol, "Already subscribed", at: now)
            }
            acknowledge(connection, call, symbol, key, at: now)
            if call.wantsSnapshot ?? (key.kind != .trade) { greet(connection, board, stream, at: now) }
        } else {
            guard leave(connection, stream) else {
                return refuseKraken(connection, call, symbol, "Subscription Not Found", at: now)
            }
            acknowledge(connection, call, symbol, key, at: now)
        }
    }

    private mutating func acknowledge(
        _ connection: Int, _ call: KrakenCall, _ symbol: String?, _ key: StreamKey, at now: Nanos
    ) {
        let start = page.count
        page.print(#"{"method":""#)
        page.print(call.method)
        page.print(#"","result":{"channel":""#)
        page.print(call.channel)
        page.print(byte: 0x22)
        switch key.kind {
        case .depth:
            page.print(#","depth":"#)
            page.print(Int64(key.first))
        case .ticker: page.print(key.first == 1 ? #","event_trigger":"bbo""# : #","event_trigger":"trades""#)
        case .kline:
            page.print(#","interval":"#)
            page.print(Int64(key.first))
        default: break
        }
        if call.method == "subscribe" {
            page.print(call.wantsSnapshot ?? (key.kind != .trade) ? #","snapshot":true"# : #","snapshot":false"#)
        }
        if let symbol {
            page.print(#","symbol":"#)
            page.print(json: symbol)
        }
        if key.kind == .kline, call.method == "subscribe" {
            page.print(#","warnings":["timestamp is deprecated, use interval_begin"]"#)
        }
        page.print(#"},"success":true"#)
        endAnswer(call, start, connection, at: now)
    }

    private mutating func refuseKraken(
        _ connection: Int, _ call: KrakenCall, _ symbol: String?, _ error: String, at now: Nanos
    ) {
        let start = page.count
        page.print(#"{"error":"#)
        page.print(json: error)
        if !call.method.isEmpty {
            page.print(#","method":"#)
            page.print(json: call.method)
        }
        page.print(#","success":false"#)
        if let symbol {
            page.print(#","symbol":"#)
            page.print(json: symbol)
        }
        endAnswer(call, start, connection, at: now)
    }

    private mutating func endAnswer(_ call: KrakenCall, _ start: Int, _ connection: Int, at now: Nanos) {
        page.print(call.id)
        page.print(#","time_in":""#)
        page.print(utc: now, digits: 6)
        page.print(#"","time_out":""#)
        page.print(utc: now, digits: 6)
        page.print(#""}"#)
        say(connection, page.piece(from: start), at: now)
    }

    /// The first message of a stream: what there is.
    private mutating func greet(_ connection: Int, _ board: Int, _ stream: Int, at now: Nanos) {
        let start = page.count
        let key = streams[stream].key
        switch key.kind {
        case .depth:
            let checksum = boards[board].checksum(&draft)
            page.print(#"{"channel":"book","type":"snapshot","data":["#)
            boards[board].printKrakenSnapshot(depth: key.first, checksum: checksum, &page)
        case .trade:
            page.print(#"{"channel":"trade","type":"snapshot","data":["#)
            let count = boards[board].sales.trades.count
            for index in max(count - 50, 0)..<count {
                page.separate()
                boards[board].printKrakenTrade(boards[board].sales.trades[index], &page)
            }
        case .ticker:
            page.print(#"{"channel":"ticker","type":"snapshot","data":["#)
            boards[board].printKrakenTicker(&page)
        default:
            page.print(#"{"channel":"ohlc","type":"snapshot","timestamp":""#)
            page.print(utc: now, digits: 9)
            page.print(#"","data":["#)
            printPastCandles(board, minutes: key.first, at: now)
        }
        page.print("]}")
        send(connection, page.piece(from: start), of: stream, at: now)
    }

    private mutating func printPastCandles(_ board: Int, minutes: Int, at now: Nanos) {
        let span = Nanos.seconds(Int64(minutes) * 60)
        let last = Nanos(now.count - now.count % span.count)
        for candle in boards[board].sales.candles(of: span, until: last, limit: 60).reversed() {
            page.separate()
            boards[board].printKrakenCandle(candle, minutes: minutes, &page)
            testify(boards[board].kline(candle, span, isFinal: false), board, happened: .zero, at: now)
        }
    }

    private mutating func subscribeInstruments(_ connection: Int, _ call: KrakenCall, at now: Nanos) {
        let key = StreamKey(kind: .instrument, market: -1)
        guard let stream = open(key, name: "instrument") else { return }
        if call.method == "unsubscribe" {
            guard leave(connection, stream) else {
                return refuseKraken(connection, call, nil, "Subscription Not Found", at: now)
            }
            return acknowledge(connection, call, nil, key, at: now)
        }
        guard join(connection, stream, as: "instrument") else {
            return refuseKraken(connection, call, nil, "Already subscribed", at: now)
        }
        acknowledge(connection, call, nil, key, at: now)
        guard call.wantsSnapshot ?? true else { return }
        let start = page.count
        page.print(#"{"channel":"instrument","type":"snapshot","data":{"assets":["#)
        for asset in assets() {
            page.separate()
            page.print(#"{"id":""#)
            page.print(asset)
            page.print(#"","status":"enabled","precision":10,"precision_display":5,"borrowable":false,"#)
            page.print(#""collateral_value":1.00,"margin_rate":0.020000}"#)
        }
        page.print(#"],"pairs":["#)
        for board in 0..<boards.count where boards[board].isListed && boards[board].status != .ended {
            page.separate()
            boards[board].printKrakenPair(&page)
        }
        page.print("]}}")
        send(connection, page.piece(from: start), of: stream, at: now)
    }
}
