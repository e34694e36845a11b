import Foundation
import Support
import Testing

/// The short form of `make faults`, with the tools that the tests are built with.
@Suite(.timeLimit(.minutes(4)))
struct FaultsTests {
    @Test("faults mixed at run time: no wrong book, others untouched, back at the venue's answer, and replayed alike")
    func short() throws {
        let script = Places.root.appendingPathComponent("scripts/faults").path
        let folder = try Places.scratch("faults")
        let run = try Shell.run(
            "'\(script)' 1 6 3", in: folder, seconds: 200,
            environment: ["PENSTOCK_TOOLS": Places.products.path, "TMPDIR": folder.path])
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.text)\(run.errors)")
        #expect(run.text.hasSuffix("\n1 seeds, nothing wrong\n"), "\(run.text)")
        // Something did happen.
        #expect(!run.text.contains(", 0 outages "), "\(run.text)")
    }
}
