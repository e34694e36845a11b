public import Matching
public import Units

/// What happened to an account's order, and when and where.
public struct Report: Equatable, Sendable {
    /// Index of the market on its floor.
    public var market: Int
    public var time: Nanos
    public var execution: Execution
}

/// What accounts may ask of their past: fills by time, and orders that are gone. A fold over the floor's reports.
///
/// Bounds, of each account: `fillsMax` fills and `ordersMax` ended orders; the oldest half goes where there are more.
public struct Statements: Sendable {
    public static let fillsMax = 10_000
    public static let ordersMax = 10_000

    /// How an order ended.
    public struct Ended: Equatable, Sendable {
        public var market: Int
        public var time: Nanos
        public var number: UInt64
        public var client: UInt64
        /// `filled`, `cancelled`, `expired` or `rejected`, and why.
        public var kind: Execution.Kind
        public var reason: Reason
    }

    // By account.
    private var fills: [[Report]] = []
    private var ended: [[Ended]] = []

    public init() {}

    /// Takes what happened to an account's order; the crowd's is left out.
    public mutating func add(_ report: Report) {
        let execution = report.execution
        let account = Int(execution.account)
        guard account > 0, account <= Ledger.accountsMax else { return }
        while fills.count <= account {
            fills.append([])
            ended.append([])
        }
        var isGone = false
        switch execution.kind {
        case .filled:
            if fills[account].count >= Statements.fillsMax { fills[account].removeFirst(Statements.fillsMax / 2) }
            fills[account].append(report)
            isGone = execution.left == .zero
        case .cancelled, .expired, .rejected: isGone = true
        case .accepted, .reduced: break
        }
        guard isGone else { return }
        if ended[account].count >= Statements.ordersMax { ended[account].removeFirst(Statements.ordersMax / 2) }
        ended[account].append(
            Ended(
                market: report.market, time: report.time, number: execution.order, client: execution.client,
                kind: execution.kind, reason: execution.reason))
    }

    /// Fills of an account in a span of time, oldest first, at most `limit`.
    public func fills(of account: Account, since: Nanos, until: Nanos, limit: Int) -> ArraySlice<Report> {
        guard fills.indices.contains(Int(account)) else { return [] }
        let all = fills[Int(account)]
        // Markets' clocks differ by microseconds: what is asked for is looked for, not searched by halving.
        return all.filter { $0.time >= since && $0.time < until }.prefix(max(limit, 0))
    }

    /// How an order of an account ended; nil where it is open, forgotten or never was.
    public func ended(_ number: UInt64, market: Int, of account: Account) -> Ended? {
        guard ended.indices.contains(Int(account)) else { return nil }
        return ended[Int(account)].last { $0.number == number && $0.market == market }
    }
}
