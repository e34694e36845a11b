import Bytes
import Units

// What is asked of an order before it gets a number.
extension Matcher {
    /// Why an order cannot be taken; `none` where it can. `replacing` is an order of the same account that would be gone.
    func check(_ intent: Intent, _ ledger: borrowing Ledger, replacing old: Int? = nil) -> Reason {
        if !isOpen { return .notTrading }
        if !ledger.isOpen(intent.account) { return .unknownAccount }
        let defect = defect(intent)
        if defect != .none { return defect }
        if intent.isPostOnly, let price = intent.price, crosses(intent.side, price.count) { return .wouldTake }
        if old == nil, orderCount >= Matcher.ordersMax { return .bookFull }
        return intent.account == 0 ? .none : checkAccount(intent, ledger, replacing: old)
    }

    /// What is wrong with an order by itself.
    private func defect(_ intent: Intent) -> Reason {
        if intent.isPostOnly, intent.price == nil || intent.life != .untilCancelled { return .contradiction }
        if let amount = intent.amount {
            guard intent.price == nil, intent.side == .bid, intent.size == .zero, intent.life != .whole else {
                return .contradiction
            }
            return amount < max(money.valueMin, 1)
                ? .belowMinimumValue : amount > Money.valueMax ? .valueTooLarge : .none
        }
        if intent.size < terms.minimumSize { return .belowMinimumSize }
        if intent.size > terms.maximumSize { return .aboveMaximumSize }
        guard let price = intent.price?.count else { return .none }
        if price < 1 || price > Matcher.priceMax { return .priceOutOfRange }
        let product = Int128(price) * Int128(intent.size.count)
        if product > money.productMax { return .valueTooLarge }
        return product * money.product < money.valueMin ? .belowMinimumValue : .none
    }

    private func checkAccount(_ intent: Intent, _ ledger: borrowing Ledger, replacing old: Int?) -> Reason {
        let account = Int(intent.account)
        let count = account < open.count ? Int(open[account]) : 0
        if old == nil, count >= Matcher.ordersOfAccountMax { return .tooManyOrders }
        if intent.client != 0, let same = order(client: intent.client, of: intent.account),
            old.map({ slots[$0].number }) != same.number
        {
            return .duplicateClient
        }
        let asset = intent.side == .ask ? money.base : money.quote
        var available = ledger.balance(intent.account, asset).available
        if let old { available += money.need(slots[old].side, slots[old].price, slots[old].left) }
        let need: Int128
        if let amount = intent.amount {
            need = amount
        } else if let price = intent.price {
            need = money.need(intent.side, price.count, intent.size.count)
        } else if intent.side == .ask {
            need = Int128(intent.size.count) * money.lot
        } else {
            return cost(intent.size.count) <= money.affordable(available) ? .none : .insufficientFunds
        }
        return need <= available ? .none : .insufficientFunds
    }

    /// Whether an order of this price would meet a resting one.
    @inline(__always)
    func crosses(_ side: BookSide, _ price: Int64) -> Bool {
        switch side {
        case .bid: !asks.rows.isEmpty && price >= 0 &- asks.rows.last.key
        case .ask: !bids.rows.isEmpty && price <= bids.rows.last.key
        }
    }

    /// What buying `lots` costs now, in ticks × lots, as far as the asks go.
    private func cost(_ lots: Int64) -> Int128 {
        var left = lots
        var cost: Int128 = 0
        var index = asks.rows.count
        while left > 0, index > 0 {
            index -= 1
            let taken = min(left, asks.rows[index].total)
            cost += Int128(taken) * Int128(-asks.rows[index].key)
            left -= taken
        }
        return cost
    }

    /// Whether an order can fill wholly at once. Orders of its own account do not count; where meeting one would end or shrink the new
    /// order, nothing behind it counts either.
    func canFill(_ intent: Intent) -> Bool {
        var left = intent.size.count
        let side = intent.side.opposite
        var index = levelCount(side)
        while left > 0, index > 0 {
            index -= 1
            let level = side == .bid ? bids.rows[index] : asks.rows[index]
            let price = side == .bid ? level.key : -level.key
            if let limit = intent.price?.count, side == .ask ? price > limit : price < limit { break }
            if intent.account == 0 || intent.selfTrade == .allowed {
                left -= min(left, level.total)
                continue
            }
            var at = level.head
            while at >= 0, left > 0 {
                let maker = slots[Int(at)]
                if maker.account != intent.account {
                    left -= min(left, maker.left)
                } else if intent.selfTrade != .cancelMaker {
                    return false
                }
                at = maker.next
            }
        }
        return left == 0
    }
}

extension Matcher {
    /// The smallest size that may be ordered at a price.
    public func smallestSize(at price: Ticks) -> Lots {
        let unit = Int128(max(price.count, 1)) * money.product
        return Lots(max(terms.minimumSize.count, Int64(clamping: (money.valueMin + unit - 1) / unit)))
    }
}
