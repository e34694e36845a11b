import Bytes
public import Matching
public import Units

// What accounts do on the floor. Each of these first performs all that is due until `now`; the order is then performed at the next
// free microsecond of its market. What happens to it is in `reports`, after what happened to other accounts' orders before it.
extension Floor {
    /// Reports kept until they are read; the oldest half goes where there are more.
    public static let reportsMax = 1 << 16

    /// Takes an order, of an account or of the crowd (0).
    @discardableResult
    public mutating func submit(_ intent: Intent, market: Int, at now: Nanos, tape: inout Tape) -> Answer {
        order(market, now, &tape) { matcher, ledger, outcome in
            matcher.submit(intent, &ledger, into: &outcome)
        }
    }

    /// Cancels an order of an account.
    @discardableResult
    public mutating func cancel(
        _ number: UInt64, of account: Account, market: Int, at now: Nanos, tape: inout Tape
    ) -> Answer {
        order(market, now, &tape) { matcher, ledger, outcome in
            matcher.cancel(number, of: account, &ledger, into: &outcome)
        }
    }

    /// Changes an order of an account; see `Matcher.replace`.
    @discardableResult
    public mutating func replace(
        _ number: UInt64, by intent: Intent, market: Int, at now: Nanos, tape: inout Tape
    ) -> Answer {
        order(market, now, &tape) { matcher, ledger, outcome in
            matcher.replace(number, by: intent, &ledger, into: &outcome)
        }
    }

    /// An open order; nil where the market has none of that number.
    public func order(_ number: UInt64, market: Int) -> Order? { pits[market].matcher.order(number) }

    /// An account's open order of the account's own number.
    public func order(client: UInt64, of account: Account, market: Int) -> Order? {
        pits[market].matcher.order(client: client, of: account)
    }

    /// Open orders of an account in a market, newest first.
    public borrowing func orders(of account: Account, market: Int, _ body: (Order) -> Void) {
        pits[market].matcher.orders(of: account, body)
    }

    /// The ledger's indices of a market's assets.
    public func assets(_ market: Int) -> (base: Int, quote: Int) {
        (pits[market].matcher.base, pits[market].matcher.quote)
    }

    public mutating func clearReports() { reports.removeAll(keepingCapacity: true) }

    private mutating func order(
        _ market: Int, _ now: Nanos, _ tape: inout Tape,
        _ body: (inout Matcher, inout Ledger, inout Outcome) -> Answer
    ) -> Answer {
        advance(to: now, tape: &tape)
        guard status(market) != nil else { return .refused(.notTrading) }
        let moment = stamp(market, now)
        var answer = Answer.refused(.notTrading)
        tell(market, at: moment, &tape) { matcher, ledger, outcome in
            answer = body(&matcher, &ledger, &outcome)
        }
        agenda.set(market, pits[market].due)
        return answer
    }
}
