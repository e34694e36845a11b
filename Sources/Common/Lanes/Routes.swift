import Events
import Units

/// Who wants which streams. Each change raises `version`, which everything that is written afterwards bears.
public struct Routes: Sendable {
    /// Of the table as it is; 1 before the first change, as 0 means not routed.
    public private(set) var version: UInt32 = 1
    /// By consumer, in the order of asking.
    private var wanted: [[Subscription]] = []
    let subscriptionsMax: Int

    public init(subscriptionsMax: Int = 256) { self.subscriptionsMax = subscriptionsMax }

    public enum Answer: Equatable, Sendable {
        /// The table has changed.
        case changed
        /// It was so before.
        case unchanged
        case refused(String)
    }

    /// What a consumer has asked for.
    public func subscriptions(of consumer: Int) -> [Subscription] {
        consumer < wanted.count ? wanted[consumer] : []
    }

    /// Adds a subscription; the same one again is no change, one of the same streams with other manners replaces it.
    mutating func subscribe(_ consumer: Int, _ subscription: Subscription) -> Answer {
        while wanted.count <= consumer { wanted.append([]) }
        if let index = wanted[consumer].firstIndex(where: { $0.asksTheSame(as: subscription) }) {
            guard wanted[consumer][index] != subscription else { return .unchanged }
            wanted[consumer][index] = subscription
        } else {
            guard wanted[consumer].count < subscriptionsMax else {
                return .refused("more than \(subscriptionsMax) subscriptions")
            }
            wanted[consumer].append(subscription)
        }
        version += 1
        return .changed
    }

    /// Takes back a subscription of the same streams.
    mutating func unsubscribe(_ consumer: Int, _ subscription: Subscription) -> Answer {
        guard consumer < wanted.count,
            let index = wanted[consumer].firstIndex(where: { $0.asksTheSame(as: subscription) })
        else { return .refused("no active subscription") }
        wanted[consumer].remove(at: index)
        version += 1
        return .changed
    }

    /// The version goes on behind one of an earlier run.
    mutating func begin(after version: UInt32) { self.version = max(self.version, version &+ 1) }

    /// The consumer is gone.
    mutating func forget(_ consumer: Int) {
        guard consumer < wanted.count, !wanted[consumer].isEmpty else { return }
        wanted[consumer] = []
        version += 1
    }

    /// How a consumer wants a stream; nil: not at all. Of several subscriptions the deepest counts, then the last.
    func want(_ consumer: Int, venue: String, symbol: String, _ channel: Channel) -> (depth: Int, policy: Policy)? {
        guard consumer < wanted.count else { return nil }
        var found: (depth: Int, policy: Policy)?
        for subscription in wanted[consumer] where subscription.matches(venue: venue, symbol: symbol, channel) {
            let depth = channel == .book ? subscription.depth : 0
            if let before = found, depth != 0, before.depth == 0 || depth < before.depth { continue }
            found = (depth, subscription.policy)
        }
        return found
    }

    /// The longest pace that a consumer has asked for.
    func pace(of consumer: Int) -> Nanos { subscriptions(of: consumer).map(\.pace).max() ?? .zero }
}
