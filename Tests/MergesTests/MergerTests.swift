import Bytes
import Events
import Flow
import Support
import Testing
import Units
import Wire

@testable import Merges

@Suite("joining streams of several clocks", .timeLimit(.minutes(1)))
struct MergerTests {
    private static let own = TimeOrigin(.monotonic, boot: (1, 2), wallOffset: Nanos(1_000_000))

    private func hello(_ origin: TimeOrigin) -> [UInt8] {
        written {
            $0.put(
                Hello(producer: "test", boot: origin.boot, timeBase: origin.timeBase, wallOffset: origin.wallOffset),
                Envelope(kind: .hello, channel: .control))
        }
    }

    private func take(_ bytes: [UInt8], _ input: Int, _ merger: inout Merger, _ outbox: inout Outbox) {
        bytes.withBytes { merger.take($0, Header($0), from: input, now: Nanos(2_000_000), into: &outbox) }
    }

    @Test("a frame is always governed by the hello of its own clock, which is repeated only where the clock changes")
    func hellos() {
        var merger = Merger(Merger.Work(), stamping: .clock(Self.own))
        var outbox = Outbox()
        merger.begin(Self.own)
        for input in 0...2 { merger.open(input) }
        let near = TimeOrigin(.monotonic, boot: (1, 2), wallOffset: Nanos(1_400_000))
        let far = TimeOrigin(.recorded)
        for (input, origin) in [Self.own, near, far].enumerated() { take(hello(origin), input, &merger, &outbox) }
        var writers = ["a", "b", "c"].map { Writer($0) }
        for input in [0, 1, 0, 2, 2, 0, 1] { take(writers[input].trade(at: 500), input, &merger, &outbox) }
        merger.flushStamps(Nanos(2_000_000), &outbox)
        let frames = outbox.bytes.frames
        let kinds = frames.map { $0.kind == .hello ? "hello" : $0.venue }
        #expect(kinds == ["hello", "hello", "hello", "hello", "a", "b", "a", "hello", "c", "c", "hello", "a", "b"])
        // Hops of our own clock's frames alone: from received to now.
        for frame in frames where frame.kind == .trade {
            let hop = frame.withBytes { Header.hop(.mergeOut, of: $0) }
            #expect(hop == (frame.venue == "c" ? 0 : 2_000_000 - 1_000_000 - 500))
            #expect(frame.front == .frame(frame.count))
        }
        #expect(merger.tally.taken == 10 && merger.tally.passed == 10)
        #expect(merger.tally.written == UInt64(frames.count) + 1)
    }

    @Test("who is gone leaves no book that stands, unless it had finished; one that follows in the same pipe had not")
    func farewells() {
        let end = written { $0.put(end: .finished, Envelope(kind: .end, channel: .control)) }
        for (isFollowed, expected) in [(false, 0), (true, 1)] {
            var bench = Bench(Merger.Work(), inputs: 1)
            var writer = Writer("a")
            bench.take(hello(TimeOrigin(.recorded)) + writer.status(.synced, .snapshot) + end)
            if isFollowed {
                writer.beginEpoch(.book)
                bench.take(hello(TimeOrigin(.recorded)) + writer.status(.synced, .snapshot))
            }
            bench.end(0, wasLive: true)
            let told = bench.frames().filter { $0.payload { BookStatus($0, $1).state } == .stale }
            #expect(told.count == expected && bench.conserves)
        }
    }

    @Test("of an input that is gone each of thousands of books is told to be stale")
    func farewellsOfMany() {
        var bench = Bench(Merger.Work())
        var names: [String] = []
        for index in 0..<5_000 {
            var writer = Writer("a", "S\(index)")
            bench.take(writer.status(.synced, .snapshot))
            names.append(writer.symbol)
        }
        _ = bench.frames()
        bench.end(0, wasLive: true)
        #expect(bench.frames().map(\.symbol) == names && bench.conserves)
    }

    @Test("an input's end is told by merge's own, and unknown kinds and reports pass whatever is asked for")
    func passes() throws {
        var work = Merger.Work()
        work.heals = true
        work.levels = 5
        work.intervals = [.seconds(1)]
        work.rules = [try MergeRule("BTC-USDT:trade=a,b")]
        var bench = Bench(work)
        var writer = Writer("a")
        var unknown = writer.trade(at: 1)
        unknown[11] = 200
        let report = Draft(writer.envelope(.execReport, .order, at: 2), writer.name)
        bench.take(unknown.sealed())
        bench.take(written { $0.put(report) })
        bench.take(written { $0.put(end: .finished, Envelope(kind: .end, channel: .control)) })
        #expect(bench.frames().map(\.header.envelope.kind.rawValue) == [200, Kind.execReport.rawValue])
        #expect(bench.merger.tally.ends == 1 && bench.conserves)
    }
}
