import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Merges

/// Rows of behaviour: A's merge windows.
@Suite("windows of several venues", .timeLimit(.minutes(1)))
struct WindowTests {
    private static let second: Int64 = 1_000_000_000

    private func bench(_ rule: String, singles: Bool = false) throws -> Bench {
        var work = Merger.Work()
        work.rules = [try MergeRule(rule)]
        work.passesWindowed = singles
        return Bench(work)
    }

    @Test("a window opens with the first event, and is told at its end when all venues are in it: each venue's latest")
    func complete() throws {
        var bench = try bench("BTC-USDT:ticker=a,b;10s;1000")
        var (a, b) = (Writer("a"), Writer("b"))
        bench.take(a.ticker(1, at: 5 * Self.second))
        bench.take(b.ticker(2, at: 6 * Self.second))
        bench.take(a.ticker(3, at: 7 * Self.second))
        bench.pass(to: 15 * Self.second - 1)
        #expect(bench.frames().isEmpty)
        bench.pass(to: 15 * Self.second)
        let frames = bench.frames()
        #expect(frames.map(\.kind) == [.merged] && frames.allSatisfy { $0.payloadDefect == nil })
        let merged = frames[0]
        #expect(merged.symbol == "BTC-USDT" && merged.venue == "merge" && merged.header.envelope.position == 1)
        #expect(merged.fragments.map(\.venue) == ["b", "a"])
        #expect(merged.fragments.last?.payload { Ticker($0, $1).bid } == Decimal(3, exponent: -2))
        merged.payload { frame, header in
            let payload = Payload(header)
            #expect(payload.i64(frame, 8) == 5 * Self.second && payload.i64(frame, 16) == 15 * Self.second)
            #expect(payload.u8(frame, 24) == WindowEnd.time.rawValue && payload.u64(frame, 0) != 0)
        }
        #expect(bench.merger.tally.superseded == 1 && bench.merger.tally.fragments == 2 && bench.conserves)
    }

    @Test("a window in which a venue is missing is suppressed, and told to the monitor with the missing venues")
    func partial() throws {
        var bench = try bench("BTC-USDT:ticker=a,b,c;10s;1000")
        var (a, c) = (Writer("a"), Writer("c"))
        bench.take(a.ticker(1, at: 1))
        bench.take(c.ticker(1, at: 2))
        bench.pass(to: 11 * Self.second)
        #expect(bench.frames().isEmpty)
        #expect(bench.merger.takeNotices() == [.suppressed(key: "BTC-USDT:ticker", missing: ["b"])])
        #expect(bench.merger.tally.suppressed == 2 && bench.conserves)
    }

    @Test("it closes at its count of events, whichever venues they are of, and the next event opens another")
    func count() throws {
        var bench = try bench("BTC-USDT:ticker=a,b;10s;3")
        var (a, b) = (Writer("a"), Writer("b"))
        bench.take(a.ticker(1, at: 1) + a.ticker(2, at: 1))
        #expect(bench.frames().isEmpty)
        // At the very same time: it belongs to the one that it fills, and the next to another.
        bench.take(b.ticker(3, at: 1) + b.ticker(4, at: 1))
        let frames = bench.frames()
        #expect(frames.count == 1 && frames[0].fragments.count == 2)
        frames[0].payload { #expect(Payload($1).u8($0, 24) == WindowEnd.count.rawValue) }
        #expect(bench.merger.held == 1 && bench.merger.tally.late == 0 && bench.conserves)
    }

    @Test("an event received before the last window closed is late: dropped, and told")
    func late() throws {
        var bench = try bench("BTC-USDT:ticker=a,b;1s;1000")
        var (a, b) = (Writer("a"), Writer("b"))
        bench.take(a.ticker(1, at: Self.second) + b.ticker(1, at: Self.second))
        bench.pass(to: 2 * Self.second)
        _ = bench.frames()
        bench.take(b.ticker(2, at: 2 * Self.second - 5_000_000, sequence: 77), at: 3 * Self.second)
        bench.take(b.ticker(3, at: 2 * Self.second), at: 3 * Self.second)
        #expect(bench.frames().isEmpty && bench.merger.held == 0)
        #expect(
            bench.merger.takeNotices() == [
                .late(venue: "b", symbol: "BTC-USDT", sequence: 77, by: .milliseconds(5)),
                .late(venue: "b", symbol: "BTC-USDT", sequence: 0, by: .zero),
            ])
        bench.take(b.ticker(4, at: 2 * Self.second + 1), at: 3 * Self.second)
        #expect(bench.merger.held == 1 && bench.merger.tally.late == 2 && bench.conserves)
    }

