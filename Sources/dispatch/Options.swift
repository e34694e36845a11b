import Flow
import Host
import Lanes
import Spools
import Tool
import Units

let command = Command(
    "dispatch",
    operands: "--listen SOCKET [OPTION…] < FRAMES",
    summary: "Gives consumers on a socket the streams they ask for, in order, at their pace.",
    examples: [
        "ingest kraken BTC-USD | dispatch --listen data.sock",
        "control data.sock consumers",
    ],
    options: [
        .value("listen", "SOCKET", "consumers connect here; fd:N listens already"),
        .value("listen-producers", "SOCKET", "writers connect here (-: standard input, too)"),
        .value("lateness", "TIME"),
        .value("flush", "TIME", "wait for what is missing; steps  (150ms, 50ms)"),
        .value("held", "N"),
        .value("rate-limit", "RATE", "most that wait (200); of a stream: 1000/s,100"),
        .value("sequence", "VENUE=MODE", "the venue's order: contiguous, monotone, none"),
        .value("behind", "KIB", "backlog from which on events are folded (1024)"),
        .value("patience", "TIME", "let go who takes nothing for so long   (300s)"),
        .value("clock", "frames", "time is that of frames; consumers then block"),
        .value("await", "N", "read nothing until N consumers have subscribed"),
        .value("spool", "DIR", "keep what must not be lost until all have it"),
        .value("spool-max", "MIB"),
        .flag("spool-sync", "so much at most (1024); on the disk at once"),
        .value("waiting-max", "MIB", "trading off for whom more waits  (1/4 of it)"),
        .value("consumers", "FILE", "who may do what; SIGHUP reads it again"),
        .flag("check-config"),
        .flag("quiet", "only check that; no tally on standard error"),
        .value("order", "VENUE=SOCKET", "intents for a venue go there"),
        .value("merge", "SOCKET"),
        .value("state", "DIR", "pass merge-rule on; keep what was switched"),
        .value("telemetry", "SOCKET", "send telemetry datagrams there"),
    ])

/// What the command line asks for.
struct Options {
    var listen: Endpoint?
    var producers: String?
    var readsInput: Bool
    var order = Reorder.Options()
    /// Of each stream; nil: none.
    var limit: RateLimit?
    var modes: [(venue: String, mode: SequenceMode)] = []
    var behindBytes: Int
    var patience: Nanos
    var takesTimeFromFrames: Bool
    var awaited: Int
    var telemetry: String?
    var spool: String?
    var state: String?
    var waitingMax = 0
    var spooling = Spool.Options()
    var isQuiet: Bool
    /// The table that says who is who.
    var consumers: String?
    var checksOnly: Bool
    /// Where `merge` takes commands.
    var merge: String?
    /// Where `order` listens, by venue.
    var orders: [(venue: String, path: String)] = []

