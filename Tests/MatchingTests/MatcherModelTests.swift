import Bytes
import Matching
import Support
import Testing
import Units

/// The matcher against a second one written in the most obvious way.
@Suite(.timeLimit(.minutes(1)))
struct MatcherModelTests {
    /// Random orders near each other, of three accounts and the crowd.
    private func intent(_ dice: inout Dice, _ account: Account) -> Intent {
        let side = dice.pick(BookSide.allCases)
        let isMarket = dice.oneIn(8)
        var intent = Intent(
            side, Lots(Int64(dice.number(0...30))), at: isMarket ? nil : Ticks(Int64(dice.number(95...105))))
        if dice.oneIn(200) { intent.size = Lots(2_000_000_000) }
        if dice.oneIn(200) { intent.price = Ticks(0) }
        intent.account = account
        if account != 0, dice.oneIn(3) { intent.client = UInt64(dice.number(1...20)) }
        intent.life = dice.oneIn(2) ? .untilCancelled : dice.pick(Intent.Life.allCases)
        intent.isPostOnly = dice.oneIn(5)
        intent.selfTrade = dice.pick(SelfTrade.allCases)
        if isMarket, dice.oneIn(2) {
            intent.amount = Int128(dice.number(0...3000)) * 1_000_000_000_000_007
            if !dice.oneIn(10) { (intent.size, intent.side, intent.life) = (.zero, .bid, .immediate) }
        }
        return intent
    }

    @Test("does what the plainest market does: executions, totals and balances, step by step", arguments: 0..<24)
    func model(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        var terms = Stage.terms
        terms.makerFee = Int64(dice.pick([-150, 0, 999, 333_333]))
        terms.takerFee = Int64(dice.pick([0, 777, 1000, 123_457]))
        terms.minimumSize = Lots(2)
        terms.minimumValue = Decimal(4, exponent: -3)
        let funds: Int64 = dice.pick([0, 1, 3, 1_000_000])
        var stage = Stage(terms, funds: funds)
        let unit: Int128 = 1_000_000_000_000_000_000
        let start = [0] + Stage.accounts.map { _ in Int128(funds) * unit }
        var plain = PlainMarket(
            lot: unit / 1000, product: unit / 100_000, makerFee: Int128(terms.makerFee),
            takerFee: Int128(terms.takerFee),
            minimum: 2, valueMin: unit / 250, base: start, quote: start)
        // What the sights say, folded.
        var folded: [BookSide: [Int64: Int64]] = [.bid: [:], .ask: [:]]
        var changes: UInt64 = 0
        for step in 0..<1000 {
            plain.told = []
            let account = Account(dice.number(0...3))
            let isDone: Bool
            let answer: Answer
            if dice.oneIn(4), let order = plain.orders.isEmpty ? nil : dice.pick(plain.orders) {
                let owner = dice.oneIn(10) ? account : order.account
                let number = stage.number(order.number)
                if dice.oneIn(2) {
                    answer = stage.matcher.cancel(number, of: owner, &stage.ledger, into: &stage.outcome)
                    isDone = plain.cancel(order.number, of: owner)
                } else {
                    var next = intent(&dice, owner)
                    next.amount = nil
                    if !dice.oneIn(10) { next.side = order.side }
                    if dice.oneIn(2) { next.price = Ticks(order.price) }
                    answer = stage.matcher.replace(number, by: next, &stage.ledger, into: &stage.outcome)
                    isDone = plain.replace(order.number, by: next)
                }
            } else {
                let next = intent(&dice, account)
                answer = stage.submit(next)
                isDone = plain.submit(next)
            }
            if case .accepted = answer { #expect(isDone, "step \(step)") } else { #expect(!isDone, "step \(step)") }
            for index in 0..<stage.outcome.sights.count {
                let sight = stage.outcome.sights[index]
                guard sight.kind == .level else { continue }
                changes += 1
                #expect(sight.number == changes)
                folded[sight.side]?[sight.price.count] = sight.size == .zero ? nil : sight.size.count
            }
            try #require(stage.told() == plain.told, "step \(step)")
            for side in BookSide.allCases {
                try #require(stage.totals(side) == plain.totals(side), "step \(step)")
                try #require(folded[side] == plain.totals(side), "step \(step)")
            }
            if let bid = stage.matcher.best(.bid), let ask = stage.matcher.best(.ask) {
                #expect(bid.price < ask.price)
            }
            try compareFunds(stage, plain, step)
        }
        #expect(plain.trades == stage.matcher.lastTrade && plain.trades > 10)
        stage.matcher.cancelAll(of: nil, .requested, &stage.ledger, into: &stage.outcome)
        #expect(stage.side(.bid) == "" && stage.side(.ask) == "" && stage.matcher.orderCount == 0)
        for account in Stage.accounts {
            #expect(stage.ledger.balance(account, stage.matcher.base).held == 0)
            #expect(stage.ledger.balance(account, stage.matcher.quote).held == 0)
        }
    }

    private func compareFunds(_ stage: borrowing Stage, _ plain: PlainMarket, _ step: Int) throws {
        var sums: (base: Int128, quote: Int128) = (0, 0)
        for account in [0] + Stage.accounts {
            let base = stage.ledger.balance(account, stage.matcher.base)
            let quote = stage.ledger.balance(account, stage.matcher.quote)
            sums.base += base.available + base.held
            sums.quote += quote.available + quote.held
            if account == 0 { continue }
            try #require(base.available == plain.available(account, .ask), "step \(step), account \(account)")
            try #require(quote.available == plain.available(account, .bid), "step \(step), account \(account)")
            try #require(base.held == plain.held(account, .ask) && quote.held == plain.held(account, .bid))
            try #require(base.available >= 0 && quote.available >= 0)
        }
        let fees = stage.ledger.fees(stage.matcher.quote)
        #expect(fees == plain.earned)
        let start = plain.base.reduce(0, +)
        #expect(sums.base == start && sums.quote + fees == plain.quote.reduce(0, +) + plain.earned)
    }
}

extension Stage {
    /// The number of the order that was the n-th to get one; 0 where it is not open.
    func number(_ count: UInt64) -> UInt64 {
        for account in Stage.accounts {
            var found: UInt64 = 0
            matcher.orders(of: account) { if $0.number >> 16 == count { found = $0.number } }
            if found != 0 { return found }
        }
        for place in 0..<matcher.crowdCount where matcher.crowdOrder(place).number >> 16 == count {
            return matcher.crowdOrder(place).number
        }
        return 0
    }

    func totals(_ side: BookSide) -> [Int64: Int64] {
        var totals: [Int64: Int64] = [:]
        matcher.levels(side, limit: .max) { totals[$0.count] = $1.count }
        return totals
    }
}
