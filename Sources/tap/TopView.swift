import Bytes
import Events
import Flow
import Host
import Lines
import Text
import Units
import Wire

/// What flows right now, a row a symbol: how much, how late, what is missing, the book's state, the last price. It redraws on a terminal.
struct TopView: View, ~Copyable {
    /// One symbol of one venue.
    private struct Row {
        let venue, symbol: String
        var events: UInt64 = 0
        var missing: UInt64 = 0
        var gaps: UInt64 = 0
        var status: BookStatus?
        /// The endpoint that told of its book last.
        var source: Int?
        var last = Decimal.notGiven
        /// When its last event was received, by the wall clock; 0: not told.
        var received = Nanos.zero
        var first = Nanos.zero
        /// Events of each of the last seconds; the one that runs is at `second`.
        var recent: [UInt64] = Array(repeating: 0, count: TopView.seconds + 1)
    }

    private var symbols = StreamTable()
    private var rows: [Row] = []
    /// Positions are a stream's; its row is the symbol's.
    private var streams = StreamTable()
    private var continuities: [Continuity] = []
    private var unlisted: UInt64 = 0
    private var lostEvents: UInt64 = 0
    private var bytes: UInt64 = 0
    /// Whole seconds since it began; the rate is that of the last few.
    private var second = 0
    private let began = Clock.monotonic()
    private var screen: Screen
    private let style: LineStyle

    /// Seconds that a rate is the mean of.
    private static let seconds = 5
    /// An event that is later than this is of a recording, of which "now" means nothing.
    private static let latest = Nanos.seconds(3600)

    init(_ options: Options) {
        screen = Screen(options.isThrough ? 2 : 1)
        var style = LineStyle()
        style.isColoured = Terminal.wantsColour(options.isThrough ? 2 : 1)
        self.style = style
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        bytes += UInt64(frames.byteCount)
        let envelope = header.envelope
        guard envelope.channel != .control else { return }
        guard let index = symbols.index(frames, as: .control), let stream = streams.index(frames) else {
            unlisted += 1
            return
        }
        if index == rows.count {
            rows.append(Row(venue: String(frames, header.venue), symbol: String(frames, header.symbol)))
        }
        if stream == continuities.count { continuities.append(Continuity()) }
        rows[index].events += 1
        rows[index].recent[second % (TopView.seconds + 1)] += 1
        if let time = Filter.time(envelope, offset: offset) {
            rows[index].received = time
            if rows[index].first.count == 0 { rows[index].first = time }
        }
        if envelope.position > 0, case .gap(let missing) = continuities[stream].judge(envelope) {
            rows[index].missing += missing
        }
        switch envelope.kind {
        case .gap: rows[index].gaps += 1
        case .bookSnapshot, .bookUpdate: rows[index].source = source
        case .bookStatus:
            rows[index].source = source
            rows[index].status = BookStatus(frames, header)
        case .trade: rows[index].last = Trade(frames, header).price
        case .ticker:
            let last = Ticker(frames, header).last
            if last.isGiven { rows[index].last = last }
        default: break
        }
    }

    mutating func lost(at: UInt64) { lostEvents += 1 }

    mutating func cut(_ source: Int) {
        for index in rows.indices where rows[index].source == source && rows[index].status != nil {
            rows[index].status = BookStatus(.stale, reason: .disconnected)
        }
    }

    /// Rates fall when nothing comes.
    var tick: Nanos? { screen.isTerminal ? .seconds(1) : nil }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        let now = Int((Clock.monotonic() - began).count / 1_000_000_000)
        while second < now {
            // A pause longer than what is remembered leaves nothing of before.
            second = max(second + 1, now - TopView.seconds)
            for index in rows.indices { rows[index].recent[second % (TopView.seconds + 1)] = 0 }
        }
        guard screen.isDue() else { return }
        try screen.draw(page(rows: screen.size.rows - 3), to: output)
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        try screen.end(page(rows: screen.isTerminal ? screen.size.rows - 3 : .max), to: output)
        return .ok
    }

    /// Rows in the order of their names, which stands still; where there is no room for all, those that want looking at, then the busiest.
    private func page(rows most: Int) -> Printer {
        var shown = Array(rows.indices)
        if shown.count > most {
            shown.sort { (isWell($1) ? 1 : 0, rate($0)) > (isWell($0) ? 1 : 0, rate($1)) }
            shown.removeLast(shown.count - max(1, most))
        }
        shown.sort { (rows[$0].venue, rows[$0].symbol) < (rows[$1].venue, rows[$1].symbol) }
        let now = Clock.wall()
        var page = Printer()
        let total = rows.indices.reduce(0) { $0 + rate($1) }
        let troubled = rows.indices.count { !isWell($0) }
        page.print(style.bold("\(rows.count) symbols, \(TopView.text(tenths: total)) events/s, "))
        page.print(style.bold("\(rows.reduce(0) { $0 + $1.events }) events, \(bytes >> 20) MiB"))
        if troubled > 0 { page.print(style.warning(", \(troubled) without a standing book")) }
        if unlisted > 0 { page.print(", \(unlisted) events of symbols beyond the table") }
        if lostEvents > 0 { page.print(", \(lostEvents) events with a part missing") }
        page.print("\n")
        var table = Table(["venue", "symbol", "events/s", "lag", "gaps", "missed", "last", "book"], right: 2..<7)
        for index in shown {
            let row = rows[index]
            table.add([
                row.venue, row.symbol, TopView.text(tenths: rate(index)), lag(row, now), "\(row.gaps)",
                "\(row.missing)", String(row.last), state(row),
            ])
        }
        table.print(to: &page)
        if shown.count < rows.count { page.print("and \(rows.count - shown.count) more: --symbol, --venue choose\n") }
        return page
    }

    /// Tenths of events a second: over the last whole seconds; where nobody watches, over all the time that the events tell of.
    private func rate(_ index: Int) -> UInt64 {
        guard screen.isTerminal else {
            let span = (rows[index].received - rows[index].first).count
            return span > 0 ? UInt64(UInt128(rows[index].events - 1) * 10_000_000_000 / UInt128(span)) : 0
        }
        let running = second % (TopView.seconds + 1)
        let spans = min(second, TopView.seconds)
        guard spans > 0 else { return rows[index].recent[running] * 10 }
        let events = rows[index].recent.indices.reduce(0 as UInt64) { $1 == running ? $0 : $0 + rows[index].recent[$1] }
        return events * 10 / UInt64(spans)
    }

    private func isWell(_ index: Int) -> Bool { rows[index].status.map { $0.state == .synced } ?? true }

    private func state(_ row: Row) -> String {
        guard let status = row.status else { return "" }
        if status.state == .synced { return style.well("synced") }
        return style.warning("\(status.state) (\(status.reason))")
    }

    /// How long ago its last event was received.
    private func lag(_ row: Row, _ now: Nanos) -> String {
        let lag = now - row.received
        guard row.received.count > 0, lag < TopView.latest else { return "-" }
        return LatencyView.text(UInt64(max(0, lag.count)))
    }

    private static func text(tenths: UInt64) -> String { "\(tenths / 10).\(tenths % 10)" }
}

extension LineStyle {
    fileprivate func bold(_ text: String) -> String { paint("1", text) }
    fileprivate func well(_ text: String) -> String { paint("32", text) }
    fileprivate func warning(_ text: String) -> String { paint("33", text) }

    private func paint(_ code: String, _ text: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
