import Events
import Support
import Testing
import Units

@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct BudgetTests {
    private let start = Nanos.seconds(1000)

    private func budget() -> Budget { Budget(limit: 100, interval: .milliseconds(10)) }

    /// Whether each of some requests may be made, one after the other.
    private func spends(_ budget: inout Budget, _ weights: Int..., at now: Nanos) -> [Bool] {
        var now = now
        return weights.map { weight in
            defer { now = now + .milliseconds(10) }
            return budget.spend(weight, at: now)
        }
    }

    @Test("nothing is asked that the venue's own count would not bear, until its minute is over")
    func countsOthers() {
        var budget = budget()
        let before = spends(&budget, 10, at: start)
        #expect(before == [true])
        let heard = start + .seconds(1)
        let end = start + .seconds(30)
        budget.hear(used: 85, asked: start, flying: 0, until: end, at: heard)
        let isCrowded = budget.isCrowded(20, at: heard)
        let soonest = budget.soonest(20, at: heard)
        #expect(isCrowded && soonest == end)
        // What fits may be asked, and is counted.
        let now = spends(&budget, 20, 15, 1, at: heard)
        #expect(now == [false, true, false] && budget.told == 100)
        let late = spends(&budget, 20, at: end - Nanos(1))
        let after = spends(&budget, 20, at: end)
        #expect(late == [false] && after == [true])
    }

    @Test("what the venue may not have counted yet is added to its count")
    func countsFlying() {
        var budget = budget()
        let asked = spends(&budget, 20, 20, 20, at: start)
        #expect(asked == [true, true, true])
        // The first of the three is answered.
        budget.hear(used: 20, asked: start, flying: 40, until: start + .seconds(60), at: start + .seconds(1))
        #expect(budget.told == 60)
    }

    @Test("an answer that was overtaken does not lower the count; one to a later question does")
    func keepsTheHigher() {
        var budget = budget()
        let end = start + .seconds(60)
        budget.hear(used: 90, asked: start, flying: 0, until: end, at: start + .seconds(2))
        budget.hear(used: 50, asked: start + .seconds(1), flying: 0, until: end, at: start + .seconds(3))
        #expect(budget.told == 90)
        budget.hear(used: 95, asked: start + .seconds(1), flying: 0, until: end, at: start + .seconds(4))
        #expect(budget.told == 95)
        budget.hear(used: 5, asked: start + .seconds(5), flying: 0, until: end, at: start + .seconds(6))
        #expect(budget.told == 5)
    }

    @Test("whoever asks alone is not told that others do")
    func isAlone() {
        var budget = budget()
        var used = 0
        var isCrowded = false
        for request in 0..<20 {
            let now = start + .milliseconds(Int64(request) * 100)
            if budget.spend(10, at: now) {
                used += 10
                budget.hear(
                    used: used, asked: now, flying: 0, until: start + .seconds(60), at: now + .milliseconds(50))
            } else if budget.isCrowded(10, at: now) {
                isCrowded = true
            }
        }
        #expect(used == 100 && !isCrowded)
    }

    @Test(
        "with any neighbours: at each request, the count that was told and what was asked since stay within the limit")
    func holds() {
        for seed in 1...50 as ClosedRange<UInt64> {
            var dice = Dice(seed: seed)
            var budget = budget()
            var now = start
            // The venue's count, its minute, and the requests that are on their way: when they arrive and are answered.
            var (used, minute) = (0, Int64(0))
            var flying: [(asked: Nanos, weight: Int, counted: Int?, answered: Nanos)] = []
            var told: (count: Int, minute: Int64)?
            var asked = 0
            for _ in 0..<3000 {
                now = now + .milliseconds(Int64(dice.number(1...400)))
                if now.count / 60_000_000_000 != minute { (used, minute) = (0, now.count / 60_000_000_000) }
                if dice.oneIn(8) { used += dice.number(1...30) }
                for index in flying.indices where flying[index].counted == nil {
                    used += flying[index].weight
                    flying[index].counted = used
                }
                while let index = flying.firstIndex(where: { $0.answered <= now }) {
                    let one = flying.remove(at: index)
                    let end = Nanos((now.count / 60_000_000_000 + 1) * 60_000_000_000)
                    budget.hear(
                        used: one.counted ?? 0, asked: one.asked, flying: flying.reduce(0) { $0 + $1.weight },
                        until: end, at: now)
                    told = (one.counted ?? 0, minute)
                }
                let weight = dice.number(1...25)
                guard budget.spend(weight, at: now) else { continue }
                asked += 1
                if let known = told, known.minute == minute {
                    told?.count += weight
                    #expect(known.count + weight <= 100, "seed \(seed)")
                }
                flying.append((now, weight, nil, now + .milliseconds(Int64(dice.number(1...900)))))
            }
            #expect(asked > 40)
        }
    }

    @Test("a session asks for no book while others use up the minute, says so once, and asks when it is over")
    func waits() {
        let talk = Talk.connected(.binance) { $0.symbols = ["BTC-USDT"] }
        talk.answer(Dialect.binance.instrumentsURL, Talk.lists[.binance] ?? "", usedWeight: 2990)
        talk.message(#"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":5,"u":6,"b":[],"a":[]}"#)
        #expect(talk.takeActions().isEmpty)
        #expect(talk.takeNotices() == [.crowded(used: 2990, limit: 3000)])
        talk.pass(.seconds(59))
        #expect(talk.takeActions().isEmpty && talk.takeNotices().isEmpty)
        talk.pass(.seconds(2))
        #expect(talk.takeActions() == [.fetch(url: Dialect.binance.snapshotURL("BTCUSDT") ?? "")])
    }

    @Test("the count of an answer that brought nothing else is heard, too")
    func hearsFailures() {
        let talk = Talk.connected(.binance) { $0.symbols = ["BTC-USDT"] }
        talk.message(#"{"e":"depthUpdate","E":1,"s":"BTCUSDT","U":5,"u":6,"b":[],"a":[]}"#)
        let url = Dialect.binance.snapshotURL("BTCUSDT") ?? ""
        #expect(talk.takeActions() == [.fetch(url: url)])
        talk.fail(url, 503, usedWeight: 2960)
        talk.pass(.seconds(50))
        #expect(talk.takeActions().isEmpty)
        talk.pass(.seconds(11))
        #expect(talk.takeActions() == [.fetch(url: url)])
    }
}
