import Support
import Testing
import Text

@Suite(.timeLimit(.minutes(1)))
struct GlobTests {
    /// The definition, by recursion.
    private func model(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == UInt8(ascii: "*") {
            return model(rest, text) || (!text.isEmpty && model(pattern, text.dropFirst()))
        }
        guard let byte = text.first else { return false }
        func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
        return (first == UInt8(ascii: "?") || lower(first) == lower(byte)) && model(rest, text.dropFirst())
    }

    @Test("a pattern matches what its definition says", arguments: 0..<100)
    func definition(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<200 {
            let pattern = dice.bytes(dice.number(0...7), of: Array("aAbB**?-".utf8))
            let text = dice.bytes(dice.number(0...9), of: Array("aAbB-".utf8))
            let found = Fence().lend(pattern) { pattern in Fence().lend(text) { Glob.matches(pattern, $0) } }
            #expect(found == model(pattern[...], text[...]), "\(pattern) \(text)")
        }
    }

    @Test("patterns as people write them")
    func examples() {
        #expect(Glob.matches("*-usdt", "BTC-USDT") && !Glob.matches("*-USDT", "BTC-USDT-PERP"))
        #expect(Glob.matches("btc-*", "BTC-USDT-PERP") && Glob.matches("*", "") && Glob.matches("", ""))
        #expect(Glob.matches("b??-*", "BTC-EUR") && !Glob.matches("b??-*", "BT-EUR"))
        #expect(Glob.matches("trade", "trade") && !Glob.matches("trade", "trades") && !Glob.matches("trades", "trade"))
        #expect(!Glob.matches("[", "{") && !Glob.matches("@", "`"), "only letters have two cases")
        #expect(Glob.matches("größe*", "größenwahn"))
        #expect(Glob.isPattern("a*") && Glob.isPattern("?") && !Glob.isPattern("BTC-USDT") && !Glob.isPattern(""))
    }

    @Test("many stars cost no more than the product of the lengths")
    func stars() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(!Glob.matches(pattern, String(repeating: "a", count: 2000)))
    }
}
