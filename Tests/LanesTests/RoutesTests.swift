import Events
import Lanes
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct RoutesTests {
    @Test(
        "the same subscription again is no change; one that is not there cannot be taken back; each change raises the version"
    )
    func changes() {
        var talk = Talk()
        let consumer = talk.open([])
        let version = talk.lane.routingVersion
        let books = Subscription(venue: "kraken", kind: "book")
        #expect(talk.lane.subscribe(consumer, books) == .changed && talk.lane.routingVersion == version + 1)
        #expect(talk.lane.subscribe(consumer, books) == .unchanged && talk.lane.routingVersion == version + 1)
        let other = Subscription(venue: "kraken", kind: "trade")
        #expect(talk.lane.unsubscribe(consumer, other) == .refused("no active subscription"))
        #expect(talk.lane.routingVersion == version + 1)
        #expect(talk.lane.unsubscribe(consumer, books) == .changed && talk.lane.routingVersion == version + 2)
        #expect(talk.lane.unsubscribe(consumer, books) == .refused("no active subscription"))
    }

    @Test("a consumer may have so many subscriptions and no more")
    func limit() {
        var options = MarketLane.Options()
        options.bounds.subscriptionsMax = 2
        var talk = Talk(options)
        let consumer = talk.open([])
        let answers = ["a", "b", "c", "b"].map { talk.lane.subscribe(consumer, Subscription(symbol: $0)) }
        #expect(answers == [.changed, .changed, .refused("more than 2 subscriptions"), .unchanged])
    }

    @Test("patterns mean streams by venue, symbol and kind; a kind means its whole stream")
    func patterns() {
        let cases: [(Subscription, Channel, Bool)] = [
            (Subscription(), .trade, true), (Subscription(kind: "bookUpdate"), .book, true),
            (Subscription(kind: "book*"), .book, true), (Subscription(kind: "t*"), .ticker, true),
            (Subscription(kind: "trade"), .ticker, false), (Subscription(venue: "KRAK*"), .trade, true),
            (Subscription(symbol: "ETH-*"), .trade, false), (Subscription(symbol: "BTC-???"), .trade, true),
            (Subscription(), .control, false),
        ]
        for (subscription, channel, isMeant) in cases {
            #expect(subscription.matches(venue: "kraken", symbol: "BTC-USD", channel) == isMeant, "\(subscription)")
        }
        #expect(!Subscription(symbol: "BTC*").matches(venue: "v", symbol: "", .account))
        #expect(Subscription().matches(venue: "v", symbol: "", .account))
    }

    @Test("a consumer gets each stream once, at the deepest that it asked for")
    func deepest() {
        var talk = Talk()
        let asked = [
            Subscription(kind: "book", depth: 1), Subscription(kind: "*"), Subscription(kind: "book*", depth: 5),
        ]
        let consumer = talk.open(asked)
        talk.status(1, .synced)
        talk.book(.bookSnapshot, 2, bids: [(3, 1), (2, 1), (1, 1)])
        #expect(talk.drain(consumer) == nil)
        #expect(talk.count(consumer, .bookSnapshot) == 1)
        #expect(talk.sinks[consumer].levels("kraken BTC-USD book")?[0].count == 3)
    }

    @Test("who is gone is forgotten: its number is given to the next one, who gets nothing of what it asked for")
    func gone() {
        var talk = Talk()
        let consumer = talk.open()
        talk.trade(1)
        talk.lane.close(consumer)
        let next = talk.open([])
        #expect(next == consumer && talk.lane.subscriptions(of: next).isEmpty)
        talk.trade(2)
        #expect(talk.drain(next) == nil && talk.count(next, .trade) == 0)
    }
}
