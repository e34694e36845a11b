import Flow
import Support
import Testing

@Suite("Histogram: many values in a fixed room", .timeLimit(.minutes(1)))
struct HistogramTests {
    @Test("small values are told exactly")
    func small() {
        var histogram = Histogram()
        #expect(histogram.quantile(1, of: 2) == 0 && histogram.largest == 0)
        for value in 1...60 as ClosedRange<UInt64> { histogram.add(value) }
        #expect(histogram.quantile(1, of: 2) == 30)
        #expect(histogram.quantile(99, of: 100) == 60)
        #expect(histogram.quantile(0, of: 1) == 1 && histogram.quantile(1, of: 1) == 60)
        #expect(histogram.count == 60 && histogram.sum == 1830)
    }

    @Test("a quantile is the one of a sorted list, or up to 1/32 above it", arguments: 1...20 as ClosedRange<UInt64>)
    func quantiles(seed: UInt64) {
        var dice = Dice(seed: seed)
        var histogram = Histogram()
        var values: [UInt64] = []
        for _ in 0..<3000 {
            let value = UInt64.random(in: 0...(.max), using: &dice) >> UInt64.random(in: 0...63, using: &dice)
            histogram.add(value)
            values.append(value)
        }
        values.sort()
        for (part, whole) in [(1, 2), (9, 10), (99, 100), (999, 1000), (1, 1)] as [(UInt64, UInt64)] {
            let index = max(1, (values.count * Int(part) + Int(whole) - 1) / Int(whole)) - 1
            let told = histogram.quantile(part, of: whole)
            #expect(told >= values[index] && told - values[index] <= values[index] / 32)
        }
        #expect(histogram.largest == values.last && histogram.quantile(1, of: 1) == values.last)
    }

    @Test("the ends of all numbers have their places")
    func ends() {
        var histogram = Histogram()
        for shift in 0...63 as ClosedRange<UInt64> {
            histogram.add(1 << shift)
            histogram.add((1 << shift) - 1)
        }
        histogram.add(.max)
        #expect(histogram.largest == .max && histogram.quantile(1, of: 1) == .max && histogram.sum == .max)
    }
}
