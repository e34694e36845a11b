import Books
import Bytes
import Events
import Host
import Imitations
import Recordings
import Text
import Units
import Venues

/// A recording served as its venue did: whoever connects and subscribes gets the recorded messages, at their pace; whoever asks gets the
/// recorded answers.
///
/// What a recording lacks is made up as far as it must be: a list of the instruments that it speaks of, and the time.
struct Encore: ~Copyable {
    /// One recorded message or answer.
    private struct Line {
        var time: Nanos
        var body: Range<Int>
    }

    /// A recorded connection.
    private struct Reel {
        var path: String
        var lines: [Line] = []
        /// The client that hears it; -1: nobody.
        var client = -1
        var next = 0
        /// When its first line was sent; nil: nobody has subscribed yet.
        var began: Nanos?
    }

    private struct Answer {
        var path: String
        var symbol: String
        var body: Range<Int>
    }

    let dialect: Dialect
    private let pace: Pace
    private var content: File.Content
    private var reels: [Reel] = []
    private var answers: [Answer] = []
    private var symbols: [String] = []
    var directives: [Directive] = []
    var page = Printer()

    /// Bytes of a recording at most.
    static let bytesMax = 512 << 20
    /// Recorded connections at most; those beyond are left out.
    private static let reelsMax = 4096
    private static let symbolsMax = 4096

    /// Reads a recording; nil where no line of it is one. `pace`: times as fast as recorded.
    init?(_ dialect: Dialect, _ content: consuming File.Content, pace: Pace) {
        self.dialect = dialect
        self.pace = pace
        let count = content.count
        self.content = content
        var names: [String: Int] = [:]
        var seen = Names(limit: Encore.symbolsMax)
        var batch = Batch()
        var start = 0
        var last = Nanos.zero
        while start < count {
            var end = start
            self.content.block.read(start..<count) { span in
                while end < count, span.byte(end - start) != 0x0A { end += 1 }
            }
            let found = self.content.block.write(start..<end) { line -> (Record, String, String)? in
                guard case .success(let record) = Record.read(&line), record.isIncoming else { return nil }
                return (record, String(line.bytes, record.connection), String(line.bytes, record.url))
            }
            if let (record, connection, url) = found {
                last = record.time ?? last + .milliseconds(1)
                let body = (start + record.body.lowerBound)..<(start + record.body.upperBound)
                let path = Encore.path(url)
                switch record.kind {
                case .message:
                    let number = names[connection] ?? reels.count
                    if names[connection] == nil {
                        guard reels.count < Encore.reelsMax else { break }
                        names[connection] = number
                        reels.append(Reel(path: path))
                    }
                    reels[number].lines.append(Line(time: last, body: body))
                    self.content.block.read(body) { message in
                        batch.clear()
                        guard dialect.read(message, into: &batch) == .none else { return }
                        for row in 0..<batch.items.count {
                            let range = batch.items[row].symbol.range
                            if seen.find(message, range) == nil, seen.intern(message, range) != nil {
                                symbols.append(String(message, range))
                            }
                        }
                    }
                case .answer where record.status == 0:
                    answers.append(Answer(path: path, symbol: Encore.symbol(url), body: body))
                default: break
                }
            }
            start = end + 1
        }
        guard !reels.isEmpty else { return nil }
    }

    /// Somebody came: a reel of the same path, or any that is free; the first again when all are taken.
    mutating func opened(connection: Int, target: String) {
        let path = Encore.path(target)
        let free = reels.indices.filter { reels[$0].client < 0 }
        let reel = free.first { reels[$0].path == path && reels[$0].next == 0 } ?? free.first { reels[$0].path == path }
        guard let reel = reel ?? free.first else {
            return directives.append(.close(connection: connection, code: 1013))
        }
        reels[reel].client = connection
        reels[reel].next = 0
        reels[reel].began = nil
    }

    mutating func closed(connection: Int) {
        for reel in reels.indices where reels[reel].client == connection { reels[reel].client = -1 }
    }

    /// Whatever a client says first makes its reel begin.
    mutating func message(connection: Int, at now: Nanos) {
        for reel in reels.indices where reels[reel].client == connection && reels[reel].began == nil {
            reels[reel].began = now
        }
        tick(at: now)
    }

    private func due(_ reel: Int) -> Nanos? {
        guard reels[reel].client >= 0, let began = reels[reel].began, reels[reel].next < reels[reel].lines.count else {
            return nil
        }
        let span = reels[reel].lines[reels[reel].next].time - reels[reel].lines[0].time
        return began + pace.span(of: max(.zero, span))
    }

