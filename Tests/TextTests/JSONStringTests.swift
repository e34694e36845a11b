import Foundation
import Support
import Testing
import Text

/// Where strings end, what is refused in them, and what they stand for.
@Suite(.timeLimit(.minutes(1)))
struct JSONStringTests {
    /// The bytes that the string stands for, by Foundation.
    private func decoded(_ quoted: String) throws -> [UInt8] {
        let object = try JSONSerialization.jsonObject(with: Data("[\(quoted)]".utf8)) as? [String]
        return Array(try #require(object?.first).utf8)
    }

    /// Resolves by the scanner what lies between the quotes.
    private func resolved(_ text: [UInt8], at start: Int, _ fence: Fence) -> [UInt8]? {
        fence.lend(text) { span in
            var json = JSON(from: start)
            let string = json.string(span)
            guard json.isSound else { return nil }
            #expect(string.escaped == text[string.range].contains(0x5C))
            #expect(string.isEmpty == (string.count == 0))
            var bytes: [UInt8] = []
            let isWhole = JSON.unescape(span, string.range) { byte in
                bytes.append(byte)
                return true
            }
            return isWhole ? bytes : nil
        }
    }

    @Test("a string is found and resolved at every place relative to the scanner's words", arguments: 0..<40)
    func resolves(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<25 {
            let quoted = dice.text() + ""
            let expected = try decoded(quoted)
            for before in 0..<9 {
                let text = Array(
                    (String(repeating: "x", count: before) + quoted + dice.pick(["", ",", "\"", "\\"])).utf8)
                #expect(resolved(text, at: before, fence) == expected, "\(quoted)")
            }
        }
    }

    @Test("a string cut anywhere is a defect", arguments: 0..<40)
    func cut(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        let quoted = Array(dice.text().utf8)
        for count in 0..<quoted.count { #expect(resolved(Array(quoted[..<count]), at: 0, fence) == nil) }
    }

    @Test("resolving stops as soon as its taker has enough")
    func stops() {
        let text = Array(#"ab\n\u00e9\ud83d\ude42c"#.utf8)
        for limit in 0...9 {
            var taken = 0
            let isWhole = JSON.unescape(text.span.bytes, 0..<text.count) { _ in
                guard taken < limit else { return false }
                taken += 1
                return true
            }
            #expect(isWhole == (limit >= 10) && taken == min(limit, 10))
        }
        for escape in ["\\b", "\\f", "\\n", "\\r", "\\t", "\\\"", "a"] {
            let bytes = Array(escape.utf8)
            let isWhole = JSON.unescape(bytes.span.bytes, 0..<bytes.count) { _ in false }
            #expect(!isWhole)
        }
    }

    @Test(
        "half a surrogate pair stands for U+FFFD, the text around it for itself",
        arguments: [
            (#"\ud800"#, "\u{FFFD}"), (#"\udc00"#, "\u{FFFD}"), (#"a\uDBFFb"#, "a\u{FFFD}b"),
            (#"\ud800\ud800"#, "\u{FFFD}\u{FFFD}"),
            (#"\udc00\ud800"#, "\u{FFFD}\u{FFFD}"), (#"\ud800\u0041"#, "\u{FFFD}A"), (#"\ud800\n"#, "\u{FFFD}\n"),
            (#"\ud83d\ud83d\ude42"#, "\u{FFFD}🙂"), (#"\ud83d\ude42\ude42"#, "🙂\u{FFFD}"),
            (#"\ud800\\udc00"#, "\u{FFFD}\\udc00"),
            (#"\ud7ff\ue000"#, "\u{D7FF}\u{E000}"), (#"\ud800\udc00\udbff\udfff"#, "\u{10000}\u{10FFFF}"),
            (#"\ud800x"#, "\u{FFFD}x"),
        ])
    func surrogates(escaped: String, text: String) {
        let fence = Fence()
        for before in 0..<9 {
            let filling = String(repeating: "x", count: before)
            let quoted = "\"" + filling + escaped + "\""
            #expect(resolved(Array(quoted.utf8), at: 0, fence) == Array((filling + text).utf8))
            var changed = Array(quoted.utf8)
            let end = fence.change(&changed) { $0.unescapeJSON(from: 1)?.end }
            #expect(end.map { Array(changed[1..<$0]) } == Array((filling + text).utf8))
        }
    }

    @Test("what no checked string can hold is refused, not read past")
    func unchecked() {
        func resolve(_ text: String) -> Bool {
            Fence().lend(Array(text.utf8)) { span in JSON.unescape(span, 0..<span.byteCount) { _ in true } }
        }
        #expect(!resolve("\\u00") && !resolve("\\u00zz") && !resolve("\\u"))
        #expect(resolve("\\"), "a backslash at the end stands for itself")
    }
}