    init(_ arguments: Arguments) throws(Failure) {
        for name in ["listen", "listen-producers", "telemetry", "consumers", "merge"]
        where arguments.value(name)?.isEmpty == true {
            throw Failure(.usage, "--\(name) is empty", mend: "give a path")
        }
        listen = nil
        if let text = arguments.value("listen") {
            switch Endpoint(text) {
            case .path(let path), .unix(let path): listen = .unix(path)
            case .descriptor(let number): listen = .descriptor(number)
            default: throw Failure(.usage, "--listen \(text): not a Unix socket", mend: "a path, or fd:N")
            }
        } else if Listener.inheritedCount > 0 {
            listen = .descriptor(3)
        }
        consumers = arguments.value("consumers")
        checksOnly = arguments.has("check-config")
        guard listen != nil || checksOnly else {
            throw Failure(.usage, "where do consumers connect?", mend: "dispatch --listen data.sock")
        }
        producers = arguments.value("listen-producers")
        guard arguments.operands.allSatisfy({ $0 == "-" }), arguments.operands.count <= 1 else {
            throw Failure(
                .usage, "\(arguments.operands.first { $0 != "-" } ?? "-"): dispatch reads standard input",
                mend: "dispatch … < FILE")
        }
        readsInput = producers == nil || !arguments.operands.isEmpty
        order.lateness = try arguments.span("lateness", least: .zero) ?? order.lateness
        order.flush = try arguments.span("flush", least: .milliseconds(1)) ?? order.flush
        order.heldMax = try arguments.number("held", 1...65_536) ?? order.heldMax
        if let text = arguments.value("rate-limit") {
            guard let limit = RateLimit(text) else {
                throw Failure(.usage, "--rate-limit \(text): not a rate", mend: "1000/s, or with a burst 1000/s,100")
            }
            self.limit = limit
        }
        for text in arguments.list("sequence") {
            let parts = text.split(separator: "=").map(String.init)
            guard parts.count == 2, let mode = SequenceMode.allCases.first(where: { "\($0)" == parts[1] }) else {
                throw Failure(.usage, "--sequence \(text): not VENUE=contiguous, =monotone or =none")
            }
            modes.append((parts[0], mode))
        }
        behindBytes = (try arguments.number("behind", 0...16_384) ?? 1024) << 10
        patience = try arguments.span("patience", least: .seconds(1)) ?? .seconds(300)
        takesTimeFromFrames = false
        if let clock = arguments.value("clock") {
            guard clock == "frames" || clock == "machine" else {
                throw Failure(.usage, "--clock \(clock): not frames or machine")
            }
            takesTimeFromFrames = clock == "frames"
        }
        awaited = try arguments.number("await", 1...1024) ?? 0
        telemetry = arguments.value("telemetry")
        isQuiet = arguments.has("quiet")
        spool = arguments.value("spool")
        state = arguments.value("state")
        spooling.bytesMax = (try arguments.number("spool-max", 1...1 << 20) ?? 1024) << 20
        spooling.segmentBytesMax = min(spooling.segmentBytesMax, spooling.bytesMax / 8)
        guard spool == nil || spool != state else {
            throw Failure(.usage, "--spool and --state name one folder", mend: "give each its own")
        }
        waitingMax = try arguments.number("waiting-max", 1...1 << 20).map { $0 << 20 } ?? spooling.bytesMax / 4
        spooling.isSynced = arguments.has("spool-sync")
        guard spool == nil || !takesTimeFromFrames else {
            throw Failure(.usage, "--spool with --clock frames: a replay is not kept")
        }
        merge = arguments.value("merge").map(Options.path)
        for text in arguments.list("order") {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, Endpoint(parts[1]) != nil else {
                throw Failure(.usage, "--order \(text): not VENUE=SOCKET", mend: "--order kraken=order.sock")
            }
            guard !orders.contains(where: { $0.venue == parts[0] }) else {
                throw Failure(.usage, "--order has \(parts[0]) twice")
            }
            orders.append((parts[0], Options.path(parts[1])))
        }
        guard orders.isEmpty || !takesTimeFromFrames else {
            throw Failure(.usage, "--order with --clock frames: a replay orders nothing")
        }
    }

    private static func path(_ text: String) -> String { text.hasPrefix("unix:") ? String(text.dropFirst(5)) : text }

    /// The table as its file is now; nil where there is none, and everybody may do everything who can connect.
    func grants() throws(Failure) -> Grants? {
        guard let consumers else { return nil }
        let text = try File.text(.path(consumers), limit: 1 << 20)
        do throws(Grants.Defect) {
            return try Grants.read(text, user: User.number)
        } catch {
            throw Failure(.config, "\(consumers):\(error.line): \(error.text)")
        }
    }
}

/// `--check-config`: reads the table, and says nothing where it is right.
func checkTable(_ options: Options) throws(Failure) -> Status {
    guard try options.grants() != nil else {
        throw Failure(.usage, "--check-config goes with --consumers", mend: "dispatch --consumers FILE --check-config")
    }
    return .ok
}
