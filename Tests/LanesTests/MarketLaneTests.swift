import Events
import Lanes
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct MarketLaneTests {
    private static var alwaysBehind: MarketLane.Options {
        var options = MarketLane.Options()
        options.bounds.behindBytes = 0
        return options
    }

    @Test("of a burst a consumer that is behind gets one ticker, one change of a book, and every report and trade")
    func burst() {
        var talk = Talk(MarketLaneTests.alwaysBehind)
        let consumer = talk.open()
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)], asks: [(110, 1)])
        for position in 1...10 as ClosedRange<UInt64> {
            talk.ticker(position)
            talk.book(.bookUpdate, position + 2, bids: [(90 + Int64(position % 3), Int64(position))])
            talk.report(position)
            talk.trade(position)
        }
        #expect(talk.drain(consumer) == nil)
        #expect(talk.count(consumer, .ticker) == 1 && talk.count(consumer, .bookUpdate) == 1)
        #expect(talk.count(consumer, .execReport) == 10 && talk.count(consumer, .trade) == 10)
        #expect(talk.sinks[consumer].coalesced == 2, "both say that they stand for several")
        #expect(talk.lane.readers[consumer].tally.coalesced == 18)
        #expect(talk.sinks[consumer].lastTicker["kraken BTC-USD ticker"] == 10)
        let rows = talk.sinks[consumer].levels("kraken BTC-USD book")?[0].map { [$0.price, $0.size] }
        #expect(rows == [[100, 1], [92, 8], [91, 10], [90, 9]])
        #expect(talk.sinks[consumer].faults.isEmpty)
    }

    @Test("a consumer that is behind is told so, once a second at most, and how far")
    func behind() {
        var talk = Talk(MarketLaneTests.alwaysBehind)
        let consumer = talk.open()
        for position in 1...30 as ClosedRange<UInt64> {
            talk.trade(position)
            talk.trade(position, symbol: "ETH-USD")
            #expect(talk.drain(consumer) == nil)
            talk.now = talk.now + .milliseconds(100)
        }
        #expect(talk.count(consumer, .telemetry) == 3 && talk.count(consumer, .trade) == 60)
        #expect(talk.sinks[consumer].faults.isEmpty && talk.sinks[consumer].holes.isEmpty)
    }

    @Test("while everybody keeps up the ring begins anew, and goes on for who does not")
    func rewinds() {
        var options = MarketLane.Options()
        options.bounds.warmBytes = 1000
        var talk = Talk(options)
        let consumers = [talk.open(), talk.open()]
        var position: UInt64 = 0
        for laggard in [nil, consumers[1], nil] {
            var places: [UInt64] = []
            for _ in 1...100 {
                position += 1
                talk.ticker(position)
                if case .ring(let at, let count) = talk.lane.next(consumers[0], now: talk.now) {
                    places.append(at % UInt64(options.ringBytes))
                    talk.lane.read(at: at, count: count) { talk.sinks[consumers[0]].take($0) }
                }
                if laggard == nil { #expect(talk.drain(consumers[1]) == nil) }
                talk.lane.rewind()
            }
            #expect(places.count == 100)
            let isWarm = places.allSatisfy { $0 < 1400 }
            #expect(isWarm == (laggard == nil), "\(places)")
            #expect(talk.drain(consumers[1]) == nil)
            talk.lane.rewind()
        }
        for consumer in consumers {
            #expect(talk.count(consumer, .ticker) == 300 && talk.sinks[consumer].faults.isEmpty)
        }
    }

    @Test("a consumer that keeps up gets every event as it is")
    func keepsUp() {
        var talk = Talk()
        let consumer = talk.open()
        for position in 1...10 as ClosedRange<UInt64> { talk.ticker(position) }
        #expect(talk.drain(consumer) == nil)
        #expect(talk.count(consumer, .ticker) == 10 && talk.sinks[consumer].coalesced == 0)
    }

    @Test("who asks for coalesce=50ms gets the latest that often, and trades still all")
    func paced() {
        var talk = Talk()
        let consumer = talk.open([Subscription(pace: .milliseconds(50))])
        talk.ticker(1)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 1)
        for position in 2...10 as ClosedRange<UInt64> {
            talk.ticker(position)
            talk.trade(position)
        }
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 1)
        #expect(talk.lane.next(consumer, now: talk.now) == .wait(talk.now + .milliseconds(50)))
        talk.now = talk.now + .milliseconds(50)
        #expect(talk.drain(consumer) == nil)
        #expect(talk.count(consumer, .ticker) == 2 && talk.count(consumer, .trade) == 9)
    }

    @Test("a consumer that the ring has overtaken is told exactly what it missed, then what is true")
    func overrun() throws {
        var options = MarketLane.Options()
        options.ringEntries = 16
        var talk = Talk(options)
        let consumer = talk.open()
        talk.trade(1)
        talk.ticker(1)
        #expect(talk.drain(consumer) == nil)
        for position in 2...40 as ClosedRange<UInt64> {
            talk.trade(position)
            talk.ticker(position)
        }
        #expect(talk.drain(consumer) == nil)
        let gaps = talk.sinks[consumer].gaps
        let trades = try #require(gaps.first { $0.key.hasSuffix("trade") }?.gap)
        #expect(trades.fromPosition == 2 && trades.toPosition == 40 && trades.missed == 39)
        #expect(trades.reason == .slow)
        let tickers = try #require(gaps.first { $0.key.hasSuffix("ticker") }?.gap)
        #expect(tickers.fromPosition == 2 && tickers.toPosition == 39 && tickers.missed == 38)
        #expect(talk.sinks[consumer].lastTicker["kraken BTC-USD ticker"] == 40)
        talk.trade(41)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .trade) == 2)
        #expect(talk.sinks[consumer].faults.isEmpty && talk.sinks[consumer].holes.isEmpty)
    }

    @Test("each policy does what it says to a consumer that is behind")
    func policies() {
        for policy in Policy.allCases {
            var options = MarketLaneTests.alwaysBehind
            options.ringEntries = 64
            var talk = Talk(options)
            let consumer = talk.open([Subscription(policy: policy)])
            for position in 1...10 as ClosedRange<UInt64> { talk.ticker(position) }
            let reason = talk.drain(consumer)
            #expect((reason != nil) == (policy == .disconnect))
            let tickers = talk.count(consumer, .ticker)
            #expect(tickers == [.coalesce: 1, .skip: 1, .disconnect: 0, .block: 10][policy])
            #expect(talk.sinks[consumer].missed == (policy == .skip ? 9 : 0))
        }
    }

    @Test("writers wait for a consumer that blocks, and for no other")
    func blocks() {
        var options = MarketLane.Options()
        options.ringEntries = 64
        var talk = Talk(options)
        _ = talk.open([Subscription(policy: .coalesce)])
        for position in 1...60 as ClosedRange<UInt64> { talk.trade(position) }
        #expect(talk.lane.isBlocked == false)
        let consumer = talk.open([Subscription(policy: .block)])
        for position in 61...100 as ClosedRange<UInt64> { talk.trade(position) }
        #expect(talk.lane.isBlocked == true)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .trade) == 40 && !talk.lane.isBlocked)
    }

    @Test("the first book that a consumer sees is whole and current, its status before it; then what follows fits")
    func newcomer() {
        var talk = Talk()
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1), (99, 1), (98, 1)], asks: [(101, 5)])
        talk.book(.bookUpdate, 3, bids: [(99, 0), (97, 7)])
        talk.ticker(1)
        talk.ticker(2)
        let whole = talk.open([Subscription(kind: "book"), Subscription(kind: "ticker")])
        let best = talk.open([Subscription(kind: "book", depth: 1)])
        for consumer in [whole, best] { #expect(talk.drain(consumer) == nil) }
        #expect(talk.count(whole, .bookStatus) == 1 && talk.count(whole, .bookSnapshot) == 1)
        #expect(talk.count(whole, .bookUpdate) == 0 && talk.count(whole, .ticker) == 1)
        #expect(talk.sinks[whole].lastTicker["kraken BTC-USD ticker"] == 2)
        talk.book(.bookUpdate, 4, bids: [(97, 0)])
        talk.book(.bookUpdate, 5, bids: [(100, 0)])
        for consumer in [whole, best] { #expect(talk.drain(consumer) == nil) }
        #expect(talk.count(whole, .bookUpdate) == 2)
        #expect(talk.count(best, .bookUpdate) == 1, "what does not touch the best is not told")
        #expect(talk.sinks[whole].levels("kraken BTC-USD book")?[0].map(\.price) == [98])
        #expect(talk.sinks[best].levels("kraken BTC-USD book")?[0].map(\.price) == [98])
        #expect(talk.sinks[best].faults.isEmpty && talk.sinks[whole].faults.isEmpty)
    }

    @Test("a change of a book that is missing makes it stale, and nothing more is told of it until its next snapshot")
    func missing() {
        var options = MarketLane.Options()
        options.order.lateness = .milliseconds(150)
        var talk = Talk(options)
        let consumer = talk.open()
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)])
        talk.book(.bookUpdate, 4, bids: [(99, 1)])
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .bookUpdate) == 0)
        talk.now = talk.now + .milliseconds(150)
        talk.lane.tick(now: talk.now)
        talk.book(.bookUpdate, 5, bids: [(98, 1)])
        #expect(talk.drain(consumer) == nil)
        #expect(talk.count(consumer, .bookStatus) == 2 && talk.count(consumer, .bookUpdate) == 0)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book") == nil)
        #expect(talk.lane.tally.missing == 1 && talk.lane.tally.void == 2)
        talk.status(1, .synced, epoch: 2)
        talk.book(.bookSnapshot, 2, epoch: 2, bids: [(50, 1)])
        #expect(talk.drain(consumer) == nil)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book")?[0].map(\.price) == [50])
        #expect(talk.sinks[consumer].faults.isEmpty)
    }

    @Test("a writer that comes anew goes on in a raised epoch; one that only comes back goes on")
    func writers() {
        var talk = Talk()
        let consumer = talk.open()
        for position in 1...3 as ClosedRange<UInt64> { talk.trade(position) }
        let first = talk.source
        talk.source = talk.lane.beginSource()
        talk.lane.endSource(first)
        talk.trade(4)
        talk.trade(4)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .trade) == 4 && talk.lane.tally.repeated == 1)
        let second = talk.source
        talk.source = talk.lane.beginSource()
        talk.lane.endSource(second)
        talk.trade(1)
        talk.trade(2)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .trade) == 6)
        #expect(talk.sinks[consumer].places["kraken BTC-USD trade"] == Sink.Place(epoch: 2, position: 2))
        #expect(talk.sinks[consumer].faults.isEmpty)
    }

    @Test(
        "market data of routes that are too old for a consumer are left out and counted; then it is told what is true")
    func versions() {
        var talk = Talk()
        let consumer = talk.open([Subscription(kind: "ticker")])
        talk.lane.accept(consumer, leastVersion: talk.lane.routingVersion + 1)
        for position in 1...5 as ClosedRange<UInt64> { talk.ticker(position) }
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 0)
        let version = talk.lane.routingVersion
        _ = talk.open([Subscription(kind: "trade")])
        #expect(talk.lane.routingVersion == version + 1)
        talk.ticker(6)
        #expect(talk.drain(consumer) == nil)
        #expect(talk.count(consumer, .ticker) == 1 && talk.lane.readers[consumer].tally.filtered == 6)
        #expect(talk.sinks[consumer].lastTicker["kraken BTC-USD ticker"] == 6)
        talk.ticker(7)
        #expect(talk.drain(consumer) == nil && talk.sinks[consumer].versions.allSatisfy { $0 > 0 })
        #expect(talk.count(consumer, .ticker) == 2 && talk.sinks[consumer].versions.last == version + 1)
    }

    @Test("who takes all that it asked for stays, however long it asked for nothing that came")
    func quiet() {
        var options = MarketLane.Options()
        options.bounds.patience = .seconds(10)
        var talk = Talk(options)
        let consumer = talk.open([Subscription(symbol: "ETH-USD")])
        for position in 1...5 as ClosedRange<UInt64> {
            talk.now = talk.now + .seconds(100)
            talk.trade(position)
            #expect(talk.drain(consumer) == nil && talk.lane.lapse(consumer, now: talk.now) == nil)
        }
        #expect(talk.count(consumer, .trade) == 0)
    }

    @Test("at the end a consumer that is paced gets at once what it would have been given later")
    func pacedAtEnd() {
        var talk = Talk(MarketLane.Options())
        let consumer = talk.open([Subscription(pace: .seconds(60))])
        talk.ticker(1)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 1)
        talk.ticker(2)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 1)
        talk.lane.finish(now: talk.now)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 2)
    }
}
