import Foundation
import Support
import Testing

/// What the README and the manual pages say of the tools: the tools are asked.
@Suite(.timeLimit(.minutes(3)))
struct PagesTests {
    private static let tools = ["ingest", "merge", "dispatch", "control", "tap", "exchange", "penstock"]

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Places.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// A folder that has the examples, for lines that are written for the repository's own.
    private func playground() throws -> URL {
        let folder = try Places.scratch("pages")
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("Examples"),
            withDestinationURL: Places.root.appendingPathComponent("Examples"))
        return folder
    }

    @Test(
        "the options in a manual page are those of --help, and each stands in the synopsis or among the filters",
        arguments: tools)
    func options(tool: String) throws {
        let help = try Fixture.run("\(tool) --help").text
        let page = try text("Sources/\(tool)/\(tool).1")
        let told = Set(help.matches(of: #/  --([a-z-]+)/#).map { String($0.1) })
        let written = page.matches(of: #/(?m)^\.It Fl -([a-z-]+)/#).map { String($0.1) }
        #expect(Set(written) == told && written.count == told.count, "\(Set(written).symmetricDifference(told))")
        let before = page.prefix(upTo: try #require(page.range(of: ".Sh OPTIONS")).lowerBound)
        let mentioned = Set(before.matches(of: #/ -([a-z-]+)/#).map { String($0.1) })
        #expect(told.isSubset(of: mentioned), "\(told.subtracting(mentioned))")
    }

    @Test("--help fits a terminal: 24 lines of 80 columns", arguments: tools)
    func screen(tool: String) throws {
        let lines = try Fixture.run("\(tool) --help").text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.last == "" && lines.count <= 25 && lines.allSatisfy { $0.count <= 80 }, "\(lines.count)")
    }

    @Test("the statuses in a manual page are in order, and those that the tests see are among them", arguments: tools)
    func statuses(tool: String) throws {
        let page = try text("Sources/\(tool)/\(tool).1")
        let statuses = page.matches(of: #/(?m)^\.It (\d+)$/#).compactMap { Int($0.1) }
        #expect(statuses == statuses.sorted() && statuses.first == 0)
        let seen: Set<Int32>
        switch tool {
        case "ingest": seen = Set(IngestUsageTests.refusals.map(\.status) + [74, 130])
        case "exchange": seen = Set(ExchangeUsageTests.refusals.map(\.status) + [74, 130])
        case "merge": seen = Set(MergeUsageTests.refusals.map(\.status) + [74, 75, 76, 130])
        case "tap": seen = Set(TapUsageTests.refusals.map(\.status) + [1, 74, 76, 130])
        default: seen = [64]
        }
        #expect(seen.isSubset(of: statuses.map(Int32.init)))
    }

    @Test("the venues in a manual page are those of --help", arguments: ["ingest", "exchange"])
    func venues(tool: String) throws {
        let help = try Fixture.run("\(tool) --help").text
        let told = try #require(help.firstMatch(of: #/  venues: (?<names>[a-z0-9 \n-]+?)\n\n/#)).names
        let written = try text("Sources/\(tool)/\(tool).1").matches(
            of: #/(?m)^\.It Cm (binance|coinbase|kraken)(\S*)$/#)
        #expect(written.map { "\($0.1)\($0.2)" } == told.split { $0.isWhitespace }.map(String.init))
    }

    @Test("the examples of the manual pages run", arguments: tools)
    func examples(tool: String) throws {
        let page = try text("Sources/\(tool)/\(tool).1")
        let examples = try #require(page.range(of: ".Sh EXAMPLES"))
        let blocks = page[examples.upperBound...].matches(of: #/(?m)^\.Bd -literal.*\n((?:[^.].*\n)+)\.Ed/#).map(\.1)
        #expect(blocks.count == page[examples.upperBound...].ranges(of: ".Bd").count && !blocks.isEmpty)
        let folder = try playground()
        for block in blocks {
            let run = try Shell.run(String(block), in: folder)
            // A difference is what the example is to show.
            #expect(run.status == (block.contains("--diff three") ? 1 : 0), "\(block)\(run.errors)")
            #expect(run.output.isEmpty == block.contains(/cmp|> trades|> three|> kraken/), "\(block)\(run.text)")
        }
    }

    @Test("where the README begins a server in the background, it waits for its socket before it connects there")
    func sockets() throws {
        let readme = try text("README.md")
        let servers = readme.matches(of: #/--listen (\S+) &\n(.*)\n/#)
        #expect(!servers.isEmpty && servers.allSatisfy { $0.2.hasPrefix("until [ -S \($0.1) ]") })
    }

    @Test("the lines of the README print what it says")
    func readme() throws {
        let readme = try text("README.md")
        let block = try #require(readme.firstMatch(of: #/```console\n([\s\S]*?)```/#)?.1)
        let folder = try playground()
        let steps = block.split(separator: "\n$ ").map { $0.hasPrefix("$ ") ? $0.dropFirst(2) : $0 }
        #expect(steps.count > 5)
        for step in steps {
            let parts = step.split(separator: "\n", maxSplits: 1)
            // The tools are on PATH already.
            guard !parts[0].hasPrefix("eval ") else { continue }
            let run = try Shell.run(String(parts[0]), in: folder)
            let said = run.text.trimmingCharacters(in: .newlines)
            #expect(run.status == 0 && run.errors.isEmpty, "\(parts[0]): \(run.errors)")
            #expect(said == (parts.count > 1 ? parts[1].trimmingCharacters(in: .newlines) : ""), "\(parts[0])")
        }
    }

    @Test(
        "every option that a page of ours gives a tool exists",
        arguments: ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
    func optionsInText(path: String) throws {
        guard let page = try? text(path) else { return }
        for tool in Self.tools {
            let help = try Fixture.run("\(tool) --help").text
            for call in page.matches(of: try Regex("\\b\(tool) [^|`\\n;&]*", as: Substring.self)).map(\.0) {
                for option in call.matches(of: #/--([a-z][a-z-]*)/#) {
                    #expect(help.contains("  --\(option.1)"), "\(path): \(call)")
                }
            }
        }
    }

    @Test("links between our pages lead somewhere", arguments: ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
    func links(path: String) throws {
        guard let page = try? text(path) else { return }
        for link in page.matches(of: #/\]\(([^)#:]+)(#[^)]*)?\)/#) {
            let place = Places.root.appendingPathComponent(String(link.1)).path
            #expect(FileManager.default.fileExists(atPath: place), "\(path): \(link.1)")
        }
    }
}
