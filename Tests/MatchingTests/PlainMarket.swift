import Matching

/// The market a second time, in the plainest way: one array of orders in the order of time, searched from end to end for each step.
struct PlainMarket {
    struct Order {
        var number: UInt64
        var account: Account
        var client: UInt64
        var side: BookSide
        var price: Int64
        var size: Int64
        var left: Int64
    }

    /// In ledger units: one lot of base, one tick × lot of quote; fees in parts of a million.
    var lot: Int128
    var product: Int128
    var makerFee: Int128
    var takerFee: Int128
    var minimum: Int64 = 1
    var maximum: Int64 = 1_000_000_000
    var valueMin: Int128 = 0

    var orders: [Order] = []
    var count: UInt64 = 0
    var trades: UInt64 = 0
    /// All that accounts have, open orders included.
    var base: [Int128]
    var quote: [Int128]
    var earned: Int128 = 0
    /// What happened, as text.
    var told: [String] = []

    func need(_ order: Order) -> Int128 {
        if order.side == .ask { return Int128(order.left) * lot }
        let value = Int128(order.price) * Int128(order.left) * product
        return value + value * max(makerFee, takerFee, 0) / 1_000_000
    }

    func held(_ account: Account, _ side: BookSide) -> Int128 {
        orders.filter { $0.account == account && $0.side == side }.reduce(0) { $0 + need($1) }
    }

    func available(_ account: Account, _ side: BookSide) -> Int128 {
        (side == .ask ? base[Int(account)] : quote[Int(account)]) - held(account, side)
    }

    func totals(_ side: BookSide) -> [Int64: Int64] {
        orders.filter { $0.side == side }.reduce(into: [:]) { $0[$1.price, default: 0] += $1.left }
    }

    private func crosses(_ side: BookSide, _ price: Int64?, _ other: Int64) -> Bool {
        guard let price else { return true }
        return side == .bid ? other <= price : other >= price
    }

    /// Resting orders that an order would meet, in the order in which it would.
    private func meets(_ side: BookSide, _ price: Int64?) -> [Order] {
        let others = orders.filter { $0.side != side && crosses(side, price, $0.price) }
        return others.sorted {
            $0.price != $1.price ? (side == .bid ? $0.price < $1.price : $0.price > $1.price) : $0.number < $1.number
        }
    }

    func refusal(_ intent: Intent, replacing old: Order? = nil) -> Reason {
        let isPlain = intent.price != nil && intent.life == .untilCancelled
        if intent.isPostOnly, !isPlain { return .contradiction }
        if let amount = intent.amount {
            if intent.price != nil || intent.side == .ask || intent.size != .zero || intent.life == .whole {
                return .contradiction
            }
            if amount < max(valueMin, 1) { return .belowMinimumValue }
        } else {
            if intent.size.count < minimum { return .belowMinimumSize }
            if intent.size.count > maximum { return .aboveMaximumSize }
            if let price = intent.price?.count {
                if price < 1 { return .priceOutOfRange }
                if Int128(price) * Int128(intent.size.count) * product < valueMin { return .belowMinimumValue }
            }
        }
        if intent.isPostOnly, !meets(intent.side, intent.price?.count).isEmpty { return .wouldTake }
        if intent.account == 0 { return .none }
        let same = orders.first { $0.account == intent.account && $0.client == intent.client && $0.client != 0 }
        if let same, same.number != old?.number { return .duplicateClient }
        let free = available(intent.account, intent.side) + (old.map(need) ?? 0)
        let price = intent.price?.count ?? 0
        let asked = Order(
            number: 0, account: 0, client: 0, side: intent.side, price: price, size: 0, left: intent.size.count)
        var needed = intent.amount ?? need(asked)
        if intent.side == .bid, intent.price == nil, intent.amount == nil {
            var left = intent.size.count
            needed = 0
            for order in meets(.bid, nil) {
                needed += Int128(min(left, order.left)) * Int128(order.price)
                left -= min(left, order.left)
            }
            return needed <= budget(free) ? .none : .insufficientFunds
        }
        return needed <= free ? .none : .insufficientFunds
    }

    private func budget(_ amount: Int128) -> Int128 {
        amount * 1_000_000 / (1_000_000 + max(takerFee, 0)) / product
    }

    mutating func submit(_ intent: Intent) -> Bool {
        let reason = refusal(intent)
        if reason != .none {
            told.append(
                "rejected \(reason) \(intent.account) 0 \(intent.client) \(intent.price?.count ?? 0) \(intent.size.count) 0"
            )
            return false
        }
        enter(intent)
        return true
    }

    private mutating func tell(_ what: String, _ order: Order, _ size: Int64, left: Int64) {
        told.append("\(what) \(order.account) \(order.number) \(order.client) \(order.price) \(size) \(left)")
    }

