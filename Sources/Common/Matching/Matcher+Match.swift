import Bytes
import Units

extension Matcher {
    /// Meets a new order with the best resting ones as long as its limit and `budget` (ticks × lots) allow. Answers why it ended:
    /// `selfTrade` (it must go), `insufficientFunds` (the budget buys no more), `unfilled`.
    mutating func match(
        _ taker: Int, _ intent: Intent, budget: Int128?, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) -> Reason {
        let side = intent.side.opposite
        var budget = budget
        var end = Reason.unfilled
        while slots[taker].left > 0, end == .unfilled, levelCount(side) > 0 {
            let level = side == .bid ? bids.rows.last : asks.rows.last
            let price = side == .bid ? level.key : 0 &- level.key
            if let limit = intent.price?.count, side == .ask ? price > limit : price < limit { break }
            let before = level.total
            end = matchLevel(taker, intent, price, &budget, &ledger, &outcome)
            let row = levelCount(side) - 1
            let after = side == .bid ? bids.rows[row].total : asks.rows[row].total
            if after == 0 {
                if side == .bid { bids.rows.truncate(to: row) } else { asks.rows.truncate(to: row) }
            }
            if after != before { tell(side, price, after, &outcome) }
        }
        return end
    }

    /// Meets a new order with the orders of the best level. Leaves an emptied level in its place.
    private mutating func matchLevel(
        _ taker: Int, _ intent: Intent, _ price: Int64, _ budget: inout Int128?, _ ledger: inout Ledger,
        _ outcome: inout Outcome
    ) -> Reason {
        let side = intent.side.opposite
        while slots[taker].left > 0 {
            let head = side == .bid ? bids.rows.last.head : asks.rows.last.head
            if head < 0 { return .unfilled }
            let maker = Int(head)
            if intent.account != 0, slots[maker].account == intent.account, intent.selfTrade != .allowed {
                if prevent(taker, maker, intent.selfTrade, &ledger, &outcome) { return .selfTrade }
                continue
            }
            var size = min(slots[taker].left, slots[maker].left)
            if let spend = budget {
                let affordable = spend / Int128(price)
                if affordable < 1 { return .insufficientFunds }
                size = Int64(min(Int128(size), affordable))
                budget = spend - Int128(size) * Int128(price)
            }
            trade(taker, maker, size, &ledger, &outcome)
            if slots[maker].left == 0 { remove(maker) }
        }
        return .unfilled
    }

    /// Two orders of one account would meet. Whether the taker must go.
    private mutating func prevent(
        _ taker: Int, _ maker: Int, _ mode: SelfTrade, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) -> Bool {
        switch mode {
        case .allowed: return false
        case .cancelTaker: return true
        case .cancelMaker, .cancelBoth:
            drop(maker, .selfTrade, &ledger, &outcome)
            return mode == .cancelBoth
        case .decrement:
            let size = min(slots[taker].left, slots[maker].left)
            if slots[maker].left == size {
                drop(maker, .selfTrade, &ledger, &outcome)
            } else {
                reduce(maker, by: size, .selfTrade, &ledger, &outcome)
            }
            if slots[taker].left == size { return true }
            slots[taker].left -= size
            tell(.reduced, .selfTrade, taker, size, &outcome)
            return false
        }
    }

    /// Cancels a resting order without telling its level.
    mutating func drop(_ index: Int, _ reason: Reason, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        tell(.cancelled, reason, index, slots[index].left, &outcome)
        shrink(index, by: slots[index].left, &ledger)
        remove(index)
    }

    /// Makes a resting order smaller, in its place, without telling its level.
    mutating func reduce(
        _ index: Int, by size: Int64, _ reason: Reason, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) {
        shrink(index, by: size, &ledger)
        tell(.reduced, reason, index, size, &outcome)
    }

    /// Takes from what is left of a resting order, and frees what was held for that.
    private mutating func shrink(_ index: Int, by size: Int64, _ ledger: inout Ledger) {
        let slot = slots[index]
        slots[index].left -= size
        subtract(size, slot)
        guard slot.account != 0 else { return }
        let freed = money.need(slot.side, slot.price, slot.left) - money.need(slot.side, slot.price, slot.left - size)
        ledger.change(slot.account, slot.side == .ask ? money.base : money.quote, available: freed, held: -freed)
    }

