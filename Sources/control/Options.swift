import Events
import Host
import Tool
import Units

let command = Command(
    "control",
    operands: "SOCKET COMMAND… [OPTION…]",
    summary: "Tells a running dispatch what to do, and prints its answer.",
    examples: [
        "control data.sock subscribe 'BTC-*' --kind book:10 --for grid", "control data.sock trading off grid",
        "control ingest.sock add ETH-USDT --line",
    ],
    options: [
        .value("for", "NAME", "the consumer that subscribe and unsubscribe are for"),
        .value("venue", "NAME", "likewise: only these: 'kraken*'; may come again"),
        .value("kind", "NAME", "likewise: book, book:10, trade, ticker, kline, …"),
        .value("depth", "N", "likewise: levels a side of books"),
        .value("policy", "WORD", "of subscribe: coalesce, skip, disconnect or block"),
        .value("pace", "TIME", "of subscribe: nothing sooner after the last time"),
        .value("as", "NAME", "who says so, where only certain names may"),
        .flag("json", "print the acknowledgement as one JSON object"),
        .flag("line", "the socket takes lines of text: that of ingest or exchange"),
        .value("timeout", "TIME", "wait so long for the answer   (default: 5s)"),
    ])

/// What the command line asks for.
struct Options {
    let socket: String
    let words: [String]
    let order: Order
    let name: String
    let isJSON: Bool
    let isLine: Bool
    let patience: Nanos

    init(_ arguments: Arguments) throws(Failure) {
        guard let socket = arguments.operands.first, !socket.isEmpty else {
            throw Failure(.usage, "which socket?", mend: command.usage)
        }
        self.socket = socket.hasPrefix("unix:") ? String(socket.dropFirst(5)) : socket
        words = Array(arguments.operands.dropFirst())
        guard let verb = words.first else { throw Failure(.usage, "what is to be done?", mend: command.usage) }
        isLine = arguments.has("line")
        isJSON = arguments.has("json")
        name = arguments.value("as") ?? ""
        patience = try arguments.span("timeout", least: .milliseconds(1)) ?? .seconds(5)
        order = isLine ? Order(.query) : try Order(verb, Array(words.dropFirst()), arguments)
    }
}
