/// Counts values of any size in a fixed room: 32 buckets for each power of two, so that what it says of a value is at most 1/32 too
/// high. For latencies, whose few largest matter as much as the many small ones.
public struct Histogram: Sendable {
    private var buckets = [UInt64](repeating: 0, count: Histogram.bucketCount)
    public private(set) var count: UInt64 = 0
    /// The largest value, exactly; 0 where there is none.
    public private(set) var largest: UInt64 = 0
    /// All values together; stays at the highest number where they come to more.
    public private(set) var sum: UInt64 = 0

    private static let halves = 32
    /// Values below 64 have a bucket each; then 32 for each of the 58 powers of two that are left.
    private static let bucketCount = 64 + 58 * 32

    public init() {}

    public var isEmpty: Bool { count == 0 }

    public mutating func add(_ value: UInt64) {
        buckets[Histogram.bucket(of: value)] += 1
        count += 1
        largest = max(largest, value)
        sum = sum.addingReportingOverflow(value).overflow ? .max : sum + value
    }

    /// The value that `part` of `whole` of all values do not exceed, as 99 of 100: at most 1/32 too high, and never above the largest;
    /// 0 where there is no value.
    public func quantile(_ part: UInt64, of whole: UInt64) -> UInt64 {
        precondition(whole > 0 && part <= whole, "a part of a whole")
        guard count > 0 else { return 0 }
        // The smallest number of values that is at least that part of them.
        let wanted = max(1, UInt64((UInt128(count) * UInt128(part) + UInt128(whole) - 1) / UInt128(whole)))
        var seen: UInt64 = 0
        for bucket in 0..<Histogram.bucketCount {
            seen += buckets[bucket]
            if seen >= wanted { return min(largest, Histogram.top(of: bucket)) }
        }
        return largest
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= 64 else { return Int(value) }
        // 64...127 has shift 1, and its upper 6 bits are 32...63.
        let shift = 58 - value.leadingZeroBitCount
        return 64 + (shift - 1) * halves + Int(value >> UInt64(shift)) - halves
    }

    /// The largest value of a bucket.
    private static func top(of bucket: Int) -> UInt64 {
        guard bucket >= 64 else { return UInt64(bucket) }
        let shift = UInt64((bucket - 64) / halves + 1)
        let base = UInt64((bucket - 64) % halves + halves)
        return (base << shift) | ((1 << shift) - 1)
    }
}
