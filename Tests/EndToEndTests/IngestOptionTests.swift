import Foundation
import Support
import Testing

@Suite("ingest's options", .timeLimit(.minutes(1)))
struct IngestOptionTests {
    private func events(_ options: String, _ filter: String) throws -> [String] {
        let run = try Fixture.run(
            "ingest binance --quiet --from-raw small.jsonl \(options) | tap --json | jq -r '\(filter)'")
        #expect(run.status == 0, "\(run.errors)")
        return run.text.split(separator: "\n").map(String.init)
    }

    @Test("--channels leaves all others out", arguments: ["book", "trade", "ticker", "kline", "instrument"])
    func channels(_ name: String) throws {
        let kinds = Set(try events("--channels \(name)", ".kind")).subtracting(["hello", "end"])
        let expected: [String: Set<String>] = [
            "book": ["bookStatus", "bookSnapshot", "bookUpdate"], "trade": ["trade"], "ticker": ["ticker"],
            "kline": ["kline"], "instrument": ["instrument"],
        ]
        #expect(kinds == expected[name])
    }

    @Test("--channels takes a list, and the option again")
    func channelList() throws {
        let both: Set = ["hello", "end", "trade", "kline"]
        #expect(Set(try events("--channels trade,kline", ".kind")) == both)
        #expect(Set(try events("--channels trade --channels=kline", ".kind")) == both)
    }

    @Test("--depth N tells of the best N levels a side, and of each that comes into view or leaves it")
    func depth() throws {
        let rows = try events(
            "ABC-USDT --channels book --depth 1", #"select(.bids) | [.kind, .depth, .bids, .asks] | tostring"#)
        #expect(
            rows == [
                #"["bookSnapshot",1,[["9.90","1.5"]],[["10.10","3.0"]]]"#,
                #"["bookUpdate",1,[["9.95","0.5"],["9.90","0.0"]],[]]"#,
                #"["bookUpdate",1,[["9.95","1.0"]],[["10.10","0.0"],["10.20","4.0"]]]"#,
                #"["bookUpdate",1,[],[["10.05","2.5"],["10.20","0.0"]]]"#,
            ])
    }

    @Test("--venue-symbols names symbols as the venue does")
    func venueSymbols() throws {
        #expect(Set(try events("--venue-symbols", ".symbol // empty")) == ["ABCUSDT", "DEFUSDT"])
        #expect(Set(try events("", ".symbol // empty")) == ["ABC-USDT", "DEF-USDT"])
    }

    @Test("--pace changes when frames come, not what they are")
    func pace() throws {
        let run = try Fixture.run("ingest binance --quiet --from-raw small.jsonl --pace 1000")
        #expect(try run.status == 0 && run.output == Fixture.frames)
    }

    @Test("--pace 1 takes as long as the recording, and what is due is out before the wait")
    func paceWaits() throws {
        // The last record lies an hour behind the others: they come at once, it does not.
        let late = Fixture.lines[10].replacing(/"ts":\d+/, with: "\"ts\":\(Fixture.start + 3_600_000_000_000)")
        let text = (Fixture.lines + [late]).joined(separator: "\n") + "\n"
        let run = try Fixture.run(
            """
            ingest binance --quiet --from-raw - --pace 1 < /dev/stdin > paced.$$ & pid=$!
            until [ "$(tap paced.$$ --json 2> /dev/null | wc -l)" = 17 ]; do :; done
            kill $pid; wait $pid; echo $?
            tap paced.$$ --json | jq -r '.kind + (.reason // "")' | tail -1; rm paced.$$
            """, input: Data(text.utf8))
        #expect(run.text == "0\nendstopped\n", "\(run.text)\(run.errors)")
    }

    @Test("--timers marks a book quiet of which nothing is heard for longer than usual, by the recording's clock")
    func timers() throws {
        var lines = Fixture.lines
        for count in 0..<400 {
            let time = Fixture.start + 100_000_000 + count * 100_000_000
            lines.append(
                #"{"ts":\#(time),"dir":"in","conn":"c","url":"","kind":"ws","body":"{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"ABCUSDT\",\"U\":\#(105 + count),\"u\":\#(105 + count),\"b\":[[\"9.95\",\"\#(count + 2)\"]],\"a\":[]}"}"#
            )
        }
        let trade = Fixture.lines[10].replacing(/"ts":\d+/, with: "\"ts\":\(Fixture.start + 3_600_000_000_000)")
        let input = Data((lines + [trade]).joined(separator: "\n").utf8)
        let states = "tap --json --kind bookStatus --symbol ABC-USDT | jq -r '.status + \" \" + .reason' | tail -1"
        let without = try Fixture.run("ingest binance --quiet --from-raw - | \(states)", input: input)
        #expect(without.text == "synced snapshot\n")
        let with = try Fixture.run("ingest binance --quiet --from-raw - --timers | \(states)", input: input)
        #expect(with.text == "quiet silence\n")
    }

    @Test(
        "--trade-side says whose side Coinbase gives; unless told, nobody's", arguments: ["unknown", "maker", "taker"])
    func tradeSide(_ word: String) throws {
        let body =
            #"{\"channel\":\"market_trades\",\"timestamp\":\"2024-01-01T00:00:00Z\",\"sequence_num\":0,\"events\":[{\"type\":\"update\",\"trades\":[{\"product_id\":\"ABC-USD\",\"trade_id\":\"1\",\"price\":\"10\",\"size\":\"1\",\"time\":\"2024-01-01T00:00:00Z\",\"side\":\"BUY\"}]}]}"#
        let record = #"{"ts":1704067200000000000,"dir":"in","conn":"c","url":"","kind":"ws","body":"\#(body)"}"#
        let run = try Fixture.run(
            "ingest coinbase --quiet --from-raw - --trade-side \(word) | tap --json --kind trade | jq -r .side",
            input: Data(record.utf8))
        #expect(run.text == ["unknown": "unknown\n", "maker": "sell\n", "taker": "buy\n"][word])
    }

    @Test("--quiet says nothing where all is well")
    func quiet() throws {
        #expect(try Fixture.run("ingest binance --quiet --from-raw small.jsonl").errors.isEmpty)
        let tally = try Fixture.run("ingest binance --from-raw small.jsonl").errors
        #expect(tally == "ingest: 12 records, 9 messages, 18 frames\n")
    }
}
