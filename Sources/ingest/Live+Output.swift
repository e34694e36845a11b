import Bytes
import Edges
import Events
import Flow
import Host
import Tool
import Units
import Venues
import Wire

extension Live {
    /// Passes on what was written. Where too much waits, or nobody is there, what is new is not kept but counted, and told as gaps with
    /// what is true then, once there is room again.
    mutating func pass() throws(Failure) {
        let now = Clock.monotonic()
        if outlet.connect(now: now) { welcome(now) }
        if desk.session.isMuted {
            desk.outbox.empty { $0.byteCount }
            if !outlet.isAway {
                if try !outlet.write(&desk.backlog, chunk: chunk) { leave(now) }
                if !outlet.isAway, desk.backlog.byteCount <= Desk.backlogBytes / 4 {
                    swap(&desk.outbox, &desk.backlog)
                    desk.session.unmute(at: now, out: &desk.outbox)
                }
            }
        }
        if !desk.session.isMuted {
            desk.outbox.stamp(.ingestOut, at: now)
            if try !outlet.write(&desk.outbox, chunk: chunk) { leave(now) }
            if !desk.session.isMuted, desk.outbox.byteCount > Desk.backlogBytes { mute(now) }
        }
        try outlet.watch(on: &poll, token: Token.output)
    }

    private mutating func mute(_ now: Nanos) {
        desk.session.mute()
        swap(&desk.outbox, &desk.backlog)
        telemetry.tell(
            .backpressureApplied, .warning, value: UInt64(desk.backlog.byteCount), [("stream_key", "all")], at: now)
        tell("\(outlet.name) is not read; what is new is left out, and will be told as gaps")
    }

    /// The poll says that the output has no reader any more.
    mutating func outputEnded() throws(Failure) {
        guard !outlet.isAway else { return }
        try outlet.leave()
        leave(Clock.monotonic())
    }

    /// The reader of a socket is gone, and with it what waited for it.
    private mutating func leave(_ now: Nanos) {
        if !desk.session.isMuted { mute(now) }
        desk.backlog.empty { $0.byteCount }
        tell("\(outlet.name): the reader is gone; connecting again")
    }

    /// A reader came who has heard nothing yet.
    private mutating func welcome(_ now: Nanos) {
        desk.backlog.empty { $0.byteCount }
        desk.outbox.empty { $0.byteCount }
        swap(&desk.outbox, &desk.backlog)
        hello(now)
        desk.session.unmute(at: now, out: &desk.outbox)
        desk.session.retell(at: now, out: &desk.outbox)
    }

    /// Symbols that the venue does not list are a mistake of whoever asked, and told once the list is there.
    mutating func judgeSymbols() throws(Failure) {
        guard !hasJudgedSymbols, desk.session.isListed else { return }
        hasJudgedSymbols = true
        let unknown = desk.session.unlisted(options.session.symbols)
        if let first = unknown.first {
            let near = Command.nearest(to: first.name, among: first.others)
            throw Failure(
                .usage, "\(options.dialect.rawValue) lists no \(first.name)",
                mend: near.isEmpty ? "try a pattern: '*-USDT'" : "did you mean " + near.joined(separator: ", ") + "?")
        }
        guard desk.session.isFollowing else {
            throw Failure(.usage, "\(options.dialect.rawValue) lists nothing that matches", mend: "try all")
        }
    }

    /// Tells whoever watches how far it has come.
    mutating func tellState() {
        guard desk.session.state != toldState else { return }
        toldState = desk.session.state
        let state: Readiness.State =
            switch toldState {
            case .starting: .starting
            case .warmingUp: .warmingUp
            case .ready: .ready
            case .degraded: .degraded
            }
        telemetry.tell(state, at: Clock.monotonic())
    }

    mutating func tellCounters(_ now: Nanos) {
        nextCounters = now + .seconds(1)
        if isWatched { Notify.ping() }
        let tally = desk.session.tally
        telemetry.tell(
            .counters, .info,
            [
                ("messages", "\(tally.messages)"), ("understood", "\(tally.understood)"), ("other", "\(tally.other)"),
                ("malformed", "\(tally.malformed)"), ("answers", "\(tally.answers)"),
                ("frames", "\(desk.outbox.frames)"),
                ("clock_offset_us", "\((desk.session.clockOffset ?? .zero).count / 1000)"),
                ("age_us", "\((desk.session.age ?? .zero).count / 1000)"),
                ("waiting_bytes", "\(desk.outbox.byteCount + desk.backlog.byteCount)"),
            ], at: now)
    }

    mutating func acceptVisitors() throws(Failure) {
        guard var door = door.take() else { return }
        try door.accept { (number, place) throws(Failure) in
            try poll.add(number, token: Token.visitors + UInt64(place), .read)
        }
        self.door = consume door
    }

    mutating func hearVisitor(_ place: Int) {
        guard var door = door.take() else { return }
        door.hear(place) { words in obey(words) }
        self.door = consume door
    }

    /// Does what a visitor says.
    private mutating func obey(_ words: [String]) -> String {
        let symbols = Array(words.dropFirst())
        switch words[0] {
        case "add", "remove":
            guard !symbols.isEmpty else { return "refused: which symbols?" }
            let unknown = desk.change(isAdding: words[0] == "add", symbols)
            return unknown.isEmpty ? "ok" : "refused: no " + unknown.joined(separator: " ")
        case "state":
            return "ok \(desk.session.state) \(desk.session.tally.messages) messages \(desk.outbox.frames) frames"
        default: return "refused: no command \(words[0]); add, remove, state"
        }
    }

    func tell(_ what: String) {
        if !options.isQuiet { complain("ingest: \(what)") }
    }
}
