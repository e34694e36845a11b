import Events
import Testing
import Units

@testable import Venues

/// Where nothing goes wrong, nothing is void, late or missing, also while connections are replaced.
@Suite(.timeLimit(.minutes(5)))
struct CalmTests {
    @Test("a connection is replaced before its venue ends it after a day", .enabled(if: RandomTests.isLong))
    func outlivesTheDay() {
        var scenario = Scenario(dialect: .binance, seed: 1)
        scenario.symbols = 1
        scenario.rate = 1
        scenario.span = .seconds(25 * 3600)
        let simulation = Simulation(scenario)
        simulation.run()
        #expect(simulation.defects().isEmpty, "\(simulation.defects())")
        #expect(simulation.judge.outages.isEmpty && simulation.connects == 2, "\(simulation.judge.outages)")
    }

    @Test(
        "nothing is void, wrong or missing, while connections are replaced again and again",
        arguments: RandomTests.dialects, RandomTests.isLong ? Array(1...10) : [1] as [UInt64])
    func isCalm(dialect: Dialect, seed: UInt64) {
        var scenario = Scenario(dialect: dialect, seed: seed)
        scenario.span = .seconds(RandomTests.isLong ? 600 : 50)
        scenario.refresh = .seconds(RandomTests.isLong ? 180 : 18)
        scenario.depth = dialect == .kraken ? 10 : 0
        let simulation = Simulation(scenario)
        simulation.run()
        let defects = simulation.defects()
        #expect(defects.isEmpty, "\(defects)")
        #expect(simulation.judge.outages.isEmpty && simulation.lostTrades == 0 && simulation.notices.isEmpty)
        #expect(simulation.session.state == .ready && simulation.judge.steady > simulation.judge.warmUps)
        // Where snapshots are fetched, connections need no renewal.
        #expect(dialect == .binance ? simulation.connects == 1 : simulation.connects >= 3)
    }
}
