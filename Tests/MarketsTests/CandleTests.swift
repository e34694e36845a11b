import Markets
import Matching
import Testing
import Units

/// Candles and the last day against sums made anew from all trades.
@Suite(.timeLimit(.minutes(1)))
struct CandleTests {
    private let terms = plan(1).listings[0].terms
    private let start = Nanos.seconds(1_700_000_000)

    /// A trade `seconds` after the start.
    private func trade(_ seconds: Int64, _ price: Int64, _ size: Int64, _ side: BookSide, _ number: UInt64) -> Print {
        Print(
            content: .trade, market: 0, side: side, price: Ticks(price), size: Lots(size),
            time: start + .seconds(seconds), number: number, maker: 1, taker: 2)
    }

    private func expected(_ trades: [Print], from first: Nanos, to end: Nanos) -> Candle? {
        let inside = trades.filter { $0.time >= first && $0.time < end }
        guard let one = inside.first, let last = inside.last else { return nil }
        var candles = Candles(length: .seconds(1 << 32))
        candles.add(one, terms)
        guard var candle = candles.last else { return nil }
        candle.start = first
        candle.open = terms.price(one.price)
        candle.close = terms.price(last.price)
        candle.high = inside.map { terms.price($0.price) }.max() ?? .zero
        candle.low = inside.map { terms.price($0.price) }.min() ?? .zero
        candle.tradeCount = UInt64(inside.count)
        (candle.firstTrade, candle.lastTrade) = (one.number, last.number)
        // A tick × lot is 10^-7: 10^11 of the ledger's units.
        func sum(_ side: BookSide?) -> (size: Int128, value: Int128) {
            inside.filter { side == nil || $0.side == side }.reduce((0, 0)) {
                ($0.0 + Int128($1.size.count), $0.1 + Int128($1.price.count * $1.size.count) * 100_000_000_000)
            }
        }
        (candle.volume, candle.quoteVolume) = sum(nil)
        (candle.takerVolume, candle.takerQuoteVolume) = sum(.bid)
        return candle
    }

    @Test("candles of one and five minutes and the last day are what all trades say", arguments: 0..<3 as Range<UInt64>)
    func model(seed: UInt64) {
        var chance = Chance(seed: seed)
        var recent = Recent(terms)
        var trades: [Print] = []
        var second: Int64 = 0
        for number in 1...1500 as ClosedRange<UInt64> {
            second += Int64.random(in: 0...200, using: &chance) * (number % 100 == 0 ? 20 : 1)
            let side = BookSide.allCases[Int.random(in: 0...1, using: &chance)]
            let print = trade(
                second, .random(in: 900...1100, using: &chance), .random(in: 1...5000, using: &chance), side, number)
            recent.add(print)
            trades.append(print)
        }
        let now = start + .seconds(second)
        recent.advance(to: now)
        for candles in [recent.minutes, recent.fiveMinutes] {
            var last: Candle?
            for index in 0..<candles.count {
                let candle = candles[index]
                if let last { #expect(candle.start == last.start + candles.length) }
                if let model = expected(trades, from: candle.start, to: candle.start + candles.length) {
                    #expect(candle == model)
                } else {
                    #expect(candle.tradeCount == 0 && candle.volume == 0)
                    #expect(last == nil || candle.open == last?.close)
                }
                last = candle
            }
            #expect(candles.last.map { $0.start <= now && now < $0.start + candles.length } == true)
        }
        let minute: Int64 = 60_000_000_000
        let since = Nanos(now.count / minute * minute - 1439 * minute)
        var day = recent.day(at: now)
        day?.start = since
        #expect(day == expected(trades, from: since, to: now + .seconds(1)))
        #expect(recent.tradeCount == Recent.tradesMax)
        for index in 0..<Recent.tradesMax { #expect(recent.trade(index).print == trades[1499 - index]) }
    }

    @Test("candles are bounded: after a long silence the oldest are gone, and nothing is looped over")
    func bound() {
        var candles = Candles(length: .seconds(60), capacity: 3)
        candles.add(trade(0, 1000, 5, .bid, 1), terms)
        candles.advance(to: start + .seconds(4_000_000_000))
        #expect(candles.count == 3 && candles[0].close == terms.price(Ticks(1000)) && candles[2].tradeCount == 0)
        #expect(candles[1].start == candles[0].start + .seconds(60))
        #expect(Recent(terms).day(at: start) == nil)
    }

    @Test("another tick changes how prices are read, not what was traded")
    func tick() {
        var recent = Recent(terms)
        recent.add(trade(0, 1000, 5, .bid, 1))
        var news = trade(1, 1, -1, .bid, 0)
        news.content = .tick
        recent.add(news)
        recent.add(trade(2, 101, 5, .bid, 2))
        #expect(
            recent.trade(0).price == Decimal(101, exponent: -1) && recent.trade(1).price == Decimal(10, exponent: 0))
        let day = recent.day(at: start + .seconds(3))
        #expect(day?.high == Decimal(101, exponent: -1) && day?.low == Decimal(10, exponent: 0))
        #expect(day?.quoteVolume == 1_005_000_000_000_000)
    }
}
