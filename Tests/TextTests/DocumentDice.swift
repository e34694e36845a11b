import Support

/// Random JSON texts in all their forms.
extension Dice {
    mutating func document(depth: Int = 4) -> String { space() + value(depth: depth) + space() }

    private mutating func value(depth: Int) -> String {
        switch number(depth > 0 ? 0...9 : 4...9) {
        case 0, 1: list("[", "]", depth) { dice, depth in dice.value(depth: depth) }
        case 2, 3:
            list("{", "}", depth) { dice, depth in
                dice.text() + dice.space() + ":" + dice.space() + dice.value(depth: depth)
            }
        case 4: pick(["true", "false", "null"])
        case 5, 6: numeral()
        default: text()
        }
    }

    private mutating func list(
        _ open: String, _ close: String, _ depth: Int, _ item: (inout Dice, Int) -> String
    ) -> String {
        let items = (0..<number(0...3)).map { _ in space() + item(&self, depth - 1) + space() }
        return open + (items.isEmpty ? space() : items.joined(separator: ",")) + close
    }

    /// White space, often none.
    mutating func space() -> String { oneIn(3) ? pick([" ", "\n", "\t", "\r\n", "  ", " \t\n\r ", "          "]) : "" }

    /// A number of any form.
    mutating func numeral() -> String {
        var text = oneIn(3) ? "-" : ""
        text += oneIn(4) ? "0" : pick(["1", "5", "9"]) + digits(number(0...17))
        if oneIn(2) { text += "." + digits(number(1...12)) }
        if oneIn(4) { text += pick(["e", "E"]) + pick(["", "+", "-"]) + digits(number(1...2)) }
        return text
    }

    mutating func digits(_ count: Int) -> String {
        String(decoding: bytes(count, of: Array("0123456789".utf8)), as: Unicode.UTF8.self)
    }

    /// A string with its quotes, of plain runs, escapes and text beyond ASCII.
    mutating func text() -> String {
        var text = "\""
        for _ in 0..<number(0...4) { text += piece() }
        return text + "\""
    }

    private mutating func piece() -> String {
        switch number(0...7) {
        case 0: pick(["\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"])
        case 1:
            pick(["\\u0041", "\\u00e9", "\\u65E5", "\\u0000", "\\u001f", "\\uFFFF", "\\ud83d\\ude42", "\\uDBFF\\uDFFF"])
        case 2: pick(["é", "ß", "日本", "🙂", "\u{7F}", "\u{80}", "\u{7FF}", "\u{FFFF}", "\u{10FFFF}", "\u{2028}"])
        case 3: String(repeating: "x", count: number(7...17))
        default: pick(["a", "price", "bids", " ", "/", "0.5", "{}", "[,]", "'"])
        }
    }
}
