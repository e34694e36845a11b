import Events
import Testing
import Units

@testable import Venues

/// Where nothing goes wrong, nothing is void, late or missing, also while connections are replaced.
@Suite(.timeLimit(.minutes(5)))
struct CalmTests {
    @Test("calm", arguments: [Dialect.binance, .kraken, .coinbase, .coinbaseExchange], [1, 2] as [UInt64])
    func isCalm(dialect: Dialect, seed: UInt64) {
        var scenario = Scenario(dialect: dialect, seed: seed)
        scenario.span = .seconds(120)
        scenario.refresh = .seconds(30)
        scenario.depth = dialect == .kraken ? 10 : 0
        let simulation = Simulation(scenario)
        simulation.run()
        let judge = simulation.judge.complaints
        #expect(judge.isEmpty, "\(judge)")
        #expect(simulation.habits.complaints.isEmpty, "\(simulation.habits.complaints)")
        #expect(simulation.judge.outages.isEmpty && simulation.judge.wrongs.isEmpty)
        print(
            dialect, seed, simulation.judge.compared, simulation.judge.outages, simulation.judge.wrongs.count,
            simulation.connects, simulation.closings, simulation.habits.mostWeight, simulation.notices,
            simulation.judge.statuses.suffix(12), simulation.session.state)
    }
}
