import Bytes
import Matching
import Support
import Units

/// A market, its accounts and what they did, for tests.
struct Stage: ~Copyable {
    var ledger = Ledger()
    var matcher: Matcher
    var outcome = Outcome()
    /// Accounts with funds: 1, 2, 3.
    static let accounts: [Account] = [1, 2, 3]

    static var terms: Terms {
        Terms(base: "BTC", quote: "USDT", tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: -3))
    }

    /// Each account has so many whole units of both assets.
    init(_ terms: Terms = Stage.terms, funds: Int64 = 1_000_000) {
        guard let matcher = Matcher(terms, ledger: &ledger) else { preconditionFailure("the terms can be counted") }
        let assets = [matcher.base, matcher.quote]
        self.matcher = matcher
        for _ in Stage.accounts {
            guard let account = ledger.open() else { preconditionFailure("there is room for an account") }
            for asset in assets {
                _ = ledger.deposit(Decimal(funds, exponent: 0), of: asset, to: account)
            }
        }
    }

    @discardableResult
    mutating func submit(_ intent: Intent) -> Answer { matcher.submit(intent, &ledger, into: &outcome) }

    /// A limit order that rests, or takes; its number.
    @discardableResult
    mutating func limit(
        _ side: BookSide, _ size: Int64, at price: Int64, by account: Account = 0,
        _ change: (inout Intent) -> Void = { _ in }
    ) -> Answer {
        var intent = Intent(side, Lots(size), at: Ticks(price))
        intent.account = account
        change(&intent)
        return submit(intent)
    }

    @discardableResult
    mutating func market(_ side: BookSide, _ size: Int64, by account: Account = 0) -> Answer {
        var intent = Intent(side, Lots(size), at: nil)
        intent.account = account
        return submit(intent)
    }

    /// What happened since the last call, each as `kind reason account number client price size left`, numbers as counts.
    mutating func told() -> [String] {
        let told = (0..<outcome.executions.count).map { index in
            let one = outcome.executions[index]
            return "\(one.kind) \(one.reason) \(one.account) \(one.order >> 16) \(one.client) \(one.price.count) "
                + "\(one.size.count) \(one.left.count)"
        }
        outcome.clear()
        return told
    }

    /// A side as text, best first: `price:size`.
    func side(_ side: BookSide) -> String {
        var rows: [String] = []
        matcher.levels(side, limit: .max) { rows.append("\($0.count):\($1.count)") }
        return rows.joined(separator: " ")
    }
}

extension Answer {
    /// The number of an order that was accepted; 0 for one that was refused.
    var number: UInt64 {
        if case .accepted(let number) = self { return number }
        return 0
    }
}
