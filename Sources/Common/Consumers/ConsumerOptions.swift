/// What a consumer asks for.
public struct ConsumerOptions: Sendable {
    /// Where dispatch listens.
    public var socket: String
    /// What it asks for: arguments of `subscribe` commands, JSON objects.
    public var wants: [String] = []
    /// Its name; with one, and a folder, what must not be lost is not lost.
    public var name = ""
    /// The folder in which it keeps how far it has come.
    public var state: String?
    /// Whether it ends once it is told that the stream has ended; else it connects again.
    public var endsWithStream = false

    public init(socket: String) { self.socket = socket }

    /// Streams by pattern, and a kind as `book:10`.
    public mutating func want(venue: String = "*", symbol: String = "*", kind: String = "*") {
        let fields = [("venue", venue), ("symbol", symbol), ("kind", kind)]
        wants.append("{" + fields.map { "\"\($0)\":\"\(ConsumerOptions.escaped($1))\"" }.joined(separator: ",") + "}")
    }

    /// Streams of all these venues, symbols and kinds, an empty list meaning any, in as few commands as there may be: each names up to 64
    /// combinations of them.
    public mutating func want(venues: [String], symbols: [String], kinds: [String]) {
        let most = 64
        for kinds in ConsumerOptions.pieces(kinds, of: most) {
            for venues in ConsumerOptions.pieces(venues, of: most / kinds.count) {
                for symbols in ConsumerOptions.pieces(symbols, of: most / (kinds.count * venues.count)) {
                    let fields = [("venue", venues), ("symbol", symbols), ("kind", kinds)].map { name, words in
                        let texts = words.map { "\"\(ConsumerOptions.escaped($0))\"" }
                        return "\"\(name)\":[" + texts.joined(separator: ",") + "]"
                    }
                    wants.append("{" + fields.joined(separator: ",") + "}")
                }
            }
        }
    }

    private static func pieces(_ words: [String], of count: Int) -> [[String]] {
        let words = words.isEmpty ? ["*"] : words
        return stride(from: 0, to: words.count, by: count).map { Array(words[$0..<min($0 + count, words.count)]) }
    }

    /// As it stands between the quotes of a JSON text.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for letter in text.unicodeScalars {
            switch letter {
            case "\"", "\\": escaped += "\\" + String(letter)
            case _ where letter.value < 0x20: escaped += " "
            default: escaped.unicodeScalars.append(letter)
            }
        }
        return escaped
    }
}
