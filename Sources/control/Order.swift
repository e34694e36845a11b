import Bytes
import Events
import Host
import Text
import Tool

/// A command as dispatch takes it.
struct Order: Equatable {
    let verb: CommandVerb
    var isEnabled = false
    /// The consumer that it is for, or what is asked.
    var target = ""
    /// A JSON object, or empty.
    var arguments = ""

    /// Words that can be said, for whoever misspells one.
    static let words = [
        "subscribe", "unsubscribe", "trading", "merge-rule", "routes", "consumers", "dead-letters", "stats", "forget",
        "reload", "stop",
    ]

    init(_ verb: CommandVerb, target: String = "") {
        self.verb = verb
        self.target = target
    }

    init(_ word: String, _ operands: [String], _ options: Arguments) throws(Failure) {
        switch word {
        case "subscribe", "unsubscribe":
            self.init(word == "subscribe" ? .subscribe : .unsubscribe, target: options.value("for") ?? "")
            arguments = try Order.streams(operands, options)
        case "trading":
            guard let mode = operands.first, mode == "on" || mode == "off", operands.count <= 2 else {
                throw Failure(.usage, "trading on or off, and whose?", mend: "control SOCKET trading off [NAME]")
            }
            self.init(.setTradingMode, target: operands.count == 2 ? operands[1] : "")
            isEnabled = mode == "on"
        case "merge-rule":
            guard let first = operands.first else {
                self.init(.query, target: "merge-rules")
                return
            }
            guard operands.count == 1 && first != "off" || operands.count == 2 && first == "off" else {
                throw Failure(.usage, "which rule?", mend: "control SOCKET merge-rule RULE, or off SYMBOL:KIND")
            }
            self.init(operands.count == 1 ? .mergedSubscribe : .mergedUnsubscribe, target: operands[operands.count - 1])
        case "forget":
            guard operands.count == 1 else {
                throw Failure(.usage, "whom?", mend: "control SOCKET forget NAME")
            }
            self.init(.forget, target: operands[0])
        case "routes", "consumers", "dead-letters", "stats", "reload", "stop":
            guard operands.isEmpty else { throw Failure(.usage, "\(word) takes nothing") }
            self.init(word == "reload" ? .reload : word == "stop" ? .stop : .query, target: word)
            // Letters are lines for people, and one object for programs.
            if word == "dead-letters", options.has("json") { target = "dead-letters.json" }
        default:
            let near = Command.nearest(to: word, among: Order.words)
            throw Failure(
                .usage, "no command \(word)", mend: "try " + (near.isEmpty ? Order.words : near).joined(separator: ", ")
            )
        }
    }

    /// The streams that are meant, as a JSON object.
    private static func streams(_ symbols: [String], _ options: Arguments) throws(Failure) -> String {
        var page = Printer(capacity: 256)
        page.print("{")
        var isFirst = true
        func begin(_ key: StaticString, _ page: inout Printer) {
            page.print(isFirst ? "\"" : ",\"")
            page.print(key)
            page.print("\":")
            isFirst = false
        }
        let lists: [(StaticString, [String])] = [
            ("symbol", symbols), ("venue", options.list("venue")), ("kind", options.list("kind")),
        ]
        for (key, words) in lists where !words.isEmpty {
            begin(key, &page)
            page.print("[")
            for (index, word) in words.enumerated() {
                if index > 0 { page.print(",") }
                word.withBytes { page.print(json: $0) }
            }
            page.print("]")
        }
        if let depth = try options.number("depth", 0...10_000) {
            begin("depth", &page)
            page.print(Int64(depth))
        }
        for (key, word) in [("policy", options.value("policy")), ("pace", options.value("pace"))]
            as [(StaticString, String?)]
        {
            guard let word else { continue }
            begin(key, &page)
            word.withBytes { page.print(json: $0) }
        }
        page.print("}")
        return page.read { String($0) }
    }
}