    @Test("it does not close early where all venues are in it, unless the rule says so; keep=all keeps all")
    func options() throws {
        var (a, b) = (Writer("a"), Writer("b"))
        let events = a.ticker(1, at: 1) + a.ticker(2, at: 2) + b.ticker(3, at: 3)
        var plain = try bench("BTC-USDT:ticker=a,b;10s;1000")
        plain.take(events)
        #expect(plain.frames().isEmpty)
        var closing = try bench("BTC-USDT:ticker=a,b;10s;1000;close-on-complete;keep=all")
        closing.take(events)
        let frames = closing.frames()
        #expect(frames.count == 1 && frames[0].fragments.map(\.venue) == ["a", "a", "b"])
        frames[0].payload { #expect(Payload($1).u8($0, 24) == WindowEnd.complete.rawValue) }
    }

    @Test("what no rule concerns passes: other kinds, symbols and venues, reports, commands; singles only if asked for")
    func passes() throws {
        var bench = try bench("BTC-USDT:ticker=a,b;10s;1000")
        var (a, c, other) = (Writer("a"), Writer("c"), Writer("a", "ETH-USDT"))
        let events = [a.trade(at: 1), c.ticker(1, at: 2), other.ticker(1, at: 3)]
        for event in events { bench.take(event) }
        #expect(bench.frames().map(\.kind) == [.trade, .ticker, .ticker])
        bench.take(a.ticker(1, at: 4))
        #expect(bench.frames().isEmpty && bench.conserves)
        var both = try self.bench("BTC-USDT:ticker=a,b;10s;1000", singles: true)
        both.take(a.ticker(2, at: 5))
        #expect(both.frames().map(\.kind) == [.ticker] && both.conserves)
    }

    @Test("changed rules leave windows of the same rules open; those of others are forgotten, as at the end")
    func replace() throws {
        var work = Merger.Work()
        let (kept, gone) = (try MergeRule("A-B:ticker=a,b"), try MergeRule("C-D:ticker=a,b"))
        work.rules = [gone, kept]
        var bench = Bench(work)
        var (one, other) = (Writer("a", "A-B"), Writer("a", "C-D"))
        bench.take(one.ticker(1, at: 1) + other.ticker(1, at: 1))
        bench.merger.replace(rules: [kept])
        #expect(bench.merger.held == 1 && bench.merger.tally.discarded == 1 && bench.conserves)
        bench.merger.discard()
        #expect(bench.merger.held == 0 && bench.merger.tally.discarded == 2 && bench.conserves)
    }

    @Test(
        "windows hold at most 1,000 events and last 10 s, partial ones are never told, nothing is lost",
        arguments: 0..<20)
    func property(_ seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var work = Merger.Work()
        let duration = dice.pick([10, 3, 1])
        let count = dice.pick([1000, 50, 3])
        let keeps = dice.pick(["", ";keep=all"])
        work.rules = [try MergeRule("BTC-USDT:ticker=a,b,c;\(duration)s;\(count)\(keeps)")]
        var bench = Bench(work)
        var writers = ["a", "b", "c", "d"].map { Writer($0) }
        var now: Int64 = Self.second
        var merged = 0
        for _ in 0..<2000 {
            now += Int64(dice.number(0...dice.pick([1_000, 20_000_000, 400_000_000])))
            bench.pass(to: now)
            let writer = dice.oneIn(5) ? 3 : dice.number(0...2)
            let received = now - Int64(dice.oneIn(10) ? dice.number(0...2_000_000_000) : 0)
            bench.take(writers[writer].ticker(1, at: max(1, received)), at: now)
            for frame in bench.frames() where frame.kind == .merged {
                merged += 1
                #expect(Set(frame.fragments.map(\.venue)) == ["a", "b", "c"] && frame.fragments.count <= count)
                frame.payload { bytes, header in
                    let span = Payload(header).i64(bytes, 16) - Payload(header).i64(bytes, 8)
                    #expect(0...Int64(duration) * Self.second ~= span)
                }
            }
            if !bench.conserves { Issue.record("seed \(seed)") }
        }
        #expect(merged > 0 && bench.conserves)
    }
}
