import Markets
import Matching
import Testing
import Units

/// The floor's own promises: order, determinism, books that are right.
@Suite(.timeLimit(.minutes(1)))
struct FloorTests {
    private func run(_ plan: Plan, for span: Nanos, by step: Nanos = .milliseconds(100)) -> Reader {
        var floor = Floor(plan)
        var reader = Reader(floor)
        var tape = Tape()
        var now = plan.start
        while now < plan.start + span {
            now = now + step
            floor.advance(to: now, tape: &tape)
            reader.read(tape)
            tape.clear()
        }
        return reader
    }

    @Test("the same plan gives the same tape, however it is asked for; another seed another one")
    func determinism() {
        let first = run(plan(5), for: .seconds(5))
        #expect(first.count > 4000 && first.faults == [])
        #expect(run(plan(5), for: .seconds(5)).hash == first.hash)
        #expect(run(plan(5), for: .seconds(5), by: .milliseconds(1000)).hash == first.hash)
        #expect(run(plan(5, seed: 2), for: .seconds(5)).hash != first.hash)
    }

    @Test("another market changes nothing of what happens on the others")
    func independence() {
        // The rate grows with the markets, so that each keeps its own.
        var few = Floor(plan(3, rate: 300))
        var many = Floor(plan(4, rate: 400))
        var (first, second) = (Tape(), Tape())
        few.advance(to: .seconds(1_700_000_010), tape: &first)
        many.advance(to: .seconds(1_700_000_010), tape: &second)
        #expect(second.prints.filter { $0.market < 3 } == first.prints)
        #expect(second.prints.contains { $0.market == 3 })
    }

    @Test("a listing at run time changes nothing of what happens on the others")
    func listing() throws {
        var terms = plan(4).listings[3].terms
        terms.base = "NEW"
        var few = Floor(plan(3, rate: 300))
        var many = Floor(plan(3, rate: 300))
        var (first, second) = (Tape(), Tape())
        let moment = Nanos(1_700_000_003_123_456_789)
        few.advance(to: moment, tape: &first)
        let market = try #require(many.list(Listing(terms, mid: Ticks(5000)), at: moment, tape: &second))
        many.change(rate: 400, at: moment, tape: &second)
        few.advance(to: .seconds(1_700_000_010), tape: &first)
        many.advance(to: .seconds(1_700_000_010), tape: &second)
        #expect(market == 3 && many.markets[3].status == .trading)
        let old = second.prints.filter { $0.market < 3 }
        // At the listing itself the others waited for a moment at three quarters of their rate: nothing, to the microsecond or two.
        #expect(old.count == first.prints.count)
        let isSame = zip(old, first.prints).allSatisfy { one, other in
            var moved = one
            moved.time = other.time
            return moved == other && (one.time.count - other.time.count).magnitude <= 2000
        }
        #expect(isSame)
    }

    @Test("the tape's levels fold to the books; no book is ever crossed; trades met what rested", arguments: 0..<6)
    func folding(seed: UInt64) {
        var floor = Floor(plan(3, seed: seed, rate: 2000))
        var reader = Reader(floor)
        var tape = Tape()
        for step in 1...300 {
            floor.advance(to: Nanos(1_700_000_000_000_000_000 + Int64(step) * 10_000_000), tape: &tape)
            reader.read(tape)
            tape.clear()
            for market in 0..<3 {
                guard let bid = floor.best(market, .bid), let ask = floor.best(market, .ask) else {
                    Issue.record("an empty side")
                    continue
                }
                #expect(bid.price < ask.price)
                #expect(reader.changes[market] == floor.lastChange(market))
                #expect(reader.trades[market] == floor.lastTrade(market))
            }
        }
        for market in 0..<3 {
            #expect(Reader.book(floor, market) == reader.books[market])
            let price = floor.best(market, .bid)?.price ?? Ticks(0)
            #expect(floor.size(market, .bid, at: price).count == reader.books[market][.bid]?[price.count])
        }
        #expect(reader.faults == [] && reader.tradeCount > 200)
    }

