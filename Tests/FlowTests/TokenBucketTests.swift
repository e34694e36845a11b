import Flow
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct TokenBucketTests {
    @Test("a burst passes at once, then the rate; nobody gets more")
    func burst() {
        var bucket = TokenBucket(rate: 1000, burst: 100, now: Nanos(0))
        #expect((0..<150).filter { _ in bucket.take(now: Nanos(0)) }.count == 100)
        #expect(bucket.nextToken(now: Nanos(0)) == Nanos(1_000_000))
        #expect(bucket.take(now: Nanos(999_999)) == false)
        #expect((0..<2).map { _ in bucket.take(now: Nanos(1_000_000)) } == [true, false])
        #expect((0..<500).filter { _ in bucket.take(now: .seconds(3600)) }.count == 100)
    }

    @Test("no fraction of a token is lost or won, whatever the rate and whenever it is asked", arguments: 0..<50)
    func exact(seed: UInt64) {
        var dice = Dice(seed: seed)
        let rate = Int64(dice.pick([1, 3, 7, 999, 1000, 1_000_000_000]))
        let burst = Int64(dice.number(1...5))
        var bucket = TokenBucket(rate: rate, burst: burst, now: Nanos(0))
        var now: Int64 = 0
        var taken: Int64 = 0
        while bucket.take(now: .zero) { taken += 1 }
        for _ in 0..<2000 {
            now += Int64(dice.number(0...Int(2_000_000_000 / rate)))
            while bucket.take(now: Nanos(now)) { taken += 1 }
            // What came since the start at most, and all of it unless the bucket ran over.
            let most = burst + Int64((Int128(now) * Int128(rate)) / 1_000_000_000)
            #expect(taken <= most)
            if burst > 2 { #expect(taken == most) }
            let next = bucket.nextToken(now: Nanos(now))
            #expect(next > Nanos(now))
            var copy = bucket
            #expect(copy.take(now: next) == true)
            copy = bucket
            if next.count > now + 1 { #expect(copy.take(now: next - Nanos(1)) == false) }
        }
    }

    @Test("a time that goes back, or is far away, brings no more than it holds")
    func times() {
        var bucket = TokenBucket(rate: 1_000_000_000, burst: 2, now: .seconds(10))
        #expect((0..<3).map { _ in bucket.take(now: .zero) } == [true, true, false])
        #expect((0..<3).map { _ in bucket.take(now: Nanos(.max)) } == [true, true, false])
    }
}
