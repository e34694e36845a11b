public import Units

/// Lets so many events a second pass, and a burst of so many at once. Whole numbers only: no fraction of a token is ever lost.
///
/// Invariant: `0 <= credit <= burst × 10^9`, in billionths of a token.
public struct TokenBucket: BitwiseCopyable, Sendable {
    /// Tokens that come in a second, 1 … 10^9.
    public let rate: Int64
    /// Tokens that it holds at most, 1 … 10^9.
    public let burst: Int64
    private var credit: Int64
    private var since: Nanos

    private static let perToken: Int64 = 1_000_000_000

    /// Full at `now`.
    public init(rate: Int64, burst: Int64, now: Nanos) {
        precondition(1...1_000_000_000 ~= rate && 1...1_000_000_000 ~= burst, "a rate and a burst within bounds")
        self.rate = rate
        self.burst = burst
        credit = burst * TokenBucket.perToken
        since = now
    }

    /// Takes a token; false when there is none at `now`. A time that goes back brings nothing.
    public mutating func take(now: Nanos) -> Bool {
        fill(now)
        guard credit >= TokenBucket.perToken else { return false }
        credit -= TokenBucket.perToken
        return true
    }

    /// When there will be a token; `now` when there is one.
    public mutating func nextToken(now: Nanos) -> Nanos {
        fill(now)
        guard credit < TokenBucket.perToken else { return now }
        return since + Nanos((TokenBucket.perToken - credit + rate - 1) / rate)
    }

    private mutating func fill(_ now: Nanos) {
        guard now > since else { return }
        let room = burst * TokenBucket.perToken - credit
        let (gained, overflow) = (now - since).count.multipliedReportingOverflow(by: rate)
        credit += overflow ? room : min(gained, room)
        since = now
    }
}