    @inline(__always)
    private mutating func subtract(_ size: Int64, _ slot: Slot) {
        switch slot.side {
        case .bid: bids.rows[bids.index(slot.price)].total -= size
        case .ask: asks.rows[asks.index(0 &- slot.price)].total -= size
        }
    }

    private mutating func trade(
        _ taker: Int, _ maker: Int, _ size: Int64, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) {
        let price = slots[maker].price
        lastTrade += 1
        var makerFee: Int128 = 0
        var takerFee: Int128 = 0
        if slots[maker].account != 0 || slots[taker].account != 0 {
            // The maker's part was held; what it was held for at its own price is what it costs.
            let value = money.value(price, size)
            makerFee = slots[maker].account == 0 ? 0 : money.fee(value, isMaker: true)
            takerFee = slots[taker].account == 0 ? 0 : money.fee(value, isMaker: false)
            shrink(maker, by: size, &ledger)
            settle(slots[maker], size, value, makerFee, &ledger)
            settle(slots[taker], size, value, takerFee, &ledger)
        } else {
            slots[maker].left -= size
            subtract(size, slots[maker])
        }
        slots[taker].left -= size
        tellFill(maker, isMaker: true, price, size, makerFee, &outcome)
        tellFill(taker, isMaker: false, price, size, takerFee, &outcome)
        outcome.sights.append(
            Sight(
                kind: .trade, side: slots[taker].side, price: Ticks(price), size: Lots(size), number: lastTrade,
                maker: slots[maker].number, taker: slots[taker].number))
    }

    private func settle(_ slot: Slot, _ size: Int64, _ value: Int128, _ fee: Int128, _ ledger: inout Ledger) {
        let base = Int128(size) * money.lot
        let isBuyer = slot.side == .bid
        ledger.change(slot.account, money.base, available: isBuyer ? base : -base, held: 0)
        ledger.change(slot.account, money.quote, available: (isBuyer ? -value : value) - fee, held: 0)
        ledger.earn(fee, money.quote)
    }

    private func tellFill(
        _ index: Int, isMaker: Bool, _ price: Int64, _ size: Int64, _ fee: Int128, _ outcome: inout Outcome
    ) {
        let slot = slots[index]
        outcome.executions.append(
            Execution(
                kind: .filled, reason: .none, side: slot.side, isMaker: isMaker, account: slot.account,
                order: slot.number, client: slot.client, price: Ticks(price), size: Lots(size), left: Lots(slot.left),
                trade: lastTrade, fee: fee))
    }

    /// Takes an order with nothing left out of its level's row and its account's. The level stays, also an empty one.
    mutating func remove(_ index: Int) {
        let slot = slots[index]
        switch slot.side {
        case .bid: Matcher.unlink(slot, &bids.rows[bids.index(slot.price)], &slots)
        case .ask: Matcher.unlink(slot, &asks.rows[asks.index(0 &- slot.price)], &slots)
        }
        orderCount -= 1
        if slot.place >= 0 {
            let moved = crowd.last
            crowd[Int(slot.place)] = moved
            slots[Int(moved)].place = slot.place
            crowd.truncate(to: crowd.count - 1)
        } else if slot.account != 0 {
            if slot.previousOfAccount >= 0 {
                slots[Int(slot.previousOfAccount)].nextOfAccount = slot.nextOfAccount
            } else {
                heads[Int(slot.account)] = slot.nextOfAccount
            }
            if slot.nextOfAccount >= 0 { slots[Int(slot.nextOfAccount)].previousOfAccount = slot.previousOfAccount }
            open[Int(slot.account)] -= 1
        }
        release(index)
    }

    private static func unlink(_ slot: Slot, _ level: inout Levels.Level, _ slots: inout Column<Slot>) {
        if slot.previous >= 0 { slots[Int(slot.previous)].next = slot.next } else { level.head = slot.next }
        if slot.next >= 0 { slots[Int(slot.next)].previous = slot.previous } else { level.tail = slot.previous }
    }
}
