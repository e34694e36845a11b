import Books
import Foundation
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct FreshnessTests {
    @Test("five minutes of silence are allowed while fewer than 100 intervals are known, then a second at least")
    func startsPatient() {
        var freshness = Freshness()
        #expect(freshness.deadline() == nil, "nothing was heard yet")
        var now = Nanos.seconds(1000)
        for interval in 0...99 {
            freshness.heard(at: now)
            #expect(freshness.patience() == .seconds(300), "\(interval) intervals")
            #expect(freshness.deadline() == now + .seconds(300))
            now = now + .milliseconds(10)
        }
        freshness.heard(at: now)
        #expect(freshness.patience() == .seconds(1))
        #expect(freshness.deadline() == now + .seconds(1))
    }

    @Test("time that stands still or goes back is no interval of its own")
    func toleratesOddTimes() {
        var freshness = Freshness()
        freshness.heard(at: .zero)
        #expect(freshness.deadline() == nil, "0 is a time that was not given")
        for _ in 0..<200 { freshness.heard(at: .seconds(5)) }
        #expect(freshness.patience() == .seconds(1))
        freshness.heard(at: .seconds(3))
        #expect(freshness.deadline() == .seconds(4))
        for _ in 0..<10 { freshness.heard(at: Nanos.range.upperBound) }
        let patience = freshness.patience()
        #expect(patience >= .seconds(1) && patience.count < .max / 2)
    }

    @Test("patience is twice the 99.9th percentile of the intervals, a quarter too much at most", arguments: 0..<12)
    func followsPercentile(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        var freshness = Freshness()
        var intervals: [Int64] = []
        var now: Int64 = 1_000_000_000_000
        freshness.heard(at: Nanos(now))
        // Asked so seldom that each answer is a new one.
        var next = 100
        for step in 1...6000 {
            intervals.append(drawn(seed, step, &dice))
            now += intervals[step - 1]
            freshness.heard(at: Nanos(now))
            guard step == next else { continue }
            next += next / 8
            let patience = freshness.patience().count
            // What has not been seen is above the longest that was.
            let unseen: Int64 = step < 128 ? 6 : step < 256 ? 7 : step < 512 ? 8 : step < 1000 ? 9 : 10
            let exact = intervals.sorted(by: >)[step / 1000] * 2 * 10 / unseen
            let high = exact / 4 * 5 + 10_000
            let isRight = patience >= max(exact, 1_000_000_000) && patience <= max(high, 1_000_000_000)
            #expect(isRight, "after \(step): \(patience), not \(exact)")
        }
    }

    @Test("an answer is used again for a sixteenth more intervals at most")
    func renewsItsAnswer() {
        var freshness = Freshness()
        var now = Nanos.seconds(1)
        for _ in 0...1600 {
            freshness.heard(at: now)
            now = now + .milliseconds(10)
            _ = freshness.patience()
        }
        for _ in 0..<102 {
            now = now + .seconds(10)
            freshness.heard(at: now)
            _ = freshness.patience()
        }
        #expect(freshness.patience() > .seconds(20))
    }

    /// Of different worlds: steady, bursts, heavy tails.
    private func drawn(_ seed: Int, _ step: Int, _ dice: inout Dice) -> Int64 {
        switch seed % 4 {
        case 0: 2_000_000_000 + Int64(dice.number(0...1000))
        case 1: step % 50 == 0 ? Int64(dice.number(1...30)) * 1_000_000_000 : Int64(dice.number(0...1_000_000))
        case 2: Int64(exponential(mean: 0.9, &dice) * 1e9)
        default: Int64(1) << Int64(dice.number(0...36))
        }
    }

    private func exponential(mean: Double, _ dice: inout Dice) -> Double {
        -mean * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &dice))
    }

    @Test("an hour of a healthy stream raises no alarm, however fast it is", arguments: [0.1, 0.5, 1, 5, 20])
    func raisesNoFalseAlarm(meanSeconds: Double) {
        var alarms = 0
        var words = 0
        for seed in 0..<2 {
            var dice = Dice(seed: UInt64(seed))
            var freshness = Freshness()
            var now = Nanos.seconds(1_700_000_000)
            let end = now + .seconds(3600)
            while now < end {
                if let deadline = freshness.deadline(), now > deadline { alarms += 1 }
                freshness.heard(at: now)
                words += 1
                now = now + Nanos(Int64(exponential(mean: meanSeconds, &dice) * 1e9))
            }
        }
        // Twice the 99.9th percentile of a Poisson flow is exceeded once in a million.
        #expect(alarms == 0, "of \(words)")
    }
}
