import Foundation
import Support
import Testing

@Suite("what tap shows", .timeLimit(.minutes(1)))
struct TapViewTests {
    private func tap(_ arguments: String) throws -> String {
        let run = try Fixture.run("tap small.frames \(arguments)")
        #expect(run.status == 0 && run.errors.isEmpty, "\(arguments): \(run.errors)")
        return run.text
    }

    @Test("a line an event, without colour where no terminal is")
    func lines() throws {
        let lines = try tap("--kind trade").split(separator: "\n")
        #expect(
            lines == [
                "2023-11-14 22:13:20.004000 binance ABC-USDT trade sell 0.5 @ 10.01 id 7",
                "2023-11-14 22:13:20.004000 binance ABC-USDT trade buy 1.0 @ 10.02 id 8",
                "2023-11-14 22:13:20.004000 binance DEF-USDT trade buy 3 @ 1.1 id 1",
            ])
        #expect(try tap("").split(separator: "\n").count == 18)
        #expect(try !tap("").contains("\u{1B}"))
    }

    @Test("--json is one object a line, with decimals and large numbers as strings")
    func json() throws {
        let text = try tap("--json --kind trade --limit 1")
        #expect(text.hasSuffix("}\n") && text.filter { $0 == "\n" }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["price"] as? String == "10.01" && object["size"] as? String == "0.5")
        #expect(object["venue"] as? String == "binance" && object["symbol"] as? String == "ABC-USDT")
        #expect(object["side"] as? String == "sell" && object["tradeId"] as? String == "7")
        #expect(object["sequence"] as? String == "7" && object["position"] as? String == "1")
        #expect(object["received"] as? String == "\(Fixture.start + 3_000_000)")
        #expect(object["happened"] as? String == "1700000000004000000")
        #expect(object["flags"] as? [String] == ["replay"])
    }

    @Test("every line of --json is what --schema says")
    func schema() throws {
        let schema = try Fixture.run("tap --schema > schema.json && jq -e '.[\"$schema\"]' schema.json")
        #expect(schema.status == 0, "\(schema.errors)")
        let check = """
            import json, sys, jsonschema
            schema = json.load(open("schema.json"))
            checker = jsonschema.validators.validator_for(schema)
            checker.check_schema(schema)
            checker = checker(schema)
            count = 0
            for line in sys.stdin:
                checker.validate(json.loads(line))
                count += 1
            for wrong in ['{"kind":"trade"}', '{}', '{"kind":"trade","flags":[],"price":1}', '[]']:
                assert not checker.is_valid(json.loads(wrong)), wrong
            print(count)
            """
        let run = try Fixture.run("python3 -c '\(check.replacing("'", with: "'\\''"))' < <(tap small.frames --json)")
        guard !run.errors.contains("No module named") else {
            return print("skipped: python3-jsonschema is not installed")
        }
        #expect(run.status == 0 && run.text == "18\n", "\(run.errors)")
    }

    @Test("--csv is a table: a header, then a row an event, or a row a level of a book")
    func csv() throws {
        let rows = [
            "kind,venue,symbol,epoch,position,sequence,happened,received,flags,price,size,side,count,tradeId",
            "trade,binance,ABC-USDT,1,1,7,2023-11-14T22:13:20.004000000Z,2023-11-14T22:13:20.003000000Z,replay,10.01,0.5,sell,1,7",
            "trade,binance,ABC-USDT,1,2,8,2023-11-14T22:13:20.004000000Z,2023-11-14T22:13:20.006000000Z,replay,10.02,1.0,buy,1,8",
            "trade,binance,DEF-USDT,1,1,1,2023-11-14T22:13:20.004000000Z,2023-11-14T22:13:20.010000000Z,replay,1.1,3,buy,1,1",
        ]
        #expect(try tap("--csv --kind trade") == rows.joined(separator: "\n") + "\n")
        let books = try tap("--csv --kind 'book*' --symbol ABC-USDT").split(separator: "\n")
        #expect(books[0].contains("price") && books[0].contains("size"))
        #expect(
            books.count == 1 + 2 + 4 + 1 + 2 + 1, "two states, a snapshot of four levels, changes of one, two and one")
        for row in books { #expect(row.filter { $0 == "," }.count == books[0].filter { $0 == "," }.count) }
    }

    @Test("--count is a table of streams and a line of sums")
    func count() throws {
        let rows = try tap("--count").split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true)
        }
        #expect(rows[0].prefix(4) == ["venue", "symbol", "channel", "events"])
        let trades = try #require(rows.first { $0.starts(with: ["binance", "ABC-USDT", "trade"]) })
        #expect(trades[3] == "2" && trades[4] == "333.33" && trades[5] == "0")
        #expect(trades[6...] == ["2023-11-14T22:13:20.003000000Z", "2023-11-14T22:13:20.006000000Z"])
        let size = try Fixture.frames.count
        #expect(try tap("--count").hasSuffix("\n8 streams, 18 events, \(size) bytes\n"))
    }

    @Test("--count tells gaps: what is missing between positions")
    func gaps() throws {
        let run = try Fixture.run(
            "tap small.frames --json | sed '/\"tradeId\":\"7\"/d' | tap --from-json | tap --count")
        #expect(run.text.contains("17 events"))
        let cut = try Fixture.run(
            "tap small.frames --json | grep -v '\"position\":\"3\"' | tap --from-json | tap --count --symbol ABC-USDT | grep ' book '"
        )
        #expect(cut.text.split(separator: " ")[5] == "1", "\(cut.text)")
    }

    @Test("--book prints the final books where no terminal is: asks above bids, the last trade between them")
    func book() throws {
        let text = try tap("--book")
        #expect(
            text == """
                binance ABC-USDT  synced by sequence
                   10.20  4.0  ▇▇▇▇▇▇▇▇▇▇
                   10.05  2.5  ▇▇▇▇▇▇
                ── ▲ 10.02  1.0  22:13:20.003
                    9.95  1.0  ▇▇
                    9.90  1.5  ▇▇▇
                    9.80  2.0  ▇▇▇▇▇

                binance DEF-USDT  synced by sequence
                   1.1  20  ▇▇▇▇▇▇▇▇▇▇
                ── ▲ 1.1  3  22:13:20.004
                   1.0  10  ▇▇▇▇▇


                """, "\(text)")
        #expect(try tap("--book DEF-USDT").hasPrefix("binance DEF-USDT"), "a symbol may follow --book")
        #expect(try tap("--book --symbol 'def*' --levels 1").split(separator: "\n").count == 4)
        let one = try tap("--book --levels 1 ABC-USDT").split(separator: "\n")
        #expect(one.count == 4 && one[1].contains("10.05") && one[3].contains("9.95"))
    }

    @Test("on a terminal the ladder redraws in place, and the cursor comes back")
    func terminal() throws {
        func ladder(_ variables: String) throws -> Shell {
            // Who runs the tests may have switched colours off for them.
            let line = "stty rows 24 cols 90; tap small.frames --book"
            return try Fixture.run("env -u NO_COLOR \(variables) script -qec '\(line)' /dev/null")
        }
        let run = try ladder("TERM=xterm")
        guard run.status == 0 else { return print("skipped: script(1) is not installed") }
        #expect(run.text.contains("\u{1B}[?25l") && run.text.contains("\u{1B}[?25h"))
        #expect(run.text.contains("\u{1B}[31m10.20\u{1B}[0m") && run.text.contains("\u{1B}[32m"), "\(run.text)")
        for plain in ["TERM=dumb", "TERM=xterm NO_COLOR=1"] {
            let text = try ladder(plain).text
            #expect(text.contains("   10.20  4.0") && !text.contains("\u{1B}[31m"), "\(plain): \(text)")
        }
        let dumb = try ladder("TERM=dumb").text
        let lines = try tap("--book")
        #expect(!dumb.contains("\u{1B}") && dumb.replacing("\r\n", with: "\n") == lines)
    }
}
