import Host
import Imitations
import Markets
import Servers
import Tool
import Units
import Venues

let command = Command(
    "exchange",
    operands: "[VENUE…] [OPTION…]",
    summary: "Simulates exchanges: moving markets, real protocols over TLS, faults on request.",
    examples: [
        "exchange kraken --port 9443 --state s &",
        "ingest kraken all --endpoint https://localhost:9443 --ca s/ca.pem | tap",
        "venues: " + Imitation.dialects.map(\.rawValue).joined(separator: " "),
    ],
    options: [
        .value("port", "VENUE=N", "where a venue is served (any free port)"),
        .value("state", "DIR", "keeps the certificate authority (in ~/.local/state)"),
        .flag("plain"),
        .flag("public", "no TLS; reachable from other machines"),
        .value("name", "HOST,…", "further names in the certificate"),
        .value("symbols", "N", "markets at each venue (5)"),
        .value("rate", "N", "order events a second at each venue (200)"),
        .value("seed", "N", "of all chance (1)"),
        .value("script", "FILE", "play these orders instead of a crowd's"),
        .value("replay", "FILE", "serve a recording of any venue that ingest knows"),
        .value("pace", "X", "replay X times as fast as recorded (1)"),
        .value("fault", "[VENUE:]FAULT", "do this wrong; see the manual"),
        .value("life", "TIME", "how long connections live (1d)"),
        .value("control", "SOCKET", "take commands: fault, clear, market, rate"),
        .value("witness", "FILE", "frames of all that is published and asked"),
        .value("certificate-fault", "KIND", "show a bad certificate; see the manual"),
        .flag("quiet", "nothing on standard error"),
    ])

/// What the command line asks for.
struct Options {
    var venues: [Dialect]
    var ports: [Dialect: UInt16] = [:]
    var folder: String
    var isPlain: Bool
    var isPublic: Bool
    var names: [String]
    var symbols: Int
    var rate: Int
    var seed: UInt64
    var script: String?
    var replay: String?
    var pace: Pace
    var faults: [(venue: Dialect?, text: String)] = []
    var life: Nanos
    var control: String?
    var witness: String?
    var certificateFault: CertificateFault?
    var isQuiet: Bool

    init(_ arguments: Arguments) throws(Failure) {
        let isReplay = arguments.value("replay") != nil
        venues = []
        for word in arguments.operands {
            guard let dialect = Dialect(rawValue: word), isReplay || Imitation.dialects.contains(dialect) else {
                throw Failure(
                    .usage, "no venue \(word) to simulate",
                    mend: "try " + Imitation.dialects.map(\.rawValue).joined(separator: ", "))
            }
            if !venues.contains(dialect) { venues.append(dialect) }
        }
        if isReplay, venues.count != 1 {
            throw Failure(.usage, "which venue is the recording of?", mend: command.usage)
        }
        if venues.isEmpty { venues = [.binance, .coinbase, .kraken] }
        replay = arguments.value("replay")
        pace = try arguments.pace("pace") ?? .one
        for text in arguments.list("port") {
            let words = text.split(separator: "=").map(String.init)
            let dialect = words.count == 2 ? Dialect(rawValue: words[0]) : venues.count == 1 ? venues.first : nil
            guard let dialect, venues.contains(dialect), let port = UInt16(words.last ?? "") else {
                throw Failure(.usage, "--port \(text): not VENUE=N of a venue that is simulated")
            }
            ports[dialect] = port
        }
        folder = try Options.folder(arguments.value("state"))
        isPlain = arguments.has("plain")
        isPublic = arguments.has("public")
        names = arguments.list("name")
        symbols = try arguments.number("symbols", 1...1000) ?? 5
        rate = try arguments.number("rate", 0...Floor.rateMax) ?? 200
        seed = UInt64(try arguments.number("seed", 0...Int.max) ?? 1)
        script = arguments.value("script")
        for text in arguments.all("fault") { faults.append(Options.fault(text)) }
        life = try arguments.span("life", least: .seconds(1)) ?? .seconds(86_400)
        control = arguments.value("control")
        witness = arguments.value("witness")
        certificateFault = nil
        if let kind = arguments.value("certificate-fault") {
            guard let fault = CertificateFault(rawValue: kind) else {
                throw Failure(
                    .usage, "--certificate-fault \(kind): unknown",
                    mend: "try " + CertificateFault.allCases.map(\.rawValue).joined(separator: ", "))
            }
            certificateFault = fault
        }
        isQuiet = arguments.has("quiet")
    }

    /// A fault of one venue, or of all of them.
    static func fault(_ text: String) -> (venue: Dialect?, text: String) {
        let words = text.split(separator: ":", maxSplits: 1).map(String.init)
        if words.count == 2, let dialect = Dialect(rawValue: words[0]) { return (dialect, words[1]) }
        return (nil, text)
    }

    private static func folder(_ text: String?) throws(Failure) -> String {
        if let text { return text }
        if let state = Environment.value("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/penstock/exchange" }
        guard let home = Environment.value("HOME"), home.hasPrefix("/") else {
            throw Failure(.usage, "where may the certificate authority be kept?", mend: "give --state DIR")
        }
        return home + "/.local/state/penstock/exchange"
    }
}
