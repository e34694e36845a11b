import Books
import Bytes
import Events
import Support
import Text
import Units

@testable import Venues

/// What a reader made of one message, in words.
struct Reading: Equatable {
    var defect = JSON.Defect.none
    /// One line for each event, or one for what the message is otherwise.
    var lines: [String] = []
    /// Whether all places that it tells of lie inside the message and its lists.
    var isInside = true

    /// Reads the bytes where they end at the edge of memory.
    init(_ dialect: Dialect, _ text: String, side: CoinbaseMessages.TradeSide = .unknown) {
        self.init(dialect, Array(text.utf8), side: side)
    }

    init(_ dialect: Dialect, _ bytes: [UInt8], side: CoinbaseMessages.TradeSide = .unknown, fence: Fence? = nil) {
        if let fence {
            self = fence.lend(bytes) { Reading(span: $0) { dialect.read($0, side: side, into: &$1) } }
        } else {
            self = bytes.withUnsafeBytes { buffer in
                Reading(span: RawSpan(_unsafeBytes: buffer)) { dialect.read($0, side: side, into: &$1) }
            }
        }
    }

    /// Reads the answer to a request for a book.
    init(depth text: String) {
        self.init(Array(text.utf8)) { BinanceMessages.readDepth($0, symbol: .none, into: &$1) }
    }

    init(_ bytes: [UInt8], by read: (RawSpan, inout Batch) -> JSON.Defect) {
        self = bytes.withUnsafeBytes { Reading(span: RawSpan(_unsafeBytes: $0), read) }
    }

    private init(span: RawSpan, _ read: (RawSpan, inout Batch) -> JSON.Defect) {
        var batch = Batch()
        defect = read(span, &batch)
        guard defect == .none else { return }
        describe(batch, span)
    }

    private mutating func describe(_ batch: borrowing Batch, _ text: RawSpan) {
        for row in 0..<batch.items.count {
            let item = batch.items[row]
            var line = "\(item.content) \(resolved(text, item.symbol))"
            if item.head.last > 0 || item.head.first > 0 { line += " \(item.head.first)…\(item.head.last)" }
            if item.head.previous > 0 { line += " after \(item.head.previous)" }
            if item.head.happened.count > 0 { line += " at \(item.head.happened.count)" }
            switch item.content {
            case .trade: line += trade(batch, item, text)
            case .ticker: line += ticker(batch, item)
            case .kline: line += kline(batch, item)
            case .bookSnapshot, .bookDelta: line += levels(batch, item)
            }
            if item.hasChecksum { line += " #\(item.checksum)" }
            if item.depth > 0 { line += " depth \(item.depth)" }
            if item.isBackfilled { line += " backfilled" }
            if item.isOutOfRange { line += " range!" }
            lines.append(line)
        }
        if batch.hasConnectionSequence { lines.append("sequence \(batch.connectionSequence)") }
        if batch.control != .none {
            var line = "\(batch.control)"
            if batch.symbol.count > 0 { line += " " + resolved(text, batch.symbol) }
            if batch.text.count > 0 { line += ": " + resolved(text, batch.text) }
            lines.append(line)
        }
    }

    private mutating func levels(_ batch: borrowing Batch, _ item: Batch.Item) -> String {
        guard item.part.bids.upperBound <= batch.sides.bids.count, item.part.asks.upperBound <= batch.sides.asks.count
        else {
            isInside = false
            return ""
        }
        var line = ""
        for index in item.part.bids { line += " b" + level(batch.sides.bids[index]) }
        for index in item.part.asks { line += " a" + level(batch.sides.asks[index]) }
        return line
    }

    private func level(_ level: Level) -> String { text(level.exactPrice) + "×" + text(level.exactSize) }

    private mutating func trade(_ batch: borrowing Batch, _ item: Batch.Item, _ text: RawSpan) -> String {
        guard item.index < batch.prints.count else {
            isInside = false
            return ""
        }
        let print = batch.prints[item.index]
        let trade = print.trade
        var line = " \(trade.side) \(self.text(trade.price))×\(self.text(trade.size))"
        if trade.count != 1 { line += " of \(trade.count)" }
        if print.id.count > 0 { line += " id " + resolved(text, print.id) }
        return line
    }

    private mutating func ticker(_ batch: borrowing Batch, _ item: Batch.Item) -> String {
        guard item.index < batch.tickers.count else {
            isInside = false
            return ""
        }
        let it = batch.tickers[item.index]
        let fields = [
            ("bid", it.bid), ("of", it.bidSize), ("ask", it.ask), ("of", it.askSize), ("last", it.last),
            ("of", it.lastSize), ("volume", it.volume), ("high", it.high), ("low", it.low), ("open", it.open),
        ]
        return given(fields)
    }

    private mutating func kline(_ batch: borrowing Batch, _ item: Batch.Item) -> String {
        guard item.index < batch.klines.count else {
            isInside = false
            return ""
        }
        let it = batch.klines[item.index]
        let fields = [
            ("o", it.open), ("h", it.high), ("l", it.low), ("c", it.close), ("v", it.volume), ("q", it.quoteVolume),
            ("tv", it.takerVolume), ("tq", it.takerQuoteVolume),
        ]
        return " \(it.opened.count)–\(it.closes.count)" + given(fields) + " n\(it.trades)"
            + (it.isFinal ? " final" : "")
    }

    private func given(_ fields: [(String, Decimal)]) -> String {
        fields.filter(\.1.isGiven).map { " \($0) \(text($1))" }.joined()
    }

    private func text(_ number: Decimal) -> String {
        number.isGiven ? plainText(number.mantissa, exponent: Int(number.exponent)) : "-"
    }

    private mutating func resolved(_ text: RawSpan, _ place: JSON.Text) -> String {
        guard place.range.lowerBound >= 0, place.range.upperBound <= text.byteCount else {
            isInside = false
            return ""
        }
        guard place.escaped else { return String(text, place.range) }
        var bytes: [UInt8] = []
        _ = JSON.unescape(text, place.range) {
            bytes.append($0)
            return true
        }
        return String(decoding: bytes, as: Unicode.UTF8.self)
    }
}
