import Markets
import Matching
import Testing
import Units

/// Listings, halts, delistings and other ticks, as the tape tells them; and orders of accounts.
@Suite(.timeLimit(.minutes(1)))
struct MarketStatusTests {
    private let start = Nanos.seconds(1_700_000_000)

    private func at(_ seconds: Int64) -> Nanos { start + .seconds(seconds) }

    @Test("a halted market is silent and takes no orders; a resumed one goes on")
    func halt() {
        var floor = Floor(plan(2))
        var tape = Tape()
        var isDone = floor.halt(0, at: at(1), tape: &tape)
        #expect(isDone && floor.markets[0].status == .halted && tape.prints.last?.content == .halted)
        #expect(tape.prints.last?.market == 0 && tape.prints.last?.time ?? .zero >= at(1))
        isDone = floor.halt(0, at: at(1), tape: &tape)
        #expect(!isDone, "it is halted already")
        tape.clear()
        let answer = floor.submit(Intent(.bid, Lots(1000), at: Ticks(10)), market: 0, at: at(2), tape: &tape)
        #expect(answer == .refused(.notTrading))
        floor.advance(to: at(3), tape: &tape)
        #expect(tape.prints.allSatisfy { $0.market == 1 } && tape.prints.count > 100)
        isDone = floor.resume(0, at: at(3), tape: &tape)
        #expect(isDone && tape.prints.last?.content == .resumed)
        floor.advance(to: at(4), tape: &tape)
        #expect(tape.prints.last { $0.market == 0 }?.content != .resumed)
        isDone = floor.resume(0, at: at(5), tape: &tape)
        #expect(!isDone)
    }

    @Test("a delisted market's levels go first; its name may come again as another market")
    func end() {
        var floor = Floor(plan(2))
        var tape = Tape()
        var reader = Reader(floor)
        let isDone = floor.end(1, at: at(1), tape: &tape)
        #expect(isDone && tape.prints.last?.content == .ended && floor.markets[1].status == .ended)
        reader.read(tape)
        #expect(reader.books[1] == [.bid: [:], .ask: [:]] && reader.faults == [])
        #expect(floor.market("C1-USDT") == nil && floor.market("C0-USDT") == 0)
        let again = floor.list(plan(2).listings[1], at: at(2), tape: &tape)
        #expect(again == 2 && floor.market("C1-USDT") == 2)
        let twice = floor.list(plan(2).listings[1], at: at(2), tape: &tape)
        #expect(twice == nil)
        let ended = floor.end(1, at: at(3), tape: &tape)
        #expect(!ended)
    }

    @Test("a market listed at run time is told, then its levels, and it is traded from then on")
    func listed() throws {
        var floor = Floor(plan(1))
        var reader = Reader(floor)
        var tape = Tape()
        var listing = plan(2).listings[1]
        listing.terms.tick = Decimal(5, exponent: -3)
        let market = floor.list(listing, at: at(1), tape: &tape)
        #expect(market == 1)
        let first = try #require(tape.prints.first { $0.market == 1 })
        #expect(first.content == .listed && first.price == Ticks(5) && first.size == Lots(-3))
        floor.advance(to: at(4), tape: &tape)
        reader.read(tape)
        #expect(reader.faults == [] && reader.books[1] == Reader.book(floor, 1))
        #expect(reader.changes[1] > 500)
    }

    @Test(
        "another tick: what does not fit goes first, the rest keeps its price in the new step",
        arguments: [
            Decimal(5, exponent: -2), Decimal(1, exponent: -3), Decimal(25, exponent: -3),
        ])
    func tick(tick: Decimal) throws {
        var floor = Floor(plan(1))
        var reader = Reader(floor)
        var tape = Tape()
        let old = floor.markets[0].terms
        let isDone = floor.changeTick(0, to: tick, at: at(1), tape: &tape)
        #expect(isDone && floor.markets[0].terms.tick.isIdentical(to: tick))
        reader.read(tape)
        let last = try #require(tape.prints.last)
        #expect(last.content == .tick && Decimal(last.price.count, exponent: Int8(last.size.count)) == tick)
        let new = floor.markets[0].terms
        let told = reader.books[0].mapValues { side in
            Dictionary(
                uniqueKeysWithValues: side.map { (new.ticks(of: old.price(Ticks($0.key)))?.count ?? -1, $0.value) })
        }
        #expect(told == Reader.book(floor, 0) && reader.faults == [])
        // And it goes on in the new step.
        var next = Reader(floor)
        tape.clear()
        floor.advance(to: at(5), tape: &tape)
        next.read(tape)
        #expect(next.faults == [] && next.books[0] == Reader.book(floor, 0) && next.count > 1000)
        #expect(new.price(floor.best(0, .bid)?.price ?? Ticks(0)) < Decimal(20, exponent: 0))
        let isWrong = floor.changeTick(0, to: .zero, at: at(6), tape: &tape)
        #expect(!isWrong)
    }

    @Test("a moved mid price draws the book after it")
    func move() {
        var floor = Floor(plan(1))
        var tape = Tape()
        let isDone = floor.move(0, to: Ticks(1020), at: at(1), tape: &tape)
        #expect(isDone)
        floor.advance(to: at(10), tape: &tape)
        #expect((1005...1035).contains(floor.best(0, .bid)?.price.count ?? 0))
    }

    @Test("accounts trade with the crowd: their fills, orders and balances, and nothing is lost")
    func accounts() throws {
        var floor = Floor(plan(1))
        var tape = Tape()
        let opened = floor.ledger.open()
        let account = try #require(opened)
        let assets = floor.assets(0)
        let isPaid = floor.ledger.deposit(Decimal(1000, exponent: 0), of: assets.quote, to: account)
        #expect(isPaid)
        var intent = Intent(.bid, Lots(5000), at: nil)
        intent.account = account
        floor.submit(intent, market: 0, at: at(1), tape: &tape)
        #expect(floor.reports.first?.execution.kind == .accepted && floor.reports.last?.execution.kind == .filled)
        #expect(
            floor.reports.last?.execution.left == .zero && floor.reports.allSatisfy { $0.execution.account == account })
        #expect(floor.ledger.balance(account, assets.base).available == 50_000_000_000_000_000)
        floor.clearReports()
        // Behind a price that the crowd takes.
        intent = Intent(.ask, Lots(5000), at: floor.best(0, .ask)?.price)
        (intent.account, intent.client) = (account, 77)
        guard case .accepted(let number) = floor.submit(intent, market: 0, at: at(1), tape: &tape) else {
            Issue.record("refused")
            return
        }
        #expect(floor.order(number, market: 0)?.left == Lots(5000))
        #expect(floor.order(client: 77, of: account, market: 0)?.number == number)
        floor.advance(to: at(60), tape: &tape)
        #expect(floor.reports.map(\.execution).contains { $0.kind == .filled && $0.isMaker && $0.order == number })
        floor.cancel(number, of: account, market: 0, at: at(61), tape: &tape)
        for asset in [assets.base, assets.quote] {
            let own = floor.ledger.balance(account, asset)
            let crowd = floor.ledger.balance(0, asset)
            let start: Int128 = asset == assets.quote ? 1_000_000_000_000_000_000_000 : 0
            #expect(own.held == 0 && own.available + crowd.available + floor.ledger.fees(asset) == start)
        }
        #expect(floor.submit(intent, market: 9, at: at(62), tape: &tape) == .refused(.notTrading))
    }
}
