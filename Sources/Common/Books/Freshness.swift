import Bytes
public import Units

/// Learns how often a stream speaks, and so when its silence means something.
///
/// Silence is longer than `max(1 s, 2 × the 99.9th percentile of the stream's own intervals)`, or than 5 minutes while fewer than
/// 100 intervals are known. (Twice the mean marked 7 of 7 healthy Kraken books as silent within 30 s.) Of fewer than 1000 the 99.9th
/// percentile has not been seen yet: it is taken to be above the longest of `n` as it is in random flow, by log 1000 / log n. (The
/// longest itself marked a healthy book of Kraken Futures after 158 intervals.)
public struct Freshness: Sendable {
    /// Intervals by size: four buckets to each doubling of a microsecond, so that a bucket's width is a quarter of its value.
    private var buckets = InlineArray<128, UInt32>(repeating: 0)
    private var count: UInt32 = 0
    private var last = Nanos.zero
    /// Cached answer of `patience`, of the time when `cachedAt` intervals were known.
    private var cached = Nanos.seconds(300)
    private var cachedAt: UInt32 = 0

    public init() {}

    /// The stream spoke.
    public mutating func heard(at now: Nanos) {
        if last.count > 0, now >= last, count < .max {
            buckets[Freshness.bucket((now - last).count)] += 1
            count += 1
        }
        last = now
    }

    /// When the silence since the last word will have lasted too long; nil before the first word.
    public mutating func deadline() -> Nanos? { last.count > 0 ? last + patience() : nil }

    /// How long a silence may last.
    public mutating func patience() -> Nanos {
        guard count >= 100 else { return .seconds(300) }
        // Once for each sixteenth more is often enough.
        guard cachedAt == 0 || count >= cachedAt + cachedAt / 16 + 1 else { return cached }
        var beyond = count / 1000
        var index = 127
        while index > 0 {
            if buckets[index] > beyond { break }
            beyond -= buckets[index]
            index -= 1
        }
        var percentile = Freshness.upperBound(index)
        // Logarithms to the base of 2, rounded down: 2^10 is a thousand, nearly.
        if count < 1000 { percentile = percentile * 10 / Int64(31 - count.leadingZeroBitCount) }
        cached = max(.seconds(1), Nanos(percentile * 2))
        cachedAt = count
        return cached
    }

    private static func bucket(_ nanos: Int64) -> Int {
        let micros = UInt64(max(nanos, 0)) / 1000
        guard micros >= 4 else { return Int(micros) }
        let power = 63 - micros.leadingZeroBitCount
        let quarter = Int(micros >> UInt64(power - 2)) & 3
        return min(4 + (power - 2) * 4 + quarter, 127)
    }

    /// The first nanosecond above a bucket.
    private static func upperBound(_ index: Int) -> Int64 {
        guard index >= 4 else { return Int64(index + 1) * 1000 }
        let power = (index - 4) / 4 + 2
        let quarter = Int64((index - 4) % 4)
        return (4 + quarter + 1) << Int64(power - 2) * 1000
    }
}
