import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct NanosTests {
    @Test("seconds and milliseconds are counted in nanoseconds")
    func scales() {
        #expect(Nanos.seconds(3) == Nanos(3_000_000_000))
        #expect(Nanos.milliseconds(3) == Nanos(3_000_000))
        #expect(Nanos.seconds(-1) == Nanos(-1_000_000_000))
        #expect(Nanos.zero == Nanos(0))
    }

    @Test("times add, subtract and compare as their counts do")
    func arithmetic() {
        let (a, b) = (Nanos(5), Nanos(7))
        #expect(a + b == Nanos(12) && a - b == Nanos(-2))
        #expect(a < b && !(b < a) && !(a < a) && a <= a)
        #expect(Set([a, b, Nanos(5)]).count == 2)
    }

    @Test("a frame's times end with 2199, and 60 years more or less do not wrap")
    func range() {
        #expect(Nanos.range.lowerBound == .zero)
        #expect(Nanos.range.upperBound == Civil(year: 2200, month: 1, day: 1).nanos)
        let (end, years) = (Nanos.range.upperBound, Nanos.seconds(60 * 366 * 86_400))
        #expect(Nanos.zero - end == Nanos(-end.count) && Nanos.zero - end < .zero)
        #expect(end + years > end && .zero - years - end < .zero)
        #expect(Nanos(.max) + Nanos(1) == Nanos(.min), "it wraps, it does not trap")
    }
}