    @Test("events of a market have distinct times, in whole microseconds, also when they come thick")
    func times() {
        var floor = Floor(plan(1, rate: Floor.rateMax))
        var tape = Tape()
        floor.advance(to: Nanos(1_700_000_000_050_000_000), tape: &tape)
        // What one order causes has one time: its trades, then at most one level for each price.
        var taker: UInt64 = 0
        var last = Nanos.zero
        var events: UInt64 = 0
        for print in tape.prints {
            if print.time == last {
                #expect(taker != 0, "two orders at one time: \(print)")
            } else {
                events += 1
                taker = 0
            }
            if print.content == .trade {
                #expect(taker == 0 || taker == print.taker)
                taker = print.taker
            }
            #expect(print.time >= last)
            last = print.time
        }
        #expect(events > 4000 && events <= floor.eventCount)
    }

    @Test("a full tape stops the floor until it is cleared, and nothing is lost")
    func full() throws {
        let model = run(plan(1), for: .seconds(2))
        var floor = Floor(plan(1))
        var reader = Reader(floor)
        var tape = Tape()
        floor.advance(to: .seconds(1_700_000_001), tape: &tape)
        #expect(floor.time == .seconds(1_700_000_001) && floor.nextDue ?? .zero > floor.time)
        reader.read(tape)
        let one = try #require(tape.prints.first)
        while !tape.isFull { tape.append(one) }
        floor.advance(to: .seconds(1_700_000_002), tape: &tape)
        #expect(tape.prints.count == Tape.printsMax && floor.time == .seconds(1_700_000_001))
        tape.clear()
        floor.advance(to: .seconds(1_700_000_002), tape: &tape)
        reader.read(tape)
        #expect(reader.hash == model.hash)
    }

    @Test("the crowd fills the book anew after everything was bought, and no price is below one tick")
    func refill() {
        var low = plan(1, rate: 1000)
        low.listings[0].mid = Ticks(2)
        var floor = Floor(low)
        var tape = Tape()
        var now = low.start
        for _ in 0..<20 {
            for side in BookSide.allCases {
                floor.submit(Intent(side, Lots(1_000_000_000), at: nil), market: 0, at: now, tape: &tape)
                #expect(floor.best(0, side.opposite) == nil)
            }
            now = now + .seconds(1)
            floor.advance(to: now, tape: &tape)
            for side in BookSide.allCases {
                var count = 0
                floor.levels(0, side, limit: .max) { price, _ in
                    #expect(price.count >= 1)
                    count += 1
                }
                #expect(count > 5)
            }
        }
    }

    @Test("plans at the edge of what can be make floors that move or stay silent, and never trap")
    func edges() {
        var wild = plan(3, rate: .max)
        wild.listings[0].mid = Ticks(1_000_000_000_000)
        (wild.listings[0].volatility, wild.listings[0].depth, wild.listings[0].weight) = (.max, .max, .max)
        wild.listings[1].mid = Ticks(1)
        (wild.listings[1].volatility, wild.listings[1].size, wild.listings[1].weight) = (.max, Lots(.max), 0)
        wild.listings[2].mid = Ticks(.max)
        var floor = Floor(wild)
        #expect(floor.markets.count == 2, "a mid price out of range makes no market")
        var tape = Tape()
        floor.advance(to: Nanos(1_700_000_000_020_000_000), tape: &tape)
        // A price far above all others.
        floor.submit(
            Intent(.ask, Lots(1), at: Ticks(Matcher.priceMax)), market: 0, at: floor.time, tape: &tape)
        floor.advance(to: Nanos(1_700_000_000_400_000_000), tape: &tape)
        #expect(floor.eventCount > 30_000 && tape.prints.allSatisfy { $0.market == 0 })
    }

    @Test("a floor without markets has nothing due")
    func empty() {
        var floor = Floor(Plan(seed: 1, start: .zero))
        var tape = Tape()
        floor.advance(to: .seconds(5), tape: &tape)
        #expect(floor.nextDue == nil && tape.prints.isEmpty && floor.market("A-B") == nil)
    }
}
