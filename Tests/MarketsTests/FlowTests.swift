import Matching
import Testing
import Units

@testable import Markets

/// The crowd's flow as statistics. Each has a seed, so it passes always or never.
@Suite(.timeLimit(.minutes(1)))
struct FlowTests {
    @Test(
        "as many events come as the rate says, within four standard deviations", arguments: [1, 7, 100, 2000, 100_000])
    func rate(rate: Int) {
        var floor = Floor(plan(4, rate: rate))
        var tape = Tape()
        let wanted = 5000
        let span = Int64(wanted) * 1_000_000_000 / Int64(rate)
        var seen: UInt64 = 0
        for part in 1...10 {
            floor.advance(to: Nanos(1_700_000_000_000_000_000 + span * Int64(part) / 10), tape: &tape)
            tape.clear()
            let count = floor.eventCount - seen
            seen = floor.eventCount
            #expect((Int(count) - wanted / 10).magnitude < 4 * 23)
        }
        #expect((Int(seen) - wanted).magnitude < 4 * 71)
    }

    @Test("weights share the rate, a changed rate holds at once, and at 0 nothing happens")
    func weights() {
        var plan = plan(2, rate: 1000)
        plan.listings[0].weight = 300
        var floor = Floor(plan)
        var tape = Tape()
        floor.advance(to: .seconds(1_700_000_004), tape: &tape)
        let first = tape.prints.count { $0.market == 0 && $0.content == .level }
        let second = tape.prints.count { $0.market == 1 && $0.content == .level }
        #expect((250...350).contains(first * 100 / second))
        floor.change(rate: 0, at: .seconds(1_700_000_004), tape: &tape)
        #expect(floor.nextDue == nil)
        let seen = floor.eventCount
        floor.advance(to: .seconds(1_800_000_000), tape: &tape)
        #expect(floor.eventCount == seen && floor.rate == 0)
        floor.change(rate: 5000, at: .seconds(1_800_000_000), tape: &tape)
        floor.advance(to: .seconds(1_800_000_001), tape: &tape)
        #expect((Int(floor.eventCount - seen) - 5000).magnitude < 4 * 71)
        floor.change(rate: .max, at: .seconds(1_800_000_001), tape: &tape)
        #expect(floor.rate == Floor.rateMax)
    }

    @Test("books stay as deep as they began, and the touch stays narrow, over a long time", arguments: [1, 2])
    func depth(seed: UInt64) {
        var plan = plan(1, seed: seed, rate: 1000)
        plan.listings[0].mid = Ticks(100_000)
        var floor = Floor(plan)
        var tape = Tape()
        var counts: [Int] = []
        var spreads: [Int64] = []
        for second in 1...50 {
            floor.advance(to: .seconds(1_700_000_000 + Int64(second)), tape: &tape)
            for side in BookSide.allCases {
                var count = 0
                floor.levels(0, side, limit: .max) { _, _ in count += 1 }
                counts.append(count)
            }
            guard let bid = floor.best(0, .bid), let ask = floor.best(0, .ask) else { continue }
            spreads.append(ask.price.count - bid.price.count)
        }
        #expect(spreads.count == 50 && counts.min() ?? 0 >= 8 && counts.max() ?? 0 < 200)
        #expect(spreads.reduce(0, +) < 250, "\(spreads)")
        let trades = tape.prints.count { $0.content == .trade }
        #expect(trades > 1500 && trades < 25_000)
        // Both sides take.
        let bought = tape.prints.count { $0.content == .trade && $0.side == .bid }
        #expect((25...75).contains(bought * 100 / trades))
        // Heavy tails: some sizes far above the median.
        let sizes = tape.prints.filter { $0.content == .trade }.map(\.size.count).sorted()
        #expect(sizes[sizes.count - 1] > 10 * sizes[sizes.count / 2])
    }

    @Test("prices move as far as the volatility says, within a factor of three")
    func volatility() {
        var moves: [Int] = []
        for volatility in [20, 200] {
            var sum = 0
            for seed in 0..<6 as Range<UInt64> {
                var plan = plan(1, seed: seed, rate: 1000)
                plan.listings[0].mid = Ticks(100_000)
                plan.listings[0].volatility = volatility
                var floor = Floor(plan)
                var tape = Tape()
                floor.advance(to: .seconds(1_700_000_010), tape: &tape)
                sum += Int(((floor.best(0, .bid)?.price.count ?? 0) - 100_000).magnitude)
            }
            moves.append(sum / 6)
        }
        // Mean of the magnitude: 0.8 of 2 or 20 ticks × √10.
        #expect((2...15).contains(moves[0]) && (16...152).contains(moves[1]), "\(moves)")
    }

    @Test("no side is ever empty, for minutes at a thousand events a second")
    func longRun() {
        var plan = plan(1, seed: 3, rate: 1000)
        plan.listings[0].mid = Ticks(100_000)
        var floor = Floor(plan)
        var tape = Tape()
        for second in 1...200 {
            floor.advance(to: .seconds(1_700_000_000 + Int64(second)), tape: &tape)
            tape.clear()
            for side in BookSide.allCases {
                var count = 0
                floor.levels(0, side, limit: .max) { _, _ in count += 1 }
                #expect((8...200).contains(count), "second \(second)")
            }
        }
        #expect((198_200...201_800).contains(floor.eventCount))
    }

    @Test("waits are exponential: their mean, and how many are longer than 1, 2 and 4")
    func exponential() {
        var chance = SplitMix64(seed: 5)
        var sum: UInt64 = 0
        var longer = [0, 0, 0]
        let count = 40_000
        for _ in 0..<count {
            let wait = chance.exponential()
            sum += wait
            for (index, bound) in [1, 2, 4].enumerated() where wait > UInt64(bound) << 32 { longer[index] += 1 }
        }
        #expect((980...1020).contains(Int(((sum / UInt64(count)) * 1000) >> 32)))
        #expect((14_329...15_101).contains(longer[0]) && (5139...5688).contains(longer[1]))
        #expect((620...845).contains(longer[2]))
    }
}
