// consumer: what a consumer of dispatch looks like. Prints the touch of each book that it asked for, and each report.
//
//     consumer data.sock 'BTC-*' --as grid --state ~/grid
import Books
import Bytes
import Consumers
import Events
import Host
import Text
import Tool
import Wire

let command = Command(
    "consumer", operands: "SOCKET [SYMBOL…] [OPTION…]",
    summary: "Prints best bids and offers, and each report, whatever dies in between.",
    examples: ["consumer data.sock 'BTC-*' --as grid --state ~/grid"],
    options: [
        .value("as", "NAME", "the name under which what must not be lost is kept for it"),
        .value("state", "DIR", "where it notes how far it has come"),
    ])

run(command) { (arguments) throws(Failure) in
    var options = ConsumerOptions(socket: arguments.operands.first ?? "data.sock")
    for symbol in arguments.operands.dropFirst() { options.want(symbol: symbol, kind: "book:1") }
    options.name = arguments.value("as") ?? ""
    options.state = arguments.value("state")
    var consumer = try Consumer.open(options)
    return try consumer.run { event, header, scene in
        let symbol = String(event, header.symbol)
        if header.envelope.kind == .execReport { try? print("report \(symbol) \(header.envelope.position)\n") }
        guard header.envelope.channel == .book else { return }
        let touch = scene.book(of: event, header) { book in
            book.bidCount > 0 && book.askCount > 0
                ? "\(symbol) \(String(book.bid(0).exactPrice)) \(String(book.ask(0).exactPrice))\n" : ""
        }
        try? print(touch ?? "\(symbol) void\n")
    }
}
