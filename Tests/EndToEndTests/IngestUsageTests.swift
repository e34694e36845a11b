import Foundation
import Support
import Testing

@Suite("ingest refuses what it cannot do, with a status and a line", .timeLimit(.minutes(1)))
struct IngestUsageTests {
    static let refusals: [(line: String, status: Int32, says: String)] = [
        ("ingest", 64, "which venue?"),
        ("ingest krakken --from-raw small.jsonl", 64, "unknown venue krakken; try kraken"),
        ("ingest mtgox --from-raw small.jsonl", 64, "unknown venue mtgox; try binance, binance-usdm"),
        ("ingest binance", 64, "which symbols?; ingest binance BTC-USDT, or a pattern, or all"),
        ("ingest binance all --pace 2 | cat", 64, "--pace and --timers are for recordings"),
        ("ingest binance all --rotate 1h | cat", 64, "--rotate is for recordings; give --record-raw FILE, too"),
        ("ingest binance --from-raw small.jsonl --ca ca.pem", 64, "--ca has no meaning with --from-raw"),
        ("ingest binance all --endpoint '' | cat", 64, "--endpoint is empty"),
        ("ingest binance all --endpoint localhost | cat", 64, "--endpoint localhost: not an address"),
        ("ingest binance all --refresh 1s | cat", 64, "--refresh 1s: not a time of at least 10000 ms"),
        ("ingest binance all --to fd:3", 64, "--to fd:3: not a Unix socket"),
        ("ingest binance all --record-raw absent/file | cat", 73, "cannot open absent/file"),
        ("ingest binance --from-raw", 64, "--from-raw needs a value"),
        ("ingest binance --from-rew small.jsonl", 64, "did you mean --from-raw?"),
        ("ingest binance --timers=yes --from-raw small.jsonl", 64, "--timers takes no value"),
        ("ingest binance --from-raw ''", 64, "not a file"),
        ("ingest binance --from-raw absent.jsonl", 66, "cannot open absent.jsonl: No such file or directory"),
        ("ingest binance --from-raw .", 66, ". is a directory"),
        ("ingest binance --from-raw fd:93", 66, "descriptor 93 is not open"),
        ("ingest binance --from-raw unix:absent.sock", 75, "cannot connect to absent.sock"),
        ("ingest binance --from-raw small.jsonl --channels book,quotes", 64, "unknown channel quotes"),
        ("ingest kraken-futures --from-raw small.jsonl --channels kline", 64, "kraken-futures has no channel kline"),
        ("ingest binance --from-raw small.jsonl --depth 0", 64, "--depth 0: not a whole number from 1 to 10000"),
        ("ingest binance --from-raw small.jsonl --depth ten", 64, "--depth ten: not a whole number"),
        ("ingest binance --from-raw small.jsonl --pace 0", 64, "--pace 0: not a number above 0"),
        ("ingest binance --from-raw small.jsonl --pace nan", 64, "--pace nan: not a number above 0"),
        ("ingest coinbase --from-raw small.jsonl --trade-side both", 64, "not maker, taker or unknown"),
    ]

    @Test("each refusal has its status, one line and no frame", arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        let (line, status, says) = Self.refusals[index]
        let run = try Fixture.run(line)
        #expect(run.status == status, "\(line)")
        #expect(run.errors.hasPrefix("ingest: ") && run.errors.contains(says), "\(line) said: \(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.output.isEmpty)
    }

    @Test("help and version were asked for: standard output, status 0, without a recording")
    func helps() throws {
        let help = try Fixture.run("ingest --help")
        #expect(help.status == 0 && help.text.hasPrefix("usage: ingest ") && help.errors.isEmpty)
        #expect(try Fixture.run("ingest -h").text == help.text)
        let version = try Fixture.run("ingest --version")
        #expect(version.status == 0 && version.text.hasPrefix("ingest (penstock) "))
        #expect(try Fixture.run("ingest -V").text == version.text)
    }

    @Test("a symbol that the recording does not have is told with the nearest that it has")
    func missingSymbol() throws {
        let near = try Fixture.run("ingest binance ABD-USDT --from-raw small.jsonl --quiet")
        #expect(near.status == 64 && near.errors.contains("no ABD-USDT in this recording; it holds ABC-USDT"))
        let far = try Fixture.run("ingest binance XXXXX-YYYYY --from-raw small.jsonl --quiet")
        #expect(far.status == 64 && far.errors.contains("it holds ABC-USDT, DEF-USDT"))
        let pattern = try Fixture.run("ingest binance 'X*' --from-raw small.jsonl --quiet")
        #expect(pattern.status == 0, "a pattern that matches nothing is no mistake")
    }

    @Test("a recording of another venue is told")
    func otherVenue() throws {
        let run = try Fixture.run("ingest kraken --from-raw small.jsonl | tap --json | jq -r .kind")
        #expect(run.status == 0 && run.text == "hello\nend\n")
        #expect(
            run.errors.hasSuffix("nothing in them is market data of kraken; a recording of another venue?\n"),
            "\(run.errors)")
    }

    @Test(
        "a symbol is asked for by our name, the venue's, or a pattern",
        arguments: ["ABC-USDT", "abcusdt", "ab*", "ABC?USDT"])
    func symbols(_ name: String) throws {
        let run = try Fixture.run(
            "ingest binance '\(name)' --from-raw small.jsonl --quiet | tap --json | jq -r '.symbol // empty' | sort -u")
        #expect(run.status == 0 && run.text == "ABC-USDT\n")
    }
}
