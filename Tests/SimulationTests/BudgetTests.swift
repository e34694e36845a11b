import Events
import Testing
import Units

@testable import Venues

/// Others behind the same address.
@Suite(.timeLimit(.minutes(2)))
struct BudgetTests {
    @Test(
        "whatever others ask from the same address: half of the venue's own count is never passed, and books come back",
        arguments: [1200, 2400, 4800], [1, 2] as [UInt64])
    func leavesRoom(neighbour: Int, seed: UInt64) {
        var scenario = Scenario(dialect: .binance, seed: seed)
        scenario.span = .seconds(200)
        scenario.rate = 10
        scenario.channels = .book
        scenario.neighbour = neighbour
        scenario.faults = [(.seconds(3), "cut@every=9s")]
        scenario.faultsEnd = .seconds(110)
        let simulation = Simulation(scenario)
        simulation.run()
        #expect(simulation.defects().isEmpty, "\(simulation.defects())")
        let isCrowded = simulation.notices.contains { if case .crowded = $0 { true } else { false } }
        // With 2400 it depends on how the seconds fall.
        #expect(neighbour == 2400 || isCrowded == (neighbour == 4800))
        #expect(simulation.habits.requests > 20)
    }
}
