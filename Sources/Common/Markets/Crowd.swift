import Matching
import Units

/// Everybody who trades on a market without a reason: zero-intelligence order flow.
///
/// Limit orders come at rates that fall with the distance from the opposite best price, market orders at a constant rate, and what
/// rests is cancelled at a rate per order that falls with its distance. Sources: Smith, Farmer, Gillemot, Krishnamurthy, "Statistical
/// theory of the continuous double auction", Quantitative Finance 3 (2003); Cont, Stoikov, Talreja, "A stochastic model for order book
/// dynamics", Operations Research 58 (2010).
///
/// Two things are added. Time runs so that all events together come at a given rate: of each event it is drawn which of the three it
/// is, so a full book cancels more and a thin one less. And a mid price that drifts by itself (`center`) bounds where orders are
/// placed, so that prices move as far as is wanted and not only as far as the flow pushes them.
struct Crowd: Sendable {
    static let depthMax = Distances.max
    /// Highest mid price, in ticks: with the largest volatility its steps still fit in 64 bits.
    static let midMax: Int64 = 1_000_000_000_000
    // Of each event, in such parts; cancels: as many where the book is as full as it began.
    private static let limits = 1000
    private static let markets = 100
    private static let cancels = 900
    /// Time between two steps of the mid price, and their number in a second as a square root × 1000.
    private static let stride: Int64 = 100_000_000
    private static let root: Int64 = 3162
    /// Steps made up for at once, where nothing happened for long.
    private static let stridesMax: Int64 = 4096

    private var chance: SplitMix64
    /// The mid price that orders are placed around, in ticks × 65,536.
    private var center: Int64
    /// Until when it has walked.
    private var walked: Int64
    private let depth: Int
    private let size: Int64
    private let volatility: Int64

    init(_ listing: Listing, seed: UInt64, at time: Nanos) {
        chance = SplitMix64(seed: seed, name: listing.name)
        depth = min(max(listing.depth, 0), Crowd.depthMax)
        size = max(listing.size.count, 1)
        volatility = Int64(min(max(listing.volatility, 0), 100_000))
        center = 0
        walked = time.count
        move(to: listing.mid)
    }

    /// Whether it trades at all.
    var trades: Bool { depth > 0 }

    /// How long until its next event, in parts of 2^32 of the mean.
    mutating func wait() -> UInt64 { chance.exponential() }

    mutating func move(to mid: Ticks) {
        let least = Int64(depth) + 1
        center = min(max(mid.count, least), Crowd.midMax) << 16
    }

    /// The mid price in another step of price.
    mutating func change(tick old: Decimal, to new: Decimal) {
        let exponent = min(old.exponent, new.exponent)
        guard let from = old.mantissa(at: exponent), let to = new.mantissa(at: exponent), to > 0 else { return }
        let scaled = Int128(center) * Int128(from) / Int128(to)
        move(to: Ticks(Int64(clamping: scaled >> 16)))
    }

    /// Fills a side with one or two orders at each of `depth` levels.
    mutating func fill(_ matcher: inout Matcher, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        for distance in 1..<max(depth + 1, 1) {
            for side in BookSide.allCases {
                let mid = center >> 16
                let price = side == .bid ? mid - Int64(distance) + 1 : mid + Int64(distance)
                for _ in 0...chance.below(2) { place(side, Ticks(price), &matcher, &ledger, &outcome) }
            }
        }
    }

    /// One event.
    mutating func act(
        at time: Nanos, _ matcher: inout Matcher, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) {
        walk(to: time, matcher)
        let least = depth / 4 + 1
        for side in BookSide.allCases where matcher.levelCount(side) < least {
            // A side that is nearly empty is refilled before anything else.
            return quote(side, &matcher, &ledger, &outcome)
        }
        let full = depth * 3
        let cancels = min(Crowd.cancels * matcher.crowdCount / full, 8 * Crowd.cancels)
        let drawn = chance.below(Crowd.limits + Crowd.markets + cancels)
        if drawn < Crowd.limits {
            quote(drawn & 1 == 0 ? .bid : .ask, &matcher, &ledger, &outcome)
        } else if drawn < Crowd.limits + Crowd.markets || matcher.crowdCount == 0 {
            take(&matcher, &ledger, &outcome)
        } else {
            cancel(&matcher, &ledger, &outcome)
        }
    }

