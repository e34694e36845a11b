import Events
import Foundation
import Testing
import Units

@testable import Venues

/// Each fault by itself.
@Suite(.timeLimit(.minutes(5)))
struct FaultTests {
    static let dialects: [Dialect] = [.binance, .kraken, .coinbase, .coinbaseExchange]
    static let faults = [
        "drop@every=7s", "repeat@chance=1/20", "reorder@every=9s", "crossed@every=11s", "checksum@every=25s",
        "stall:book@every=30s,for=4s", "stall:trade@every=30s,for=4s", "mute", "cut@every=20s",
        "cut-inside@every=19s", "half-open@at=10s", "slow@chance=1/2,by=2s", "429@at=5s,retry=5s,count=1",
        "418@at=5s,retry=20s,count=1", "5xx@chance=1/2", "old-snapshot@chance=1/2", "daily-cut@every=20s",
        "shutdown@every=20s,by=5s", "hostile@every=13s,payload=types", "hostile@every=13s,payload=truncated",
        "hostile@every=13s,payload=deep", "hostile@every=13s,payload=frame", "hostile@every=13s,payload=utf8",
        "hostile@at=13s,payload=huge",
    ]

    @Test("a fault by itself", arguments: dialects, faults)
    func alone(dialect: Dialect, fault: String) {
        // Nothing shows these, see below.
        if dialect == .coinbaseExchange, fault.hasPrefix("drop") || fault.hasPrefix("reorder") { return }
        if dialect != .kraken, fault.hasPrefix("checksum") { return }
        var scenario = Scenario(dialect: dialect, seed: 5)
        scenario.span = .seconds(120)
        scenario.refresh = .seconds(30)
        scenario.depth = dialect == .kraken ? 10 : 0
        scenario.faults = [(.seconds(3), fault)]
        if fault.hasPrefix("old-snapshot") || fault.hasPrefix("slow") || fault.hasPrefix("5xx") || fault.hasPrefix("4")
        {
            // Something must be asked for.
            scenario.faults.append((.seconds(4), "cut@every=15s"))
        }
        scenario.faultsEnd = .seconds(60)
        let simulation = Simulation(scenario)
        simulation.run()
        let defects = simulation.defects()
        #expect(defects.isEmpty, "\(defects)")
        print(fault, simulation.summary, defects.isEmpty ? "ok" : "BAD")
    }
}
