import Books
import Foundation
import Support
import Testing
import Units

/// Silence that means nothing.
@Suite(.timeLimit(.minutes(2)))
struct QuietTests {
    @Test(
        "a stream that speaks at random is marked silent at most once an hour",
        arguments: [0.1, 0.3, 1, 3, 10, 30, 100, 1000], [1, 2, 3] as [UInt64])
    func isPatient(rate: Double, seed: UInt64) {
        var dice = Dice(seed: seed &* 1000 &+ UInt64(rate * 10))
        var freshness = Freshness()
        var now = Nanos.seconds(1000)
        // Of the fast ones an hour would take too long.
        let hours = max(1, min(20, Int(20_000 / (rate * 3600))))
        let count = min(Int(rate * 3600) * hours, 60_000)
        var marks = 0
        freshness.heard(at: now)
        for _ in 0..<count {
            let interval = -log(Double.random(in: 0x1p-53..<1, using: &dice)) / rate
            now = now + Nanos(Int64(interval * 1e9))
            if let deadline = freshness.deadline(), deadline < now { marks += 1 }
            freshness.heard(at: now)
        }
        #expect(marks <= hours, "\(marks) in \(hours) h")
    }

    @Test(
        "a session marks the book of a stream that speaks at random as quiet at most once an hour",
        arguments: [0.1, 1, 10, 100, 1000], RandomTests.isLong ? [1, 2, 3, 4, 5] : [1] as [UInt64])
    func isPatientThroughASession(rate: Double, seed: UInt64) {
        let flow = RandomFlow(seed: seed)
        // Five hours of the slow ones, and as much of the fast ones as can be waited for: there, no mark at all.
        let most = RandomTests.isLong ? 400_000 : 12_000
        let span = flow.run(rate: rate, messages: min(Int(rate * 5 * 3600), most))
        let (quiets, stales, connects) = (flow.quiets, flow.stales, flow.connects)
        #expect(quiets <= Int(span.count / 3_600_000_000_000), "\(quiets) in \(span.count / 1_000_000_000) s")
        // Nothing else was wrong, also while connections took the place of others.
        #expect(stales == 0 && flow.session.tally.malformed == 0)
        #expect(connects >= Int(span.count / 200_000_000_000))
    }

    @Test("a session marks a stream that stops as quiet, once")
    func isMarkedThroughASession() {
        let flow = RandomFlow(seed: 3)
        _ = flow.run(rate: 20, messages: 500)
        #expect(flow.isLively)
        flow.rest(.seconds(5))
        let quiets = flow.quiets
        #expect(quiets == 1)
    }

    @Test("a stream that stops is marked within a second, or twice its longest usual silence")
    func isMarked() {
        var freshness = Freshness()
        var now = Nanos.seconds(1000)
        for _ in 0..<500 {
            now = now + .milliseconds(100)
            freshness.heard(at: now)
        }
        #expect(freshness.deadline().map { $0 - now } == .seconds(1))
    }
}
