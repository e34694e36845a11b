import Bytes
import Events
import Support
import Units
import Wire

/// Judges every frame that a session writes against the truth, and keeps what is seen only over time.
struct Judge: ~Copyable {
    /// A book was void.
    struct Outage {
        let symbol: String
        let reason: BookReason
        let since: Nanos
        var until: Nanos?
    }

    /// A book that stood was not the venue's.
    struct Wrong {
        let symbol: String
        let since: Nanos
        var until: Nanos?
    }

    private struct Book {
        var rows = Rows()
        var state = BookState.syncing
        var isAnnounced = false
        var isThere = false
        /// Of the newest snapshot.
        var epoch: UInt32 = 0
    }

    let depth: Int
    /// Whether a snapshot may bear a number that the witness did not tell of.
    var allowsUnknown = false
    private var places = StreamPlaces()
    private var books: [String: Book] = [:]
    private var lastTicker: [String: Int64] = [:]
    private(set) var told: [String: Set<UInt64>] = [:]
    private(set) var lastTrade: [String: UInt64] = [:]
    private(set) var gaps: [String: [ClosedRange<UInt64>]] = [:]
    private(set) var outages: [Outage] = []
    private(set) var wrongs: [Wrong] = []
    private(set) var quiets: [(symbol: String, at: Nanos)] = []
    private(set) var complaints: [String] = []
    private(set) var compared = 0
    private(set) var backfilled = 0
    private(set) var warmUps = 0
    private(set) var steady = 0
    private(set) var statuses: [String] = []
    private var reader = FrameReader()

    init(depth: Int) { self.depth = depth }

    var symbols: [String] { books.keys.sorted() }

    func state(_ symbol: String) -> BookState? { books[symbol]?.state }

    mutating func take(_ frames: RawSpan, _ truth: borrowing Truth, at now: Nanos) {
        var at = 0
        while let range = FrameReader.next(frames, &at) {
            let frame = frames.extracting(range)
            if let field = Layout.defect(in: frame) { complain("a bad field \(field)", now) }
            guard reader.take(frame) else { continue }
            let header = Header(frame)
            let symbol = String(frame, header.symbol)
            for complaint in places.take(header.envelope, of: symbol) { complain(complaint, now) }
            if header.envelope.flags.contains(.warmUp) { warmUps += 1 } else { steady += 1 }
            switch header.envelope.kind {
            case .bookStatus: take(BookStatus(frame, header), header.envelope.epoch, symbol, now)
            case .bookSnapshot, .bookUpdate: takeBook(frame, header, symbol, truth, now)
            case .trade: takeTrade(frame, header, symbol, truth, now)
            case .gap:
                let gap = Gap(frame, header)
                if header.envelope.channel == .trade, gap.fromSequence > 0, gap.toSequence >= gap.fromSequence {
                    gaps[symbol, default: []].append(gap.fromSequence...gap.toSequence)
                }
            case .ticker: takeTicker(frame, header, symbol, truth, now)
            default: break
            }
        }
    }

    mutating func complain(_ what: String, _ now: Nanos) {
        if complaints.count < 20 { complaints.append("\(Judge.text(now)): \(what)") }
    }

    /// Seconds since the beginning.
    static func text(_ time: Nanos) -> String { "\(Double((time - Simulation.start).count / 1_000_000) / 1000) s" }

    private mutating func take(_ status: BookStatus, _ epoch: UInt32, _ symbol: String, _ now: Nanos) {
        var book = books[symbol] ?? Book()
        if status.state == .synced, status.reason == .snapshot {
            if epoch <= book.epoch { complain("\(symbol): a new book in the old epoch \(epoch)", now) }
            book.epoch = epoch
        }
        if book.isAnnounced { complain("\(symbol): a snapshot was announced and does not follow", now) }
        statuses.append("\(Judge.text(now)) \(symbol) \(status.state) \(status.reason)")
        if status.state.isVoid {
            endWrong(symbol, now)
            if !book.state.isVoid {
                outages.append(Outage(symbol: symbol, reason: status.reason, since: now))
            }
            book.isThere = false
        } else if book.state.isVoid, let open = outages.lastIndex(where: { $0.symbol == symbol && $0.until == nil }) {
            outages[open].until = now
        }
        if status.state == .quiet, status.reason == .silence { quiets.append((symbol, now)) }
        book.isAnnounced = status.state == .synced && status.reason == .snapshot
        book.state = status.state
        books[symbol] = book
    }

    private mutating func takeBook(
        _ frame: RawSpan, _ header: Header, _ symbol: String, _ truth: borrowing Truth, _ now: Nanos
    ) {
        var book = books[symbol] ?? Book()
        let isSnapshot = header.envelope.kind == .bookSnapshot
        if book.state.isVoid { complain("\(symbol): a book's event while it is void", now) }
        if isSnapshot != book.isAnnounced { complain("\(symbol): a snapshot must follow its status", now) }
        if !isSnapshot, !book.isThere { complain("\(symbol): an update of nothing", now) }
        book.isAnnounced = false
        book.isThere = true
        reader.readLevels(frame, header)
        if isSnapshot { book.rows = Rows() }
        book.rows.take(reader.sides)
        books[symbol] = book
        let key = truth.isNumbered ? Int64(header.envelope.lastSequence) : header.envelope.happened.count / 1000
        guard let sums = truth.books[Truth.Moment(symbol: symbol, key: key)] else {
            if !(isSnapshot && allowsUnknown) { complain("\(symbol): no truth of \(key)", now) }
            return
        }
        compared += 1
        if sums.contains(book.rows.sum(depth: depth)) { return endWrong(symbol, now) }
        if !wrongs.contains(where: { $0.symbol == symbol && $0.until == nil }) {
            wrongs.append(Wrong(symbol: symbol, since: now))
        }
    }

    private mutating func endWrong(_ symbol: String, _ now: Nanos) {
        guard let open = wrongs.lastIndex(where: { $0.symbol == symbol && $0.until == nil }) else { return }
        wrongs[open].until = now
    }

    private mutating func takeTrade(
        _ frame: RawSpan, _ header: Header, _ symbol: String, _ truth: borrowing Truth, _ now: Nanos
    ) {
        let id = FrameReader.tradeID(frame, header)
        let line = FrameReader.line(Trade(frame, header))
        if !told[symbol, default: []].insert(id).inserted { complain("\(symbol): trade \(id) twice", now) }
        if truth.trades[symbol]?[id] != line {
            complain("\(symbol): trade \(id) is '\(line)', not '\(truth.trades[symbol]?[id] ?? "")'", now)
        }
        if header.envelope.flags.contains(.backfilled) {
            backfilled += 1
        } else if id < lastTrade[symbol] ?? 0 {
            complain("\(symbol): trade \(id) behind \(lastTrade[symbol] ?? 0)", now)
        }
        lastTrade[symbol] = max(lastTrade[symbol] ?? 0, id)
    }

    private mutating func takeTicker(
        _ frame: RawSpan, _ header: Header, _ symbol: String, _ truth: borrowing Truth, _ now: Nanos
    ) {
        let envelope = header.envelope
        let key = truth.isNumbered ? Int64(envelope.lastSequence) : envelope.happened.count / 1000
        let line = FrameReader.line(Ticker(frame, header))
        if truth.tickers[Truth.Moment(symbol: symbol, key: key)]?.contains(line) != true {
            complain("\(symbol): a ticker '\(line)' that never was at \(key)", now)
        }
        if key < lastTicker[symbol] ?? 0 { complain("\(symbol): a ticker of the past", now) }
        lastTicker[symbol] = key
    }
}
