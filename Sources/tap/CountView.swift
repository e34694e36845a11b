import Bytes
import Events
import Flow
import Host
import Text
import Units
import Wire

/// A table of streams: how many events, how fast, what is missing, first and last. It redraws on a terminal.
struct CountView: View, ~Copyable {
    private struct Row {
        var events: UInt64 = 0
        var bytes: UInt64 = 0
        var missing: UInt64 = 0
        var first = Nanos.zero
        var last = Nanos.zero
        var continuity = Continuity()
    }

    private var streams = StreamTable()
    private var rows: [Row] = []
    private var unlisted: UInt64 = 0
    private var lostEvents: UInt64 = 0
    private var screen: Screen
    private let zone: @Sendable (Nanos) -> Int

    init(_ options: Options) {
        screen = Screen(options.isThrough ? 2 : 1)
        zone = options.zone
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        guard let index = streams.index(frames) else {
            unlisted += 1
            return
        }
        if index == rows.count { rows.append(Row()) }
        rows[index].events += 1
        rows[index].bytes += UInt64(frames.byteCount)
        if let time = Filter.time(header.envelope, offset: offset) {
            if rows[index].first.count == 0 { rows[index].first = time }
            rows[index].last = time
        }
        guard header.envelope.position > 0 else { return }
        if case .gap(let missing) = rows[index].continuity.judge(header.envelope) { rows[index].missing += missing }
    }

    mutating func lost(at: UInt64) { lostEvents += 1 }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        guard screen.isDue() else { return }
        var page = Printer()
        printTable(to: &page)
        try screen.draw(page, to: output)
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        var page = Printer()
        printTable(to: &page)
        try screen.end(page, to: output)
        return .ok
    }

    /// Streams in the order of their names.
    private func printTable(to page: inout Printer) {
        let named = (0..<rows.count).map { (streams.stream($0), rows[$0]) }.sorted { a, b in
            (a.0.venue, a.0.symbol, a.0.channel.rawValue) < (b.0.venue, b.0.symbol, b.0.channel.rawValue)
        }
        var table = Table(
            ["venue", "symbol", "channel", "events", "per second", "gaps", "first", "last"], right: 3..<6)
        for (stream, row) in named {
            table.add([
                stream.venue, stream.symbol, "\(stream.channel)", "\(row.events)", rate(row), "\(row.missing)",
                time(row.first), time(row.last),
            ])
        }
        let events = rows.reduce(unlisted) { $0 + $1.events }
        let bytes = rows.reduce(0) { $0 + $1.bytes }
        table.print(to: &page)
        // What is about the connection belongs to no stream.
        let number = named.count { $0.0.channel != .control }
        page.print("\(number) streams, \(events) events, \(bytes) bytes")
        if unlisted > 0 { page.print(", \(unlisted) events of streams beyond the table") }
        if lostEvents > 0 { page.print(", \(lostEvents) events with a part missing") }
        page.print("\n")
    }

    private func rate(_ row: Row) -> String {
        let span = row.last - row.first
        guard span.count > 0, row.events > 1 else { return "-" }
        // In hundredths, so that no floating point is needed.
        let (rate, overflow) = (row.events - 1).multipliedReportingOverflow(by: 100_000_000_000)
        guard !overflow else { return "\((row.events - 1) / UInt64(max(span.count / 1_000_000_000, 1)))" }
        let hundredths = rate / UInt64(span.count)
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private func time(_ time: Nanos) -> String {
        guard time.count > 0 else { return "-" }
        var printer = Printer(capacity: 64)
        printer.print(rfc3339: time, offset: zone(time))
        return printer.read { String($0) }
    }
}
