import Support
import Testing
import Text
import Units

/// Levels as venues write them.
@Suite(.timeLimit(.minutes(1)))
struct JSONPairTests {
    private struct Found {
        var pairs: [(Decimal, Decimal)] = []
        var overflows = false
        var defect = JSON.Defect.none
    }

    private func pairs(_ text: String) -> Found {
        let bytes = Array(text.utf8)
        return Fence(capacity: bytes.count).lend(bytes) { span in
            var json = JSON()
            var found = Found()
            json.pairs(span) { found.pairs.append(($0, $1)) }
            found.overflows = json.takeOverflow()
            json.finish(span)
            found.defect = json.defect
            return found
        }
    }

    /// The text of a level, and the two numbers that it holds; every other one as terse as venues send it.
    private func level(_ dice: inout Dice, isPlain: Bool) -> (String, [NumberModel])? {
        let numbers = [dice.numberText(), dice.numberText()]
        let models = numbers.map { NumberModel($0) }
        guard zip(models, numbers).allSatisfy({ $0.length == $1.utf8.count }) else { return nil }
        let quoted = numbers.map { isPlain || dice.oneIn(2) ? "\"\($0)\"" : $0 }
        let more = dice.oneIn(4) ? [dice.document(depth: 1)] : []
        let items = (quoted + more).map { isPlain ? $0 : dice.space() + $0 + dice.space() }
        return ("[" + items.joined(separator: ",") + "]", models)
    }

    @Test("pairs are read in every spelling, and what follows the two is skipped", arguments: 0..<100)
    func spellings(seed: UInt64) {
        var dice = Dice(seed: seed)
        let isMostlyPlain = dice.oneIn(2)
        let levels = (0..<30).compactMap { _ in level(&dice, isPlain: isMostlyPlain && !dice.oneIn(8)) }
        let separator = isMostlyPlain ? "," : dice.space() + "," + dice.space()
        let text = dice.space() + "[" + levels.map(\.0).joined(separator: separator) + "]" + dice.space()
        let found = pairs(text)
        #expect(found.defect == .none && found.pairs.count == levels.count, "\(text)")
        for (pair, level) in zip(found.pairs, levels) {
            #expect(pair.0.isIdentical(to: level.1[0].decimal ?? .zero), "\(level.0)")
            #expect(pair.1.isIdentical(to: level.1[1].decimal ?? .zero), "\(level.0)")
        }
        #expect(found.overflows == levels.contains { $0.1.contains { $0.decimal == nil } })
    }

    @Test("a number out of range is told, whichever of the levels holds it", arguments: 0..<8)
    func overflow(place: Int) {
        for wrong in [#"["99999999999999999999","1"]"#, #"["1","1e99"]"#, #"[1,99999999999999999999]"#] {
            var levels = [String](repeating: #"["1.5","2"]"#, count: 8)
            #expect(!pairs("[" + levels.joined(separator: ",") + "]").overflows)
            levels[place] = wrong
            let found = pairs("[" + levels.joined(separator: ",") + "]")
            #expect(found.overflows && found.defect == .none && found.pairs.count == 8)
        }
    }

    @Test("what is no pair is a defect")
    func refused() {
        let wrong = [
            "[]", "[\"1\"]", "[1]", "[\"1\",]", "[,\"1\"]", "[\"1\" \"2\"]", "[\"1\",\"2\"", "[\"1\",\"2\",]",
            "[\"1\",\"\"]",
            "[\"01\",\"2\"]", "[\"1\",\"2x\"]", "[\"1.\",\"2\"]", "[\"a\",\"b\"]", "[null,\"2\"]", "{\"1\":\"2\"}",
            "\"1\"", "1",
            "[\"1\",\"2\"}", "[[\"1\",\"2\"]]", "[\"1\"\"2\"]", "[\"1\":\"2\"]", "[\"\",\"2\"]", "[\"1\",\"2\"]]",
        ]
        for text in wrong {
            for around in [("[", "]"), (#"[["1","2"],["3","4"],"#, "]"), ("[", #",["1","2"]]"#)] {
                #expect(pairs(around.0 + text + around.1).defect != .none, "\(around.0 + text + around.1)")
            }
        }
        for text in ["{}", "1", "\"\"", "", "[", "null", #"[["1","2"],]"#, #"[["1","2"]"#, #"[["1","2"];["1","2"]]"#] {
            #expect(pairs(text).defect != .none, "\(text)")
        }
        for text in [#"[["1","2"],["3","4"]]"#, "[[1,2],[3,4]]", "[]"] {
            #expect(pairs(text).defect == .none)
            for count in 0..<text.utf8.count { #expect(pairs(String(text.prefix(count))).defect != .none) }
        }
    }

    @Test("levels nested at the limit of depth are read, deeper ones refused")
    func depth() {
        func read(at depth: Int) -> JSON.Defect {
            let inside = #"[["1","2"],["3","4"]]"#
            let text = String(repeating: "[", count: depth) + inside + String(repeating: "]", count: depth)
            return Fence().lend(Array(text.utf8)) { span in
                var json = JSON()
                for _ in 0..<depth {
                    json.enterArray(span)
                    _ = json.nextElement(span)
                }
                json.pairs(span) { _, _ in }
                for _ in 0..<depth { _ = json.nextElement(span) }
                json.finish(span)
                return json.defect
            }
        }
        #expect(read(at: 0) == .none && read(at: 62) == .none)
        #expect(read(at: 63) == .depth && read(at: 64) == .depth)
    }
}
