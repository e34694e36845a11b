import Events
import Flow
import Support
import Testing
import Units
import Wire

@Suite(.timeLimit(.minutes(1)))
struct FilterTests {
    private func admits(
        _ filter: Filter, _ kind: Kind = .trade, venue: String = "binance", symbol: String = "BTC-USDT",
        happened: Int64 = 0, received: Int64 = 0, offset: Int64 = 0
    ) -> Bool {
        let envelope = Envelope(kind: kind, channel: .trade, happened: Nanos(happened), received: Nanos(received))
        return Fence().lend(frame(envelope, venue: venue, symbol: symbol)) { span in
            filter.admits(span, Header(span), offset: Nanos(offset))
        }
    }

    private func filter(_ change: (inout Filter) -> Void) -> Filter {
        var filter = Filter()
        change(&filter)
        return filter
    }

    @Test("a filter that restricts nothing admits everything")
    func empty() {
        #expect(Filter().isEmpty)
        #expect(admits(Filter()) && admits(Filter(), .hello, venue: "", symbol: ""))
        let some: [(inout Filter) -> Void] = [
            { $0.venues = ["a"] }, { $0.symbols = ["a"] }, { $0.kinds = ["a"] }, { $0.since = .zero },
            { $0.until = .zero },
        ]
        for change in some { #expect(!filter(change).isEmpty) }
    }

    @Test("one matching pattern of a sort is enough, and each sort that is given must match")
    func patterns() {
        let both = filter {
            $0.venues = ["kraken", "bin*"]
            $0.symbols = ["*-usdt", "ETH-?SD"]
        }
        #expect(admits(both) && admits(both, venue: "kraken") && admits(both, symbol: "ETH-USD"))
        #expect(
            !admits(both, venue: "coinbase") && !admits(both, symbol: "BTC-USD")
                && !admits(both, symbol: "BTC-USDT-PERP"))
        #expect(admits(filter { $0.venues = ["BINANCE"] }) && !admits(filter { $0.venues = ["inanc"] }))
    }

    @Test("kinds are matched by name, one that is not known by its number")
    func kinds() {
        let books = filter { $0.kinds = ["book*", "Ticker"] }
        #expect(
            admits(books, .bookSnapshot) && admits(books, .bookUpdate) && admits(books, .ticker)
                && !admits(books, .trade))
        #expect(admits(filter { $0.kinds = ["200"] }, Kind(rawValue: 200)))
        #expect(!admits(filter { $0.kinds = ["6"] }, .trade))
    }

    @Test("what has no venue and no symbol matches no pattern of them, not even the star")
    func control() {
        #expect(!admits(filter { $0.venues = ["*"] }, .hello, venue: "", symbol: ""))
        #expect(!admits(filter { $0.symbols = ["*"] }, .heartbeat, venue: "binance", symbol: ""))
        #expect(admits(filter { $0.kinds = ["hello"] }, .hello, venue: "", symbol: ""))
        #expect(admits(filter { $0.venues = ["*"] }, .heartbeat, venue: "binance", symbol: ""))
    }

    @Test("a span of time begins with since and ends before until")
    func times() {
        let span = filter {
            $0.since = Nanos(100)
            $0.until = Nanos(200)
        }
        for (time, isInside) in [(99, false), (100, true), (199, true), (200, false), (1, false)] as [(Int64, Bool)] {
            #expect(admits(span, received: time) == isInside)
            #expect(admits(span, happened: time) == isInside, "where nobody told when it was received")
            #expect(admits(span, received: time - 50 + 1000, offset: 50 - 1000) == isInside, "by the wall clock")
            #expect(admits(span, happened: 150, received: time) == isInside, "received counts before happened")
        }
        #expect(
            admits(filter { $0.since = Nanos(100) }, received: 1 << 60)
                && admits(filter { $0.until = Nanos(100) }, received: 1))
    }

    @Test("an event without a time passes only where no time is asked for")
    func timeless() {
        #expect(!admits(filter { $0.since = .zero }) && !admits(filter { $0.until = Nanos(1 << 60) }))
        #expect(admits(filter { $0.symbols = ["*"] }))
        // The offset is for received times only.
        #expect(!admits(filter { $0.since = .zero }, offset: 1000))
        #expect(admits(filter { $0.until = Nanos(200) }, happened: 150, offset: 1000))
        #expect(Filter.time(Envelope(kind: .trade, channel: .trade), offset: Nanos(5)) == nil)
    }
}
