import Support
import Testing

@testable import Units

@Suite(.timeLimit(.minutes(1)))
struct PaceTests {
    @Test(
        "a pace is a number above 0, at most a million, with at most nine digits behind the point",
        arguments: [
            ("1", 1, 0), ("10", 10, 0), ("0.1", 1, 1), ("2.50", 250, 2), ("1000000", 1_000_000, 0),
            ("1000000.000000000", 1_000_000_000_000_000, 9), ("0.000000001", 1, 9), ("007", 7, 0),
        ])
    func reads(text: String, mantissa: Int64, digits: Int) {
        let pace = Pace(text)
        #expect(pace?.mantissa == mantissa && pace?.digits == digits)
    }

    @Test(
        "whatever else is no pace",
        arguments: [
            "", "0", "0.0", "-1", "+1", "1.", ".5", "1..2", "1.2.3", "nan", "inf", "1e3", "0x10", "1 ", " 1", "1,5",
            "1000001", "1000000.1", "0.0000000001", "99999999999999999999", "١",
        ])
    func refuses(text: String) { #expect(Pace(text) == nil) }

    @Test("a span is divided exactly: a recorded century, at any pace, has no rounding but the last nanosecond")
    func divides() throws {
        #expect(Pace.one.span(of: .seconds(7)) == .seconds(7))
        #expect(try #require(Pace("0.1")).span(of: .seconds(7)) == .seconds(70))
        #expect(try #require(Pace("3")).span(of: .seconds(1)) == Nanos(333_333_333))
        // 2^53 + 1: what a binary fraction of 64 bits cannot hold.
        #expect(Pace.one.span(of: Nanos(9_007_199_254_740_993)) == Nanos(9_007_199_254_740_993))
        #expect(try #require(Pace("0.000000001")).span(of: Nanos.range.upperBound) == Nanos.range.upperBound)
        var dice = Dice(seed: 7)
        for _ in 0..<1000 {
            let mantissa = Int64(dice.number(1...1_000_000_000))
            let span = Nanos(Int64(dice.number(0...3_000_000_000_000_000_000)))
            let whole = String(mantissa / 1000)
            let rest = String(1000 + mantissa % 1000).dropFirst()
            let wait = try #require(Pace(whole + "." + rest)).span(of: span)
            guard wait < Nanos.range.upperBound else { continue }
            // wait ≤ span × 1000 / mantissa < wait + 1
            let target = Int128(span.count) * 1000
            #expect(Int128(wait.count) * Int128(mantissa) <= target)
            #expect(target < Int128(wait.count + 1) * Int128(mantissa))
        }
    }
}
