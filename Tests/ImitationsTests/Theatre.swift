import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Imitations
@testable import Markets
@testable import Venues

/// An imitation on toy markets, and a session that believes it is talking to a venue: all in one process and virtual time.
final class Theatre {
    var imitation: Imitation
    var session: Session
    var markets: ToyMarkets
    var truth: Heard
    var heard: Heard
    var dice: Dice
    var now = Nanos.seconds(1_760_000_000)
    /// Answers on their way, with the times at which they arrive.
    private var answers: [(at: Nanos, url: String, body: [UInt8], status: Int)] = []
    private var tape = Tape()
    private var outbox = Outbox()
    private(set) var notices: [Notice] = []
    private(set) var texts = 0
    private(set) var ends = 0
    private(set) var fetches = 0
    /// Connections that are heard of no more.
    private var frozen: Set<Int> = []
    /// The longest that an answer takes.
    var slowest = Nanos.milliseconds(250)
    var keepsTexts = false
    private(set) var kept: [String] = []

    init(
        _ dialect: Dialect, seed: UInt64, depth: Int = 0, compared: Int = 0, markets: ToyMarkets? = nil,
        _ change: (inout SessionOptions) -> Void = { _ in }
    ) {
        var options = ImitationOptions()
        options.isWitnessed = true
        imitation = Imitation(dialect, options, seed: seed)
        var wants = SessionOptions()
        wants.depth = depth
        wants.tradeSide = .maker
        wants.usesTimers = false
        change(&wants)
        session = Session(dialect, wants)
        self.markets = markets ?? ToyMarkets(seed: seed)
        dice = Dice(seed: seed &+ 99)
        truth = Heard(isNumbered: dialect == .binance, depth: compared)
        heard = Heard(isNumbered: dialect == .binance, depth: compared)
        imitation.take(tape, self.markets, at: now)
        session.start()
        settle()
    }

    /// Lets this span pass, with about so many orders a second.
    func play(_ span: Nanos, perSecond: Int) {
        let end = now + span
        while now < end {
            let step = Nanos(Int64.random(in: 1...(2_000_000 / Int64(perSecond)), using: &dice) * 1000)
            now = min(now + step, end)
            markets.act(at: now, &tape)
            tell()
        }
    }

    /// Something else happens on the markets.
    func happen(_ body: (inout ToyMarkets, Nanos, inout Tape) -> Void) {
        now = now + .milliseconds(1)
        body(&markets, now, &tape)
        tell()
    }

    private func tell() {
        imitation.take(tape, markets, at: now)
        tape.clear()
        imitation.tick(at: now)
        settle()
        let due = answers.filter { $0.at <= now }
        answers.removeAll { $0.at <= now }
        for answer in due { arrive(answer.url, answer.body, answer.status) }
        while let deadline = session.deadline, deadline <= now {
            session.tick(at: deadline, out: &outbox)
            settle()
            guard let next = session.deadline, next > deadline else { break }
        }
    }

    private func arrive(_ url: String, _ body: [UInt8], _ status: Int) {
        guard status == 200 else {
            // The shell tries again; what a session is not told of it need not care for.
            answers.append((now + .seconds(1), url, [], 0))
            return
        }
        body.withUnsafeBytes { session.answer(url: url, RawSpan(_unsafeBytes: $0), at: now, out: &outbox) }
        settle()
    }

    /// Performs what both sides want until neither wants anything.
    func settle() {
        imitation.emptyWitness { truth.takeAll($0) }
        while !session.actions.isEmpty || !imitation.directives.isEmpty {
            let actions = session.actions
            session.actions.removeAll()
            for action in actions { perform(action) }
            deliver()
        }
        for answer in answers where answer.status == 0 && answer.at <= now { fetch(answer.url) }
        answers.removeAll { $0.status == 0 && $0.at <= now }
        notices += session.notices
        session.notices.removeAll()
        outbox.empty { heard.takeAll($0) }
        imitation.emptyWitness { truth.takeAll($0) }
    }

    private func perform(_ action: Action) {
        switch action {
        case .connect(let connection, let url):
            frozen.remove(connection)
            imitation.opened(connection: connection, target: target(url), at: now)
            session.opened(connection: connection, at: now, out: &outbox)
        case .send(let connection, let text):
            guard !frozen.contains(connection) else { return }
            text.withBytes { imitation.message($0, connection: connection, at: now) }
        case .disconnect(let connection):
            imitation.closed(connection: connection, at: now)
            session.closed(connection: connection, at: now, out: &outbox)
        case .ping: break
        case .fetch(let url): fetch(url)
        }
    }

