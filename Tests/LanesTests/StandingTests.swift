import Events
import Lanes
import Support
import Testing
import Units
import Wire

/// What stands, for whom, and what becomes of it when a writer goes.
@Suite(.timeLimit(.minutes(1)))
struct StandingTests {
    @Test("a book that is void fails those who want it, and nobody else; who asks for what is not there is not met")
    func wanted() {
        var talk = Talk()
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)])
        talk.trade(1, symbol: "ETH-USD")
        let trades = Subscription(kind: "trade")
        #expect(talk.lane.failing(of: [Subscription()]) == [])
        talk.status(3, .stale)
        let failing = talk.lane.failing(of: [Subscription()])
        #expect(failing.map(\.books) == [1])
        #expect(talk.lane.failing(of: [trades]) == [] && talk.lane.failing(of: []) == [])
        let asked = [
            Subscription(kind: "book"), trades, Subscription(symbol: "ETH-*"),
            Subscription(symbol: "ETH-*", kind: "book"), Subscription(symbol: "X*"),
        ]
        var met: [Bool] = []
        for one in asked { met.append(talk.lane.isMet(one)) }
        #expect(met == [true, true, true, false, false])
    }

    @Test("a writer that goes takes all its streams with it, also those of before its last hello")
    func gone() {
        var talk = Talk()
        let consumer = talk.open()
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)])
        talk.source = talk.lane.beginSource(after: talk.source)
        talk.trade(1, symbol: "ETH-USD")
        talk.lane.leave(talk.source, now: talk.now)
        let failing = talk.lane.failing(of: [Subscription()])
        #expect(failing.map { [$0.books, $0.streams] } == [[1, 1]])
        #expect(talk.drain(consumer) == nil && talk.sinks[consumer].levels("kraken BTC-USD book") == nil)
        talk.source = talk.lane.beginSource()
        talk.trade(2, symbol: "ETH-USD")
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(90, 1)])
        #expect(talk.lane.failing(of: [Subscription()]) == [])
        #expect(talk.drain(consumer) == nil && talk.sinks[consumer].faults.isEmpty)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book")?[0].map(\.price) == [90])
    }

    @Test("numbers of writers are used again, however often one says hello")
    func numbers() {
        var talk = Talk()
        var most = 0
        for position in 1...1000 as ClosedRange<UInt64> {
            talk.source = talk.lane.beginSource(after: talk.source)
            talk.trade(position)
            if position % 10 == 0 {
                talk.lane.leave(talk.source, now: talk.now)
                talk.source = talk.lane.beginSource()
            }
            most = max(most, talk.source)
        }
        #expect(most < 8)
    }

    @Test("what a consumer is told before all is ready bears warmUp, also the states that it is told first")
    func warmUp() {
        var talk = Talk()
        talk.lane.mark(.warmUp)
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(100, 1)])
        for isReady in [false, true] {
            if isReady { talk.lane.mark([]) }
            let consumer = talk.open([Subscription(kind: "book")])
            talk.sinks[consumer].keepsBytes = true
            #expect(talk.drain(consumer) == nil)
            var flags: [Bool] = []
            talk.sinks[consumer].bytes.withBytes { bytes in
                bytes.eachFrame { flags.append(Header($0).envelope.flags.contains(.warmUp)) }
            }
            #expect(flags == [!isReady, !isReady])
        }
    }
}
