import Bytes
import Matching
import Testing
import Units

/// What each kind of order does, and why one is refused.
@Suite(.timeLimit(.minutes(1)))
struct MatcherTests {
    @Test("the best price trades first, at one price who came first, at the resting order's price")
    func priority() {
        var stage = Stage()
        stage.limit(.ask, 5, at: 101)
        stage.limit(.ask, 5, at: 100)
        stage.limit(.ask, 5, at: 100)
        _ = stage.told()
        stage.limit(.bid, 12, at: 101)
        #expect(
            stage.told() == [
                "accepted none 0 4 0 101 12 12", "filled none 0 2 0 100 5 0", "filled none 0 4 0 100 5 7",
                "filled none 0 3 0 100 5 0", "filled none 0 4 0 100 5 2", "filled none 0 1 0 101 2 3",
                "filled none 0 4 0 101 2 0",
            ])
        #expect(stage.side(.ask) == "101:3" && stage.side(.bid) == "")
    }

    @Test("what a limit order does not take rests at its price")
    func limit() {
        var stage = Stage()
        stage.limit(.ask, 5, at: 100)
        stage.limit(.bid, 8, at: 100)
        #expect(stage.side(.bid) == "100:3" && stage.side(.ask) == "")
        #expect(stage.matcher.size(.bid, at: Ticks(100)) == Lots(3) && stage.matcher.size(.bid, at: Ticks(99)) == .zero)
    }

    @Test("a market order takes at any price, and what finds nothing expires")
    func market() {
        var stage = Stage()
        stage.limit(.bid, 5, at: 100)
        stage.limit(.bid, 5, at: 1)
        _ = stage.told()
        stage.market(.ask, 12)
        #expect(stage.told().last == "expired unfilled 0 3 0 0 2 0")
        #expect(stage.side(.bid) == "")
    }

    @Test("an immediate order never rests; a whole one fills wholly or not at all; a post-only one never takes")
    func lives() {
        var stage = Stage()
        stage.limit(.ask, 5, at: 100)
        _ = stage.told()
        stage.limit(.bid, 6, at: 100) { $0.life = .whole }
        #expect(stage.told() == ["accepted none 0 2 0 100 6 6", "expired unfilled 0 2 0 100 6 0"])
        #expect(stage.limit(.bid, 6, at: 100) { $0.isPostOnly = true } == .refused(.wouldTake))
        stage.limit(.bid, 3, at: 100) { $0.life = .whole }
        #expect(stage.side(.ask) == "100:2")
        stage.limit(.bid, 3, at: 100) { $0.life = .immediate }
        #expect(stage.told().last == "expired unfilled 0 4 0 100 1 0")
        stage.limit(.bid, 3, at: 99) { $0.isPostOnly = true }
        #expect(stage.side(.ask) == "" && stage.side(.bid) == "99:3")
    }

    @Test("an order by amount spends no more than that, fee included, in whole lots")
    func amount() {
        var stage = Stage()
        stage.limit(.ask, 10_000, at: 10_000)
        var intent = Intent(.bid, .zero, at: nil)
        intent.account = 1
        // 250 quote units at a price of 100.00: 2.497 base units after the fee of a thousandth.
        intent.amount = Int128(250) * 1_000_000_000_000_000_000
        let before = stage.ledger.balance(1, stage.matcher.quote).available
        stage.submit(intent)
        let spent = before - stage.ledger.balance(1, stage.matcher.quote).available
        let unit: Int128 = 1_000_000_000_000_000_000
        let bought = stage.ledger.balance(1, stage.matcher.base).available - unit * 1_000_000
        #expect(bought == unit * 2497 / 1000)
        #expect(spent == unit * 2497 / 10 + unit * 2497 / 10_000)
    }

    @Test("two orders of one account meet as their newer one says", arguments: SelfTrade.allCases)
    func selfTrade(mode: SelfTrade) {
        var stage = Stage()
        stage.limit(.ask, 5, at: 100, by: 1)
        stage.limit(.ask, 5, at: 100)
        stage.limit(.bid, 8, at: 100, by: 1) { $0.selfTrade = mode }
        switch mode {
        case .allowed: #expect(stage.side(.ask) == "100:2" && stage.side(.bid) == "")
        case .cancelTaker: #expect(stage.side(.ask) == "100:10" && stage.side(.bid) == "")
        case .cancelMaker: #expect(stage.side(.ask) == "" && stage.side(.bid) == "100:3")
        case .cancelBoth: #expect(stage.side(.ask) == "100:5" && stage.side(.bid) == "")
        case .decrement: #expect(stage.side(.ask) == "100:2" && stage.side(.bid) == "")
        }
        #expect(stage.matcher.lastTrade == (mode == .allowed ? 2 : mode == .cancelMaker || mode == .decrement ? 1 : 0))
    }

    @Test("an order that only gets smaller keeps its place; any other change puts it behind, with a new number")
    func replacing() {
        var stage = Stage()
        let first = stage.limit(.ask, 5, at: 100).number
        stage.limit(.ask, 5, at: 100)
        var smaller = Intent(.ask, Lots(4), at: Ticks(100))
        #expect(stage.matcher.replace(first, by: smaller, &stage.ledger, into: &stage.outcome) == .accepted(first))
        _ = stage.told()
        stage.limit(.bid, 1, at: 100)
        #expect(stage.told()[1] == "filled none 0 1 0 100 1 3")
        // Of the whole size of 6, one is filled.
        smaller.size = Lots(6)
        let second = stage.matcher.replace(first, by: smaller, &stage.ledger, into: &stage.outcome).number
        #expect(second != first && stage.matcher.order(first) == nil)
        #expect(stage.matcher.order(second)?.left == Lots(5))
        _ = stage.told()
        stage.limit(.bid, 1, at: 100)
        #expect(stage.told()[1] == "filled none 0 2 0 100 1 4")
        smaller.price = Ticks(0)
        #expect(
            stage.matcher.replace(second, by: smaller, &stage.ledger, into: &stage.outcome)
                == .refused(.priceOutOfRange))
        #expect(stage.matcher.order(second) != nil, "a refused replacement leaves the old order")
    }

    @Test("fees are parts of a million of the value, rounded down; a negative one is paid out")
    func fees() {
        var terms = Stage.terms
        (terms.makerFee, terms.takerFee) = (-100, 1000)
        var stage = Stage(terms)
        stage.limit(.ask, 1000, at: 10_000, by: 1)
        stage.limit(.bid, 1000, at: 10_000, by: 2)
        let unit: Int128 = 1_000_000_000_000_000_000
        let quote = stage.matcher.quote
        #expect(stage.ledger.balance(1, quote).available == 1_000_100 * unit + unit / 100)
        #expect(stage.ledger.balance(2, quote).available == 999_900 * unit - unit / 10)
        #expect(stage.ledger.fees(quote) == unit / 10 - unit / 100)
    }

    @Test("an account's open orders can be asked for, by number and by its own")
    func questions() {
        var stage = Stage()
        let first = stage.limit(.bid, 5, at: 90, by: 2) { $0.client = 7 }.number
        stage.limit(.bid, 5, at: 91, by: 3) { $0.client = 7 }
        let second = stage.limit(.bid, 5, at: 92, by: 2).number
        var found: [UInt64] = []
        stage.matcher.orders(of: 2) { found.append($0.number) }
        #expect(found == [second, first])
        #expect(stage.matcher.order(client: 7, of: 2)?.number == first)
        #expect(stage.matcher.order(client: 8, of: 2) == nil && stage.matcher.order(client: 0, of: 2) == nil)
        #expect(stage.ledger.balance(2, stage.matcher.quote).held > 0)
        stage.matcher.cancelAll(of: 2, .requested, &stage.ledger, into: &stage.outcome)
        #expect(stage.side(.bid) == "91:5" && stage.ledger.balance(2, stage.matcher.quote).held == 0)
    }

    @Test("another tick keeps what lies on its grid at the same price and cancels the rest")
    func tick() {
        var stage = Stage()
        for price: Int64 in [95, 97, 100, 103, 105] {
            stage.limit(price < 101 ? .bid : .ask, 5, at: price, by: price == 97 ? 1 : 2)
        }
        _ = stage.told()
        var isDone = stage.matcher.changeTick(to: Decimal(5, exponent: -2), &stage.ledger, into: &stage.outcome)
        #expect(isDone)
        #expect(stage.side(.bid) == "20:5 19:5" && stage.side(.ask) == "21:5")
        #expect(stage.told().count { $0.hasPrefix("cancelled offNewTick") } == 2)
        #expect(stage.ledger.balance(1, stage.matcher.quote).held == 0)
        isDone = stage.matcher.changeTick(to: Decimal(1, exponent: -3), &stage.ledger, into: &stage.outcome)
        #expect(isDone)
        #expect(stage.side(.bid) == "1000:5 950:5" && stage.side(.ask) == "1050:5")
        stage.matcher.cancelAll(of: nil, .requested, &stage.ledger, into: &stage.outcome)
        #expect(stage.ledger.balance(2, stage.matcher.quote).held == 0)
        for tick in [Decimal(0, exponent: 0), Decimal(1, exponent: -40)] {
            isDone = stage.matcher.changeTick(to: tick, &stage.ledger, into: &stage.outcome)
            #expect(!isDone)
        }
    }
}
