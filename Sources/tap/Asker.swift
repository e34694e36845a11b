import Bytes
import Consumers
import Edges
import Events
import Flow
import Host
import Text
import Tool
import Units
import Wire

/// A socket whose frames come because they are asked for, as dispatch gives them; and asked for again when the connection is lost.
struct Asker: ~Copyable {
    /// The number of its endpoint.
    let source: Int
    private let options: ConsumerOptions
    private let wantsAgain: Bool
    private var redialer: Redialer
    private var dice = SystemChance()
    /// Its place among the inputs, while it is connected.
    private(set) var index: Int?
    /// How the stream ends, once that is said.
    private var farewell: Farewell?
    /// What was said of its loss last; nil since an event came.
    private var told: String?
    /// When the next try to connect is due; nil while there is none.
    private(set) var nextTry: Nanos?

    private init(
        _ source: Int, _ options: ConsumerOptions, _ wantsAgain: Bool, _ redialer: consuming Redialer
    ) {
        self.source = source
        self.options = options
        self.wantsAgain = wantsAgain
        self.redialer = redialer
    }

    /// Nil where the endpoint is no Unix socket to connect to. Nothing is connected yet.
    static func of(_ endpoint: Endpoint, _ source: Int, _ options: Options) throws(Failure) -> Asker? {
        guard let path = endpoint.socketPath else { return nil }
        let asking = ConsumerOptions(socket: path, options)
        return Asker(source, asking, options.connectsAgain, try Redialer(unix: path))
    }

    /// What it reads from; a connection that cannot be made now is a failure.
    func begin(_ endpoint: Endpoint) throws(Failure) -> FrameInput { greeted(try endpoint.openToRead()) }

    /// Tries to connect again, if it is time to.
    mutating func dial(now: Nanos) -> FrameInput? {
        guard let due = nextTry, now >= due else { return nil }
        let made = redialer.dial(now: now, using: &dice)
        // A Unix socket answers at once, but for the case that a signal came in between.
        nextTry = redialer.underwayNumber == nil ? redialer.nextTry : now + .milliseconds(10)
        switch consume made {
        case .some(let descriptor): return greeted(descriptor)
        case .none: return nil
        }
    }

    private func greeted(_ descriptor: consuming Descriptor) -> FrameInput {
        var outbox = Outbox(capacity: 1 << 12, limit: 1 << 20)
        options.greet(&outbox)
        // Who does not take it now, at the very begin, is no dispatch; what it says can be read all the same.
        outbox.empty { span in
            _ = descriptor.send(span)
            return span.byteCount
        }
        return FrameInput(descriptor, options.socket, .socket)
    }

    mutating func stands(at index: Int) {
        self.index = index
        nextTry = nil
        farewell = nil
    }

    /// Something came, and perhaps the word that it ends. `isServed`: more than a greeting, an answer and that word.
    mutating func heard(_ farewell: Farewell?, isServed: Bool) {
        if isServed { told = nil }
        self.farewell = farewell
    }

    /// The connection has ended, or what it gives is no stream of frames: who says such things is not asked again. True when the stream
    /// has not ended, and need not be whole.
    mutating func end(now: Nanos, isDefective: Bool) -> Bool {
        index = nil
        guard wantsAgain, farewell?.reason != .finished else { return false }
        guard !isDefective else { return true }
        tellLoss()
        // One that takes connections only to end them is not to be asked without a pause.
        nextTry = max(now, redialer.nextTry)
        return true
    }

    /// Says once that it is gone, however often it comes and goes without an event; and again where it says why, or another reason.
    private mutating func tellLoss() {
        let why = farewell.map { $0.text.isEmpty ? "" : ": " + $0.text } ?? ""
        let what = (farewell == nil ? "is gone" : "has ended") + why
        guard told == nil || !why.isEmpty && told != what else { return }
        complain("tap: \(options.socket) \(what); connecting again")
        told = what
    }

    func refusal(_ answer: AnswerWord) -> Failure? { options.refusal(answer) }
}

extension Options {
    /// Bytes that pass untouched, and streams that are judged whole, cannot go on after a piece is missing.
    fileprivate var connectsAgain: Bool {
        switch mode {
        case .lines, .json, .csv, .count, .book, .latency, .top, .replay: !isThrough
        case .check, .witness, .fromJSON, .schema, .diff: false
        }
    }
}

extension ConsumerOptions {
    /// Asks for what the filter lets pass, or for more where that cannot be said: it is still filtered here.
    fileprivate init(socket: String, _ options: Options) {
        self.init(socket: socket)
        let filter = options.filter
        var kinds = filter.kinds
        if options.mode == .book, kinds.isEmpty {
            kinds = ["trade", options.levels.map { "book:\(min($0, 10_000))" } ?? "book"]
        }
        // What is told beside any stream comes with all of them.
        if kinds.contains(where: { !ConsumerOptions.isOfStreams($0) }) { kinds = [] }
        // A consumer has up to 256 subscriptions.
        var symbols = filter.symbols
        if symbols.count * max(1, kinds.count) * max(1, filter.venues.count) > 256 { symbols = [] }
        want(venues: filter.venues, symbols: symbols, kinds: kinds)
    }

    /// Whether a pattern means kinds that belong to streams, and no others.
    private static func isOfStreams(_ pattern: String) -> Bool {
        let word = pattern.prefix { $0 != ":" }
        let kinds = Kind.known.filter { Glob.matches(String(word), $0.name ?? "") }
        let others: [Kind] = [.hello, .gap, .command, .acknowledgement, .resume, .cursor, .heartbeat, .end, .telemetry]
        return !kinds.isEmpty && !kinds.contains(where: others.contains)
    }
}
