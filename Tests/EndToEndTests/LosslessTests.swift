import Foundation
import Support
import Testing

/// Reports through dispatch as processes: a producer with a journal, dispatch with a spool, a durable consumer.
@Suite(.timeLimit(.minutes(15)))
struct LosslessTests {
    /// Moments at which somebody is killed.
    private static let points = ProcessInfo.processInfo.environment["PENSTOCK_KILLS"].flatMap { Int($0) } ?? 25

    @Test("whoever is killed, and whenever: every report that was sent is received, in order")
    func kills() throws {
        let folder = try Places.scratch("lossless")
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = Places.root.appendingPathComponent("Tests/EndToEndTests/lossless.py").path
        let seed = ProcessInfo.processInfo.environment["PENSTOCK_SEED"] ?? "1"
        let run = try Shell.run(
            "python3 \(script) \(folder.path) \(Self.points) \(seed)", in: folder, seconds: 120 + Self.points / 4)
        #expect(run.status == 0, "\(run.text)\(run.errors)")
        #expect(run.text.hasPrefix("\(Self.points) kills"))
    }
}
