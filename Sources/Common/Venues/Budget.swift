import Units

/// What may be asked of a venue: never more than a share of what it allows in any minute, not too fast, and nothing during a ban.
///
/// Invariants: the weights spent in any 60 seconds are at most `limit`; and so is, with each request, the venue's own count of them, as
/// far as it told it: somebody else may ask from the same address.
struct Budget {
    /// In a minute.
    let limit: Int
    /// Between two requests at least.
    let interval: Nanos
    /// Weight spent in each of the last 61 seconds, by second modulo 61; and the newest second.
    private var spent = [Int](repeating: 0, count: 61)
    private var second: Int64 = 0
    /// The first time it heard of: seconds count from it, so that two runs with different clocks are alike.
    private var origin: Nanos?
    private var next = Nanos.zero
    private(set) var bannedUntil = Nanos.zero
    /// The venue's own count, what it cannot have counted yet added; when it was told, and until when it is good.
    private(set) var told = 0
    private var toldAt: Nanos?
    private var toldUntil = Nanos.zero

    init(limit: Int, interval: Nanos) {
        self.limit = limit
        self.interval = interval
    }

    /// Takes `weight` if that is allowed now. A weight above the limit never is.
    mutating func spend(_ weight: Int, at now: Nanos) -> Bool {
        advance(to: now)
        guard now >= bannedUntil, now >= next, spent.reduce(0, +) + weight <= limit, told + weight <= limit else {
            return false
        }
        spent[Int(second % 61)] += weight
        if toldAt != nil { told += weight }
        next = now + interval
        return true
    }

    /// When `spend` may succeed at the soonest.
    mutating func soonest(_ weight: Int, at now: Nanos) -> Nanos {
        advance(to: now)
        var soonest = max(next, bannedUntil)
        if told + weight > limit { soonest = max(soonest, toldUntil) }
        var left = spent.reduce(0, +)
        // The oldest second leaves the window first.
        for age in stride(from: Int64(60), through: 0, by: -1) where left + weight > limit {
            let index = Int((second - age + 61 * 2) % 61)
            guard second >= age, spent[index] > 0 else { continue }
            left -= spent[index]
            soonest = max(soonest, (origin ?? .zero) + .seconds(second - age + 61))
        }
        return soonest
    }

    /// The venue says how much weight our address has `used` in its minute. `asked`: when the request was sent whose answer says so;
    /// `flying`: the weight of requests that it may not have counted yet. `until`: when its minute is over.
    mutating func hear(used: Int, asked: Nanos, flying: Int, until: Nanos, at now: Nanos) {
        advance(to: now)
        let count = min(max(used, 0), 1 << 30) + flying
        // Only an answer to a later question is better informed when it says less: then a new minute has begun there.
        if let toldAt, asked < toldAt, count < told { return }
        told = count
        toldAt = now
        toldUntil = until
    }

    /// Whether it is others who leave no room for `weight`: a tenth of what is allowed, at least, that we did not ask.
    mutating func isCrowded(_ weight: Int, at now: Nanos) -> Bool {
        advance(to: now)
        let own = spent.reduce(0, +)
        return told + weight > limit && own + weight <= limit && told - own >= limit / 10
    }

    /// The venue refuses all until then.
    mutating func ban(until time: Nanos) { bannedUntil = max(bannedUntil, time) }

    private mutating func advance(to now: Nanos) {
        if toldAt != nil, now >= toldUntil {
            told = 0
            toldAt = nil
        }
        let origin = origin ?? now
        self.origin = origin
        let current = (now - origin).count / 1_000_000_000
        guard current > second else { return }
        if current - second >= 61 {
            for index in spent.indices { spent[index] = 0 }
        } else {
            for passed in (second + 1)...current { spent[Int(passed % 61)] = 0 }
        }
        second = current
    }
}

/// How often something may be done: `burst` times at once, then once an `interval`.
struct Pacer {
    let interval: Nanos
    let burst: Int
    /// When the allowance would be full again.
    private var full = Nanos.zero

    init(interval: Nanos, burst: Int) {
        self.interval = interval
        self.burst = burst
    }

    /// When it may be done next.
    var soonest: Nanos { full - Nanos(interval.count * Int64(burst - 1)) }

    /// Does it, if that is allowed now.
    mutating func take(at now: Nanos) -> Bool {
        guard now >= soonest else { return false }
        full = max(full, now) + interval
        return true
    }
}

/// How long to wait before the next of several attempts: doubling, capped, and jittered so that a thousand clients that lost their
/// venue together do not come back together.
enum Backoff {
    static let cap = Nanos.seconds(30)

    /// Before attempt `failures` + 1; after the first failure between `first` / 2 and `first`.
    static func delay(after failures: Int, first: Nanos, using dice: inout SplitMix64) -> Nanos {
        guard failures > 0 else { return .zero }
        let doubled = min(cap.count, first.count << Int64(min(failures - 1, 16)))
        return Nanos(doubled / 2 + Int64(dice.next() % UInt64(doubled / 2 + 1)))
    }
}