    var deadline: Nanos? { reels.indices.compactMap { due($0) }.min() }

    /// Sends what is due.
    mutating func tick(at now: Nanos) {
        for reel in reels.indices {
            while let due = due(reel), due <= now {
                let body = reels[reel].lines[reels[reel].next].body
                reels[reel].next += 1
                let start = page.count
                content.block.read(body) { page.print($0) }
                directives.append(
                    .text(connection: reels[reel].client, Piece(start: start, count: page.count - start)))
            }
        }
    }

    /// Answers as was recorded; where the same was asked several times, with the last answer.
    mutating func answer(target: String, at now: Nanos) -> Reply {
        let path = Encore.path(target)
        let symbol = Encore.symbol(target)
        let start = page.count
        var status = 200
        if let found = answers.last(where: { $0.path == path && $0.symbol == symbol }) {
            content.block.read(found.body) { page.print($0) }
        } else if path == Encore.path(dialect.instrumentsURL) {
            printList()
        } else if path.hasSuffix("/time") || path.hasSuffix("/Time") {
            page.print("{\"serverTime\":\(now.count / 1_000_000),\"epochMillis\":\"\(now.count / 1_000_000)\"}")
        } else {
            status = 404
            page.print("{\"msg\":\"not in this recording\"}")
        }
        return Reply(
            status: status, headers: [("Content-Type", "application/json")],
            body: Piece(start: start, count: page.count - start))
    }

    /// The instruments that the recording speaks of, as little as a reader needs.
    private mutating func printList() {
        let rows = symbols.map { symbol -> String in
            let (base, quote) = Encore.split(symbol)
            switch dialect {
            case .binance, .binanceUsdm, .binanceCoinm:
                return "{\"symbol\":\"\(symbol)\",\"status\":\"TRADING\",\"contractStatus\":\"TRADING\","
                    + "\"contractType\":\"PERPETUAL\",\"baseAsset\":\"\(base)\",\"quoteAsset\":\"\(quote)\","
                    + "\"marginAsset\":\"\(quote)\",\"filters\":[]}"
            case .coinbase: return "{\"product_id\":\"\(symbol)\",\"status\":\"online\"}"
            case .coinbaseExchange:
                return "{\"id\":\"\(symbol)\",\"base_currency\":\"\(base)\",\"quote_currency\":\"\(quote)\","
                    + "\"status\":\"online\"}"
            case .kraken, .krakenV1: return "\"\(base)\(quote)\":{\"wsname\":\"\(symbol)\",\"status\":\"online\"}"
            case .krakenFutures:
                return "{\"symbol\":\"\(symbol)\",\"type\":\"flexible_futures\",\"tradeable\":true}"
            }
        }.joined(separator: ",")
        switch dialect {
        case .binance, .binanceUsdm, .binanceCoinm: page.print("{\"symbols\":[\(rows)]}")
        case .coinbase: page.print("{\"products\":[\(rows)]}")
        case .coinbaseExchange: page.print("[\(rows)]")
        case .kraken, .krakenV1: page.print("{\"error\":[],\"result\":{\(rows)}}")
        case .krakenFutures: page.print("{\"instruments\":[\(rows)]}")
        }
    }

    /// Base and quote of a symbol: where nothing separates them, by the quotes that are common.
    private static func split(_ symbol: String) -> (String, String) {
        let name = symbol.hasSuffix("_PERP") ? String(symbol.dropLast(5)) : symbol
        for separator: Character in ["/", "-"] {
            let words = name.split(separator: separator).map(String.init)
            if words.count == 2 { return (words[0], words[1]) }
        }
        let quotes = ["USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USD", "EUR", "GBP", "TRY", "BTC", "ETH", "BNB"]
        for quote in quotes where name.hasSuffix(quote) && name.utf8.count > quote.utf8.count {
            return (String(name.dropLast(quote.utf8.count)), quote)
        }
        return (name, "USD")
    }

    private static func path(_ url: String) -> String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...].drop { $0 != "/" } } ?? url[...]
        let path = rest.prefix { $0 != "?" }
        return path.isEmpty ? "/" : String(path)
    }

    private static func symbol(_ url: String) -> String {
        for pair in url.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") where pair.hasPrefix("symbol=") {
            return String(pair.dropFirst(7))
        }
        return ""
    }
}
