import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Merges

@Suite("one stream of trades out of several", .timeLimit(.minutes(1)))
struct HealedRowTests {
    private func bench(inputs: Int = 2) -> Bench {
        var work = Merger.Work()
        work.heals = true
        return Bench(work, inputs: inputs)
    }

    private func sequences(_ frames: [[UInt8]]) -> [UInt64] { frames.map(\.header.envelope.lastSequence) }

    @Test("each event once, whichever input has it first, under positions of its own")
    func repeats() {
        var bench = bench()
        var (a, b) = (Writer("binance"), Writer("binance"))
        b.skip(.trade, 40)
        for sequence: UInt64 in 10...14 {
            bench.take(a.trade(at: Int64(sequence), sequence: sequence...sequence), 0)
            bench.take(b.trade(at: Int64(sequence), sequence: sequence...sequence), 1)
        }
        let frames = bench.frames()
        #expect(sequences(frames) == Array(10...14) && frames.map(\.header.envelope.position) == Array(1...5))
        #expect(frames.allSatisfy { $0.front == .frame($0.count) })
        #expect(bench.merger.tally.absorbed == 5 && bench.conserves)
    }

    @Test("numbers that the venue skips are no holes, as an input without a loss shows")
    func skips() {
        var bench = bench()
        var (a, b) = (Writer("binance"), Writer("binance"))
        bench.take(a.trade(at: 1, sequence: 10...10), 0)
        bench.take(b.trade(at: 1, sequence: 10...10), 1)
        bench.take(a.trade(at: 2, sequence: 70...75), 0)
        #expect(sequences(bench.frames()) == [10, 75])
    }

    @Test("behind a loss an event waits for the other input, which fills it")
    func fills() {
        var bench = bench()
        var (a, b) = (Writer("binance"), Writer("binance"))
        bench.take(a.trade(at: 1, sequence: 1...1), 0)
        bench.take(b.trade(at: 1, sequence: 1...1), 1)
        a.skip(.trade)
        bench.take(a.trade(at: 3, sequence: 3...3) + a.trade(at: 4, sequence: 4...4), 0)
        #expect(sequences(bench.frames()) == [1] && bench.merger.held == 2)
        bench.take(b.trade(at: 2, sequence: 2...2), 1)
        #expect(sequences(bench.frames()) == [2, 3, 4] && bench.conserves)
    }

    @Test("what no input fills is told as a gap: at once where none can, else when patience is over")
    func gaps() {
        var bench = bench()
        var (a, b) = (Writer("binance"), Writer("binance"))
        bench.take(a.trade(at: 1, sequence: 1...1), 0)
        bench.take(b.trade(at: 1, sequence: 1...1), 1)
        bench.take(a.gap(.trade, at: 2) + a.trade(at: 3, sequence: 5...5), 0)
        bench.pass(to: 1_000_000_002)
        #expect(bench.frames().count == 1)
        bench.pass(to: 1_000_000_003)
        let frames = bench.frames()
        #expect(frames.map(\.kind) == [.gap, .trade])
        frames[0].payload { frame, header in
            let gap = Gap(frame, header)
            #expect(gap.reason == .disconnected && gap.fromSequence == 2 && gap.toSequence == 4)
        }
        bench.end(1)
        a.skip(.trade)
        bench.take(a.trade(at: 1_000_000_009, sequence: 9...9), 0)
        #expect(bench.frames().map(\.kind) == [.gap, .trade] && bench.conserves)
    }

    @Test("a stream without numbers of the venue is not healed, and that is said")
    func unnumbered() {
        var bench = bench()
        var writer = Writer("kraken")
        bench.take(writer.ticker(1, at: 1), 0)
        #expect(bench.merger.takeNotices() == [.unnumbered(stream: "kraken BTC-USDT ticker")])
        #expect(bench.frames().isEmpty && bench.conserves)
    }

    @Test("two copies that lose different events give the stream as it was", arguments: 0..<30)
    func property(_ seed: UInt64) {
        var dice = Dice(seed: seed)
        var bench = bench()
        // What the venue said: ranges, of some with numbers left out.
        let skips = dice.oneIn(2)
        var rows: [ClosedRange<UInt64>] = []
        var next: UInt64 = 100
        for _ in 0..<400 {
            if skips, dice.oneIn(3) { next += UInt64(dice.number(1...9)) }
            let last = next + UInt64(dice.oneIn(2) ? 0 : dice.number(0...4))
            rows.append(next...last)
            next = last + 1
        }
        // Of each event at most one copy is lost, and none of the first. Where numbers are left out, what lies between two events
        // of which each copy lost one nobody knows.
        var lost = rows.indices.map { $0 == 0 ? 2 : dice.oneIn(4) ? dice.number(0...1) : 2 }
        for index in rows.indices.dropFirst() where skips && lost[index] == 1 - lost[index - 1] { lost[index] = 2 }
        var writers = [Writer("binance"), Writer("binance")]
        var at = [0, 0]
        var now: Int64 = 1
        var frames: [[UInt8]] = []
        while at[0] < rows.count || at[1] < rows.count {
            now += 1000
            // Both begin: of a stream that an input has not shown nobody waits for it.
            var input = at[0] == 0 ? 0 : at[1] == 0 ? 1 : dice.number(0...1)
            // Neither is more than twenty events behind, which is below a second here.
            if at[input] >= rows.count || at[input] > at[1 - input] + 20 { input = 1 - input }
            let index = at[input]
            at[input] += 1
            if lost[index] == input {
                if dice.oneIn(2) {
                    writers[input].skip(.trade)
                } else {
                    bench.take(writers[input].gap(.trade, at: now), input)
                }
            } else {
                bench.take(writers[input].trade(at: now, sequence: rows[index]), input)
            }
            frames += bench.frames()
        }
        bench.end(0)
        bench.end(1)
        frames += bench.frames()
        let told = frames.map { $0.header.envelope.firstSequence...$0.header.envelope.lastSequence }
        #expect(told == rows, "seed \(seed)")
        #expect(frames.map(\.header.envelope.position) == Array(1...UInt64(rows.count)), "seed \(seed)")
        #expect(bench.conserves == true, "seed \(seed)")
    }
}
