import Bytes
import Events
import Support
import Testing
import Units
import Wire

/// The encoders of typed events against the table of their kind, and their decoders against the encoders.
@Suite(.timeLimit(.minutes(1)))
struct TypedEventTests {
    private static let seeds = 0..<UInt64(200)

    private func start(_ kind: Kind, _ channel: Channel, _ seed: UInt64) -> (RandomFrames, Envelope, StreamName) {
        var random = RandomFrames(seed: seed)
        var envelope = random.header(kind, channel)
        envelope.flags.remove(.mixed)
        return (random, envelope, random.name())
    }

    @Test("a trade", arguments: seeds)
    func trade(seed: UInt64) {
        var (random, envelope, name) = start(.trade, .trade, seed)
        let id = random.text(atMost: 64)
        let trade = Trade(
            price: random.decimal(), size: random.decimal(), side: random.dice.pick(Side.allCases),
            count: UInt32(truncatingIfNeeded: random.number()))
        var expected = DraftByName(envelope, name)
        expected.put("price", trade.price)
        expected.put("size", trade.size)
        expected.put("side", trade.side)
        expected.put("count", UInt64(trade.count))
        expected.put("tradeId", id)
        let bytes = written { outbox in id.withBytes { outbox.put(trade, id: $0, envelope, name) } }
        #expect(bytes == expected.bytes)
        let header = Header(bytes.span.bytes)
        let again = Trade(bytes.span.bytes, header)
        #expect(again.price.isIdentical(to: trade.price) && again.size.isIdentical(to: trade.size))
        #expect(again.side == trade.side && again.count == trade.count)
        #expect(String(bytes.span.bytes, Trade.id(bytes.span.bytes, header)) == id)
    }

    @Test("a ticker", arguments: seeds)
    func ticker(seed: UInt64) {
        var (random, envelope, name) = start(.ticker, .ticker, seed)
        let paths: [(String, WritableKeyPath<Ticker, Units.Decimal>)] = [
            ("bid", \.bid), ("bidSize", \.bidSize), ("ask", \.ask), ("askSize", \.askSize), ("last", \.last),
            ("lastSize", \.lastSize), ("volume", \.volume), ("high", \.high), ("low", \.low), ("open", \.open),
        ]
        var ticker = Ticker()
        var expected = DraftByName(envelope, name)
        for (field, path) in paths {
            ticker[keyPath: path] = random.decimal()
            expected.put(field, ticker[keyPath: path])
        }
        let bytes = written { $0.put(ticker, envelope, name) }
        #expect(bytes == expected.bytes)
        let again = Ticker(bytes.span.bytes, Header(bytes.span.bytes))
        #expect(paths.allSatisfy { again[keyPath: $0.1].isIdentical(to: ticker[keyPath: $0.1]) })
    }

    @Test("a kline", arguments: seeds)
    func kline(seed: UInt64) {
        var (random, envelope, name) = start(.kline, .kline, seed)
        let paths: [(String, WritableKeyPath<Kline, Units.Decimal>)] = [
            ("open", \.open), ("high", \.high), ("low", \.low), ("close", \.close), ("volume", \.volume),
            ("quoteVolume", \.quoteVolume), ("takerVolume", \.takerVolume), ("takerQuoteVolume", \.takerQuoteVolume),
        ]
        var kline = Kline()
        kline.opened = random.time()
        kline.closes = random.time()
        kline.trades = random.number()
        kline.isFinal = random.dice.oneIn(2)
        var expected = DraftByName(envelope, name)
        expected.put("opened", kline.opened)
        expected.put("closes", kline.closes)
        expected.put("trades", UInt64(UInt32(clamping: kline.trades)))
        expected.put("final", kline.isFinal)
        for (field, path) in paths {
            kline[keyPath: path] = random.decimal()
            expected.put(field, kline[keyPath: path])
        }
        let bytes = written { $0.put(kline, envelope, name) }
        #expect(bytes == expected.bytes)
        let again = Kline(bytes.span.bytes, Header(bytes.span.bytes))
        #expect(paths.allSatisfy { again[keyPath: $0.1].isIdentical(to: kline[keyPath: $0.1]) })
        #expect(again.opened == kline.opened && again.closes == kline.closes && again.isFinal == kline.isFinal)
        #expect(again.trades == min(kline.trades, UInt64(UInt32.max)))
    }

    @Test("a status of a book", arguments: seeds)
    func status(seed: UInt64) {
        var (random, envelope, name) = start(.bookStatus, .book, seed)
        let status = BookStatus(
            random.dice.pick(BookState.allCases), reason: random.dice.pick(BookReason.allCases),
            integrity: random.dice.pick(Integrity.allCases), depth: UInt32(truncatingIfNeeded: random.number()),
            expected: random.number(), actual: random.number())
        var expected = DraftByName(envelope, name)
        expected.put("status", status.state)
        expected.put("reason", status.reason)
        expected.put("integrity", status.integrity)
        expected.put("depth", UInt64(status.depth))
        expected.put("expected", status.expected)
        expected.put("actual", status.actual)
        let bytes = written { $0.put(status, envelope, name) }
        #expect(bytes == expected.bytes)
        #expect(BookStatus(bytes.span.bytes, Header(bytes.span.bytes)) == status)
        #expect(status.state.isVoid == [.syncing, .stale].contains(status.state))
    }

    @Test("a gap", arguments: seeds)
    func gap(seed: UInt64) {
        var (random, envelope, name) = start(.gap, .kline, seed)
        var gap = Gap(reason: random.dice.pick(GapReason.allCases))
        gap.missed = random.number()
        gap.fromPosition = random.number()
        gap.toPosition = random.number()
        gap.fromSequence = random.number()
        gap.toSequence = random.number()
        gap.from = random.time()
        gap.to = random.time()
        var expected = DraftByName(envelope, name)
        expected.put("reason", gap.reason)
        expected.put("missed", gap.missed)
        expected.put("fromPosition", gap.fromPosition)
        expected.put("toPosition", gap.toPosition)
        expected.put("fromSequence", gap.fromSequence)
        expected.put("toSequence", gap.toSequence)
        expected.put("from", gap.from)
        expected.put("to", gap.to)
        let bytes = written { $0.put(gap, envelope, name) }
        #expect(bytes == expected.bytes)
        #expect(Gap(bytes.span.bytes, Header(bytes.span.bytes)) == gap)
    }
}
