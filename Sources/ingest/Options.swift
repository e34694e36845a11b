import Events
import Host
import Tool
import Units
import Venues

let command = Command(
    "ingest",
    operands: "VENUE [SYMBOL…] [OPTION…] > FRAMES",
    summary: "Turns a venue's messages into frames: books (verified), trades, tickers, klines.",
    examples: [
        "ingest binance BTC-USDT 'ETH-*' | tap --book",
        "venues: " + Dialect.allCases.prefix(5).map(\.rawValue).joined(separator: " "),
        "        " + Dialect.allCases.dropFirst(5).map(\.rawValue).joined(separator: " "),
    ],
    options: [
        .value("channels", "LIST", "of book,trade,ticker,kline,instrument (all)"),
        .value("depth", "N", "tell of the best N levels a side (all)"),
        .value("to", "SOCKET", "a Unix socket instead of standard output"),
        .flag("block", "wait for a slow reader; leave out nothing"),
        .value("record-raw", "FILE", "write down what goes over the wire"),
        .value("rotate", "TIME"),
        .value("keep", "TIME", "a new file so often; remove those so old: 1h, 7d"),
        .value("from-raw", "FILE", "read a recording; - is standard input"),
        .value("pace", "X"),
        .flag("timers", "replay X times as fast; watch for silence, too"),
        .value("endpoint", "URL"),
        .value("ca", "FILE", "where the venue is; the only certificates trusted"),
        .value("history", "N", "candles of before the start, each symbol (0)"),
        .value("refresh", "TIME", "compare books with the venue's so often (3m)"),
        .value("per-connection", "N", "symbols on a connection (the venue's)"),
        .value("control", "SOCKET", "take commands there: add, remove, state"),
        .value("telemetry", "SOCKET", "send telemetry datagrams there"),
        .value("trade-side", "WORD", "coinbase: side given is the maker|taker (unknown)"),
        .flag("venue-symbols"),
        .flag("quiet", "the venue's names; no notices on standard error"),
    ])

/// What the command line asks for.
struct Options {
    var dialect: Dialect
    var session: SessionOptions
    /// A recording to read; nil: the venue itself.
    var source: Endpoint?
    /// Whether the command line leaves it to the recording what is followed.
    var takesHeader: Bool
    /// nil: as fast as it goes.
    var pace: Pace?
    var isQuiet: Bool
    var target: String?
    var blocks: Bool
    var recording: String?
    var rotation: Nanos?
    var keep: Nanos?
    var caFile: String?
    var control: String?
    var telemetry: String?

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
        let isReplay = arguments.value("from-raw") != nil
        try Options.judge(arguments, isReplay)
        source = nil
        if let file = arguments.value("from-raw") {
            guard let endpoint = Endpoint(file) else {
                throw Failure(.usage, "--from-raw \(file): not a file", mend: "-, a path, unix:PATH or fd:N")
            }
            source = endpoint
        }
        session = SessionOptions()
        session.symbols = Array(arguments.operands.dropFirst())
        if !isReplay, session.symbols.isEmpty {
            throw Failure(.usage, "which symbols?", mend: "ingest \(venue) BTC-USDT, or a pattern, or all")
        }
        session.discovers = isReplay
        session.flags = isReplay ? .replay : []
        session.usesTimers = !isReplay || arguments.has("timers")
        session.usesNativeNames = arguments.has("venue-symbols")
        session.depth = try arguments.number("depth", 1...10_000) ?? 0
        session.channels = try Options.channels(arguments.list("channels"), dialect)
        session.history = try arguments.number("history", 1...1000) ?? 0
        session.perConnection = try arguments.number("per-connection", 1...1000) ?? 0
        session.refreshInterval = try arguments.span("refresh", least: .seconds(10)) ?? .seconds(180)
        if let word = arguments.value("trade-side") {
            guard let side = CoinbaseMessages.TradeSide(rawValue: word) else {
                throw Failure(.usage, "--trade-side \(word): not maker, taker or unknown")
            }
            session.tradeSide = side
        }
        for url in arguments.list("endpoint") where !session.endpoints.add(url) {
            throw Failure(.usage, "--endpoint \(url): not an address", mend: "https://HOST[:PORT] or wss://HOST[:PORT]")
        }
        takesHeader =
            session.symbols.isEmpty && session.depth == 0 && arguments.value("channels") == nil
            && arguments.value("trade-side") == nil && !arguments.has("venue-symbols")
        pace = try arguments.pace("pace")
        isQuiet = arguments.has("quiet")
        blocks = arguments.has("block")
        target = nil
        if let place = arguments.value("to"), place != "-" {
            guard let path = Options.socket(place) else {
                throw Failure(.usage, "--to \(place): not a Unix socket", mend: "unix:PATH, or > FILE for a file")
            }
            target = path
        }
        recording = arguments.value("record-raw")
        rotation = try arguments.span("rotate", least: .seconds(1))
        keep = try arguments.span("keep", least: .seconds(1))
        caFile = arguments.value("ca")
        control = arguments.value("control")
        telemetry = arguments.value("telemetry")
    }

    /// Options that have no meaning together.
    private static func judge(_ arguments: Arguments, _ isReplay: Bool) throws(Failure) {
        let live = [
            "to", "record-raw", "rotate", "keep", "endpoint", "ca", "history", "refresh", "per-connection", "control",
            "telemetry",
        ]
        if isReplay, let name = live.first(where: { arguments.value($0) != nil }) {
            throw Failure(.usage, "--\(name) has no meaning with --from-raw", mend: "leave one of them out")
        }
        // An empty address, of a script that did not get one, must not mean the venue's own.
        if let name = live.first(where: { arguments.value($0)?.isEmpty == true }) {
            throw Failure(.usage, "--\(name) is empty", mend: "give a value, or leave it out")
        }
        if !isReplay, arguments.value("pace") != nil || arguments.has("timers") {
            throw Failure(.usage, "--pace and --timers are for recordings", mend: "give --from-raw FILE, too")
        }
        for name in ["rotate", "keep"] where arguments.value(name) != nil && arguments.value("record-raw") == nil {
            throw Failure(.usage, "--\(name) is for recordings", mend: "give --record-raw FILE, too")
        }
    }

    private static func socket(_ place: String) -> String? {
        switch Endpoint(place) {
        case .unix(let path), .path(let path): path
        default: nil
        }
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