    private func fetch(_ url: String) {
        fetches += 1
        let answer = imitation.answer(method: "GET", target: target(url), from: 1, at: now)
        let body = bytes(answer.body)
        let wait = Nanos(Int64.random(in: 1...slowest.count, using: &dice))
        answers.append((now + wait + answer.delay, url, body, answer.status))
    }

    private func target(_ url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard let slash = parts[2].firstIndex(of: "/") else { return "/" }
        return String(parts[2][slash...])
    }

    private func bytes(_ piece: Piece) -> [UInt8] {
        imitation.page.read { page in piece.range.map { page.byte($0) } }
    }

    private func deliver() {
        let directives = imitation.directives
        for directive in directives {
            switch directive {
            case .text(let connection, let piece):
                guard !frozen.contains(connection) else { continue }
                texts += 1
                let text = bytes(piece)
                if keepsTexts { kept.append(String(decoding: text, as: UTF8.self)) }
                text.withUnsafeBytes {
                    session.message(RawSpan(_unsafeBytes: $0), connection: connection, at: now, out: &outbox)
                }
            case .ping(let connection, _): imitation.pong(connection: connection, at: now)
            case .close(let connection, _), .reset(let connection), .partial(let connection, _, _),
                .raw(let connection, _):
                ends += 1
                imitation.closed(connection: connection, at: now)
                session.closed(connection: connection, at: now, out: &outbox)
            case .freeze(let connection): frozen.insert(connection)
            case .mutePongs, .unmutePongs: break
            }
        }
        imitation.clear()
    }

    /// The shell's own watch has found a connection dead.
    func giveUp(_ connection: Int) {
        imitation.closed(connection: connection, at: now)
        session.closed(connection: connection, at: now, out: &outbox)
        settle()
    }

    /// How many books were heard that the venue never had at that place.
    var wrongBooks: Int {
        var known: [Heard.Place: Set<UInt64>] = [:]
        for (place, sum) in truth.sums { known[place, default: []].insert(sum) }
        return heard.sums.filter { known[$0.place]?.contains($0.sum) != true }.count
    }

    /// Expects that what was heard of books, trades and tickers is the truth. Returns how many books were compared.
    @discardableResult
    func judge(isComplete: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) -> Int {
        let wrong = wrongBooks
        #expect(wrong == 0, "books that differ of \(heard.sums.count)", sourceLocation: sourceLocation)
        for (symbol, lines) in heard.trades.sorted(by: { $0.key < $1.key }) {
            let all = truth.trades[symbol] ?? []
            let start = all.firstIndex(of: lines.first ?? "") ?? all.count
            if isComplete {
                #expect(Array(all[start...].prefix(lines.count)) == lines, "trades", sourceLocation: sourceLocation)
            } else {
                #expect(Set(lines).isSubset(of: Set(all)), "trades of \(symbol)", sourceLocation: sourceLocation)
            }
        }
        for (symbol, rows) in heard.tickers.sorted(by: { $0.key < $1.key }) {
            let all = (truth.tickers[symbol] ?? []).map { "\($0.key) \($0.text)" }
            let lines = rows.map { "\($0.key) \($0.text)" }
            let start = all.firstIndex(of: lines.first ?? "") ?? all.count
            if isComplete {
                #expect(Array(all[start...].prefix(lines.count)) == lines, "tickers", sourceLocation: sourceLocation)
            } else {
                #expect(Set(lines).isSubset(of: Set(all)), "tickers of \(symbol)", sourceLocation: sourceLocation)
            }
        }
        // A minute's last word bears the flag only where the venue or our session gives it.
        func unflagged(_ line: String) -> Substring { line[..<(line.lastIndex(of: " ") ?? line.endIndex)] }
        let strange = Set(heard.klines.map(unflagged)).subtracting(truth.klines.map(unflagged))
        #expect(strange.isEmpty, "candles", sourceLocation: sourceLocation)
        return heard.sums.count
    }
}

extension Heard {
    mutating func takeAll(_ frames: RawSpan) -> Int {
        take(frames)
        return frames.byteCount
    }
}
