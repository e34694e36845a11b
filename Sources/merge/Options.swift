import Edges
import Host
import Merges
import Tool
import Units

let command = Command(
    "merge",
    operands: "[INPUT…] [OPTION…] > FRAMES",
    summary: "Joins streams of frames: files, pipes (-), sockets. None waits for another.",
    examples: [
        "merge <(ingest binance BTC-USDT) <(ingest kraken BTC-USDT) | tap",
        "merge --rule 'BTC-USDT:ticker=binance,kraken' a.frames b.frames | tap",
    ],
    options: [
        .value("listen", "SOCKET", "take producers that connect there, who come and go"),
        .value("clock", "WORD", "frames: time is that of the frames; each run is the same"),
        .value("rule", "RULE", "by window: SYMBOL:KIND=VENUE,VENUE…;10s;1000; may repeat"),
        .value("rules", "FILE", "such rules, one a line; SIGHUP reads them again"),
        .flag("with-singles", "pass on by themselves, too, what is merged"),
        .flag("check-config", "read the rules, say what is wrong with them, and end"),
        .flag("dedupe", "one stream without gaps of the same one of several inputs"),
        .value("patience", "TIME", "what is behind a gap waits for another input (default: 1s)"),
        .flag("consolidate", "one book of a symbol across its venues, at every change"),
        .value("levels", "N", "levels a side of it, 0: all that fit     (default: 20)"),
        .flag("drop-quiet", "leave venues out of it that are quiet, too"),
        .value("klines", "LIST", "candles from trades: 1s,1m,5m"),
        .value("control", "SOCKET", "take commands there: merge-rule, rules, state"),
        .value("state", "DIR", "keep rules that are set by command"),
        .value("telemetry", "SOCKET", "send telemetry datagrams there"),
        .flag("quiet", "no notices and no tally on standard error"),
    ])

/// What the command line asks for.
struct Options {
    enum Time { case live, frames }

    var inputs: [Endpoint] = []
    var listen: String?
    var clock = Time.live
    var work = Merger.Work()
    /// Rules of the command line; those of the file come behind them.
    var rules: [MergeRule] = []
    var rulesFile: String?
    var checksOnly: Bool
    var control: String?
    var state: String?
    var telemetry: String?
    var isQuiet: Bool

    init(_ arguments: Arguments) throws(Failure) {
        checksOnly = arguments.has("check-config")
        isQuiet = arguments.has("quiet")
        for name in ["listen", "rules", "control", "state", "telemetry"] where arguments.value(name)?.isEmpty == true {
            throw Failure(.usage, "--\(name) is empty", mend: "give a value, or leave it out")
        }
        listen = arguments.value("listen").map(Options.path)
        rulesFile = arguments.value("rules")
        control = arguments.value("control").map(Options.path)
        state = arguments.value("state")
        telemetry = arguments.value("telemetry").map(Options.path)
        if let word = arguments.value("clock") {
            guard word == "frames" || word == "live" else {
                throw Failure(.usage, "--clock \(word): not frames or live")
            }
            clock = word == "frames" ? .frames : .live
        }
        try takeRules(arguments)
        try takeWork(arguments)
        for word in arguments.operands {
            guard let endpoint = Endpoint(word) else {
                throw Failure(
                    .usage, "\(word.isEmpty ? "an empty operand" : word): no endpoint",
                    mend: "-, a path, unix:PATH or fd:N")
            }
            guard !inputs.contains(endpoint) else { throw Failure(.usage, "\(endpoint.name) is given twice") }
            inputs.append(endpoint)
        }
        if inputs.isEmpty, listen == nil { inputs = [.standard] }
        try judge()
    }

    private static func path(_ text: String) -> String {
        if case .unix(let path) = Endpoint(text) { return path }
        return text
    }

