import Events
import Foundation
import Testing
import Units

@testable import Venues

/// Faults of all kinds, mixed at random. PENSTOCK_SEEDS: so many seeds of ten virtual minutes; PENSTOCK_SEED: this one.
@Suite(.timeLimit(.minutes(60)))
struct RandomTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let isLong = environment["PENSTOCK_SEEDS"] != nil || environment["PENSTOCK_SEED"] != nil

    static let seeds: [UInt64] = {
        if let seed = environment["PENSTOCK_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return (1...(environment["PENSTOCK_SEEDS"].flatMap { UInt64($0) } ?? 4)).map { $0 }
    }()

    static let dialects: [Dialect] = [.binance, .kraken, .coinbase, .coinbaseExchange]

    @Test("faults mixed at random: no wrong book, nothing missing unsaid, and all is well soon after", arguments: seeds)
    func mixed(seed: UInt64) {
        let dialect = RandomTests.dialects[Int(seed % 4)]
        var scenario = Scenario(dialect: dialect, seed: seed)
        scenario.depth = dialect == .kraken ? 10 : seed % 3 == 0 ? 20 : 0
        scenario.refresh = .seconds(RandomTests.isLong ? 60 : 20)
        scenario.span = .seconds(RandomTests.isLong ? 720 : 80)
        scenario.faultsEnd = .seconds(RandomTests.isLong ? 600 : 40)
        scenario.rate = RandomTests.isLong ? 60 : 30
        scenario.faults = Mischief.draw(dialect, seed: seed, from: .seconds(2), until: scenario.faultsEnd)
        let simulation = Simulation(scenario)
        simulation.run()
        let defects = simulation.defects()
        let faults = scenario.faults.map { "\(Judge.text(Simulation.start + $0.at)) \($0.text)" }
        #expect(
            defects.isEmpty,
            "PENSTOCK_SEED=\(seed): \(faults) \(defects)"
        )
        if RandomTests.isLong { print(simulation.summary, scenario.faults.map(\.text), defects.isEmpty ? "ok" : "BAD") }
    }
}
