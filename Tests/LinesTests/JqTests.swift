import Foundation
import Lines
import Support
import Testing
import Wire

/// The real `jq` between: it sorts keys, changes escapes and reads numbers as floats. Skipped where it is not there.
@Suite(.timeLimit(.minutes(2)))
struct JqTests {
    private static let hasJq: Bool = {
        let isThere = (try? Shell.run("jq --version").status) == 0
        if !isThere { print("skipped: the tests with jq, which is not there") }
        return isThere
    }()

    @Test("through jq the frames stay the same", .enabled(if: hasJq), arguments: ["-c .", "-S -c .", "-a -c ."])
    func through(options: String) throws {
        var random = RandomFrames(seed: 123)
        let events = (0..<1000).map { _ in random.nextBytes() }
        let lines = events.map { json($0) + "\n" }.joined()
        let shell = try Shell.run("jq \(options)", input: Data(lines.utf8))
        #expect(shell.status == 0, "\(shell.errors)")
        let again = shell.text.split(separator: "\n")
        #expect(again.count == events.count)
        for (line, event) in zip(again, events) {
            guard case .success(event) = frames(String(line)) else {
                Issue.record("\(refusal(String(line)) ?? "other frames"): \(line.prefix(500))")
                return
            }
        }
    }
}
