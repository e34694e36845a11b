import Events
import Host
import Tool
import Venues

let command = Command(
    "ingest",
    operands: "VENUE [SYMBOL…] --from-raw FILE [OPTION…] > FRAMES",
    summary: "Turns a venue's messages into frames: books (assembled and verified), trades, tickers, klines.",
    examples: [
        "zcat day.jsonl.gz | ingest binance BTC-USDT --from-raw - | tap --book",
        "venues: " + Dialect.allCases.map(\.rawValue).joined(separator: " "),
    ],
    options: [
        .value("from-raw", "FILE", "read a recording; - is standard input"),
        .value("channels", "LIST", "of book,trade,ticker,kline,instrument    (default: all)"),
        .value("depth", "N", "tell of the best N levels a side         (default: all)"),
        .value("pace", "X", "replay X times as fast as recorded       (default: at once)"),
        .flag("timers", "watch for silence and refresh, by the recording's clock"),
        .flag("venue-symbols", "name symbols as the venue does"),
        .value("trade-side", "WORD", "coinbase: side given is the maker|taker  (default: unknown)"),
        .flag("quiet", "no notices and no tally on standard error"),
    ])

/// What the command line asks for.
struct Options {
    var dialect: Dialect
    var session: SessionOptions
    var recording: Endpoint
    /// 0: as fast as it goes.
    var pace: Double
    var isQuiet: Bool

    init(_ arguments: Arguments) throws(Failure) {
        guard let venue = arguments.operands.first else {
            throw Failure(.usage, "which venue?", mend: command.usage)
        }
        guard let dialect = Dialect(rawValue: venue) else {
            let near = Command.nearest(to: venue, among: Dialect.allCases.map(\.rawValue))
            throw Failure(
                .usage, "unknown venue \(venue)",
                mend: "try " + (near.isEmpty ? Dialect.allCases.map(\.rawValue) : near).joined(separator: ", "))
        }
        self.dialect = dialect
        guard let file = arguments.value("from-raw") else {
            throw Failure(.usage, "this version reads recordings only", mend: "give --from-raw FILE, or - for a pipe")
        }
        guard let endpoint = Endpoint(file) else {
            throw Failure(.usage, "--from-raw \(file): not a file", mend: "-, a path, unix:PATH or fd:N")
        }
        recording = endpoint
        session = SessionOptions()
        session.symbols = Array(arguments.operands.dropFirst())
        session.discovers = true
        session.flags = .replay
        session.usesTimers = arguments.has("timers")
        session.usesNativeNames = arguments.has("venue-symbols")
        session.depth = try arguments.number("depth", 1...10_000) ?? 0
        session.channels = try Options.channels(arguments.list("channels"), dialect)
        if let word = arguments.value("trade-side") {
            guard let side = CoinbaseMessages.TradeSide(rawValue: word) else {
                throw Failure(.usage, "--trade-side \(word): not maker, taker or unknown")
            }
            session.tradeSide = side
        }
        pace = 0
        if let text = arguments.value("pace") {
            guard let number = Double(text), number > 0, number <= 1_000_000 else {
                throw Failure(.usage, "--pace \(text): not a number above 0, at most 1000000")
            }
            pace = number
        }
        isQuiet = arguments.has("quiet")
    }

    private static func channels(_ names: [String], _ dialect: Dialect) throws(Failure) -> ChannelSet {
        guard !names.isEmpty else { return dialect.channels }
        var channels: ChannelSet = []
        for name in names {
            guard let channel = ChannelSet(name: name) else {
                throw Failure(
                    .usage, "unknown channel \(name)", mend: "channels: " + ChannelSet.names.joined(separator: ", "))
            }
            guard dialect.channels.contains(channel) else {
                throw Failure(.usage, "\(dialect.rawValue) has no channel \(name)")
            }
            channels.insert(channel)
        }
        return channels
    }
}
