import Bytes
import Support
import Testing
import Text
import Units

/// What is wrong ends in a defect that stays, and never in a trap.
@Suite(.timeLimit(.minutes(1)))
struct JSONDefectTests {
    private func check(_ text: String) -> (JSON.Defect, Int) {
        Fence().lend(Array(text.utf8)) { span in
            let (defect, offset) = JSON.check(span)
            return (defect, offset)
        }
    }

    /// A defect and where it was found, after one question.
    private func ask(_ text: String, _ question: (inout JSON, RawSpan) -> Void) -> (JSON.Defect, Int) {
        Fence().lend(Array(text.utf8)) { span in
            var json = JSON()
            question(&json, span)
            return (json.defect, json.defectOffset)
        }
    }

    @Test("a defect says where it was found")
    func offsets() {
        #expect(check("[1,2,x]") == (.syntax, 5))
        #expect(check("{\"a\":1,}") == (.unexpected, 7))
        #expect(check("{\"a\" 1}") == (.syntax, 5))
        #expect(check("[1 2]") == (.syntax, 3))
        #expect(check("  tru") == (.unexpected, 2))
        #expect(check("\"ab\u{1}\"") == (.syntax, 3))
        #expect(check("\"ab\\x\"") == (.syntax, 3))
        #expect(check("[1]  x") == (.syntax, 5))
        #expect(check("[1") == (.syntax, 2))
        #expect(check("") == (.syntax, 0))
        #expect(check("[01]").0 == .syntax)
        #expect(check(String(repeating: "[", count: 70)) == (.depth, 65))
        #expect(check("[1]") == (.none, 0))
    }

    @Test("JSON that is not what was asked for is unexpected, not wrong syntax")
    func unexpected() {
        #expect(ask("[1]") { $0.enterObject($1) } == (.unexpected, 0))
        #expect(ask(" {}") { $0.enterArray($1) } == (.unexpected, 1))
        #expect(ask("1") { _ = $0.string($1) } == (.unexpected, 0))
        #expect(ask("\"a\"") { _ = $0.bool($1) } == (.unexpected, 0))
        #expect(ask("1") { $0.null($1) } == (.unexpected, 0))
        #expect(ask("\"1x\"") { _ = $0.decimal($1) }.0 == .unexpected)
        #expect(ask("[[]]") { $0.pairs($1) { _, _ in } }.0 == .unexpected)
        #expect(ask("[[\"1\"]]") { $0.pairs($1) { _, _ in } }.0 == .unexpected)
        #expect(ask("{}") { $0.pairs($1) { _, _ in } } == (.unexpected, 0))
    }

    @Test("a reader's own refusal is a defect like any other, at the place reached")
    func refuse() {
        let found = ask("[1,2]") { json, span in
            json.enterArray(span)
            _ = json.nextElement(span)
            json.skip(span)
            json.refuse(.repeated, span)
            json.finish(span)
        }
        #expect(found == (.repeated, 2))
    }

    /// Asks one random question; what the answer is, is not the point.
    private func askAnything(_ json: inout JSON, _ span: RawSpan, _ dice: inout Dice) {
        switch dice.number(0...16) {
        case 0: json.enterObject(span)
        case 1: json.enterArray(span)
        case 2, 3: _ = json.nextKey(span)
        case 4, 5: _ = json.nextElement(span)
        case 6: _ = json.string(span)
        case 7: _ = json.decimal(span)
        case 8: _ = json.optionalDecimal(span)
        case 9: _ = json.whole(span)
        case 10: _ = json.unsigned(span)
        case 11: json.pairs(span) { _, _ in }
        case 12: _ = json.bool(span)
        case 13: json.null(span)
        case 14: json.skip(span)
        case 15: _ = json.name(span)
        default: _ = json.peek(span)
        }
    }

    @Test("no question asked of any bytes traps, and the scanner never leaves the text", arguments: 0..<50)
    func anyQuestion(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<40 {
            var bytes = Array(dice.document().utf8.prefix(400))
            if !bytes.isEmpty, dice.oneIn(2) { bytes[dice.number(0...(bytes.count - 1))] = UInt8(dice.number(0...255)) }
            if dice.oneIn(4) { bytes = dice.bytes(dice.number(0...30), of: Array("[]{}\",:\\u0123 -.e".utf8)) }
            fence.lend(bytes) { span in
                var json = JSON()
                var before = 0
                for _ in 0..<60 {
                    askAnything(&json, span, &dice)
                    if json.at < before || json.at > bytes.count { Issue.record("at \(json.at) of \(bytes)") }
                    if json.isSound != (json.defect == .none) { Issue.record("sound with \(json.defect)") }
                    before = json.at
                }
            }
        }
    }

    @Test("after the first defect every question is answered with nothing, and the defect stays", arguments: 0..<30)
    func sticky(seed: UInt64) {
        var dice = Dice(seed: seed)
        let text = Array("[[1,2],{\"a\":x},\"b\",true,3]".utf8)
        Fence().lend(text) { span in
            var json = JSON()
            json.skip(span)
            let offset = json.defectOffset
            #expect(json.defect == .syntax && offset == 12)
            for _ in 0..<40 {
                askAnything(&json, span, &dice)
                let answers = [
                    json.enterObject(span), json.enterArray(span), json.nextElement(span), json.nextKey(span) != nil,
                    !json.string(span).isEmpty, json.name(span) != "", json.peek(span) != 0, json.bool(span),
                    json.whole(span) != 0,
                    !json.decimal(span).isIdentical(to: .zero),
                ]
                #expect(!answers.contains(true), "\(answers)")
                json.refuse(.repeated, span)
                json.finish(span)
                #expect(json.defect == .syntax && json.defectOffset == offset && !json.isSound)
            }
        }
    }

    @Test("what is left over at the end is a defect: an open container, or text behind the value")
    func finish() {
        func finish(_ text: String, _ read: (inout JSON, RawSpan) -> Void) -> JSON.Defect {
            ask(text) { json, span in
                read(&json, span)
                json.finish(span)
            }.0
        }
        #expect(finish("[1]") { json, span in json.enterArray(span) } == .syntax)
        #expect(finish("[") { json, span in json.enterArray(span) } == .syntax)
        #expect(finish("1 ") { $0.skip($1) } == .none)
        #expect(finish("1 2") { $0.skip($1) } == .syntax)
        #expect(finish("1\u{0}") { $0.skip($1) } == .syntax, "a NUL does not look like the end")
        #expect(finish("1 \u{0}") { $0.skip($1) } == .syntax)
    }
}
