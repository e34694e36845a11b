import Bytes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NamesTests {
    /// Texts that are easily mistaken for one another: prefixes, zeros at the end, differences in one byte.
    private func text(_ dice: inout Dice) -> [UInt8] {
        switch dice.number(0...3) {
        case 0: Array("SYMBOL-\(dice.number(0...800))".utf8)
        case 1: [UInt8](repeating: 0, count: dice.number(0...40))
        case 2: dice.bytes(dice.number(0...20), of: [0, 1, 0x41, 0xFF])
        default: [UInt8](repeating: 0x61, count: dice.number(0...255))
        }
    }

    @Test("thousands of texts get the numbers 0, 1, 2 … in order of coming, each the same one again", arguments: 0..<4)
    func model(seed: UInt64) {
        var dice = Dice(seed: seed)
        var names = Names()
        var model: [[UInt8]: Int] = [:]
        for _ in 0..<5000 {
            let text = text(&dice)
            // Where the text stands, and in what, makes no difference.
            let before = dice.bytes(dice.number(0...9))
            let around = before + text + dice.bytes(dice.number(0...9))
            let range = before.count..<(before.count + text.count)
            let span = around.span.bytes
            #expect(names.find(span, range) == model[text])
            let index = names.intern(span, range)
            if model[text] == nil { model[text] = model.count }
            #expect(index == model[text])
            #expect(names.count == model.count)
        }
        for (text, index) in model {
            let kept = names.read(index) { span in (0..<span.byteCount).map { span.byte($0) } }
            #expect(kept == text)
        }
        #expect(model.count > 1000)
    }

    @Test("looking up a text that is not known adds nothing")
    func find() {
        var names = Names()
        #expect(names.find("a") == nil)
        #expect(names.count == 0)
        #expect(names.intern("a") == 0)
        #expect(names.find("a") == 0)
        #expect(names.find("") == nil)
        #expect(names.intern("") == 1)
        #expect(names.find("") == 1)
    }

    @Test("at the limit a new text has no number and a known one keeps its own")
    func limit() {
        var names = Names(limit: 100)
        for index in 0..<100 { #expect(names.intern("text \(index)") == index) }
        #expect(names.intern("one more") == nil)
        #expect(names.count == 100)
        #expect(names.find("one more") == nil)
        for index in 0..<100 { #expect(names.intern("text \(index)") == index) }
        var none = Names(limit: 0)
        #expect(none.intern("a") == nil)
    }

    @Test("a text of 255 bytes is taken, one of 256 refused")
    func longTexts() {
        var names = Names()
        #expect(names.intern(String(repeating: "x", count: 256)) == nil)
        #expect(names.count == 0)
        #expect(names.intern(String(repeating: "x", count: 255)) == 0)
        #expect(names.read(0) { $0.byteCount } == 255)
    }

    @Test("a number that was not given out traps")
    func traps() async {
        await #expect(processExitsWith: .failure) { Names().read(0) { _ in } }
    }
}
