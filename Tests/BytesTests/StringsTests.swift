import Bytes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StringsTests {
    private static let texts = ["", "a", "BTC-USDT", "größer als", "日本語のテキスト", "🙂", String(repeating: "x", count: 100)]

    @Test("a string lends its UTF-8 and is made of it again", arguments: texts)
    func roundTrip(text: String) {
        let bytes = text.withBytes { span in (0..<span.byteCount).map { span.byte($0) } }
        #expect(bytes == Array(text.utf8))
        #expect(String(bytes.span.bytes) == text)
        let framed = [0x2A] + bytes + [0x2A]
        #expect(String(framed.span.bytes, 1..<(1 + bytes.count)) == text)
    }

    @Test("a literal lends its bytes")
    func literal() {
        let literal: StaticString = "tick größe"
        #expect(literal.withBytes { String($0) } == "tick größe")
    }

    @Test("what is not UTF-8 becomes U+FFFD, as the standard library has it", arguments: 0..<30)
    func repair(seed: UInt64) {
        var dice = Dice(seed: seed)
        let bytes = dice.bytes(dice.number(0...12), of: [0x41, 0x80, 0xC3, 0xA9, 0xE2, 0xF0, 0xFF])
        #expect(String(bytes.span.bytes) == String(decoding: bytes, as: UTF8.self))
    }
}
