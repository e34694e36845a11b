import Events
import Testing
import Units

@testable import Venues

/// Where nothing goes wrong, nothing is void, late or missing, also while connections are replaced.
@Suite(.timeLimit(.minutes(5)))
struct CalmTests {
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
