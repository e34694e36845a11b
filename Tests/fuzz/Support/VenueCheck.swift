import Bytes
import Events
import Text
import Units
import Venues
import Wire

/// One venue's reader of messages, and a whole session, on the same input.
///
/// For the session the input is a script, line by line:
///
///     %dtn            options, in the first line only: see `options`
///     {"e":"trade"…   a message on connection 0; with a digit 0 ... 3 before it, on that connection
///     SBTCUSDT {…     the answer to a request for this symbol's snapshot
///     I{…             the answer to the request for the list of instruments
///     O1  C1  T9      connection 1 opened, or closed; time passes
public struct VenueCheck: ~Copyable {
    private var session: Session
    private var judge = StreamJudge()
    private var outbox = Outbox(capacity: 1 << 12)
    private var now = Nanos.seconds(1_700_000_000)

    nonisolated(unsafe) private static var batch = Batch()

    public static func run(_ input: RawSpan, _ dialects: [Dialect]) {
        let isScript = input.byteCount > 0 && input.byte(0) == 0x25
        let end = isScript ? input.firstOffset(of: 0x0A) ?? input.byteCount : 0
        var letters: [UInt8] = []
        for at in 0..<end { letters.append(input.byte(at)) }
        let dialect = dialects[
            letters.contains(0x75) ? 1 % dialects.count : letters.contains(0x63) ? 2 % dialects.count : 0]
        readWhole(input, dialect)
        var check = VenueCheck(dialect, letters)
        var start = end
        while start < input.byteCount {
            let rest = input.extracting(start..<input.byteCount)
            let count = rest.firstOffset(of: 0x0A) ?? rest.byteCount
            check.take(rest.extracting(0..<count))
            start += count + 1
        }
        check.judge.finish()
    }

    private init(_ dialect: Dialect, _ letters: [UInt8]) {
        session = Session(dialect, VenueCheck.options(letters))
        session.start()
    }

    /// `t` timers, `n` native names, `d` a view of 5 levels, `b` books only, `i` instruments only, `m` the maker's side;
    /// `u` and `c` choose another dialect of the venue.
    private static func options(_ letters: [UInt8]) -> SessionOptions {
        var options = SessionOptions()
        options.discovers = true
        options.flags = .replay
        options.usesTimers = letters.contains(0x74)
        options.usesNativeNames = letters.contains(0x6E)
        options.depth = letters.contains(0x64) ? 5 : 0
        if letters.contains(0x62) { options.channels = .book }
        if letters.contains(0x69) { options.channels = .instrument }
        if letters.contains(0x6D) { options.tradeSide = .maker }
        return options
    }

    /// The input as one message: whatever the reader says, its places lie inside the message.
    private static func readWhole(_ input: RawSpan, _ dialect: Dialect) {
        batch.clear()
        guard dialect.read(input, into: &batch) == .none else { return }
        must(JSON.isValid(input), "a message was read that is not JSON")
        let whole = 0..<input.byteCount
        for row in 0..<batch.items.count {
            let item = batch.items[row]
            must(contains(whole, item.symbol.range), "the symbol's place")
            must(contains(0..<batch.sides.bids.count, item.part.bids), "the bids of an event")
            must(contains(0..<batch.sides.asks.count, item.part.asks), "the asks of an event")
            switch item.content {
            case .trade:
                must(item.index < batch.prints.count, "the trade of an event")
                must(contains(whole, batch.prints[item.index].id.range), "the place of a trade's identity")
            case .ticker: must(item.index < batch.tickers.count, "the ticker of an event")
            case .kline: must(item.index < batch.klines.count, "the kline of an event")
            case .bookSnapshot, .bookDelta: break
            }
        }
        must(
            contains(whole, batch.text.range) && contains(whole, batch.symbol.range), "the places of a control message")
    }

    private static func contains(_ outer: Range<Int>, _ inner: Range<Int>) -> Bool {
        inner.lowerBound >= outer.lowerBound && inner.upperBound <= outer.upperBound
    }

    private mutating func take(_ line: RawSpan) {
        guard line.byteCount > 0 else { return }
        now = now + .milliseconds(1)
        let first = line.byte(0)
        let rest = line.extracting(1..<line.byteCount)
        let connection = rest.byteCount > 0 ? Int(rest.byte(0) & 3) : 0
        switch first {
        case 0x30...0x33: session.message(rest, connection: Int(first - 0x30), at: now, out: &outbox)
        case 0x53:
            let end = rest.firstOffset(of: 0x20) ?? rest.byteCount
            let url = "https://venue.example/api/v3/depth?symbol=" + String(rest, 0..<end)
            session.answer(
                url: url, rest.extracting(min(end + 1, rest.byteCount)..<rest.byteCount), at: now, out: &outbox)
        case 0x49: session.answer(url: session.dialect.instrumentsURL, rest, at: now, out: &outbox)
        case 0x4F: session.opened(connection: connection, at: now, out: &outbox)
        case 0x43: session.closed(connection: connection, at: now, out: &outbox)
        case 0x54:
            now = now + .seconds(Int64(connection) * 70)
            session.tick(at: now, out: &outbox)
        default: session.message(line, connection: 0, at: now, out: &outbox)
        }
        session.actions.removeAll(keepingCapacity: true)
        session.notices.removeAll(keepingCapacity: true)
        let tally = session.tally
        must(tally.messages == tally.understood + tally.other + tally.malformed, "the tally does not add up: \(tally)")
        outbox.read { judge.take($0) }
        outbox.empty { $0.byteCount }
    }
}
