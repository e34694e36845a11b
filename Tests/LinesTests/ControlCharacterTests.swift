import Events
import Lines
import Support
import Testing
import Units
import Wire

/// What strangers wrote goes to a terminal: no control character of theirs may reach it.
@Suite(.timeLimit(.minutes(1)))
struct ControlCharacterTests {
    /// Each control character, and what else is not ASCII.
    private static let hostile: [String] =
        (0...0x9F as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
        .filter { $0.properties.generalCategory == .control }.map { "a\($0)b" }
        + ["\u{1B}]0;title\u{7}", "\u{1B}[2J", "\u{9B}31m", "\r\nfake line", "\u{8}\u{8}\u{8}"]

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    @Test("no text of any kind brings one", arguments: Kind.known)
    func everyText(kind: Kind) throws {
        for field in try #require(Layout.of(kind)).fields {
            switch field.form {
            case .text, .longText: break
            default: continue
            }
            for text in Self.hostile {
                let shown = line(make(kind, [field.name: .text(text)]))
                #expect(Self.isPlain(shown), "\(field.name): \(shown.debugDescription)")
                #expect(shown.contains("a") || !text.hasPrefix("a"))
            }
        }
    }

    @Test("the identity of a trade neither")
    func tradeId() {
        for text in Self.hostile { #expect(Self.isPlain(line(make(.trade, ["tradeId": .text(text)])))) }
        #expect(line(make(.trade, ["tradeId": "7\u{1B}[31m8\n9\u{9B}"])).hasSuffix("id 7?[31m8 9?"))
    }

    @Test("a name that has one makes no frame at all")
    func names() {
        for text in Self.hostile {
            #expect(StreamName(venue: text, symbol: "s") == nil)
            #expect(StreamName(venue: "v", symbol: text) == nil)
        }
    }

    @Test("no event brings one", arguments: 0..<UInt64(50))
    func anyEvent(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        for _ in 0..<60 {
            let bytes = random.nextBytes()
            let shown = line(bytes)
            #expect(Self.isPlain(shown), "\(shown.debugDescription)")
            #expect(!shown.isEmpty)
        }
    }

    @Test("characters that are none are shown as they are")
    func kept() {
        let text = "é Ω 漢 🦀 \u{A0} \u{2028} \u{10FFFF} e\u{301}"
        let shown = line(make(.end, ["text": .text(text)]) { $0.name = StreamName(venue: "Ω", symbol: "漢字-USDT")! })
        #expect(Array(shown.utf8) == Array("- Ω 漢字-USDT end text \(text)".utf8))
    }
}
