import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Merges

@Suite("candles from trades", .timeLimit(.minutes(1)))
struct TradeCandleTests {
    private static let second: Int64 = 1_000_000_000

    private func bench(_ intervals: [Nanos]) -> Bench {
        var work = Merger.Work()
        work.intervals = intervals
        return Bench(work)
    }

    private func klines(_ frames: [[UInt8]]) -> [Kline] {
        frames.filter { $0.kind == .kline }.map { $0.payload { Kline($0, $1) } }
    }

    @Test("the open candle is told with every trade, the closed one is final; sums are exact")
    func candle() {
        var bench = bench([.seconds(1)])
        var writer = Writer("binance")
        let trades: [(Decimal, Decimal, Side, Int64)] = [
            (Decimal(1005, exponent: -1), Decimal(2, exponent: 0), .buy, 5_100_000_000),
            (Decimal(99, exponent: 0), Decimal(25, exponent: -2), .sell, 5_200_000_000),
            (Decimal(10_225, exponent: -2), Decimal(1, exponent: 0), .buy, 5_999_999_999),
            (Decimal(100, exponent: 0), Decimal(1, exponent: 0), .buy, 6_000_000_000),
        ]
        for (price, size, side, time) in trades { bench.take(writer.trade(price, size, side: side, at: time)) }
        let frames = bench.frames()
        #expect(frames.map(\.kind) == [.trade, .kline, .trade, .kline, .trade, .kline, .trade, .kline, .kline])
        #expect(frames.allSatisfy { $0.payloadDefect == nil })
        let klines = klines(frames)
        #expect(klines.map(\.isFinal) == [false, false, false, true, false])
        let final = klines[3]
        #expect(final.opened == .seconds(5) && final.closes == .seconds(6) && final.trades == 3)
        #expect(final.open == Decimal(1005, exponent: -1) && final.close == Decimal(10_225, exponent: -2))
        #expect(final.high == Decimal(10_225, exponent: -2) && final.low == Decimal(99, exponent: 0))
        #expect(final.volume == Decimal(325, exponent: -2) && final.quoteVolume == Decimal(328, exponent: 0))
        #expect(final.takerVolume == Decimal(3, exponent: 0) && final.takerQuoteVolume == Decimal(30325, exponent: -2))
        #expect(frames[1].venue == "merge:binance")
        #expect(frames.filter { $0.kind == .kline }.map { $0.header.envelope.position } == [1, 2, 3, 4, 5])
    }

    @Test("a candle without a later trade is closed by time; a trade of a closed one is counted, not told")
    func time() {
        var bench = bench([.seconds(1)])
        var writer = Writer("binance")
        bench.take(writer.trade(at: 5 * Self.second))
        bench.pass(to: 7 * Self.second - 1)
        #expect(klines(bench.frames()).map(\.isFinal) == [false])
        bench.pass(to: 7 * Self.second)
        #expect(klines(bench.frames()).map(\.isFinal) == [true])
        bench.take(writer.trade(at: 5 * Self.second + 1), at: 8 * Self.second)
        #expect(klines(bench.frames()).isEmpty && bench.merger.deadline == nil)
    }

    @Test("a sum that does not fit in 64 bits becomes a gap; so does what candles lack")
    func range() {
        var bench = bench([.seconds(1)])
        var writer = Writer("binance")
        bench.take(writer.trade(Decimal(.max, exponent: -2), Decimal(999_999_999_999, exponent: -8), at: 1))
        bench.take(writer.gap(.trade, .sequence, at: 2))
        let gaps = bench.frames().filter { $0.kind == .gap && $0.venue == "merge:binance" }
        #expect(gaps.map { $0.payload { Gap($0, $1).reason } } == [.range, .sequence])
    }

    @Test("candles equal those of a plain model", arguments: 0..<15)
    func model(_ seed: UInt64) {
        struct Plain: Equatable { var o, h, l, c, v, q: Int, n = 0 }
        var dice = Dice(seed: seed)
        let intervals: [Int64] = [Self.second, 5 * Self.second, 60 * Self.second]
        var bench = bench(intervals.map { Nanos($0) })
        var writer = Writer("kraken")
        var model: [[Int64: Plain]] = Array(repeating: [:], count: intervals.count)
        var told: [[Int64: Plain]] = Array(repeating: [:], count: intervals.count)
        var finals: [Set<Int64>] = Array(repeating: [], count: intervals.count)
        var now: Int64 = 100 * Self.second
        for _ in 0..<400 {
            now += Int64(dice.number(0...500_000_000))
            let (price, size) = (dice.number(1...100_000), dice.number(1...1000))
            for (index, interval) in intervals.enumerated() {
                let opened = now / interval * interval
                var plain = model[index][opened] ?? Plain(o: price, h: price, l: price, c: price, v: 0, q: 0)
                plain.h = max(plain.h, price)
                plain.l = min(plain.l, price)
                plain.c = price
                plain.v += size
                plain.q += price * size
                plain.n += 1
                model[index][opened] = plain
            }
            bench.pass(to: now)
            bench.take(writer.trade(Decimal(Int64(price), exponent: -2), Decimal(Int64(size), exponent: -3), at: now))
        }
        bench.pass(to: now + 100 * Self.second)
        for kline in klines(bench.frames()) {
            let span = (kline.closes - kline.opened).count
            guard let index = intervals.firstIndex(of: span) else { continue }
            #expect(!finals[index].contains(kline.opened.count), "seed \(seed): told after it was final")
            func whole(_ number: Decimal, _ exponent: Int8) -> Int { Int(number.mantissa(at: exponent) ?? -1) }
            told[index][kline.opened.count] = Plain(
                o: whole(kline.open, -2), h: whole(kline.high, -2), l: whole(kline.low, -2), c: whole(kline.close, -2),
                v: whole(kline.volume, -3), q: whole(kline.quoteVolume, -5), n: Int(kline.trades))
            if kline.isFinal { finals[index].insert(kline.opened.count) }
        }
        #expect(told == model, "seed \(seed)")
        for index in intervals.indices { #expect(finals[index] == Set(model[index].keys), "seed \(seed)") }
    }
}
