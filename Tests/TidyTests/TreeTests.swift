import Foundation
import Support
import Testing

/// What has to stand beside what.
@Suite(.timeLimit(.minutes(1)))
struct TreeTests {
    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: Places.root.appendingPathComponent(path).path)
    }

    private func text(_ path: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: Places.root.appendingPathComponent(path).path) ?? Data(),
            as: UTF8.self)
    }

    /// The folders right below a folder.
    private func folders(_ path: String) throws -> [String] {
        let root = Places.root.appendingPathComponent(path).resolvingSymlinksInPath()
        return try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: [.isDirectoryKey])
            .filter { $0.hasDirectoryPath && !$0.lastPathComponent.hasPrefix(".") }.map(\.lastPathComponent).sorted()
    }

    @Test("every tool has a main file that begins with what it is, and a manual page of its name")
    func tools() throws {
        let tools = try folders("Sources").filter { $0 != "Common" }
        #expect(tools.contains("ingest") && tools.contains("tap"))
        for tool in tools {
            #expect(text("Sources/\(tool)/main.swift").hasPrefix("// \(tool): "), "\(tool)")
            #expect(exists("Sources/\(tool)/\(tool).1"), "\(tool)")
            #expect(text("Package.swift").contains("\"\(tool)\""), "\(tool)")
        }
    }

    @Test("every room is in the graph of Package.swift, and has tests")
    func rooms() throws {
        let manifest = text("Package.swift")
        for room in try folders("Sources/Common") {
            // A header of C's, of ours or of a library, is declared as what it is.
            let isHeader = exists("Sources/Common/\(room)/module.modulemap")
            let words = isHeader ? ["header(\"\(room)\")", "library(\"\(room)\""] : ["room(\"\(room)\""]
            #expect(words.contains { manifest.contains($0) }, "\(room)")
            // Events are plain values: Wire and Lines carry them, and their tests with them.
            guard !isHeader, room != "Events" else { continue }
            #expect(exists("Tests/\(room)Tests"), "\(room)")
        }
    }

    @Test("every folder of tests holds tests, and each suite has a time limit")
    func tests() throws {
        for folder in try folders("Tests").filter({ $0.hasSuffix("Tests") }) {
            let files = SourceFile.all(in: "Tests/\(folder)")
            #expect(files.contains { $0.code.contains("@Test(") }, "\(folder)")
            for file in files {
                let (suites, limits) = (file.code.ranges(of: "@Suite").count, file.code.ranges(of: ".timeLimit(").count)
                #expect(suites <= limits, "\(file.path): a suite without a time limit")
                if file.code.contains("@Test") { #expect(suites > 0, "\(file.path): tests outside a suite") }
            }
        }
    }

    @Test("every public type of Common says what it is, and so does every long public function")
    func documentation() {
        let type = /^ *public (final )?(struct|enum|class|protocol) (\w+)/
        let function = /^( *)(@\w+\S* )*public .*\bfunc (\w+)/
        for file in SourceFile.all(in: "Sources/Common") {
            let lines = file.lines
            for (index, line) in lines.enumerated() where line.contains("public ") {
                // Attributes may stand between a comment and what it belongs to.
                let above = lines[..<index].reversed().first { !$0.drop { $0 == " " }.hasPrefix("@") } ?? ""
                guard !above.drop(while: { $0 == " " }).hasPrefix("///") else { continue }
                // A closed set of words stands for itself, and a small type inside another one for its owner's.
                let isWords = line.contains(": UInt8, Word {") || line.hasPrefix("    ")
                if line.firstMatch(of: type) != nil, !isWords { Issue.record("\(file.path):\(index + 1): \(line)") }
                guard line.hasSuffix("{"), let match = line.firstMatch(of: function) else { continue }
                let end = match.1 + "}"
                let body = lines[(index + 1)...].prefix { $0 != end }
                if body.count > 20 { Issue.record("\(file.path):\(index + 1): \(match.3), \(body.count) lines long") }
            }
        }
    }
}
