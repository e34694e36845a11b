import Books
import Bytes
import Events
import Support
import Testing
import Units
import Wire

/// Judges all frames that a session writes, as a stream: good frames, positions without a hole, identities, times that do not go
/// back, an instrument before anything else of its symbol, and books that the plainest consumer can follow.
struct FrameJudge: ~Copyable {
    private var places = StreamPlaces()
    private var indices: [String: Int] = [:]
    private var followers = Slots<Follower>()
    /// Symbols whose next book event must be the snapshot that a status announced.
    private var announced: Set<String> = []
    private var begun: Set<String> = []
    /// Whether instruments may change, and so be told again.
    var allowsChanges = false
    private var told: Set<String> = []
    private var assembly = Assembly()
    private var sides = Sides()
    private var effects = Sides()
    /// What was written, a line each, since it was last taken.
    var lines: [String] = []

    /// The book as a plain consumer holds it; nil when there is none that may be used.
    func book(_ symbol: String) -> PlainBook? {
        guard let index = indices[symbol], followers[index].isValid else { return nil }
        var sides = Sides()
        followers[index].book.copy(to: &sides)
        return PlainBook(sides)
    }

    /// The last status of a symbol's book.
    func status(_ symbol: String) -> BookStatus? { indices[symbol].flatMap { followers[$0].status } }

    mutating func take(_ frames: RawSpan, dialect: String) {
        var at = 0
        while at < frames.byteCount {
            guard case .frame(let length) = Frame.front(of: frames.extracting(at..<frames.byteCount)) else {
                Issue.record(
                    "no good frame at offset \(at): \(Frame.front(of: frames.extracting(at..<frames.byteCount)))")
                return
            }
            let frame = frames.extracting(at..<(at + length))
            if let field = Layout.defect(in: frame) { Issue.record("field \(field) at offset \(at)") }
            at += length
            take(frame, dialect)
        }
    }

    private mutating func take(_ frame: RawSpan, _ dialect: String) {
        switch assembly.take(frame) {
        case .more: return
        case .stray: Issue.record("a part of an event whose beginning is missing")
        case .single, .complete: break
        }
        let header = Header(frame)
        let symbol = String(frame, header.symbol)
        if String(frame, header.venue) != dialect { Issue.record("the venue is \(String(frame, header.venue))") }
        judgePlace(header.envelope, symbol, dialect)
        if header.envelope.kind == .instrument {
            if !allowsChanges, !told.insert(symbol).inserted || begun.contains(symbol) {
                Issue.record("the instrument of \(symbol) comes late, or twice")
            }
        }
        begun.insert(symbol)
        var line = "\(header.envelope.kind.name ?? "?") \(symbol) \(header.envelope.epoch):\(header.envelope.position)"
        line += describe(frame, header, symbol)
        if header.envelope.flags.contains(.backfilled) { line += " backfilled" }
        lines.append(line)
    }

    private mutating func judgePlace(_ envelope: Envelope, _ symbol: String, _ venue: String) {
        let name = StreamName(venue: venue, symbol: symbol)
        if envelope.id != name?.id(channel: envelope.channel, epoch: envelope.epoch, position: envelope.position) {
            Issue.record("the identity of \(symbol) \(envelope.kind) at \(envelope.epoch):\(envelope.position)")
        }
        for complaint in places.take(envelope, of: symbol) { Issue.record("\(complaint)") }
    }

    private mutating func describe(_ frame: RawSpan, _ header: Header, _ symbol: String) -> String {
        switch header.envelope.kind {
        case .bookStatus:
            let status = BookStatus(frame, header)
            if announced.remove(symbol) != nil {
                Issue.record("\(symbol): a snapshot was announced and does not follow")
            }
            if status.state == .synced && status.reason == .snapshot { announced.insert(symbol) }
            followers[index(symbol)].take(status)
            let numbers = status.expected > 0 || status.actual > 0 ? " \(status.expected) \(status.actual)" : ""
            return " \(status.state) \(status.reason) \(status.integrity)"
                + (status.depth > 0 ? " depth \(status.depth)" : "") + numbers
        case .bookSnapshot, .bookUpdate: return book(frame, header, symbol)
        case .trade:
            let trade = Trade(frame, header)
            return " \(trade.side) \(text(trade.price))×\(text(trade.size)) \(String(frame, Trade.id(frame, header)))"
        case .ticker:
            let ticker = Ticker(frame, header)
            return " \(text(ticker.bid)) \(text(ticker.ask))"
        case .kline:
            let kline = Kline(frame, header)
            return " \(kline.opened.count / 1_000_000_000) \(text(kline.close))" + (kline.isFinal ? " final" : "")
        case .gap:
            let gap = Gap(frame, header)
            var line = " \(gap.reason)"
            if gap.missed > 0 { line += " \(gap.missed)" }
            if gap.fromSequence > 0 { line += " \(gap.fromSequence)…\(gap.toSequence)" }
            if gap.to.count > 0 { line += " from \(gap.from.count) to \(gap.to.count)" }
            return line
        default: return ""
        }
    }

    private mutating func book(_ frame: RawSpan, _ header: Header, _ symbol: String) -> String {
        assembly.readLevels(frame, header, into: &sides)
        let checksum = header.envelope.parts == 1 ? LevelRows(frame, header).checksum : 0
        let isSnapshot = header.envelope.kind == .bookSnapshot
        let wasAnnounced = announced.remove(symbol) != nil
        if isSnapshot != wasAnnounced { Issue.record("\(symbol): a snapshot must follow its status, and nothing else") }
        if isSnapshot != header.envelope.flags.contains(.snapshot) { Issue.record("the flag snapshot") }
        let at = index(symbol)
        let complaint = isSnapshot ? followers[at].replace(with: sides) : followers[at].apply(sides, effects: &effects)
        if let complaint { Issue.record("a plain consumer of \(symbol) complains: \(complaint)") }
        if header.envelope.kind == .bookUpdate, sides.count == 0 { Issue.record("an update that changes nothing") }
        let rows =
            sides.bids.rows.map { " b" + text($0.level.exactPrice) + "×" + text($0.level.exactSize) }
            + sides.asks.rows.map { " a" + text($0.level.exactPrice) + "×" + text($0.level.exactSize) }
        return rows.joined() + (checksum > 0 ? " #\(checksum)" : "")
    }

    private mutating func index(_ symbol: String) -> Int {
        if let index = indices[symbol] { return index }
        indices[symbol] = followers.count
        followers.append(Follower())
        return followers.count - 1
    }

    private func text(_ number: Decimal) -> String {
        number.isGiven ? plainText(number.mantissa, exponent: Int(number.exponent)) : "-"
    }
}
