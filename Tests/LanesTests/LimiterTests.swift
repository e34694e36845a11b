import Bytes
import Events
import Flow
import Lanes
import Support
import Testing
import Units
import Wire

/// Rates of streams: what passes, what waits, what becomes of it.
@Suite(.timeLimit(.minutes(1)))
struct LimiterTests {
    /// A lane with such a limit, and its one consumer, who wants everything.
    private static func talk(_ rate: Int64, _ burst: Int64) -> Talk {
        var options = MarketLane.Options()
        options.limit = RateLimit(rate: rate, burst: burst)
        var talk = Talk(options)
        #expect(talk.open() == consumer)
        return talk
    }

    private let consumer = LimiterTests.consumer
    private static let consumer = 0

    @Test("within its rate a stream passes as it is, and nothing waits")
    func within() {
        var talk = LimiterTests.talk(10, 3)
        for position in 1...20 as ClosedRange<UInt64> {
            talk.ticker(position)
            talk.trade(position)
            talk.now = talk.now + .milliseconds(100)
        }
        #expect(talk.drain(consumer) == nil && talk.lane.deadline == nil)
        #expect(talk.count(consumer, .ticker) == 20 && talk.count(consumer, .trade) == 20)
        #expect(talk.sinks[consumer].coalesced == 0 && talk.lane.letters.published == 0)
    }

    @Test("above it the latest ticker comes when there is a token, and says that it stands for others")
    func tickers() {
        var talk = LimiterTests.talk(10, 2)
        for position in 1...9 as ClosedRange<UInt64> { talk.ticker(position) }
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 2)
        #expect(talk.lane.deadline == talk.now + .milliseconds(100))
        talk.pass(.milliseconds(99))
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 2)
        talk.pass(.milliseconds(1))
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .ticker) == 3)
        #expect(talk.sinks[consumer].lastTicker["kraken BTC-USD ticker"] == 9 && talk.sinks[consumer].coalesced == 1)
        #expect(talk.lane.tally.coalesced == 6 && talk.lane.letters.published == 0)
    }

    @Test("a trade waits in line for a second at most, and is then a part of a gap and a dead letter")
    func trades() {
        var talk = LimiterTests.talk(10, 1)
        for position in 1...10 as ClosedRange<UInt64> { talk.trade(position) }
        talk.pass(.milliseconds(500))
        for position in 11...30 as ClosedRange<UInt64> { talk.trade(position) }
        talk.pass(.seconds(3))
        #expect(talk.drain(consumer) == nil && talk.lane.deadline == nil)
        let counts = (talk.count(consumer, .trade), Int(talk.sinks[consumer].missed))
        #expect(counts == (16, 14), "one at once, ten in each second that some waited; \(counts)")
        #expect(talk.sinks[consumer].gaps.allSatisfy { $0.gap.reason == .rate })
        #expect(talk.lane.letters.count(of: .rate) == 14 && talk.lane.tally.dropped == 14)
        #expect(talk.sinks[consumer].holes.isEmpty && talk.sinks[consumer].faults.isEmpty)
        talk.lane.letters.read(talk.lane.letters.kept.lowerBound) { letter, frame in
            #expect(letter.reason == .rate && Header(frame).envelope.kind == .trade)
        }
        talk.trade(31)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .trade) == 17)
    }

    @Test("changes of a book are folded, and a snapshot takes the place of what waits")
    func books() {
        var talk = LimiterTests.talk(10, 2)
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)])
        for position in 3...40 as ClosedRange<UInt64> {
            talk.book(.bookUpdate, position, bids: [(60 + Int64(position), Int64(position))])
        }
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .bookUpdate) == 1)
        talk.pass(.milliseconds(100))
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .bookUpdate) == 2)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book")?[0].count == 38)
        talk.book(.bookUpdate, 41, bids: [(1, 1)])
        talk.book(.bookSnapshot, 42, bids: [(7, 7)])
        talk.book(.bookSnapshot, 43, bids: [(8, 8)])
        talk.book(.bookUpdate, 44, bids: [(9, 9)])
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .bookSnapshot) == 1)
        talk.pass(.seconds(1))
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .bookSnapshot) == 2)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book")?[0].map(\.price) == [9, 8])
        #expect(talk.lane.letters.count(of: .superseded) == 1 && talk.sinks[consumer].holes.isEmpty)
    }

    @Test("that a book is void is told at once, and what waited of it goes")
    func void() {
        var talk = LimiterTests.talk(1, 2)
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)])
        for position in 3...9 as ClosedRange<UInt64> { talk.book(.bookUpdate, position, bids: [(90, 1)]) }
        talk.status(10, .stale)
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .bookStatus) == 2)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book") == nil)
        #expect(talk.sinks[consumer].holes.isEmpty && talk.lane.tally.coalesced == 6)
        #expect(talk.sinks[consumer].faults.isEmpty)
    }

    @Test("reports are never held to a rate")
    func critical() {
        var talk = LimiterTests.talk(1, 1)
        for position in 1...100 as ClosedRange<UInt64> { talk.report(position) }
        #expect(talk.drain(consumer) == nil && talk.count(consumer, .execReport) == 100)
    }

    @Test("at the end of the input everything goes that waits")
    func finishes() {
        var talk = LimiterTests.talk(1, 1)
        for position in 1...5 as ClosedRange<UInt64> {
            talk.trade(position)
            talk.ticker(position)
        }
        talk.lane.finish(now: talk.now)
        #expect(talk.drain(consumer) == nil && talk.lane.deadline == nil)
        #expect(talk.count(consumer, .trade) == 5 && talk.count(consumer, .ticker) == 2)
    }

    @Test("dead letters are the last ones, with what was evicted counted")
    func letters() {
        var talk = LimiterTests.talk(1, 1)
        for position in 1...3000 as ClosedRange<UInt64> { talk.trade(position) }
        #expect(talk.lane.letters.count(of: .full) == 2935, "64 wait for a token")
        #expect(talk.lane.letters.kept.count == 1024 && talk.lane.letters.evicted == 1911)
    }

    @Test("what comes after its gap was told is a dead letter")
    func late() {
        var talk = Talk()
        talk.trade(1)
        talk.trade(3)
        talk.pass(.milliseconds(150))
        talk.trade(2)
        #expect(talk.lane.letters.count(of: .late) == 1 && talk.lane.tally.late == 1)
    }
}

extension Talk {
    /// Time passes, and all happens that is due.
    mutating func pass(_ time: Nanos) {
        let end = now + time
        while let deadline = lane.deadline, deadline <= end {
            now = max(now, deadline)
            lane.tick(now: now)
        }
        now = end
    }
}
