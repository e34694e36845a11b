import Testing

@testable import Tool

@Suite(.timeLimit(.minutes(1)))
struct NearestTests {
    @Test("the nearest names come first, three at most, none that is far off")
    func nearest() {
        let venues = [
            "binance", "binance-usdm", "binance-coinm", "coinbase", "coinbase-exchange", "kraken", "kraken-v1",
        ]
        #expect(Command.nearest(to: "binanse", among: venues) == ["binance"])
        #expect(Command.nearest(to: "KRAKEN", among: venues) == ["kraken"])
        #expect(Command.nearest(to: "kraken-v2", among: venues) == ["kraken-v1", "kraken"])
        #expect(Command.nearest(to: "deribit", among: venues).isEmpty)
        #expect(Command.nearest(to: "x", among: []).isEmpty)
        #expect(Command.nearest(to: "ab", among: ["abd", "aba", "abc", "abe", "ab"]) == ["ab", "aba", "abc"])
    }

    @Test("insertions, removals and replacements count one each")
    func distance() {
        // Two may differ in a short name, a third of a long one's letters.
        #expect(Command.nearest(to: "json", among: ["jso", "js", "j"]) == ["jso", "js"])
        #expect(Command.nearest(to: "json", among: ["xjsonx", "xjsonxx"]) == ["xjsonx"])
        #expect(Command.nearest(to: "json", among: ["jxox", "xxox"]) == ["jxox"])
        #expect(Command.nearest(to: "abcdefghijkl", among: ["abcdefghXXXX", "abcdefgXXXXX"]) == ["abcdefghXXXX"])
        #expect(Command.nearest(to: "", among: ["ab", "abc"]) == ["ab"])
    }
}
