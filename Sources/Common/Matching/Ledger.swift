public import Units

/// Who owns an order. 0 is the crowd: it has no limits and pays no fees.
public typealias Account = Int32

/// What an account has of an asset, in 10^-18 of it.
public struct Balance: Equatable, Sendable {
    /// Free to be traded.
    public var available: Int128 = 0
    /// Bound by open orders.
    public var held: Int128 = 0

    public init() {}
}

/// What every account has of every asset: whole numbers of 10^-18.
///
/// Invariant: for each asset, the sum over all accounts (the crowd's may be negative) and the fees is what was deposited.
public struct Ledger: Sendable {
    /// Beyond these nothing is opened.
    public static let accountsMax = 4096
    public static let assetsMax = 4096
    /// Largest sum that may be deposited at once.
    static let depositMax = Money.valueMax

    public private(set) var assets: [String] = []
    /// By account, then by asset; rows are as long as the assets that the account has touched.
    private var rows: [[Balance]] = [[]]
    private var earned: [Int128] = []

    public init() {}

    /// Accounts besides the crowd's.
    public var accountCount: Int { rows.count - 1 }

    /// Opens an account; nil at the bound.
    public mutating func open() -> Account? {
        guard rows.count <= Ledger.accountsMax else { return nil }
        rows.append([])
        return Account(rows.count - 1)
    }

    public func isOpen(_ account: Account) -> Bool { account >= 0 && Int(account) < rows.count }

    public func asset(_ name: String) -> Int? { assets.firstIndex(of: name) }

    /// The index of an asset, a new one where it is not known; nil at the bound.
    public mutating func intern(_ name: String) -> Int? {
        if let found = asset(name) { return found }
        guard assets.count < Ledger.assetsMax else { return nil }
        assets.append(name)
        earned.append(0)
        return assets.count - 1
    }

    /// Adds to what an account has; false where the account, the asset or the amount cannot be.
    public mutating func deposit(_ amount: Decimal, of asset: Int, to account: Account) -> Bool {
        guard isOpen(account), account > 0, assets.indices.contains(asset), amount.mantissa >= 0,
            let units = Money.amount(amount), units <= Ledger.depositMax
        else { return false }
        change(account, asset, available: units, held: 0)
        return true
    }

    public func balance(_ account: Account, _ asset: Int) -> Balance {
        guard isOpen(account), asset >= 0, asset < rows[Int(account)].count else { return Balance() }
        return rows[Int(account)][asset]
    }

    /// Fees earned less rebates paid.
    public func fees(_ asset: Int) -> Int128 { earned.indices.contains(asset) ? earned[asset] : 0 }

    mutating func change(_ account: Account, _ asset: Int, available: Int128, held: Int128) {
        let row = Int(account)
        while rows[row].count <= asset { rows[row].append(Balance()) }
        rows[row][asset].available += available
        rows[row][asset].held += held
    }

    mutating func earn(_ fee: Int128, _ asset: Int) { earned[asset] += fee }
}
