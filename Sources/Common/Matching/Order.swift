import Bytes
import Units

/// An open order as its market holds it.
public struct Order: BitwiseCopyable, Equatable, Sendable {
    public var number: UInt64
    public var account: Account
    public var client: UInt64
    public var side: BookSide
    public var price: Ticks
    /// What was asked for, and what is left of it.
    public var size: Lots
    public var left: Lots
}

extension Matcher {
    /// An open order; nil where there is none of that number.
    public func order(_ number: UInt64) -> Order? { slot(number).map { order(at: $0) } }

    /// The open order of an account that has this number of the account's own.
    public func order(client: UInt64, of account: Account) -> Order? {
        var found: Order?
        orders(of: account) { if $0.client == client { found = $0 } }
        return client == 0 ? nil : found
    }

    /// Open orders of an account, newest first. The crowd's are not kept by account.
    public borrowing func orders(of account: Account, _ body: (Order) -> Void) {
        guard account > 0, Int(account) < heads.count else { return }
        var at = heads[Int(account)]
        while at >= 0 {
            body(order(at: Int(at)))
            at = slots[Int(at)].nextOfAccount
        }
    }

    /// The crowd's resting order at `place` of `crowdCount`: which one that is changes with every order that goes.
    public func crowdOrder(_ place: Int) -> Order { order(at: Int(crowd[place])) }

    private func order(at index: Int) -> Order {
        let slot = slots[index]
        return Order(
            number: slot.number, account: slot.account, client: slot.client, side: slot.side, price: Ticks(slot.price),
            size: Lots(slot.size), left: Lots(slot.left))
    }
}
