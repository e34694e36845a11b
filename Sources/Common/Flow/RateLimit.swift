/// How much of a stream may pass: so many events a second, and so many at once.
public struct RateLimit: Equatable, Sendable {
    /// Events a second, 1 … 10^9.
    public let rate: Int64
    /// Events at once, 1 … 10^9.
    public let burst: Int64

    private static let range: ClosedRange<Int64> = 1...1_000_000_000

    public init(rate: Int64, burst: Int64) {
        precondition(RateLimit.range ~= rate && RateLimit.range ~= burst, "a rate and a burst within bounds")
        self.rate = rate
        self.burst = burst
    }

    /// Reads `1000/s,100`; without a burst it is a tenth of the rate. Nil when it is no such text.
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, parts[0].hasSuffix("/s"), let rate = Int64(parts[0].dropLast(2)),
            let burst = parts.count == 2 ? Int64(parts[1]) : max(1, rate / 10),
            RateLimit.range ~= rate, RateLimit.range ~= burst
        else { return nil }
        self.init(rate: rate, burst: burst)
    }
}
