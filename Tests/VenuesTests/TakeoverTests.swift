import Events
import Support
import Testing
import Units

@testable import Venues

/// Books that a second connection takes over, where that is how a book is compared with its venue's.
@Suite(.timeLimit(.minutes(1)))
struct TakeoverTests {
    /// A book with three bids on connection 0, and connection 1 about to take it over.
    private func replaced() -> Talk {
        let talk = Talk(.coinbaseExchange) {
            $0.symbols = ["BTC-USD"]
            $0.channels = .book
            $0.usesTimers = true
            $0.refreshInterval = .seconds(2)
        }
        talk.session.start(at: talk.now)
        talk.list()
        talk.open(0)
        snapshot(talk, "1", "2", "3", on: 0)
        talk.pass(.milliseconds(2100))
        let actions = talk.takeActions()
        #expect(actions.contains { if case .connect(1, _) = $0 { true } else { false } }, "\(actions)")
        talk.open(1)
        return talk
    }

    private func snapshot(_ talk: Talk, _ sizes: String..., on connection: Int) {
        let bids = sizes.enumerated().map { #"["\#(100 - $0)","\#($1)"]"# }.joined(separator: ",")
        talk.message(
            #"{"type":"snapshot","product_id":"BTC-USD","bids":[\#(bids)],"asks":[["110","1"]]}"#, on: connection)
    }

    private func change(_ talk: Talk, _ price: Int, _ size: String, on connection: Int) {
        talk.message(
            #"{"type":"l2update","product_id":"BTC-USD","time":"2025-10-09T08:53:20Z","changes":[["buy","\#(price)","\#(size)"]]}"#,
            on: connection)
    }

    /// What is told until the first connection has ended.
    private func end(_ talk: Talk) -> [Notice] {
        talk.pass(.seconds(3))
        #expect(talk.takeActions().contains(.disconnect(connection: 0)))
        return talk.takeNotices()
    }

    @Test("a level that differs, and that nobody changed, was wrong: it is counted and told")
    func tells() {
        let talk = replaced()
        snapshot(talk, "1", "7", "3", "4", on: 1)
        change(talk, 100, "5", on: 0)
        change(talk, 100, "5", on: 1)
        #expect(talk.book("BTC-USD")?.bids.count == 4)
        #expect(end(talk) == [.corrected(symbol: "BTC-USD", levels: 2)])
    }

    @Test("books that are the same are no difference, whatever happens then")
    func isSame() {
        let talk = replaced()
        snapshot(talk, "1", "2", "3", on: 1)
        change(talk, 99, "8", on: 1)
        #expect(end(talk).isEmpty)
    }

    @Test("a connection that is behind the other makes no difference, whichever it is", arguments: [0, 1])
    func isBehind(late: Int) {
        let talk = replaced()
        // The older connection may be ahead of the snapshot, or behind it.
        if late == 1 { change(talk, 99, "9", on: 0) }
        snapshot(talk, "1", late == 1 ? "2" : "9", "3", on: 1)
        change(talk, 99, "9", on: late)
        #expect(end(talk).isEmpty)
    }

    @Test("the first connection stays until what differs has had a second to be explained")
    func waits() {
        let talk = replaced()
        talk.pass(.milliseconds(1900))
        snapshot(talk, "1", "9", "3", on: 1)
        talk.pass(.milliseconds(900))
        #expect(!talk.takeActions().contains(.disconnect(connection: 0)))
        change(talk, 99, "9", on: 0)
        #expect(end(talk).isEmpty)
    }

    @Test("where one of the books breaks meanwhile, nothing is compared")
    func breaks() {
        let talk = replaced()
        snapshot(talk, "1", "9", "3", on: 1)
        // Crossed.
        change(talk, 120, "1", on: 1)
        talk.pass(.seconds(3))
        let notices = talk.takeNotices()
        #expect(notices == [.stale(symbol: "BTC-USD", reason: "crossed")], "\(notices)")
    }
}
