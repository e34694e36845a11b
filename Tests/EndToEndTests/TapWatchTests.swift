import Foundation
import Support
import Testing

@Suite("what tap shows of a stream that flows", .timeLimit(.minutes(1)))
struct TapWatchTests {
    /// A trade of FORMAT.md with these hop stamps, in nanoseconds.
    private func trade(_ hops: String) -> String {
        #"{"kind":"trade","venue":"kraken","symbol":"BTC-USD","epoch":1,"position":"7","sequence":"73480042","#
            + #""happened":"1786000000123456789","received":"1001500000000","id":"54f2be0e9d866a09","flags":[],"#
            + #""hops":{\#(hops)},"price":"63210.5","size":"0.01250000","side":"sell","tradeId":"73480042"}"#
    }

    private func frames(_ name: String, _ hops: [String]) throws {
        let lines = hops.map { trade($0) + "\n" }.joined()
        let run = try Fixture.run("tap --from-json > \(name)", input: Data(lines.utf8))
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test("--latency tells each way between two stamps, decision and execution apart, and that nothing is left over")
    func latency() throws {
        var hops = Array(repeating: #""ingestOut":1000,"mergeOut":3000,"dispatchIn":3500"#, count: 99)
        hops.append(#""ingestOut":2000,"decided":52000,"sent":60000,"acknowledged":2060000"#)
        try frames("hops.frames", hops)
        let run = try Fixture.run("tap hops.frames --latency")
        let rows = run.text.split(separator: "\n").map {
            $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        }
        func row(_ title: String) -> [String]? {
            rows.first { $0.prefix(3).joined(separator: " ") == title }.map { Array($0.dropFirst(3)) }
        }
        #expect(row("received → ingestOut") == ["100", "1.00", "µs", "1.00", "µs", "2.00", "µs", "2.00", "µs"])
        #expect(row("ingestOut → mergeOut")?.first == "99" && row("mergeOut → dispatchIn")?[1...2] == ["500", "ns"])
        #expect(row("sent → acknowledged")?.suffix(2) == ["2.00", "ms"])
        let text = rows.map { $0.joined(separator: " ") }
        #expect(text.contains { $0.hasPrefix("decision: received → decided 1 52.00 µs") })
        #expect(text.contains { $0.hasPrefix("execution: decided → the last stamp 1 2.00 ms") })
        #expect(run.text.hasSuffix("residual 0.00 %\n") && run.status == 0)
    }

    @Test("--fail-above is a verdict on 99 of 100 events, for cron and CI")
    func verdict() throws {
        let fast = Array(repeating: #""ingestOut":1000000"#, count: 99)
        try frames("fast.frames", fast + [#""ingestOut":900000000"#])
        try frames("slow.frames", fast.dropLast() + [#""ingestOut":900000000"#, #""ingestOut":900000000"#])
        let fine = try Fixture.run("tap fast.frames --latency --fail-above 5ms")
        #expect(fine.status == 0 && fine.errors.isEmpty)
        let slow = try Fixture.run("tap slow.frames --latency --fail-above 5ms")
        #expect(slow.status == 1)
        #expect(slow.errors == "tap: 99 of 100 events took up to 900.00 ms, which is above 5.00 ms\n")
        let alone = try Fixture.run("tap slow.frames --fail-above 5ms")
        #expect(alone.status == 64 && alone.errors == "tap: --fail-above goes with --latency\n")
    }

    @Test("--fail-above fails where nothing was timed; books of several venues are, though each is whole")
    func untimed() throws {
        try frames("unstamped.frames", [""])
        let none = try Fixture.run("tap unstamped.frames --latency --fail-above 5ms")
        #expect(none.status == 1 && none.errors == "tap: no event was timed\n", "\(none.errors)")
        let run = try Fixture.run(
            """
            merge --clock frames --consolidate small.frames | tap --kind consolidatedBook --json |
                jq -c '.hops = {ingestOut: 900000000}' | tap --from-json > whole.frames
            tap whole.frames --latency --fail-above 5ms
            """)
        #expect(run.status == 1 && run.errors.contains("900.00 ms"), "\(run.errors)")
    }

    @Test("frames read as they come are timed until they are here; those of a file are not")
    func arrival() throws {
        // A hello of this boot, as a running tool writes it.
        let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).filter {
            $0.isHexDigit
        }
        let hello =
            #"{"kind":"hello","flags":[],"wallOffset":"1785999000000000000","bootId":"\#(boot)","timeBase":"monotonic","producer":"test","build":"","host":""}"#
        let event = trade(#""ingestOut":1000"#).replacingOccurrences(of: "1001500000000", with: "1")
        let run = try Fixture.run("tap --from-json > ours.frames", input: Data((hello + "\n" + event + "\n").utf8))
        #expect(run.status == 0, "\(run.errors)")
        #expect(try Fixture.run("cat ours.frames | tap --latency").text.contains("ingestOut → here"))
        #expect(try !Fixture.run("tap ours.frames --latency").text.contains("here"))
        #expect(try !Fixture.run("cat hops.frames small.frames | tap --latency").text.contains("here"))
    }

    @Test("--top is a row a symbol: rate, gaps, last price, the book's state")
    func top() throws {
        let run = try Fixture.run("tap small.frames --top")
        let rows = run.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(run.status == 0 && rows.count == 4)
        #expect(rows[1] == ["venue", "symbol", "events/s", "lag", "gaps", "missed", "last", "book"])
        #expect(
            rows[2].prefix(2) == ["binance", "ABC-USDT"] && rows[2].suffix(5) == ["-", "0", "0", "10.02", "synced"])
        #expect(rows[3].suffix(2) == ["1.1", "synced"])
        let cut = try Fixture.run("tap small.frames --kind bookStatus --limit 1 --top")
        #expect(cut.text.contains("syncing (start)") && cut.text.contains("1 without a standing book"))
    }

    @Test("--replay gives the very same bytes, or those of the events that are asked for")
    func replay() throws {
        let run = try Fixture.run("tap small.frames --replay | cmp - small.frames && echo same")
        #expect(run.text == "same\n" && run.status == 0)
        let some = try Fixture.run("tap many.frames --replay --speed 0 --kind trade | tap --count | tail -1")
        #expect(some.text.contains("1500 events"), "\(some.text)")
        let head = try Fixture.run("tap many.frames --replay --speed 0 | head -c 100 | wc -c")
        #expect(head.text == "100\n" && head.errors.isEmpty)
    }

    @Test("--replay waits as its events did, so many times as fast as --speed says")
    func pace() throws {
        let line = { (second: Int) in
            self.trade("").replacingOccurrences(of: "1001500000000", with: "\(1000 + second)000000000")
        }
        let lines = (0..<3).map { line($0 * 400) + "\n" }.joined()
        #expect(try Fixture.run("tap --from-json > pace.frames", input: Data(lines.utf8)).status == 0)
        // 800 s at 1000 times their speed: it takes 0.8 s at least, whatever the machine does.
        let began = ContinuousClock.now
        let run = try Fixture.run("tap pace.frames --replay --speed 1000 | cmp - pace.frames && echo same")
        #expect(run.text == "same\n" && ContinuousClock.now - began >= .milliseconds(790))
    }
}
