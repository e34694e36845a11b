import Events
import Units

extension Simulation {
    /// All that is wrong at the end of a simulation; empty: it held. `decay`: how long a book may be wrong unseen, where its venue's
    /// messages bear nothing that would show it.
    func defects(decay: Nanos = .zero) -> [String] {
        var defects = judge.complaints + habits.complaints
        for wrong in judge.wrongs where (wrong.until ?? now) - wrong.since > decay || decay.count == 0 {
            defects.append("\(wrong.symbol) wrong from \(Judge.text(wrong.since)) to \(Judge.text(wrong.until ?? now))")
        }
        if judge.symbols.count < scenario.symbols { defects.append("books of \(judge.symbols) only") }
        for symbol in judge.symbols where judge.state(symbol)?.isVoid != false {
            defects.append("\(symbol) is \(judge.state(symbol).map { "\($0)" } ?? "nothing") at the end")
        }
        if scenario.channels.contains(.trade) { defects += missingTrades() }
        let tally = session.tally
        if tally.messages != tally.understood + tally.other + tally.malformed { defects.append("the tally \(tally)") }
        return defects
    }

    /// Trades that were neither told nor named as missing, from the first told on.
    private func missingTrades() -> [String] {
        var defects: [String] = []
        for symbol in judge.symbols {
            let told = judge.told[symbol] ?? []
            let gaps = judge.gaps[symbol] ?? []
            let times = truth.tradeTimes[symbol] ?? []
            guard let first = told.min() else {
                if times.count > 20 { defects.append("\(symbol): no trades of \(times.count)") }
                continue
            }
            let missing = times.filter { trade in
                trade.id > first && trade.at < now - .seconds(10) && !told.contains(trade.id)
                    && !gaps.contains { $0.contains(trade.id) }
            }
            if let one = missing.first {
                defects.append("\(symbol): \(missing.count) trades missing, \(one.id) of \(Judge.text(one.at)) first")
            }
        }
        return defects
    }

    /// Trades that gaps name.
    var lostTrades: Int { judge.gaps.values.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count } } }

    /// A line for people.
    var summary: String {
        let outages = Dictionary(grouping: judge.outages) { "\($0.reason)" }.map { reason, all in
            let spans = all.map { (($0.until ?? now) - $0.since).count / 1_000_000 }.sorted()
            return "\(reason) \(all.count)× ≤ \(spans.last ?? 0) ms"
        }.sorted()
        return
            "\(scenario.dialect) seed \(scenario.seed): \(judge.compared) books, \(judge.wrongs.count) wrong, void \(outages), "
            + "\(judge.backfilled) trades backfilled, \(lostTrades) lost, \(connects) connects, "
            + "weight \(habits.mostWeight), quiet \(judge.quiets.count), \(session.state)"
    }
}
