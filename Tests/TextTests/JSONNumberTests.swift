import Bytes
import Support
import Testing
import Text
import Units

@Suite(.timeLimit(.minutes(1)))
struct JSONNumberTests {
    /// What may stand behind a number, the end of the text among it.
    private static let terminators = [
        "", ",", "]", "}", " ", "\n", "\t", "\"", ":", "x", "-", "+", ".", "/", "\u{0}", "é", "e", "0",
    ]

    @Test("a number keeps its digits, wherever it stands and whatever follows", arguments: 0..<60)
    func bare(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<60 {
            let before = String(repeating: " ", count: dice.number(0...9))
            let number = dice.numberText()
            for terminator in JSONNumberTests.terminators + ["12345678", ",12345678", "]]]]]]]]"] {
                let model = NumberModel(number + terminator)
                fence.lend(Array((before + number + terminator).utf8)) { span in
                    var json = JSON()
                    let found = json.decimal(span)
                    judge(json, found, model, before.utf8.count, number + terminator)
                }
            }
        }
    }

    @Test("every count of digits before and behind the point is read, at the end of memory too", arguments: 1..<21)
    func digitCounts(front: Int) {
        var dice = Dice(seed: UInt64(front))
        let fence = Fence()
        for fraction in -1..<20 {
            for _ in 0..<3 {
                var number = front == 1 && dice.oneIn(2) ? "0" : dice.pick(["1", "9"]) + dice.digits(front - 1)
                if fraction >= 0 { number += "." + dice.digits(fraction) }
                for terminator in JSONNumberTests.terminators {
                    fence.lend(Array((number + terminator).utf8)) { span in
                        var json = JSON()
                        let found = json.decimal(span)
                        judge(json, found, NumberModel(number + terminator), 0, number + terminator)
                    }
                }
            }
        }
    }

    @Test("a string that holds nothing but a number is one", arguments: 0..<60)
    func quoted(seed: UInt64) {
        var dice = Dice(seed: 500 + seed)
        let fence = Fence()
        for _ in 0..<60 {
            let before = String(repeating: " ", count: dice.number(0...9))
            let number = dice.numberText()
            let model = NumberModel(number)
            for terminator in ["", ",", "]", " ", "\n", "12345678"] {
                fence.lend(Array((before + "\"" + number + "\"" + terminator).utf8)) { span in
                    var json = JSON()
                    let found = json.decimal(span)
                    if model.length == nil || model.length == number.utf8.count {
                        judge(json, found, model, before.utf8.count + 1, number, closing: 1)
                    }
                }
            }
            // Something more in the string, or no end of it.
            for tail in ["", " \"", "x\"", ",\"", "\\u0030\"", "\u{0}\"", "-\""] {
                fence.lend(Array((before + "\"" + number + tail).utf8)) { span in
                    var json = JSON()
                    _ = json.decimal(span)
                    #expect(!json.isSound, "\(number + tail)")
                }
            }
        }
    }

    private func judge(
        _ json: JSON, _ found: Decimal, _ model: NumberModel, _ start: Int, _ text: String, closing: Int = 0
    ) {
        var json = json
        guard let length = model.length else {
            if json.defect != .syntax { Issue.record("\(text) taken as \(found)") }
            return
        }
        if !json.isSound || json.at != start + length + closing {
            Issue.record("\(text) ended at \(json.at), \(json.defect)")
        }
        let overflows = json.takeOverflow()
        if overflows != (model.decimal == nil) { Issue.record("\(text): out of range is \(overflows)") }
        if json.takeOverflow() { Issue.record("out of range is told once") }
        if !found.isIdentical(to: model.decimal ?? .zero) { Issue.record("\(text) taken as \(found)") }
    }

    @Test("whole numbers are exact, and what is none or too large is out of range", arguments: 0..<40)
    func wholes(seed: UInt64) {
        var dice = Dice(seed: 900 + seed)
        let fence = Fence()
        for _ in 0..<60 {
            let text = dice.numberText()
            let model = NumberModel(text)
            guard model.length == text.utf8.count else { continue }
            for spelling in [text, "\"\(text)\"", " \(text) "] {
                fence.lend(Array(spelling.utf8)) { span in
                    var (signed, unsigned) = (JSON(), JSON())
                    let found = (signed.whole(span), unsigned.unsigned(span))
                    let isNegative = (model.whole ?? 0) < 0
                    #expect(found.0 == model.whole ?? 0, "\(text)")
                    #expect(found.1 == UInt64(isNegative ? 0 : model.whole ?? 0), "\(text)")
                    #expect(signed.takeOverflow() == (model.whole == nil), "\(text)")
                    #expect(unsigned.takeOverflow() == (model.whole == nil || isNegative), "\(text)")
                    signed.finish(span)
                    #expect(signed.defect == .none, "the scanner goes on behind it")
                }
            }
        }
    }

    @Test("the largest of 64 bits fits, with either sign; one more does not")
    func bounds() {
        func read(_ text: String) -> Decimal? {
            Fence().lend(Array(text.utf8)) { span in
                var json = JSON()
                let number = json.decimal(span)
                return json.takeOverflow() ? nil : number
            }
        }
        #expect(read("9223372036854775807")?.mantissa == .max)
        #expect(read("9223372036854775808") == nil)
        #expect(read("-9223372036854775807")?.mantissa == -.max)
        #expect(read("-9223372036854775808") == nil, "it has no positive counterpart, so frames refuse it")
        #expect(read("-92233720368.54775808") == nil && read("-92233720368.54775807")?.exponent == -8)
        #expect(read("1e63")?.exponent == 63 && read("1e64") == nil)
        #expect(read("1e-63")?.exponent == -63 && read("1e-64") == nil && read("0.1e-63") == nil)
        #expect(read("1e-05").map { $0.isIdentical(to: Decimal(1, exponent: -5)) } == true)
    }

    @Test("null and the empty string are a number that was not given", arguments: 0..<10)
    func optionals(before: Int) {
        func read(_ text: String) -> (Decimal, JSON.Defect) {
            Fence().lend(Array((String(repeating: " ", count: before) + text).utf8)) { span in
                var json = JSON()
                let number = json.optionalDecimal(span)
                json.finish(span)
                return (number, json.defect)
            }
        }
        #expect(read("null") == (.notGiven, .none))
        #expect(read("\"\"") == (.notGiven, .none))
        #expect(read("0").0.isIdentical(to: .zero))
        #expect(read("\"0.10\"").0.isIdentical(to: Decimal(10, exponent: -2)))
        #expect(read("\"\"\"").1 == .syntax)
        #expect(read("nul").1 == .unexpected)
        #expect(read("\" \"").1 != .none && read("").1 != .none && read("\"").1 != .none)
    }
}
