import Foundation
import Testing

/// A `Key` holds 32 bytes, and a literal that is longer traps when it is first used: so none may be.
@Suite(.timeLimit(.minutes(1)))
struct KeyLiteralTests {
    private static let bytesMax = 32

    /// Calls of the functions that take spellings; an argument may stand on the next line.
    private static let spelling = #"\b(?:literal|literalIfNext|isNext)\((?:\n.*)?"#
    /// Cases, also those on lines of their own, and what is compared or assigned.
    private static let key = ##"\bcase #*"|[!=]= #*"|\bKey = #*"|\bKey\(#*"|^ *#*"[^"\n]*"#*(?:,|:|$)"##

    /// String literals of a file that become keys, or may, each with its place.
    private func keys(_ file: SourceFile) -> [(place: String, text: String)] {
        let readsKeys = !file.matches(#"\bKey\b|\bnextKey\(|\.name\("#).isEmpty
        let pattern = readsKeys ? Self.spelling + "|" + Self.key : Self.spelling
        return file.matches("^.*(?:\(pattern)).*$", inText: true).flatMap { match in
            let parts = match.split(separator: ":", maxSplits: 2)
            return literals(String(parts[2])).map { ("\(parts[0]):\(parts[1])", $0) }
        }
    }

    /// What stands between the quotes of the string literals in some code.
    private func literals(_ code: String) -> [String] {
        var found: [String] = []
        var rest = Substring(code)
        while let quote = rest.firstIndex(of: "\"") {
            let isRaw = rest[..<quote].hasSuffix("#")
            rest = rest[rest.index(after: quote)...]
            var end = rest.startIndex
            while end < rest.endIndex, !(rest[end] == "\"" && (!isRaw || rest[end...].hasPrefix("\"#"))) {
                if rest[end] == "\\", !isRaw { end = rest.index(after: end) }
                if end < rest.endIndex { end = rest.index(after: end) }
            }
            found.append(String(rest[..<end]))
            rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
        }
        return found
    }

    private func tooLong(_ file: SourceFile) -> [String] {
        keys(file).filter { $0.text.utf8.count > Self.bytesMax }.map { "\($0.place): \($0.text)" }
    }

    @Test("no literal that becomes a key is longer than a key")
    func literals() {
        let files = SourceFile.all(in: "Sources").filter { $0.room != nil }
        let found = files.flatMap(tooLong)
        #expect(found.isEmpty, "at most \(Self.bytesMax) bytes:\n\(found.joined(separator: "\n"))")
        // What sees nothing would pass.
        let seen = Set(files.flatMap(keys).map(\.text))
        #expect(seen.count > 250, "\(seen.count)")
        let some = ["product_id", #","timestamp":""#, "best_bid_quantity", "}}", "volume_24_h", "serverShutdown", "as"]
        #expect(seen.isSuperset(of: some), "\(Set(some).subtracting(seen))")
    }

    @Test("one that is longer is found, wherever it stands")
    func planted() {
        let long = String(repeating: "k", count: 33)
        let short = String(repeating: "k", count: 32)
        let forms = [
            "json.literal(\"?\", text)", "if place.literalIfNext(#\"?\"#, text) { return }",
            "json.isNext(\"a\") || json.isNext(\"?\")",
            "json.literal(isWrapped ? \"?\" : \"}\", text)", "json.literal(\n  #\"?\"#, text)",
            "switch json.nextKey(text) {\ncase \"a\", \"?\": x", "var channel: Key = \"?\"",
            "if json.name(text) == \"?\" {",
            "switch key as Key {\ncase \"a\",\n    \"?\":",
        ]
        for form in forms {
            for (text, count) in [(long, 1), (short, 0)] {
                let file = SourceFile(path: "Sources/Common/Venues/A.swift", text: form.replacing("?", with: text))
                #expect(tooLong(file).count == count, "\(form)")
            }
        }
    }
}
