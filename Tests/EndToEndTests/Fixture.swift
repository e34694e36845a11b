import Foundation
import Support

/// A small market by hand, in the dialect of Binance spot, and the folder of files that the tests of this target start from.
///
/// ABC-USDT ends with the bids 9.95, 9.90, 9.80 and the asks 10.05, 10.20, and was traded twice; DEF-USDT has one level a side.
enum Fixture {
    /// When the first record was received.
    static let start = 1_700_000_000_000_000_000

    /// The small market, one record a millisecond.
    static let lines: [String] = {
        var text = RecordingText()
        text.answer("https://api.binance.com/api/v3/exchangeInfo", exchangeInfo)
        text.message(depth("ABC", 99, 101, #"[["9.95","0.5"]]"#, "[]"))
        text.answer(
            "https://api.binance.com/api/v3/depth?symbol=ABCUSDT&limit=1000",
            #"{"lastUpdateId":100,"bids":[["9.90","1.5"],["9.80","2.0"]],"asks":[["10.10","3.0"],["10.20","4.0"]]}"#)
        text.message(trade("ABC", 7, "10.01", "0.5", isSold: true))
        text.message(#"{"u":101,"s":"ABCUSDT","b":"9.95","B":"0.5","a":"10.10","A":"3.0"}"#)
        text.message(depth("ABC", 102, 103, #"[["9.95","1.0"]]"#, #"[["10.10","0.0"]]"#))
        text.message(trade("ABC", 8, "10.02", "1.0", isSold: false))
        text.message(depth("DEF", 5, 6, "[]", "[]"))
        text.answer(
            "https://api.binance.com/api/v3/depth?symbol=DEFUSDT&limit=1000",
            #"{"lastUpdateId":6,"bids":[["1.0","10"]],"asks":[["1.1","20"]]}"#)
        text.message(kline)
        text.message(trade("DEF", 1, "1.1", "3", isSold: false))
        text.message(depth("ABC", 104, 104, "[]", #"[["10.05","2.5"]]"#))
        return text.lines
    }()

    /// The recording in one piece.
    static var recording: Data { Data((lines.joined(separator: "\n") + "\n").utf8) }

    /// Files: `small.jsonl`, and `small.frames` that `ingest` made of it; `long.jsonl` and `many.frames`, the same many times
    /// over: more than pipes hold.
    static let folder: URL = {
        do {
            let folder = try Places.scratch("end-to-end")
            try recording.write(to: folder.appendingPathComponent("small.jsonl"))
            let run = try unblocked {
                try Shell.run("ingest binance --quiet --from-raw small.jsonl > small.frames", in: folder)
            }
            guard run.status == 0 else { fatalError("ingest on the small recording: \(run.errors)") }
            let frames = try Data(contentsOf: folder.appendingPathComponent("small.frames"))
            try Data((0..<500).map { _ in recording }.joined()).write(to: folder.appendingPathComponent("long.jsonl"))
            try Data((0..<500).map { _ in frames }.joined()).write(to: folder.appendingPathComponent("many.frames"))
            return folder
        } catch {
            fatalError("no folder to test in: \(error)")
        }
    }()

    static var frames: Data { get throws { try Data(contentsOf: folder.appendingPathComponent("small.frames")) } }

    /// Runs a line in the folder, within a time limit.
    static func run(
        _ line: String, input: Data? = nil, seconds: Int = 30, environment: [String: String] = [:]
    ) throws -> Shell {
        try unblocked { try Shell.run(line, input: input, in: folder, seconds: seconds, environment: environment) }
    }

    /// Does something that starts a process. The threads that tests run on block most signals, and a child inherits that: no
    /// SIGTERM would reach it, not even from timeout(1).
    static func unblocked<R>(_ body: () throws -> R) rethrows -> R {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }

    private static let exchangeInfo = {
        let symbols = ["ABC", "DEF"].map {
            #"{"symbol":"\#($0)USDT","status":"TRADING","baseAsset":"\#($0)","quoteAsset":"USDT","filters":[]}"#
        }
        return #"{"symbols":[\#(symbols.joined(separator: ","))]}"#
    }()

    private static let kline =
        #"{"e":"kline","E":1700000000005,"s":"ABCUSDT","k":{"t":1699999980000,"T":1700000039999,"o":"9.9","h":"10.2","l":"9.8","c":"10.02","v":"12.5","q":"125.1","V":"6","Q":"60","n":3,"x":false}}"#

    private static func depth(_ base: String, _ first: Int, _ last: Int, _ bids: String, _ asks: String) -> String {
        #"{"e":"depthUpdate","E":1700000000003,"s":"\#(base)USDT","U":\#(first),"u":\#(last),"b":\#(bids),"a":\#(asks)}"#
    }

    private static func trade(_ base: String, _ id: Int, _ price: String, _ size: String, isSold: Bool) -> String {
        #"{"e":"trade","E":1700000000004,"s":"\#(base)USDT","t":\#(id),"p":"\#(price)","q":"\#(size)","T":1700000000004,"m":\#(isSold)}"#
    }
}

/// A recording in the making.
struct RecordingText {
    private(set) var lines: [String] = []

    private var time: Int { Fixture.start + lines.count * 1_000_000 }

    /// A message of the stream.
    mutating func message(_ body: String) { add("ws", "wss://stream.binance.com:9443/stream", body) }

    /// An answer to a request.
    mutating func answer(_ url: String, _ body: String) { add("http", url, body) }

    private mutating func add(_ kind: String, _ url: String, _ body: String) {
        let escaped = body.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        lines.append(#"{"ts":\#(time),"dir":"in","conn":"c","url":"\#(url)","kind":"\#(kind)","body":"\#(escaped)"}"#)
    }
}