    private mutating func enter(_ intent: Intent) {
        count += 1
        let size = intent.amount == nil ? intent.size.count : maximum
        var taker = Order(
            number: count, account: intent.account, client: intent.client, side: intent.side,
            price: intent.price?.count ?? 0, size: size, left: size)
        tell("accepted none", taker, size, left: size)
        var end = Reason.unfilled
        if intent.life == .whole, !canFill(intent) {
            return tell("expired unfilled", taker, size, left: 0)
        }
        var spend: Int128?
        if intent.account != 0, intent.price == nil, intent.side == .bid {
            spend = budget(intent.amount ?? available(intent.account, .bid))
        } else if let amount = intent.amount {
            spend = budget(amount)
        }
        for maker in meets(taker.side, intent.price?.count) where taker.left > 0 {
            guard let at = orders.firstIndex(where: { $0.number == maker.number }) else { continue }
            if maker.account == taker.account, taker.account != 0, intent.selfTrade != .allowed {
                let size = min(maker.left, taker.left)
                let goes = intent.selfTrade == .cancelMaker || intent.selfTrade == .cancelBoth
                if goes || (intent.selfTrade == .decrement && size == maker.left) {
                    tell("cancelled selfTrade", maker, maker.left, left: 0)
                    orders.remove(at: at)
                } else if intent.selfTrade == .decrement {
                    orders[at].left -= size
                    tell("reduced selfTrade", maker, size, left: orders[at].left)
                }
                if intent.selfTrade == .cancelTaker || intent.selfTrade == .cancelBoth
                    || (intent.selfTrade == .decrement && size == taker.left)
                {
                    return tell("cancelled selfTrade", taker, taker.left, left: 0)
                }
                if intent.selfTrade == .decrement {
                    taker.left -= size
                    tell("reduced selfTrade", taker, size, left: taker.left)
                }
                continue
            }
            let wanted = min(maker.left, taker.left)
            var size = wanted
            if let money = spend {
                size = Int64(min(Int128(size), money / Int128(maker.price)))
                spend = money - Int128(size) * Int128(maker.price)
            }
            if size > 0 { trade(&taker, at, size) }
            if size < wanted {
                end = .insufficientFunds
                break
            }
        }
        if taker.left == 0 { return }
        if intent.price == nil || intent.life != .untilCancelled {
            tell("expired \(end)", taker, intent.amount == nil ? taker.left : 0, left: 0)
        } else {
            orders.append(taker)
        }
    }

    private mutating func trade(_ taker: inout Order, _ at: Int, _ size: Int64) {
        trades += 1
        let maker = orders[at]
        let value = Int128(maker.price) * Int128(size) * product
        for (order, rate) in [(maker, makerFee), (taker, takerFee)] {
            let fee = order.account == 0 ? 0 : value * rate / 1_000_000
            let sign: Int128 = order.side == .bid ? 1 : -1
            base[Int(order.account)] += sign * Int128(size) * lot
            quote[Int(order.account)] -= sign * value + fee
            earned += fee
        }
        taker.left -= size
        orders[at].left -= size
        var (first, second) = (maker, taker)
        first.price = maker.price
        second.price = maker.price
        tell("filled none", first, size, left: orders[at].left)
        tell("filled none", second, size, left: taker.left)
        if orders[at].left == 0 { orders.remove(at: at) }
    }

    private func canFill(_ intent: Intent) -> Bool {
        var left = intent.size.count
        for order in meets(intent.side, intent.price?.count) where left > 0 {
            let isOwn = order.account == intent.account && intent.account != 0 && intent.selfTrade != .allowed
            if isOwn, intent.selfTrade != .cancelMaker { return false }
            if !isOwn { left -= min(left, order.left) }
        }
        return left == 0
    }

    mutating func cancel(_ number: UInt64, of account: Account, _ reason: Reason = .requested) -> Bool {
        guard let at = orders.firstIndex(where: { $0.number == number && $0.account == account }) else { return false }
        tell("cancelled \(reason)", orders[at], orders[at].left, left: 0)
        orders.remove(at: at)
        return true
    }

    mutating func replace(_ number: UInt64, by intent: Intent) -> Bool {
        let found = orders.firstIndex {
            $0.number == number && $0.account == intent.account && $0.side == intent.side
        }
        guard let at = found else { return false }
        let old = orders[at]
        var next = intent
        next.size = Lots(intent.size.count - old.size + old.left)
        if next.client == 0 { next.client = old.client }
        if next.price == nil { return false }
        let reason = refusal(next, replacing: old)
        if reason != .none {
            told.append(
                "rejected \(reason) \(next.account) 0 \(next.client) \(next.price?.count ?? 0) \(next.size.count) 0")
            return false
        }
        let isSmaller = next.price?.count == old.price && next.size.count <= old.left && next.client == old.client
        if isSmaller, next.life == .untilCancelled {
            if next.size.count == old.left { return true }
            orders[at].left = next.size.count
            orders[at].size = intent.size.count
            tell("reduced requested", old, old.left - next.size.count, left: next.size.count)
            return true
        }
        _ = cancel(number, of: intent.account, .replaced)
        enter(next)
        return true
    }
}
