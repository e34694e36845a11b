import Markets
import Matching
import Testing
import Units

/// What accounts may ask of their past.
@Suite(.timeLimit(.minutes(1)))
struct StatementTests {
    @Test("fills are kept by time and ended orders by number, within their bounds")
    func statements() throws {
        var floor = Floor(plan(1, rate: 0))
        let opened = floor.ledger.open()
        let account = try #require(opened)
        let isPaid = floor.ledger.deposit(Decimal(1_000_000, exponent: 0), of: floor.assets(0).quote, to: account)
        #expect(isPaid)
        var tape = Tape()
        var numbers: [UInt64] = []
        for second in 1...5 as ClosedRange<Int64> {
            var intent = Intent(.bid, Lots(10), at: second == 5 ? Ticks(1) : nil)
            intent.account = account
            let answer = floor.submit(intent, market: 0, at: .seconds(1_700_000_000 + second), tape: &tape)
            if case .accepted(let number) = answer { numbers.append(number) }
        }
        let number = try #require(numbers.last)
        var statements = Statements()
        for report in floor.reports { statements.add(report) }
        #expect(statements.ended(number, market: 0, of: account) == nil, "it is open")
        floor.clearReports()
        floor.cancel(number, of: account, market: 0, at: .seconds(1_700_000_009), tape: &tape)
        for report in floor.reports { statements.add(report) }
        let end = statements.ended(number, market: 0, of: account)
        #expect(end?.kind == .cancelled && end?.reason == .requested && end?.time == .seconds(1_700_000_009))
        #expect(statements.ended(numbers[0], market: 0, of: account)?.kind == .filled)
        func fills(_ since: Int64, _ until: Int64, limit: Int = .max) -> [UInt64] {
            statements.fills(
                of: account, since: .seconds(1_700_000_000 + since), until: .seconds(1_700_000_000 + until),
                limit: limit
            ).map(\.execution.order)
        }
        #expect(fills(0, 10) == Array(numbers.prefix(4)) && fills(2, 4) == Array(numbers[1...2]))
        #expect(fills(0, 10, limit: 1) == [numbers[0]] && fills(8, 10) == [])
        #expect(statements.fills(of: 9, since: .zero, until: .seconds(1), limit: 5).isEmpty)
        // The bound: the newest are kept.
        let fill = try #require(statements.fills(of: account, since: .zero, until: .seconds(1 << 32), limit: 1).first)
        for _ in 0..<Statements.fillsMax * 2 { statements.add(fill) }
        let kept = statements.fills(of: account, since: .zero, until: .seconds(1 << 32), limit: .max).count
        #expect((Statements.fillsMax / 2...Statements.fillsMax).contains(kept))
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
