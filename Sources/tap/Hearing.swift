import Bytes
import Events
import Flow
import Host
import Units
import Wire

/// What one symbol's streams told, kept until the witness is asked: of each book that stood its hash, of trades and tickers what they
/// said. The last `kept` of each at least; older ones are forgotten, and counted.
struct Heard: ~Copyable {
    /// A book as it was told at a moment of the venue's.
    struct Moment: BitwiseCopyable {
        var sequence: UInt64
        var happened: Nanos
        var received: Nanos
        var hash: UInt64
        /// Levels a side; 0: all.
        var depth: UInt16
        var isSnapshot: Bool
        var offset: UInt64
        /// When the book became void, where this is the last of it.
        var ended: Nanos?
    }

    /// A trade, or the gap in front of the next one.
    struct Sale: BitwiseCopyable {
        var isGap: Bool
        /// A mix of the venue's identity; of a gap the first sequence that it names, 0 where it names none.
        var id: UInt64
        /// A mix of price and size; of a gap the last sequence.
        var content: UInt64
        var side = Side.unknown
        /// Fetched later: it may come after those that followed it.
        var isBackfilled = false
        var offset: UInt64
    }

    struct Quote: BitwiseCopyable {
        var sequence: UInt64
        var happened: Nanos
        var fields: TickerFields
        var offset: UInt64
    }

    static let kept = 1 << 16

    let title: String
    var book = BookHash()
    var isVoid = true
    var hasBook = false
    /// Levels a side of the last snapshot.
    var depth: UInt16 = 0
    var moments = Column<Moment>()
    var sales = Column<Sale>()
    var quotes = Column<Quote>()
    var forgotten = 0
    var stale = 0
    /// Of the whole run.
    var trades = 0
    var tickers = 0

    init(title: String) { self.title = title }

    mutating func add(_ moment: Moment) { forgotten += Heard.add(moment, to: &moments) }
    /// Nothing more is told of the book.
    mutating func endBook(at time: Nanos) {
        guard moments.count > 0 else { return }
        var last = moments[moments.count - 1]
        if last.ended == nil { last.ended = time }
        moments.truncate(to: moments.count - 1)
        moments.append(last)
    }

    mutating func add(_ sale: Sale) { forgotten += Heard.add(sale, to: &sales) }
    mutating func add(_ quote: Quote) { forgotten += Heard.add(quote, to: &quotes) }

    /// Returns how many older ones were forgotten.
    private static func add<Element>(_ element: Element, to column: inout Column<Element>) -> Int {
        column.append(element)
        guard column.count >= 2 * kept else { return 0 }
        column.removeFirst(kept)
        return kept
    }
}

/// Reads what `ingest` told, book by book.
struct Hearing: View, ~Copyable {
    var heard = Slots<Heard>()
    /// Symbols by name; none of more than a stream table holds.
    var table = SymbolTable()
    var differences = Differences()
    private var sides = Sides()

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        switch header.envelope.kind {
        case .bookStatus, .bookSnapshot, .bookUpdate, .trade, .ticker: break
        case .gap where header.envelope.channel == .trade: break
        default: return
        }
        guard let index = table.index(frames) else { return }
        if index == heard.count {
            heard.append(Heard(title: String(frames, header.venue) + " " + String(frames, header.symbol)))
        }
        switch header.envelope.kind {
        case .bookStatus: takeStatus(index, BookStatus(frames, header), header.envelope.received)
        case .bookSnapshot, .bookUpdate: takeBook(index, frames, header, at)
        case .trade:
            heard[index].trades += 1
            let (id, trade) = (TradeFields.id(frames, header), Trade(frames, header))
            heard[index].add(
                Heard.Sale(
                    isGap: false, id: id, content: TradeFields.content(trade), side: trade.side,
                    isBackfilled: header.envelope.flags.contains(.backfilled), offset: at))
        case .gap:
            let gap = Gap(frames, header)
            heard[index].add(Heard.Sale(isGap: true, id: gap.fromSequence, content: gap.toSequence, offset: at))
        default: takeTicker(index, frames, header, at)
        }
    }

    mutating func lost(at: UInt64) { differences.add("an event of several frames, offset \(at): a part is missing") }

    private mutating func takeStatus(_ index: Int, _ status: BookStatus, _ received: Nanos) {
        heard[index].isVoid = status.state.isVoid
        if status.state == .stale { heard[index].stale += 1 }
        guard status.state.isVoid else { return }
        heard[index].book.removeAll()
        heard[index].hasBook = false
        heard[index].endBook(at: received)
    }

    private mutating func takeBook(_ index: Int, _ frames: RawSpan, _ header: Header, _ at: UInt64) {
        let title = heard[index].title
        guard !heard[index].isVoid else {
            return differences.add("\(title), offset \(at): an event of a void book")
        }
        if header.envelope.kind == .bookSnapshot {
            heard[index].book.removeAll()
            heard[index].hasBook = true
            heard[index].depth = LevelRows(frames, header).depth
        }
        guard heard[index].hasBook else {
            return differences.add("\(title), offset \(at): an update before the first snapshot")
        }
        sides.removeAll()
        sides.append(levelsOf: frames)
        var fits = true
        for row in 0..<sides.bids.count { fits = heard[index].book.set(isAsk: false, sides.bids[row]) && fits }
        for row in 0..<sides.asks.count { fits = heard[index].book.set(isAsk: true, sides.asks[row]) && fits }
        if !fits { differences.add("\(title), offset \(at): more levels than a book may have") }
        let envelope = header.envelope
        heard[index].add(
            Heard.Moment(
                sequence: envelope.lastSequence, happened: envelope.happened, received: envelope.received,
                hash: heard[index].book.value, depth: heard[index].depth,
                isSnapshot: header.envelope.kind == .bookSnapshot, offset: at))
    }

    private mutating func takeTicker(_ index: Int, _ frames: RawSpan, _ header: Header, _ at: UInt64) {
        let envelope = header.envelope
        heard[index].tickers += 1
        // One that is told again, to somebody who has missed some, has no moment of the venue's.
        if envelope.flags.contains(.coalesced), envelope.lastSequence == 0, envelope.happened.count == 0 { return }
        heard[index].add(
            Heard.Quote(
                sequence: envelope.lastSequence, happened: envelope.happened,
                fields: TickerFields(Ticker(frames, header)), offset: at))
    }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {}

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status { .ok }
}
