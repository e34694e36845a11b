import Bytes
import Text
import Units

/// The WebSocket of Binance spot: what clients ask.
///
/// Source: binance-spot-api-docs "WebSocket Streams", read 2026-07.
extension Imitation {
    mutating func openBinance(_ connection: Int, _ query: Query, at now: Nanos) {
        connections[connection].isCombined = query.path.hasPrefix("/stream")
        let list = connections[connection].isCombined ? query["streams"] ?? "" : String(query.path.dropFirst(4))
        // A part without @ is no stream: ccxt counts its connections there.
        let names = list.split(separator: "/").filter { $0.contains("@") }.map(String.init)
        for name in names.prefix(options.streamsPerConnection) { subscribeBinance(connection, name) }
    }

    /// Streams that there are not are taken too, and stay silent.
    private mutating func subscribeBinance(_ connection: Int, _ name: String) {
        guard !connections[connection].subscriptions.contains(where: { $0.name == name }) else { return }
        let stream = binanceStream(name)
        if let stream, !streams.subscribe(connection, to: stream) { return }
        connections[connection].subscriptions.append((name, stream ?? -1))
        if let stream { useSlow(stream) }
    }

    private mutating func unsubscribeBinance(_ connection: Int, _ name: String) {
        guard let place = connections[connection].subscriptions.firstIndex(where: { $0.name == name }) else { return }
        let stream = connections[connection].subscriptions.remove(at: place).stream
        if stream >= 0 { _ = streams.unsubscribe(connection, from: stream) }
    }

    /// Slow batches are gathered from the first moment at which somebody hears them.
    private mutating func useSlow(_ stream: Int) {
        let key = streams[stream].key
        if key.kind == .depth, key.first == Imitation.slowPeriod { boards[key.market].hasSlow = true }
    }

    /// Counts what a client sends; one that sends too much is closed. Returns whether it may go on.
    @discardableResult
    mutating func countMessage(_ connection: Int, at now: Nanos) -> Bool {
        guard options.messagesPerSecond > 0 else { return true }
        if now - connections[connection].second >= .seconds(1) {
            connections[connection].second = now
            connections[connection].messages = 0
        }
        connections[connection].messages += 1
        if connections[connection].messages <= options.messagesPerSecond { return true }
        close(connection, code: 1008)
        return false
    }

    /// A request: `{"method":…,"params":[…],"id":…}`.
    struct Call {
        var method: String?
        var params: [String] = []
        var id = "null"
        var defect: (code: Int, text: String)?

        mutating func add(_ name: String) { if params.count < namesMax { params.append(name) } }
    }

    mutating func readBinance(_ text: RawSpan, _ connection: Int, at now: Nanos) {
        guard countMessage(connection, at: now) else { return }
        let call = Imitation.binanceCall(text)
        if let defect = call.defect { return refuseBinance(connection, defect.code, defect.text, call.id, at: now) }
        switch call.method {
        case "SUBSCRIBE":
            let new = call.params.filter { name in
                !connections[connection].subscriptions.contains { $0.name == name }
            }
            guard connections[connection].subscriptions.count + new.count <= options.streamsPerConnection else {
                return refuseBinance(connection, 2, "Invalid request: too many streams", call.id, at: now)
            }
            for name in new { subscribeBinance(connection, name) }
            say(connection, printed(#"{"result":null,"id":\#(call.id)}"#), at: now)
        case "UNSUBSCRIBE":
            for name in call.params { unsubscribeBinance(connection, name) }
            say(connection, printed(#"{"result":null,"id":\#(call.id)}"#), at: now)
        case "LIST_SUBSCRIPTIONS": listBinance(connection, call.id, at: now)
        case "SET_PROPERTY" where call.params.count == 2 && call.params[0] == "combined":
            connections[connection].isCombined = call.params[1] == "true"
            say(connection, printed(#"{"result":null,"id":\#(call.id)}"#), at: now)
        case "GET_PROPERTY" where call.params == ["combined"]:
            let answer = connections[connection].isCombined
            say(connection, printed(#"{"result":\#(answer),"id":\#(call.id)}"#), at: now)
        case .some(let method): refuseBinance(connection, 2, unknownMethod(method), call.id, at: now)
        case nil:
            refuseBinance(
                connection, 2, "Invalid request: missing field `method` at line 1 column \(text.byteCount)", call.id,
                at: now)
        }
    }

    private func unknownMethod(_ name: String) -> String {
        let known = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"]
        return "Invalid request: unknown variant `\(name)`, expected one of "
            + known.map { "`\($0)`" }.joined(separator: ", ")
    }

    private mutating func listBinance(_ connection: Int, _ id: String, at now: Nanos) {
        let start = page.count
        page.print(#"{"result":["#)
        for subscription in connections[connection].subscriptions {
            page.separate()
            page.print(json: subscription.name)
        }
        page.print(#"],"id":"#)
        page.print(id)
        page.print(byte: 0x7D)
        say(connection, page.piece(from: start), at: now)
    }

    private mutating func refuseBinance(_ connection: Int, _ code: Int, _ text: String, _ id: String, at now: Nanos) {
        let start = page.count
        page.print(#"{"code":\#(code),"msg":"#)
        page.print(json: text)
        page.print(#","id":"#)
        page.print(id)
        page.print(byte: 0x7D)
        say(connection, page.piece(from: start), at: now)
    }

    static func binanceCall(_ text: RawSpan) -> Call {
        var call = Call()
        var json = JSON()
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "method" where json.peek(text) == 0x22: call.method = json.text(text)
            case "id":
                _ = json.peek(text)
                let start = json.at
                json.skip(text)
                if json.isSound, json.at - start <= 64 { call.id = String(text, start..<json.at) }
            case "params" where json.peek(text) == 0x5B:
                json.enterArray(text)
                while json.nextElement(text) {
                    switch json.peek(text) {
                    case 0x22: call.add(json.text(text))
                    case 0x74, 0x66: call.add(json.bool(text) ? "true" : "false")
                    default:
                        json.skip(text)
                        call.defect = (1, "Invalid value type: expected String")
                    }
                }
            default: json.skip(text)
            }
        }
        json.finish(text)
        if json.defect != .none {
            call.defect = (3, "Invalid JSON: expected value at line 1 column \(json.defectOffset + 1)")
        }
        return call
    }
}