    private mutating func takeRules(_ arguments: Arguments) throws(Failure) {
        for text in arguments.all("rule") {
            let rule: MergeRule
            do throws(MergeRule.Defect) {
                rule = try MergeRule(text)
            } catch {
                throw Failure(
                    .usage, "--rule \(text): \(error.text)", mend: "as 'BTC-USDT:ticker=binance,kraken;10s;1000'")
            }
            guard !rules.contains(where: { $0.key == rule.key }) else {
                throw Failure(.usage, "two rules for \(rule.key)")
            }
            rules.append(rule)
        }
        work.rules = try allRules()
    }

    /// The rules of the command line and of the file as it is now.
    func allRules() throws(Failure) -> [MergeRule] {
        guard let rulesFile else { return rules }
        let text = try File.text(.path(rulesFile), limit: 1 << 20)
        let more: [MergeRule]
        do throws(MergeRules.Defect) {
            more = try MergeRules.read(text)
        } catch {
            throw Failure(.config, "\(rulesFile):\(error.line): \(error.text)")
        }
        if let both = more.first(where: { rule in rules.contains { $0.key == rule.key } }) {
            throw Failure(.config, "\(rulesFile): --rule has one for \(both.key), too")
        }
        let all = rules + more
        guard all.count <= MergeRule.countMax else { throw Failure(.config, "more than \(MergeRule.countMax) rules") }
        return all
    }

    private mutating func takeWork(_ arguments: Arguments) throws(Failure) {
        work.passesWindowed = arguments.has("with-singles")
        work.heals = arguments.has("dedupe")
        if let patience = try arguments.span("patience", least: .milliseconds(1)) {
            guard work.heals else { throw Failure(.usage, "--patience goes with --dedupe") }
            work.patience = patience
        }
        if arguments.has("consolidate") { work.levels = 20 }
        if let levels = try arguments.number("levels", 0...20_000) {
            guard work.levels != nil else { throw Failure(.usage, "--levels goes with --consolidate") }
            work.levels = levels
        }
        work.leavesOutQuiet = arguments.has("drop-quiet")
        if work.leavesOutQuiet, work.levels == nil { throw Failure(.usage, "--drop-quiet goes with --consolidate") }
        for word in arguments.list("klines") {
            guard let interval = Nanos(span: word) else {
                throw Failure(.usage, "--klines \(word): no interval", mend: "250ms, 1s, 1m, 5m, 1h, 1d")
            }
            guard !work.intervals.contains(interval) else { throw Failure(.usage, "--klines has \(word) twice") }
            work.intervals.append(interval)
        }
        if arguments.value("klines") != nil, work.intervals.isEmpty {
            throw Failure(.usage, "--klines is empty", mend: "--klines 1s,1m,5m")
        }
        guard work.intervals.count <= TradeCandles.intervalsMax else {
            throw Failure(.usage, "more than \(TradeCandles.intervalsMax) intervals")
        }
    }

    private func judge() throws(Failure) {
        guard inputs.count <= Inputs.countMax else {
            throw Failure(.usage, "more than \(Inputs.countMax) inputs", mend: "cat joins files of frames")
        }
        if state != nil, control == nil {
            throw Failure(.usage, "--state goes with --control", mend: "merge --control SOCKET --state DIR")
        }
        if work.passesWindowed, work.rules.isEmpty, rulesFile == nil, control == nil {
            throw Failure(.usage, "--with-singles goes with rules", mend: "--rule or --rules")
        }
        if checksOnly { return }
        if clock == .frames, let name = listen != nil ? "listen" : control != nil ? "control" : nil {
            throw Failure(.usage, "--\(name) has no meaning with --clock frames", mend: "leave one of them out")
        }
        if inputs.contains(.standard), Descriptor.standardInput.isTerminal() {
            throw Failure(.usage, "standard input is a terminal", mend: command.usage)
        }
    }
}

/// `--check-config`: options and rules have been read already; says what the rules are.
func checkRules(_ options: Options) throws(Failure) -> Status {
    for rule in options.work.rules { try print(rule.text + "\n") }
    return .ok
}
