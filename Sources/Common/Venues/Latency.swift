import Units

/// Judges by the age of messages whether a venue's data comes steadily, or piles up somewhere. Bounded: 64 ages of a second, 60 seconds.
///
/// A second is late when the median age of its messages is more than `bound` above the median of the last minute's medians, or, where
/// the clocks have been compared, above `oldest`. One late second alone is weather: `isOld` is told of two in a row.
struct Latency {
    static let bound = Nanos.milliseconds(250)
    static let oldest = Nanos.seconds(5)
    /// How long to wait for a second one to compare with, where the market is nearly silent.
    static let patience = Nanos.seconds(3)
    private static let second = Nanos.seconds(1)

    /// Ages of this second's messages, ns, evenly spread: each `stride`-th.
    private var ages = InlineArray<64, Int64>(repeating: 0)
    private var ageCount = 0
    private var stride = 1
    private var skipped = 0
    /// When the second ends that its first message began; the end of time: none has begun.
    private(set) var ends = Nanos.range.upperBound
    /// Medians of the last seconds that had messages, the oldest overwritten first; and how many there have been.
    private var medians = InlineArray<60, Int64>(repeating: 0)
    private var seconds = 0
    private var lateSeconds = 0
    private var firstAt: Nanos?
    /// The median age in the last second that had messages.
    private(set) var age: Nanos?

    /// Whether the ages are too high to be weather.
    var isOld: Bool { lateSeconds >= 2 }

    /// Whether the last second was no later than the ones before, or nothing can be said because nothing is heard.
    func isSteady(at now: Nanos) -> Bool {
        guard let firstAt else { return true }
        return lateSeconds == 0 && (seconds >= 2 || now >= firstAt + Latency.patience)
    }

    /// When too little has been heard to wait any longer for something to compare with.
    var patienceEnds: Nanos? { firstAt.map { $0 + Latency.patience } }

    /// A message came that says when it happened: so long ago.
    @inline(__always)
    mutating func take(_ age: Nanos, at now: Nanos) {
        skipped += 1
        if skipped >= stride { keep(age, at: now) }
    }

    private mutating func keep(_ age: Nanos, at now: Nanos) {
        skipped = 0
        if ageCount == 0 {
            ends = now + Latency.second
            firstAt = firstAt ?? now
        }
        if ageCount == 64 {
            for index in 0..<32 { ages[index] = ages[index * 2 + 1] }
            ageCount = 32
            stride *= 2
        }
        ages[ageCount] = age.count
        ageCount += 1
    }

    /// A second has ended. `isAbsolute`: whether ages are of one clock, that is, the venue's was compared with ours.
    mutating func endSecond(isAbsolute: Bool) {
        guard ageCount > 0 else { return }
        let median = Latency.median(&ages, ageCount)
        let known = min(seconds, 60)
        var usual = median
        if known > 0 {
            var before = medians
            usual = Latency.median(&before, known)
        }
        let isLate = median - usual > Latency.bound.count || isAbsolute && median > Latency.oldest.count
        lateSeconds = isLate ? lateSeconds + 1 : 0
        medians[seconds % 60] = median
        seconds += 1
        age = Nanos(median)
        ageCount = 0
        stride = 1
        skipped = 0
        ends = Nanos.range.upperBound
    }

    /// The median of the first `count`, which are sorted by it.
    private static func median<let size: Int>(_ values: inout InlineArray<size, Int64>, _ count: Int) -> Int64 {
        for index in 1..<max(count, 1) {
            let value = values[index]
            var place = index
            while place > 0, values[place - 1] > value {
                values[place] = values[place - 1]
                place -= 1
            }
            values[place] = value
        }
        return values[count / 2]
    }
}
