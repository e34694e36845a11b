import Bytes
import Events
import Lines
import Support
import Testing
import Text
import Units
import Wire

@Suite(.timeLimit(.minutes(1)))
struct CSVTests {
    private let name = StreamName(venue: "kraken", symbol: "BTC-USD")!

    /// The table of these events.
    private func table(_ kinds: [Kind], _ events: [[UInt8]], offset: Nanos = .zero) -> [[String]] {
        let csv = EventCSV(kinds: kinds)
        var printer = Printer(capacity: 64)
        csv.printHeader(to: &printer)
        for event in events { csv.print(event.span.bytes, offset: offset, to: &printer) }
        return CSVReader.rows(printer.text) ?? []
    }

    private func cell(_ rows: [[String]], _ row: Int, _ column: String) -> String? {
        rows[0].firstIndex(of: column).map { rows[row][$0] }
    }

    @Test("the header names the columns of the kinds asked for, each once")
    func header() {
        let head = "kind,venue,symbol,epoch,position,sequence,happened,received,flags"
        #expect(table([.trade], [])[0].joined(separator: ",") == head + ",price,size,side,count,tradeId")
        #expect(
            table([.bookUpdate, .trade], [])[0].joined(separator: ",")
                == head + ",depth,checksum,side,price,size,count,tradeId")
        #expect(table([], [])[0].joined(separator: ",") == head)
        let market = table(EventCSV.marketKinds, [])[0]
        #expect(Set(market).count == market.count)
    }

    @Test("a trade's row")
    func trade() {
        let bytes = FormatPage.page.examples[1].bytes
        let rows = table([.trade], [bytes], offset: Nanos.seconds(1_785_999_000))
        #expect(
            rows[1] == [
                "trade", "kraken", "BTC-USD", "1", "7", "73480042", "2026-08-06T07:06:40.123456789Z",
                "2026-08-06T07:06:41.500000000Z", "", "63210.5", "0.01250000", "sell", "", "73480042",
            ])
    }

    @Test("a book has a row for each level, bids first, from all its parts")
    func book() {
        let rows = table([.bookSnapshot], [FormatPage.page.examples[3].bytes, FormatPage.page.examples[4].bytes])
        let levels = rows.dropFirst().map { Array($0.suffix(5)) }
        #expect(
            levels == [
                ["10", "2642075393", "bid", "63210.5", "0.01250000"],
                ["10", "2642075393", "bid", "63210.0", "2.00000000"],
                ["10", "2642075393", "ask", "63210.6", "0.50000000"], ["", "", "bid", "63210.5", "0.00000000"],
                ["", "", "ask", "63210.6", "0.75"], ["", "", "ask", "64e3", "1"],
            ])
        #expect(
            rows.dropFirst().map { $0[0] } == Array(repeating: "bookSnapshot", count: 3)
                + Array(repeating: "bookUpdate", count: 3))
        #expect(rows[1][8] == "snapshot")
        // Parts: two frames, one level each.
        let parts = [1, 2].map { part in
            var envelope = Envelope(
                kind: .bookUpdate, channel: .book, flags: [.part, .replay], part: UInt16(part), parts: 2)
            envelope.epoch = 1
            var draft = Draft(envelope, name)
            draft.put(1, at: part == 1 ? 0 : 4, width: 4)
            draft.append(RandomFrames.row(price: Int64(part), size: 9, [], 0))
            return draft
        }
        let both = table([.bookUpdate], [RandomFrames.bytes(parts)])
        #expect(both.dropFirst().map { Array($0.suffix(3)) } == [["bid", "1", "9"], ["ask", "2", "9"]])
        #expect(both[1][8] == "part replay")
    }

    @Test("cells with commas, quotes and line ends are quoted, so that they are read back")
    func quoting() {
        for text in ["a,b", "\"", "a\"b\"\"", "line\nline", "\r", "\r\n", ",", " plain ", "é,漢\"🦀", ""] {
            var draft = Draft(Envelope(kind: .end, channel: .control), StreamName(venue: "a,\"b", symbol: ",")!)
            draft.put(UInt64(text.utf8.count), at: 2, width: 2)
            draft.append(Array(text.utf8))
            let rows = table([.end], [RandomFrames.bytes([draft])])
            #expect(rows.count == 2)
            #expect(rows[1][1] == "a,\"b" && rows[1][2] == ",")
            #expect(cell(rows, 1, "text").map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test("unknown kinds have no rows, and kinds that were not asked for only their header's cells")
    func others() {
        #expect(table([.trade], [FormatPage.page.examples[6].bytes]).count == 1)
        let rows = table([.ticker], [FormatPage.page.examples[1].bytes])
        #expect(rows[1].prefix(3) == ["trade", "kraken", "BTC-USD"])
        #expect(rows[1].dropFirst(9).joined().isEmpty)
    }

    @Test("every row of any event parses back to what the event says", arguments: 0..<UInt64(40))
    func anyEvent(seed: UInt64) throws {
        var random = RandomFrames(seed: seed)
        for kind in Kind.known where kind != .bookSnapshot && kind != .bookUpdate {
            let bytes = RandomFrames.bytes(random.next(kind))
            let rows = table([kind], [bytes])
            try #require(rows.count == 2 && rows[1].count == rows[0].count, "\(kind)")
            let value = try #require(JSONValue(json(bytes)))
            for field in try #require(Layout.of(kind)).fields {
                let found = try #require(cell(rows, 1, field.name))
                #expect(Array(found.utf8) == Array(expected(field, value).utf8), "\(field.name) of \(kind)")
            }
        }
    }

    /// What stands in the cell of a field, by the event's JSON.
    private func expected(_ field: Field, _ value: JSONValue) -> String {
        let text: String
        switch value[field.name] {
        case .string(let string)?: text = string
        case .number(let digits)?: text = digits
        case .bool(true)?: text = "true"
        default: text = ""
        }
        switch field.form {
        case .bool: return text == "true" ? text : "false"
        case .span: return text.isEmpty ? "0" : text
        case .time:
            var printer = Printer(capacity: 64)
            if let nanos = Int64(text) { printer.print(rfc3339: Nanos(nanos)) }
            return printer.text
        case .hex16, .bytes, .frames, .levels, .venueLevels: return ""
        default: return text
        }
    }
}
