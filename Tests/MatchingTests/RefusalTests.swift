import Bytes
import Matching
import Testing
import Units

/// Every reason for which an order is refused.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    @Test("an order that cannot be is refused for what is wrong with it")
    func orders() {
        var terms = Stage.terms
        (terms.minimumSize, terms.maximumSize) = (Lots(2), Lots(1000))
        terms.minimumValue = Decimal(1, exponent: -2)
        var stage = Stage(terms, funds: 1)
        #expect(stage.limit(.bid, 1, at: 100) == .refused(.belowMinimumSize))
        #expect(stage.limit(.bid, -5, at: 100) == .refused(.belowMinimumSize))
        #expect(stage.limit(.bid, 1001, at: 100) == .refused(.aboveMaximumSize))
        #expect(stage.limit(.bid, 2, at: 0) == .refused(.priceOutOfRange))
        #expect(stage.limit(.bid, 2, at: .max) == .refused(.priceOutOfRange))
        #expect(stage.limit(.bid, 2, at: 100) == .refused(.belowMinimumValue))
        #expect(stage.limit(.bid, 10, at: 100).number != 0)
        #expect(stage.limit(.bid, 10, at: 100) { $0.amount = 1 } == .refused(.contradiction))
        #expect(
            stage.limit(.bid, 10, at: 100) { ($0.isPostOnly, $0.life) = (true, .whole) } == .refused(.contradiction))
        #expect(stage.limit(.bid, 10, at: 100, by: 9) == .refused(.unknownAccount))
        #expect(stage.limit(.bid, 10, at: 100, by: -1) == .refused(.unknownAccount))
        #expect(stage.limit(.ask, 10, at: 100, by: 1) { $0.isPostOnly = true } == .refused(.wouldTake))
        #expect(stage.limit(.bid, 1000, at: 100, by: 1) == .refused(.insufficientFunds), "the fee has to be there too")
        #expect(stage.limit(.ask, 1000, at: 200, by: 1) { $0.client = 4 }.number != 0)
        #expect(stage.limit(.ask, 20, at: 200, by: 1) == .refused(.insufficientFunds), "all of it is held")
        #expect(stage.limit(.bid, 10, at: 100, by: 1) { $0.client = 4 } == .refused(.duplicateClient))
        #expect(stage.market(.ask, 2, by: 1) == .refused(.insufficientFunds))
        #expect(stage.market(.bid, 1000, by: 2) == .refused(.insufficientFunds))
        #expect(
            stage.matcher.cancel(77, of: 1, &stage.ledger, into: &stage.outcome) == .refused(.unknownOrder))
        #expect(stage.matcher.cancel(0, of: 0, &stage.ledger, into: &stage.outcome) == .refused(.unknownOrder))
        let told = stage.told()
        #expect(told.filter { $0.hasPrefix("rejected") }.count == 16)
    }

    @Test("a value beyond what can be counted is refused")
    func value() {
        var terms = Stage.terms
        terms.maximumSize = Lots(1 << 46)
        var stage = Stage(terms)
        #expect(stage.limit(.bid, 1 << 46, at: Matcher.priceMax) == .refused(.valueTooLarge))
    }

    @Test("a closed market takes no orders and lets them be cancelled")
    func closed() {
        var stage = Stage()
        let number = stage.limit(.bid, 5, at: 100, by: 1).number
        stage.matcher.isOpen = false
        #expect(stage.limit(.bid, 5, at: 100) == .refused(.notTrading))
        #expect(stage.matcher.cancel(number, of: 2, &stage.ledger, into: &stage.outcome) == .refused(.unknownOrder))
        #expect(stage.matcher.cancel(number, of: 1, &stage.ledger, into: &stage.outcome) == .accepted(number))
    }

    @Test("an account has a bounded number of open orders, and a market too")
    func bounds() {
        var stage = Stage()
        for _ in 0..<Matcher.ordersOfAccountMax { #expect(stage.limit(.bid, 1, at: 100, by: 1).number != 0) }
        #expect(stage.limit(.bid, 1, at: 100, by: 1) == .refused(.tooManyOrders))
        #expect(stage.limit(.bid, 1, at: 100, by: 2).number != 0)
        while stage.matcher.orderCount < Matcher.ordersMax {
            stage.limit(.bid, 1, at: 100)
            stage.outcome.clear()
        }
        #expect(stage.limit(.bid, 1, at: 100) == .refused(.bookFull))
        stage.matcher.cancelAll(of: 1, .requested, &stage.ledger, into: &stage.outcome)
        #expect(stage.limit(.bid, 1, at: 100).number != 0)
    }

    @Test("prices and sizes that do not lie on the grid have no ticks and lots")
    func grid() {
        let terms = Terms(
            base: "A", quote: "B", tick: Decimal(5, exponent: -2), lot: Decimal(1, exponent: 0))
        #expect(terms.ticks(of: Decimal(10, exponent: -2)) == Ticks(2))
        #expect(terms.ticks(of: Decimal(1000, exponent: -4)) == Ticks(2))
        #expect(terms.ticks(of: Decimal(3, exponent: 0)) == Ticks(60))
        #expect(terms.ticks(of: Decimal(11, exponent: -2)) == nil)
        #expect(terms.ticks(of: Decimal(1001, exponent: -4)) == nil)
        #expect(terms.ticks(of: Decimal(.max, exponent: 60)) == nil && terms.ticks(of: .notGiven) == nil)
        #expect(
            terms.lots(of: Decimal(15, exponent: -1)) == nil && terms.lots(of: Decimal(150, exponent: -1)) == Lots(15))
    }

    @Test("terms that cannot be counted make no market")
    func terms() {
        var ledger = Ledger()
        func isUsable(_ change: (inout Terms) -> Void) -> Bool {
            var terms = Stage.terms
            change(&terms)
            return Matcher(terms, ledger: &ledger) != nil
        }
        #expect(isUsable { _ in })
        #expect(!isUsable { $0.tick = .zero } && !isUsable { $0.tick = .notGiven })
        #expect(!isUsable { $0.tick = Decimal(1, exponent: -17) } && !isUsable { $0.lot = Decimal(1, exponent: 60) })
        #expect(
            !isUsable { $0.tick = Decimal(1_000_001, exponent: -2) } && !isUsable { $0.lot = Decimal(-1, exponent: 0) })
        #expect(!isUsable { $0.minimumSize = .zero } && !isUsable { $0.maximumSize = .zero })
        #expect(!isUsable { $0.makerFee = 2_000_000 } && !isUsable { $0.quote = $0.base })
        #expect(!isUsable { $0.minimumValue = Decimal(.max, exponent: 5) })
    }

    @Test("the ledger opens and pays in within its bounds")
    func ledger() {
        var ledger = Ledger()
        for number in 1...Ledger.accountsMax { #expect(ledger.open() == Account(number)) }
        #expect(ledger.open() == nil && ledger.accountCount == Ledger.accountsMax)
        let asset = ledger.intern("USDT")
        #expect(asset == 0 && ledger.intern("USDT") == 0 && ledger.asset("EUR") == nil)
        func deposit(_ amount: Decimal, _ asset: Int, _ account: Account) -> Bool {
            ledger.deposit(amount, of: asset, to: account)
        }
        #expect(deposit(Decimal(5, exponent: -1), 0, 7))
        #expect(ledger.balance(7, 0).available == 500_000_000_000_000_000)
        #expect(!deposit(Decimal(-5, exponent: 0), 0, 7) && !deposit(.notGiven, 0, 7))
        #expect(!deposit(Decimal(5, exponent: 0), 1, 7) && !deposit(.zero, 0, 0) && !deposit(.zero, 0, 5000))
        #expect(!deposit(Decimal(5, exponent: 30), 0, 7))
        #expect(ledger.balance(9999, 0) == Balance() && ledger.fees(4) == 0)
    }
}
