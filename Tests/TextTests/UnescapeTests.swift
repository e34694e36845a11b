import Foundation
import Support
import Testing
import Text

/// Resolving in place: a recording's bodies are JSON inside JSON, an escape every few bytes.
@Suite(.timeLimit(.minutes(1)))
struct UnescapeTests {
    private func decoded(_ quoted: [UInt8]) throws -> [UInt8] {
        let object = try JSONSerialization.jsonObject(with: Data([0x5B] + quoted + [0x5D])) as? [String]
        return Array(try #require(object?.first).utf8)
    }

    /// A string with its quotes, of `weight` plain pieces for one escape.
    private func quoted(_ dice: inout Dice, weight: Int) -> [UInt8] {
        var text = "\""
        for _ in 0..<dice.number(0...30) {
            text +=
                dice.oneIn(weight)
                ? dice.pick(["\\\"", "\\\\", "\\/", "\\n", "\\t", "\\u00e9", "\\u65e5", "\\u0000", "\\ud83d\\ude42"])
                : dice.pick(["a", "price", "12345678", "é", "日本", "🙂", ":", "0.123456789012345"])
        }
        return Array((text + "\"").utf8)
    }

    @Test("what a string stands for is put where it began; all around it stays", arguments: 0..<60)
    func inPlace(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<10 {
            let quoted = quoted(&dice, weight: dice.number(1...6))
            let expected = try decoded(quoted)
            let after = dice.bytes(dice.number(0...12))
            for alignment in 0..<9 {
                let before = dice.bytes(alignment)
                let original = before + quoted + after
                var text = original
                let found = fence.change(&text) { $0.unescapeJSON(from: alignment + 1) }
                let (end, next) = try #require(found)
                #expect(next == alignment + quoted.count)
                #expect(Array(text[(alignment + 1)..<end]) == expected)
                #expect(text[...alignment] == original[...alignment])
                #expect(text[(next - 1)...] == original[(next - 1)...], "the closing quote and what follows")
            }
        }
    }

    @Test("a string cut anywhere, or with a wrong byte anywhere, is judged as the scanner judges it", arguments: 0..<40)
    func wrong(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        let good = quoted(&dice, weight: 3)
        for index in 1..<good.count {
            var cut = Array(good[..<index])
            #expect(fence.change(&cut) { $0.unescapeJSON(from: 1)?.end } == nil)
            for byte in [0, 0x1F, 0x22, 0x5C, 0x75, 0x80, 0xC3, 0xE2, 0xED, 0xF4, 0xFF, UInt8(dice.number(0...255))] {
                var changed = good
                changed[index] = byte
                let next = fence.lend(changed) { span in
                    var json = JSON()
                    _ = json.string(span)
                    return json.isSound ? json.at : nil
                }
                let isGood = fence.change(&changed) { $0.unescapeJSON(from: 1)?.next } == next
                #expect(isGood, "\(good) with \(byte) at \(index)")
            }
        }
    }

    @Test("a string that begins at the end of the text is none")
    func empty() {
        var nothing: [UInt8] = [0x22]
        let found = Fence().change(&nothing) { $0.unescapeJSON(from: 1)?.end }
        #expect(found == nil)
    }
}
