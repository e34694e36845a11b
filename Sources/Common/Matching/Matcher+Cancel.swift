import Bytes
public import Units

extension Matcher {
    /// Cancels an order of an account; also while the market is halted.
    @discardableResult
    public mutating func cancel(
        _ number: UInt64, of account: Account, _ ledger: inout Ledger, into outcome: inout Outcome
    ) -> Answer {
        guard let index = slot(number), slots[index].account == account else { return .refused(.unknownOrder) }
        cancel(at: index, .requested, &ledger, &outcome)
        return .accepted(number)
    }

    /// Cancels all orders: of one account, or of everybody where `account` is nil.
    public mutating func cancelAll(
        of account: Account?, _ reason: Reason, _ ledger: inout Ledger, into outcome: inout Outcome
    ) {
        for index in 0..<slots.count where slots[index].number != 0 {
            if let account, slots[index].account != account { continue }
            cancel(at: index, reason, &ledger, &outcome)
        }
    }

    private mutating func cancel(at index: Int, _ reason: Reason, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        let (side, price) = (slots[index].side, slots[index].price)
        drop(index, reason, &ledger, &outcome)
        tell(side, price, settleLevel(side, price), &outcome)
    }

    /// Removes a level that has become empty; its total.
    private mutating func settleLevel(_ side: BookSide, _ price: Int64) -> Int64 {
        switch side {
        case .bid: Matcher.settle(&bids, bids.index(price))
        case .ask: Matcher.settle(&asks, asks.index(0 &- price))
        }
    }

    private static func settle(_ levels: inout Levels, _ at: Int) -> Int64 {
        let total = levels.rows[at].total
        if total == 0 { levels.rows.remove(at: at) }
        return total
    }

    /// Changes an order of an account. `intent.size` is the whole size, with what was filled of the old one. Where only the size is
    /// smaller it keeps its number and its place in the queue; otherwise it is cancelled and a new order takes its place, behind the
    /// others. Where the new one is refused, the old one stays.
    @discardableResult
    public mutating func replace(
        _ number: UInt64, by intent: Intent, _ ledger: inout Ledger, into outcome: inout Outcome
    ) -> Answer {
        guard let index = slot(number), slots[index].account == intent.account, slots[index].side == intent.side else {
            return .refused(.unknownOrder)
        }
        let old = slots[index]
        let left = intent.size.count - (old.size - old.left)
        var next = intent
        next.size = Lots(left)
        if next.client == 0 { next.client = old.client }
        guard next.amount == nil, next.price != nil else { return .refused(.contradiction) }
        let reason = check(next, ledger, replacing: index)
        guard reason == .none else {
            reject(next, reason, &outcome)
            return .refused(reason)
        }
        if next.price?.count == old.price, left <= old.left, next.client == old.client, next.life == .untilCancelled {
            guard left < old.left else { return .accepted(number) }
            reduce(index, by: old.left - left, .requested, &ledger, &outcome)
            slots[index].size = intent.size.count
            tell(old.side, old.price, settleLevel(old.side, old.price), &outcome)
            return .accepted(number)
        }
        cancel(at: index, .replaced, &ledger, &outcome)
        return .accepted(enter(next, &ledger, &outcome))
    }

    /// Another smallest step of price. Orders keep their price in quote units, told in the new step from then on; those whose price is
    /// no whole number of new steps are cancelled first (`offNewTick`), told as changes at their old prices. False where the step
    /// cannot be.
    public mutating func changeTick(
        to tick: Decimal, _ ledger: inout Ledger, into outcome: inout Outcome
    ) -> Bool {
        var next = terms
        next.tick = tick
        guard let money = Money(next, base: money.base, quote: money.quote) else { return false }
        for index in 0..<slots.count where slots[index].number != 0 {
            let moved = next.ticks(of: terms.price(Ticks(slots[index].price)))?.count
            let fits = moved.map {
                $0 >= 1 && $0 <= Matcher.priceMax && Int128($0) * Int128(slots[index].left) <= money.productMax
            }
            if fits != true { cancel(at: index, .offNewTick, &ledger, &outcome) }
        }
        for index in 0..<slots.count where slots[index].number != 0 {
            slots[index].price = next.ticks(of: terms.price(Ticks(slots[index].price)))?.count ?? slots[index].price
        }
        for at in 0..<bids.rows.count { bids.rows[at].key = slots[Int(bids.rows[at].head)].price }
        for at in 0..<asks.rows.count { asks.rows[at].key = 0 &- slots[Int(asks.rows[at].head)].price }
        terms = next
        self.money = money
        return true
    }
}
