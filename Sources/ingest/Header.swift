import Bytes
import Events
import Text
import Units
import Venues

/// The first line of our own recordings: what was asked for, so that a replay asks for the same.
extension Options {
    /// As it is written.
    func header(_ session: SessionOptions) -> String {
        var page = Printer(capacity: 512)
        page.print("{\"ingest\":1,\"venue\":")
        dialect.rawValue.withBytes { page.print(json: $0) }
        page.print(",\"symbols\":[")
        for (index, symbol) in session.symbols.enumerated() {
            if index > 0 { page.print(",") }
            symbol.withBytes { page.print(json: $0) }
        }
        page.print("],\"channels\":")
        page.print(UInt64(session.channels.rawValue))
        page.print(",\"depth\":")
        page.print(Int64(session.depth))
        page.print(",\"native\":")
        page.print(session.usesNativeNames ? "true" : "false")
        page.print(",\"side\":")
        session.tradeSide.rawValue.withBytes { page.print(json: $0) }
        page.print(",\"perConnection\":")
        page.print(Int64(session.perConnection))
        page.print(",\"seed\":\"")
        page.print(session.seed)
        page.print("\",\"refresh\":")
        page.print(session.refreshInterval.count)
        page.print(",\"history\":")
        page.print(Int64(session.history))
        page.print(",\"rest\":")
        (session.endpoints.rest ?? "").withBytes { page.print(json: $0) }
        page.print(",\"web\":")
        (session.endpoints.web ?? "").withBytes { page.print(json: $0) }
        page.print("}")
        return page.read { String($0) }
    }

    /// The session of a recording that begins with such a line; nil where it is none, or of another venue.
    func recorded(_ text: RawSpan) -> SessionOptions? {
        var session = SessionOptions()
        var json = JSON()
        var isOurs = false
        json.enterObject(text)
        while let key = json.nextKey(text) {
            switch key {
            case "ingest": isOurs = json.whole(text) == 1
            case "venue": if Options.string(&json, text) != dialect.rawValue { return nil }
            case "symbols":
                json.enterArray(text)
                while json.nextElement(text) { session.symbols.append(Options.string(&json, text)) }
            case "channels": session.channels = ChannelSet(rawValue: UInt8(truncatingIfNeeded: json.whole(text)))
            case "depth": session.depth = Int(json.whole(text))
            case "native": session.usesNativeNames = json.bool(text)
            case "side":
                session.tradeSide = CoinbaseMessages.TradeSide(rawValue: Options.string(&json, text)) ?? .unknown
            case "perConnection": session.perConnection = Int(json.whole(text))
            // As text: it may be larger than a number of JSON's is read.
            case "seed":
                guard let seed = UInt64(Options.string(&json, text)) else { return nil }
                session.seed = seed
            case "refresh": session.refreshInterval = Nanos(json.whole(text))
            case "history": session.history = Int(json.whole(text))
            case "rest", "web":
                let url = Options.string(&json, text)
                if !url.isEmpty { _ = session.endpoints.add(url) }
            default: json.skip(text)
            }
        }
        json.finish(text)
        guard json.isSound, isOurs, (0...10_000).contains(session.depth), (0...1000).contains(session.perConnection),
            (0...1000).contains(session.history), session.refreshInterval >= .seconds(1)
        else { return nil }
        return session
    }

    private static func string(_ json: inout JSON, _ text: RawSpan) -> String {
        let place = json.string(text)
        var bytes: [UInt8] = []
        _ = JSON.unescape(text, place.range) { byte in
            bytes.append(byte)
            return true
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }
}
