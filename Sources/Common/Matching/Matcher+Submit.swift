import Bytes
import Units

extension Matcher {
    /// Takes an order: checks it, matches it, and lets the rest of it rest where it may. Account 0 is the crowd's: its funds are not
    /// looked at and it meets its own orders.
    @discardableResult
    public mutating func submit(_ intent: Intent, _ ledger: inout Ledger, into outcome: inout Outcome) -> Answer {
        let reason = check(intent, ledger)
        guard reason == .none else {
            reject(intent, reason, &outcome)
            return .refused(reason)
        }
        return .accepted(enter(intent, &ledger, &outcome))
    }

    func reject(_ intent: Intent, _ reason: Reason, _ outcome: inout Outcome) {
        outcome.executions.append(
            Execution(
                kind: .rejected, reason: reason, side: intent.side, isMaker: false, account: intent.account, order: 0,
                client: intent.client, price: intent.price ?? Ticks(0), size: intent.size, left: .zero, trade: 0, fee: 0
            ))
    }

    /// Matches a checked order; its number.
    mutating func enter(_ intent: Intent, _ ledger: inout Ledger, _ outcome: inout Outcome) -> UInt64 {
        let index = allot(intent)
        let number = slots[index].number
        tell(.accepted, .none, index, slots[index].size, &outcome)
        if intent.life == .whole, !canFill(intent) {
            tell(.expired, .unfilled, index, slots[index].left, &outcome)
            release(index)
            return number
        }
        var budget: Int128?
        if intent.account != 0, intent.side == .bid, intent.price == nil {
            budget = money.affordable(intent.amount ?? ledger.balance(intent.account, money.quote).available)
        } else if let amount = intent.amount {
            budget = money.affordable(amount)
        }
        let end = match(index, intent, budget: budget, &ledger, &outcome)
        if end == .selfTrade {
            tell(.cancelled, .selfTrade, index, slots[index].left, &outcome)
            release(index)
        } else if slots[index].left == 0 {
            release(index)
        } else if intent.price == nil || intent.life != .untilCancelled {
            let unfilled = slots[index].left
            // Of an order by amount nobody asked for a size.
            tell(.expired, end, index, intent.amount == nil ? unfilled : 0, &outcome)
            release(index)
        } else {
            rest(index, &ledger, &outcome)
        }
        return number
    }

    /// A slot for a new order.
    private mutating func allot(_ intent: Intent) -> Int {
        var index = Int(free)
        if index >= 0 {
            free = slots[index].next
        } else {
            index = slots.count
            slots.append(Matcher.empty)
        }
        count += 1
        // An order by amount is limited by its budget alone.
        let size = intent.amount == nil ? intent.size.count : terms.maximumSize.count
        slots[index] = Slot(
            number: count << 16 | UInt64(index), client: intent.client, price: intent.price?.count ?? 0, size: size,
            left: size, account: intent.account, next: -1, previous: -1, nextOfAccount: -1, previousOfAccount: -1,
            place: -1, side: intent.side)
        return index
    }

    private static var empty: Slot {
        Slot(
            number: 0, client: 0, price: 0, size: 0, left: 0, account: 0, next: -1, previous: -1, nextOfAccount: -1,
            previousOfAccount: -1, place: -1, side: .bid)
    }

    mutating func release(_ index: Int) {
        slots[index] = Matcher.empty
        slots[index].next = free
        free = Int32(truncatingIfNeeded: index)
    }

    /// Tells what happened to an order itself.
    func tell(_ kind: Execution.Kind, _ reason: Reason, _ index: Int, _ size: Int64, _ outcome: inout Outcome) {
        let slot = slots[index]
        let isGone = kind == .cancelled || kind == .expired
        outcome.executions.append(
            Execution(
                kind: kind, reason: reason, side: slot.side, isMaker: false, account: slot.account, order: slot.number,
                client: slot.client, price: Ticks(slot.price), size: Lots(size), left: isGone ? .zero : Lots(slot.left),
                trade: 0, fee: 0))
    }

    /// Tells what rests at a price now.
    mutating func tell(_ side: BookSide, _ price: Int64, _ total: Int64, _ outcome: inout Outcome) {
        lastChange += 1
        outcome.sights.append(
            Sight(
                kind: .level, side: side, price: Ticks(price), size: Lots(total), number: lastChange, maker: 0, taker: 0
            ))
    }

    /// Puts what is left of an order behind the others of its price, and holds what it needs.
    private mutating func rest(_ index: Int, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        let slot = slots[index]
        if slot.account != 0 {
            let need = money.need(slot.side, slot.price, slot.left)
            ledger.change(slot.account, slot.side == .ask ? money.base : money.quote, available: -need, held: need)
        }
        let total = slot.side == .bid ? Matcher.join(index, &bids, &slots) : Matcher.join(index, &asks, &slots)
        orderCount += 1
        if slot.account != 0 {
            chain(index)
        } else if slot.client == 0 {
            slots[index].place = Int32(truncatingIfNeeded: crowd.count)
            crowd.append(Int32(truncatingIfNeeded: index))
        }
        tell(slot.side, slot.price, total, &outcome)
    }

    /// Appends an order to its level; the level's new total.
    private static func join(_ index: Int, _ levels: inout Levels, _ slots: inout Column<Slot>) -> Int64 {
        let key = levels.key(slots[index].price)
        let at = levels.index(key)
        let left = slots[index].left
        let name = Int32(truncatingIfNeeded: index)
        if at < levels.rows.count, levels.rows[at].key == key {
            let tail = levels.rows[at].tail
            slots[Int(tail)].next = name
            slots[index].previous = tail
            levels.rows[at].tail = name
            levels.rows[at].total += left
            return levels.rows[at].total
        }
        levels.rows.insert(Levels.Level(key: key, total: left, head: name, tail: name), at: at)
        return left
    }

    /// Puts an order first among its account's.
    private mutating func chain(_ index: Int) {
        let account = Int(slots[index].account)
        while heads.count <= account {
            heads.append(-1)
            open.append(0)
        }
        let first = heads[account]
        slots[index].nextOfAccount = first
        if first >= 0 { slots[Int(first)].previousOfAccount = Int32(truncatingIfNeeded: index) }
        heads[account] = Int32(truncatingIfNeeded: index)
        open[account] += 1
    }
}