    /// Lets the mid price drift until `time`: a step up or down in each tenth of a second. It stays within reach of the book.
    private mutating func walk(to time: Nanos, _ matcher: borrowing Matcher) {
        let strides = (time.count - walked) / Crowd.stride
        guard strides > 0 else { return }
        walked += strides * Crowd.stride
        let step = center / 1000 * volatility / Crowd.root
        center += step * Int64(chance.walk(Int(min(strides, Crowd.stridesMax))))
        if let bid = matcher.best(.bid)?.price.count, let ask = matcher.best(.ask)?.price.count {
            let mid = min((bid + ask) / 2, Crowd.midMax) << 16
            let reach = Int64(depth / 2 + 1) << 16
            center = min(max(center, mid - reach), mid + reach)
        }
        center = min(max(center, Int64(depth + 1) << 16), Crowd.midMax << 16)
    }

    /// A limit order, at a distance from the best price of the other side that it cannot cross.
    private mutating func quote(
        _ side: BookSide, _ matcher: inout Matcher, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) {
        let distance = Int64(Distances.draw(depth, using: &chance))
        let slack = Int64(depth / 32 + 1)
        let mid = center >> 16
        let price: Int64
        switch side {
        case .bid: price = min(matcher.best(.ask)?.price.count ?? .max, mid + slack + 1) - distance
        case .ask: price = max(matcher.best(.bid)?.price.count ?? 0, mid - slack) + distance
        }
        place(side, Ticks(max(price, 1)), &matcher, &ledger, &outcome)
    }

    private mutating func place(
        _ side: BookSide, _ price: Ticks, _ matcher: inout Matcher, _ ledger: inout Ledger, _ outcome: inout Outcome
    ) {
        let size = max(draw(matcher), matcher.smallestSize(at: price))
        matcher.submit(Intent(side, size, at: price), &ledger, into: &outcome)
    }

    /// A market order. Where the mid price has left the book, most of them go after it. None takes more than a few levels: people look
    /// at the book before they take, and no side is emptied.
    private mutating func take(_ matcher: inout Matcher, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        let mid = center >> 16
        var buys = 4
        if let ask = matcher.best(.ask)?.price.count, mid > ask { buys = 7 }
        if let bid = matcher.best(.bid)?.price.count, mid < bid { buys = 1 }
        let side = chance.below(8) < buys ? BookSide.bid : .ask
        var size = draw(matcher)
        var reach: Int64 = 0
        matcher.levels(side.opposite, limit: depth / 16 + 1) { _, total in reach += total.count }
        if size.count > reach { size = Lots(max(reach, matcher.terms.minimumSize.count)) }
        matcher.submit(Intent(side, size, at: nil), &ledger, into: &outcome)
    }

    /// Cancels one of the resting orders, each with the same chance, less where it rests deep. What rests beyond all orders that
    /// would be placed now is left from another time and goes first.
    private mutating func cancel(_ matcher: inout Matcher, _ ledger: inout Ledger, _ outcome: inout Outcome) {
        var order = matcher.crowdOrder(chance.below(matcher.crowdCount))
        for _ in 0..<16 {
            let other = matcher.best(order.side.opposite)?.price.count ?? center >> 16
            let distance = Int(clamping: (order.price.count - other).magnitude)
            if distance > 2 * depth || chance.below(depth + 16 * distance) < depth { break }
            order = matcher.crowdOrder(chance.below(matcher.crowdCount))
        }
        matcher.cancel(order.number, of: 0, &ledger, into: &outcome)
    }

    /// A size: Pareto with exponent 1, from the usual one to 256 times it.
    private mutating func draw(_ matcher: borrowing Matcher) -> Lots {
        let drawn = Int64(chance.below(65_280))
        let (product, overflow) = size.multipliedReportingOverflow(by: 65_536)
        let size = overflow ? size : product / (65_536 - drawn)
        return Lots(min(max(size, matcher.terms.minimumSize.count), matcher.terms.maximumSize.count))
    }
}
