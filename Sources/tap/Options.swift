import Bytes
import Events
import Flow
import Host
import Text
import Tool
import Units

let command = Command(
    "tap",
    operands: "[ENDPOINT…] [OPTION…]",
    summary: "Looks at frames in files, pipes (-), sockets; by default prints a line an event.",
    examples: ["tap day.frames --json --kind trade | jq .price"],
    options: [
        .flag("json"),
        .flag("from-json", "one JSON object a line; the way back"),
        .flag("csv"),
        .flag("schema", "a table, a row a level; the schema of --json"),
        .flag("count", "a table of streams: frames, rate, gaps, times"),
        .flag("book", "a ladder that redraws, or final books [SYMBOL]"),
        .flag("check", "judge the stream; status 65 and what is wrong"),
        .flag("latency"),
        .value("fail-above", "SPAN", "where time went; status 1 where 1 % took longer"),
        .flag("top", "what flows now: a live table of symbols"),
        .flag("replay"),
        .value("speed", "N", "at the pace at which it came, N times as fast"),
        .flag("diff", "compare two ENDPOINTs; what differs, status 1"),
        .value("ignore", "LIST", "of --diff: leave out received,hops,hello,…"),
        .value("witness", "FILE", "judge by what exchange --witness wrote; or 65"),
        .value("wrong-for", "TIME", "of --witness: a book may be wrong so long"),
        .flag("through", "pass on the bytes; the view to standard error"),
        .value("venue", "NAME"),
        .value("symbol", "NAME", "only these: '*-USDT'; may come again"),
        .value("kind", "NAME", "only these"),
        .value("since", "TIME"),
        .value("until", "TIME", "from 2024-08-08T23:54[:15.2][Z|+02:00]; before"),
        .value("limit", "N", "end after N events"),
        .value("levels", "N"),
        .flag("local", "levels a side to show; times in the local zone"),
    ])

/// What the command line asks for.
struct Options {
    enum Mode { case lines, json, csv, count, book, check, latency, top, replay, witness, fromJSON, schema, diff }

    /// Endpoints that are read side by side.
    private static let endpointsMax = 64

    var mode = Mode.lines
    var endpoints: [Endpoint] = []
    var filter = Filter()
    var limit = Int.max
    var isThrough: Bool
    var isLocal: Bool
    var levels: Int?
    var witness: Endpoint?
    /// How long a book may differ from the witness's.
    var patience = Nanos.zero
    var ignored = Ignored()
    var failAbove: Nanos?
    /// How fast events are played again; nil: without pauses.
    var pace: Pace?

    init(_ arguments: Arguments) throws(Failure) {
        let modes: [(String, Mode)] = [
            ("json", .json), ("from-json", .fromJSON), ("csv", .csv), ("schema", .schema), ("count", .count),
            ("book", .book), ("check", .check), ("latency", .latency), ("top", .top),
            ("replay", .replay), ("diff", .diff), ("witness", .witness),
        ]
        let chosen = modes.filter { arguments.has($0.0) || $0.1 == .witness && arguments.value($0.0) != nil }
        guard chosen.count <= 1 else {
            throw Failure(.usage, "one view at a time: --\(chosen[0].0) or --\(chosen[1].0)?")
        }
        mode = chosen.first?.1 ?? .lines
        isThrough = arguments.has("through")
        isLocal = arguments.has("local")
        levels = try arguments.number("levels", 1...100_000)
        limit = try arguments.number("limit", 0...Int.max) ?? .max
        if let word = arguments.value("witness") {
            guard let endpoint = Endpoint(word) else { throw Failure(.usage, "--witness \(word): no endpoint") }
            witness = endpoint
        }
        patience = try arguments.span("wrong-for", least: .seconds(1)) ?? .zero
        if patience.count > 0, mode != .witness { throw Failure(.usage, "--wrong-for goes with --witness") }
        ignored = try Ignored(arguments.list("ignore"))
        if !ignored.isEmpty, mode != .diff { throw Failure(.usage, "--ignore goes with --diff") }
        failAbove = try arguments.span("fail-above", least: .zero)
        if failAbove != nil, mode != .latency { throw Failure(.usage, "--fail-above goes with --latency") }
        pace = arguments.value("speed") == "0" ? nil : try arguments.pace("speed") ?? .one
        if arguments.value("speed") != nil, mode != .replay { throw Failure(.usage, "--speed goes with --replay") }
        filter.venues = arguments.list("venue")
        filter.symbols = arguments.list("symbol")
        filter.kinds = try Options.kinds(arguments.list("kind"))
        filter.since = try Options.time(arguments, "since", isLocal)
        filter.until = try Options.time(arguments, "until", isLocal)
        for word in arguments.operands { try take(operand: word) }
        try check()
    }

