import Events
import Support
import Testing
import Units

@testable import Imitations
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct TruthTests {
    @Test(
        "what our own session hears of an imitation is what the witness saw",
        arguments: Imitation.dialects, [1, 2, 3] as [UInt64])
    func isTold(dialect: Dialect, seed: UInt64) {
        let theatre = Theatre(dialect, seed: seed)
        theatre.play(.seconds(8), perSecond: 80)
        #expect(theatre.judge() > 100)
        #expect(theatre.heard.books.count == 4 && theatre.heard.books.allSatisfy { !$0.value.isVoid })
        #expect(theatre.heard.trades.count == 4 && theatre.heard.tickers.count == 4)
        #expect(dialect == .coinbaseExchange || theatre.heard.klines.count >= 4)
        #expect(theatre.notices.isEmpty && theatre.heard.gaps == 0 && theatre.ends == 0)
        #expect(theatre.heard.statuses.allSatisfy { !$0.contains("stale") })
        #expect(theatre.session.tally.malformed == 0)
    }

    @Test("a book of Kraken's that is cut at a depth is the truth's best levels", arguments: [10, 25])
    func isCut(depth: Int) {
        let theatre = Theatre(.kraken, seed: UInt64(depth), depth: depth, compared: depth)
        theatre.play(.seconds(10), perSecond: 150)
        #expect(theatre.judge() > 300)
        #expect(theatre.heard.statuses.allSatisfy { !$0.contains("stale") })
    }
}
