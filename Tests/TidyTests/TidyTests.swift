import Foundation
import Support
import Testing

/// The style as a test: what can be checked by a machine is not left to a reviewer.
@Suite(.timeLimit(.minutes(1)))
struct TidyTests {
    private static let sources = SourceFile.all(in: "Sources")
    private static let tests = SourceFile.all(in: "Tests")
    private static var everything: [SourceFile] { sources + tests }

    /// Expects that nothing was found.
    private func none(_ found: [String], _ rule: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(found.isEmpty, "\(rule):\n\(found.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }

    /// Finds a pattern in the code of files, or in all of their text.
    private func find(_ pattern: String, in files: [SourceFile], inText: Bool = false) -> [String] {
        files.flatMap { $0.matches(pattern, inText: inText) }
    }

    @Test("the tree is there to be looked at")
    func tree() {
        #expect(TidyTests.sources.count > 50 && TidyTests.tests.count > 20)
        #expect(TidyTests.sources.contains { $0.path == "Sources/Common/Text/JSON.swift" && $0.room == "Text" })
        #expect(TidyTests.sources.contains { $0.path == "Sources/tap/main.swift" && $0.room == nil })
    }

    @Test("no Swift file is longer than 300 lines")
    func length() {
        let long = TidyTests.everything.filter { $0.lines.count > 301 }.map { "\($0.path): \($0.lines.count - 1)" }
        none(long, "split at 300 lines")
    }

    @Test("lines have at most 120 characters, whole lines of comment 140; samples in tests may be longer")
    func width() {
        let wide = TidyTests.everything.flatMap { file in
            let isTest = file.path.hasPrefix("Tests/")
            let lines = file.lines.enumerated().filter { _, line in
                // Bytes are no fewer than characters, and counted at once.
                guard line.utf8.count > 120, line.count > 120 else { return false }
                let isComment = line.drop { $0 == " " }.hasPrefix("//")
                return isComment ? line.count > 140 : !(isTest && line.contains("\""))
            }
            return lines.map { "\(file.path):\($0.offset + 1)" }
        }
        none(wide, "too wide")
    }

    @Test("no tab, no white space at the end of a line; a file ends with one line end")
    func whiteSpace() {
        none(find("\\t|[ \\t]+$|\\r", in: TidyTests.everything, inText: true), "white space")
        let ends = TidyTests.everything.filter { !$0.text.hasSuffix("\n") || $0.text.hasSuffix("\n\n") }
        none(ends.map(\.path), "end of file")
    }

    @Test("unsafe memory is touched in Bytes and Wire, where the system or a C library is called, and nowhere else")
    func unsafe() {
        let allowed: Set<String?> = ["Bytes", "Wire", "Host", "WebSockets", "Clients", "Servers"]
        none(find("\\bunsafe\\b|@safe\\b", in: TidyTests.sources.filter { !allowed.contains($0.room) }), "unsafe")
        none(find("@unchecked\\b|nonisolated\\(unsafe\\)", in: TidyTests.sources), "unsafe")
    }

    @Test("only Host and Tool know the operating system; nothing knows Foundation")
    func imports() {
        let shell: Set<String?> = ["Host", "Tool"]
        let pure = TidyTests.sources.filter { !shell.contains($0.room) }
        none(find("\\bimport +(Glibc|CLinux|Musl|Darwin)\\b", in: pure), "operating system")
        // Modules in C: instructions for Bytes, digests for WebSockets, libcurl for Clients, OpenSSL for Servers.
        let bound: Set<String?> = ["Bytes", "WebSockets", "Clients", "Servers"]
        let others = pure.filter { !bound.contains($0.room) }
        none(find("\\bimport +C[A-Z]\\w*", in: others), "C")
        none(find("\\bimport +(Foundation\\w*|Dispatch|XCTest)\\b", in: TidyTests.sources), "import")
        none(find("\\bimport +XCTest\\b", in: TidyTests.tests), "Swift Testing, not XCTest")
    }

    @Test("no number goes through a binary fraction: there is none in Sources, neither as a type nor as a literal")
    func fractions() {
        let types = "\\b(Double|Float|Float16|Float32|Float64|Float80|CGFloat|TimeInterval)\\b"
        none(find(types, in: TidyTests.sources), "binary fraction")
        // 0.5 and 1e9, but not the place of a tuple in a tuple ($0.1, row.0.1).
        none(find("(?<![\\w.$])[0-9][0-9_]*(\\.[0-9]|[eE][-+]?[0-9])", in: TidyTests.sources), "binary fraction")
    }

    @Test("cores have no clock, no chance, no concurrency, no way to the outside")
    func purity() {
        let pure = TidyTests.sources.filter { $0.room != nil && $0.room != "Host" && $0.room != "Tool" }
        none(
            find("\\b(ContinuousClock|SuspendingClock|CommandLine|SystemRandomNumberGenerator|readLine)\\b", in: pure),
            "outside")
        none(
            find("\\.random\\(in:[^,]*\\)|\\.randomElement\\(\\)|\\.shuffled?\\(\\)", in: pure), "chance is a parameter"
        )
        none(find("\\b(async|await|actor|Task|DispatchQueue|Thread)\\b", in: pure), "concurrency")
        none(find("(?<![\\w.])print\\(\"", in: pure), "standard output belongs to tools")
    }

    @Test("what the world does wrong never traps: no forced try, cast or unwrapping, no fatalError")
    func traps() {
        none(
            find(
                "\\b(try!|as!)|\\bfatalError\\(|\\bpreconditionFailure\\(|\\bassertionFailure\\(", in: TidyTests.sources
            ), "trap")
        none(find("[\\w)\\]]!(?![=\\w])", in: TidyTests.sources), "forced unwrapping")
    }

    @Test("a precondition says in a sentence what it is")
    func preconditions() {
        // The sentence ends the call, on its line or one of the next three.
        let whole = "\\bprecondition\\((?!(.*\\n){0,3}?.*\"\\)( [})]| else|;)*$)"
        none(find(whole, in: TidyTests.sources, inText: true), "precondition")
    }

    @Test("comments are no banners, no notes to self, no code put aside")
    func comments() {
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "MA" + "RK"]
        let files = TidyTests.everything
        none(find("\\b(" + words.joined(separator: "|") + ")\\b", in: files, inText: true), "note")
        none(find("^ *//+ *[-=*#_/]{4,}", in: files, inText: true), "banner")
        let code = "^ *// *(let|var|func|if|for|return|import|guard|struct|enum) .*[={(]$"
        none(find(code, in: files, inText: true), "code put aside")
    }

    @Test("types are named by the words of the field, without words that say nothing")
    func names() {
        let empty = "Manager|Helper|Helpers|Util|Utils|Utility|Handler|Service|Impl|Data|Info"
        none(
            find("\\b(struct|enum|class|protocol|actor|typealias) +\\w*(\(empty))\\b", in: TidyTests.everything), "name"
        )
        let clashes = TidyTests.sources.flatMap { file in
            file.room.map { file.matches("^(public |package )?(struct|enum|final class|protocol|actor) \($0)\\b") }
                ?? []
        }
        none(clashes, "a room never shares its name with a type inside it")
    }
}
