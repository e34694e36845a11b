import WebSockets

extension Cases {
    /// Valid: the first and the last scalar of each length, those around the surrogates, and texts.
    private static let edges: [UInt32] = [
        0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x1FFFE, 0xFFFFF, 0x10FFFE,
        0x10FFFF,
    ]
    static let validTexts: [[UInt8]] =
        edges.map { Array(String(Unicode.Scalar($0)!).utf8) }
        + [
            Array("Hello-µ@ßöäüàá-UTF-8!!".utf8), Array("κόσμε".utf8), Array("𝄞 and 日本語, by turns: aé日𝄞".utf8),
            Array((String(repeating: "x", count: 37) + "é" + String(repeating: "y", count: 61) + "日").utf8),
            [0x61, 0, 0x62],
        ]

    /// Invalid, each ending with the byte that makes it so: nothing that follows could mend it.
    static let invalidTexts: [[UInt8]] = [
        [0x80], [0xBF], [0xC0], [0xC1], [0xF5], [0xF8], [0xFC], [0xFE], [0xFF],
        [0xC2, 0x20], [0xC2, 0xC2], [0xDF, 0x7F], [0xDF, 0xC0], [0xC3, 0x28],
        [0xE0, 0x80], [0xE0, 0x9F], [0xE1, 0x7F], [0xE1, 0xC0], [0xE1, 0x80, 0x20], [0xEF, 0xBF, 0xC0],
        [0xED, 0xA0], [0xED, 0xAF], [0xED, 0xB0], [0xED, 0xBF], [0xE2, 0x28], [0xE2, 0x82, 0x28],
        [0xF0, 0x80], [0xF0, 0x8F], [0xF1, 0x7F], [0xF1, 0x80, 0x20], [0xF1, 0x80, 0x80, 0x20], [0xF4, 0x90],
        [0xF4, 0xBF],
        [0xF0, 0x90, 0x28], [0xF0, 0x90, 0x80, 0x28], [0xF7], [0xFB], [0xFD],
        Array("κόσμε".utf8) + [0xED, 0xA0], Array("Hello-µ@ßöäüàá-UTF-8!!".utf8) + [0xF4, 0x90],
        Array(repeating: 0x61, count: 33) + [0xFF], Array(repeating: 0x61, count: 7) + [0xC0],
    ]

    /// Cut short: good so far, and no text when it ends there.
    static let cutTexts: [[UInt8]] = [
        [0xC2], [0xDF], [0xE0], [0xE0, 0xA0], [0xED], [0xED, 0x9F], [0xEF, 0xBF], [0xF0], [0xF0, 0x90],
        [0xF0, 0x90, 0x80],
        [0xF4], [0xF4, 0x8F], [0xF4, 0x8F, 0xBF], [0x61, 0xCE], Array("日本".utf8) + [0xE8, 0xAA],
    ]

    static let texts: [Case] = {
        var cases: [Case] = []
        for text in validTexts {
            let name = Case.hex(Array(text.prefix(6)))
            cases.accepts("6.1 \(name)", [Heard(.text, text)]) { $0.frame(1, text) }
            cases.accepts("6.2 \(name) in fragments of a byte", [Heard(.text, text)]) { split(text, 1, 1, $0) }
            cases.accepts("6.3 \(name) with pings between", pings(text)) { split(text, 1, 1, $0, between: $0.frame(9)) }
        }
        for text in invalidTexts {
            let name = Case.hex(Array(text.suffix(6)))
            cases.refuses("6.4 \(name)", .invalidText) { $0.frame(1, text + [0x61]) }
            cases.refuses("6.5 \(name), at the byte, long before the end", .invalidText, isFast: true) {
                $0.frame(1, text, announced: 60_000)
            }
            cases.refuses("6.6 \(name) in fragments of a byte, the message unfinished", .invalidText, isFast: true) {
                peer in
                text.enumerated().flatMap { peer.frame($0 == 0 ? 1 : 0, [$1], final: false) }
            }
            cases.accepts("6.7 \(name) is any bytes as well as others", [Heard(.binary, text)]) { $0.frame(2, text) }
        }
        for text in cutTexts {
            let name = Case.hex(text)
            cases.refuses("6.8 \(name) and the end", .invalidText) { $0.frame(1, text) }
            cases.refuses("6.9 \(name) and an empty last fragment", .invalidText, isFast: true) {
                $0.frame(1, text, final: false) + $0.frame(0)
            }
            cases.accepts("6.10 \(name), more may come", []) { $0.frame(1, text, final: false) }
        }
        return cases
    }()

    private static func pings(_ text: [UInt8]) -> [Heard] {
        Array(repeating: Heard(.ping), count: max(text.count - 1, 0)) + [Heard(.text, text)]
    }
}