    /// An operand is an endpoint; beside `--book` one that neither is a file nor is named as one is a symbol.
    private mutating func take(operand word: String) throws(Failure) {
        guard !word.isEmpty else { throw Failure(.usage, "an empty operand") }
        guard let endpoint = Endpoint(word) else {
            throw Failure(.usage, "\(word): no endpoint", mend: "-, a path, unix:PATH or fd:N")
        }
        if mode == .book, case .path(let path) = endpoint, !Endpoint.exists(path), !path.hasSuffix(".frames") {
            filter.symbols.append(word)
        } else {
            endpoints.append(endpoint)
        }
    }

    private mutating func check() throws(Failure) {
        switch mode {
        case .diff:
            guard endpoints.count == 2 else {
                throw Failure(.usage, "--diff compares two endpoints", mend: command.usage)
            }
        case .schema:
            guard endpoints.isEmpty else { throw Failure(.usage, "--schema takes no endpoint") }
        default:
            let judgesOne = mode == .check || mode == .witness || mode == .fromJSON || isThrough
            guard endpoints.count <= 1 || !judgesOne else {
                throw Failure(.usage, "one endpoint at a time", mend: "cat joins files of frames")
            }
            guard endpoints.count <= Options.endpointsMax else {
                throw Failure(.usage, "more than \(Options.endpointsMax) endpoints", mend: "cat joins files of frames")
            }
            if endpoints.isEmpty { endpoints = [.standard] }
        }
        // They would ask for nothing there, and wait for ever.
        if mode == .diff || mode == .fromJSON, let path = endpoints.compactMap(\.socketPath).first {
            let word = mode == .diff ? "--diff" : "--from-json"
            throw Failure(.usage, "\(word) reads no socket: \(path)", mend: "tap SOCKET --through > FILE keeps one")
        }
        if isThrough, [.diff, .schema, .fromJSON, .witness, .replay].contains(mode) {
            throw Failure(.usage, "--through goes with a view of one stream")
        }
        if witness == .standard, endpoints == [.standard] {
            throw Failure(.usage, "the witness and the stream are both standard input", mend: "name a file of frames")
        }
        if mode == .replay, Descriptor.standardOutput.isTerminal() {
            throw Failure(.usage, "frames are not for a terminal", mend: "pipe them: tap FILE --replay | tap --top")
        }
        if mode != .schema, endpoints.contains(.standard), Descriptor.standardInput.isTerminal() {
            throw Failure(.usage, "standard input is a terminal", mend: command.usage)
        }
    }

    /// Names and patterns of kinds; a number names a kind that this version does not know.
    private static func kinds(_ words: [String]) throws(Failure) -> [String] {
        for word in words where UInt8(word) == nil && !Kind.names.contains(where: { Glob.matches(word, $0) }) {
            let near = Command.nearest(to: word, among: Kind.names)
            throw Failure(
                .usage, "unknown kind \(word)",
                mend: "try " + (near.isEmpty ? ["trade", "ticker", "kline", "book*"] : near).joined(separator: ", "))
        }
        return words
    }

    /// `2024-08-08`, `2024-08-08T23:54`, `…:15.208`, each with `Z` or an offset, or else in UTC (the machine's zone with --local).
    private static func time(_ arguments: Arguments, _ name: String, _ isLocal: Bool) throws(Failure) -> Nanos? {
        guard let word = arguments.value(name) else { return nil }
        let day = word.prefix(10)
        var clock = String(word.dropFirst(day.count))
        var zone = ""
        if clock.hasSuffix("Z") || clock.hasSuffix("z") {
            zone = "Z"
            clock.removeLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            zone = String(clock[sign...])
            clock = String(clock[..<sign])
        }
        let full = "T00:00:00"
        if clock.utf8.count < full.utf8.count { clock += full.dropFirst(clock.utf8.count) }
        let text = day + clock + (zone.isEmpty ? "Z" : zone)
        guard let time = String(text).withBytes({ Nanos.rfc3339($0, 0..<$0.byteCount) }) else {
            throw Failure(.usage, "--\(name) \(word): not a time", mend: "as 2024-08-08T23:54:15Z")
        }
        // An hour of the machine's zone: the offset that holds there and then.
        return zone.isEmpty && isLocal ? time - .seconds(Int64(Clock.zoneOffset(at: time))) : time
    }
}
