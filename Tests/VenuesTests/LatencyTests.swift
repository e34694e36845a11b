import Events
import Support
import Testing
import Units

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct LatencyTests {
    /// Seconds of messages, `count` each, whose ages are `age(second)` milliseconds and some more; returns what was judged after each.
    private func run(
        _ latency: inout Latency, _ now: inout Nanos, seconds: Int, count: Int = 50, isAbsolute: Bool = false,
        seed: UInt64 = 1, _ age: (Int) -> Int64
    ) -> [Bool] {
        var dice = Dice(seed: seed)
        return (0..<seconds).map { second in
            for message in 0..<count {
                let jitter = dice.oneIn(20) ? Int64(dice.number(0...900)) : Int64(dice.number(0...60))
                let at = now + Nanos(Int64(message) * 1_000_000_000 / Int64(count))
                latency.take(.milliseconds(age(second) + jitter), at: at)
            }
            now = now + .seconds(1)
            latency.endSecond(isAbsolute: isAbsolute)
            return latency.isOld
        }
    }

    @Test("ages that only jitter are never old, whatever they are, with one message a second or thousands")
    func isSteady() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var latency = Latency()
            var now = Nanos.seconds(100)
            let base = Int64(seed) * 400 - 4000
            let count = [1, 3, 64, 65, 5000][Int(seed % 5)]
            let old = run(&latency, &now, seconds: 100, count: count, seed: seed) { _ in base }
            // Of one message a second, one in twenty is late: two in a row are rare, and all there is to judge by.
            #expect(count == 1 || !old.contains(true), "\(count) a second, seed \(seed)")
            #expect(old.filter { $0 }.count <= 3)
        }
    }

    @Test("a backlog that grows is seen after two seconds; once it is gone, a second in time is enough")
    func seesBacklog() {
        var latency = Latency()
        var now = Nanos.seconds(100)
        let before = run(&latency, &now, seconds: 30) { _ in 20 }
        let growing = run(&latency, &now, seconds: 5) { 20 + Int64($0) * 400 }
        #expect(!before.contains(true) && growing == [false, false, true, true, true])
        let gone = run(&latency, &now, seconds: 2) { _ in 20 }
        let isSteady = latency.isSteady(at: now)
        #expect(gone == [false, false] && isSteady)
    }

    @Test("a single late second is weather")
    func forgivesOne() {
        var latency = Latency()
        var now = Nanos.seconds(100)
        let old = run(&latency, &now, seconds: 60) { $0 % 7 == 6 ? 3000 : 20 }
        #expect(!old.contains(true))
    }

    @Test("a way that has become longer for good is usual after half a minute")
    func learns() {
        var latency = Latency()
        var now = Nanos.seconds(100)
        let old = run(&latency, &now, seconds: 120) { $0 < 40 ? 20 : 900 }
        #expect(old[45] && !old[90])
    }

    @Test("what is older than five seconds by the venue's own clock is old, however steady")
    func knowsTooOld() {
        var latency = Latency()
        var now = Nanos.seconds(100)
        let old = run(&latency, &now, seconds: 5, isAbsolute: true) { _ in 6000 }
        var other = Latency()
        let unknown = run(&other, &now, seconds: 5) { _ in 6000 }
        #expect(old == [false, true, true, true, true] && !unknown.contains(true))
    }

    @Test("the median of a second is that of all of it, though 64 ages are kept")
    func isEven() {
        var latency = Latency()
        for message in 0..<100_000 {
            latency.take(Nanos(Int64(message)), at: Nanos.seconds(100) + Nanos(Int64(message) * 10_000))
        }
        latency.endSecond(isAbsolute: false)
        let age = latency.age?.count ?? 0
        #expect((45_000...55_000).contains(age))
    }
}

/// What the age of messages means for a session.
@Suite(.timeLimit(.minutes(1)))
struct SessionLatencyTests {
    private var number = 0

    private func talk() -> Talk {
        let talk = Talk(.binance) {
            $0.symbols = ["BTC-USDT"]
            $0.channels = .trade
            $0.usesTimers = true
        }
        talk.session.start(at: talk.now)
        talk.list()
        talk.open(0)
        return talk
    }

    /// Trades for so long, ten a second, that happened before `age` of the time since the beginning.
    private mutating func trade(_ talk: Talk, _ seconds: Int, age: (Nanos) -> Nanos) {
        let start = talk.now
        for beat in 0..<(seconds * 10) {
            talk.pass(start + .milliseconds(Int64(beat) * 100) - talk.now)
            number += 1
            let happened = (talk.now - age(talk.now - start)).count / 1_000_000
            talk.message(
                #"{"e":"trade","E":\#(happened),"s":"BTCUSDT","t":\#(number),"p":"1","q":"1","T":\#(happened),"m":true}"#)
        }
    }

    @Test("a session is ready when messages are of steady age, degraded and told when they come late, and ready again")
    mutating func judges() {
        let talk = talk()
        trade(talk, 1) { _ in .milliseconds(80) }
        #expect(talk.session.state == .warmingUp)
        trade(talk, 3) { _ in .milliseconds(80) }
        #expect(talk.session.state == .ready && talk.takeNotices().isEmpty)
        trade(talk, 5) { .milliseconds(80) + $0 }
        #expect(talk.session.state == .degraded)
        let notices = talk.takeNotices()
        #expect(notices.count == 1 && notices.allSatisfy { if case .old = $0 { true } else { false } }, "\(notices)")
        trade(talk, 3) { _ in .milliseconds(80) }
        #expect(talk.session.state == .ready && talk.takeNotices().isEmpty)
    }

    @Test("a session whose messages come later and later is not ready, nor one whose messages are older than 5 s")
    mutating func waits() {
        let growing = talk()
        trade(growing, 6) { $0 }
        #expect(growing.session.state == .warmingUp)
        let old = talk()
        old.answer(Dialect.binance.clockURL ?? "", "{\"serverTime\":\(old.now.count / 1_000_000)}")
        trade(old, 6) { _ in .seconds(6) }
        #expect(old.session.state == .warmingUp)
        trade(old, 3) { _ in .milliseconds(50) }
        #expect(old.session.state == .ready)
    }

    @Test("where nothing is heard, nothing is waited for")
    func isSilent() {
        let talk = talk()
        talk.pass(.seconds(2))
        #expect(talk.session.state == .ready)
    }
}
