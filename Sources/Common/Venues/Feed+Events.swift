import Books
import Bytes
import Events
import Text
import Units
import Wire

extension Feed {
    /// Writes what a message said. `explicit`: the symbol, where the message does not name it.
    mutating func take(
        _ batch: borrowing Batch, _ text: RawSpan, explicit: Int? = nil, connection: Int, at now: Nanos,
        out: inout Outbox
    ) {
        for row in 0..<batch.items.count {
            let item = batch.items[row]
            guard let index = explicit ?? index(text, item.symbol), symbols[index].isWanted else { continue }
            switch item.content {
            case .bookSnapshot, .bookDelta:
                guard options.channels.contains(.book) else { continue }
                tellInstrument(index, at: now, out: &out)
                takeBook(index, item, batch.sides, connection: connection, at: now, out: &out)
            case .trade:
                guard options.channels.contains(.trade) else { continue }
                if !options.discovers, connection >= 0 {
                    let number = Feed.number(text, batch.prints[item.index].id.range) ?? 0
                    guard acceptsTrade(index, item, number, connection) else { continue }
                }
                tellInstrument(index, at: now, out: &out)
                symbols[index].tradeConnection = connection
                takeTrade(index, item, batch.prints[item.index], text, at: now, out: &out)
            case .ticker:
                guard options.channels.contains(.ticker) else { continue }
                if !options.discovers, !acceptsTicker(index, item.head, connection) { continue }
                tellInstrument(index, at: now, out: &out)
                if item.isOutOfRange {
                    tellGap(index, .ticker, .range, item.head, at: now, out: &out)
                } else {
                    let envelope = envelope(index, .ticker, .ticker, item.head, at: now)
                    out.put(batch.tickers[item.index], envelope, symbols[index].name)
                    if isMuted { symbols[index].lastTicker = batch.tickers[item.index] }
                }
            case .kline:
                guard options.channels.contains(.kline) else { continue }
                if !options.discovers, connection >= 0, !acceptsCandle(index, connection) { continue }
                tellInstrument(index, at: now, out: &out)
                let kline = batch.klines[item.index]
                if item.isOutOfRange || !Nanos.range.contains(kline.opened) || !Nanos.range.contains(kline.closes) {
                    tellGap(index, .kline, .range, item.head, at: now, out: &out)
                } else {
                    takeKline(index, item, kline, at: now, out: &out)
                }
            }
        }
    }

    private mutating func takeTrade(
        _ index: Int, _ item: Batch.Item, _ print: Batch.Print, _ text: RawSpan, at now: Nanos, out: inout Outbox
    ) {
        if let since = symbols[index].tradesLostSince, !item.isBackfilled {
            var gap = Gap(reason: .disconnected)
            gap.from = since + options.wallOffset
            gap.to = now + options.wallOffset
            symbols[index].tradesLostSince = nil
            tell(gap, index, .trade, item.head, at: now, out: &out)
        }
        if item.isOutOfRange { return tellGap(index, .trade, .range, item.head, at: now, out: &out) }
        var envelope = envelope(index, .trade, .trade, item.head, at: now)
        if item.isBackfilled { envelope.flags.insert(.backfilled) }
        if !out.put(print.trade, id: text.extracting(print.id.range), envelope, symbols[index].name) {
            giveBackPosition(index, .trade)
            tellGap(index, .trade, .malformed, item.head, at: now, out: &out)
        }
    }

    /// A candle; where the venue does not say that one is final, it is told so when a later one begins.
    private mutating func takeKline(
        _ index: Int, _ item: Batch.Item, _ kline: Kline, at now: Nanos, out: inout Outbox
    ) {
        guard !dialect.saysFinal else { return put(kline, index, item, at: now, out: &out) }
        var kline = kline
        if var before = symbols[index].candle {
            if before.opened < kline.opened {
                before.isFinal = true
                put(before, index, item, at: now, out: &out)
            }
            // One of a list of history, the newest first: a later one has begun already.
            kline.isFinal = kline.opened < before.opened
        }
        if !kline.isFinal { symbols[index].candle = kline }
        put(kline, index, item, at: now, out: &out)
    }

    private mutating func put(_ kline: Kline, _ index: Int, _ item: Batch.Item, at now: Nanos, out: inout Outbox) {
        var envelope = envelope(index, .kline, .kline, item.head, at: now)
        if item.isBackfilled { envelope.flags.insert(.backfilled) }
        out.put(kline, envelope, symbols[index].name)
    }

    /// Tells that one event of a stream could not be told.
    mutating func tellGap(
        _ index: Int, _ channel: Channel, _ reason: GapReason, _ head: DeltaHead, at now: Nanos, out: inout Outbox
    ) {
        var gap = Gap(reason: reason)
        gap.missed = 1
        gap.fromSequence = head.first
        gap.toSequence = head.last
        tell(gap, index, channel, head, at: now, out: &out)
    }

    mutating func tell(
        _ gap: Gap, _ index: Int, _ channel: Channel, _ head: DeltaHead, at now: Nanos, out: inout Outbox
    ) {
        let envelope = envelope(index, .gap, channel, head, at: now)
        out.put(gap, envelope, symbols[index].name)
    }

    /// A message of a connection could not be read: whatever it was is missing. Books that it may have changed are void.
    mutating func lose(connection: Int, _ reason: BookReason, at now: Nanos, out: inout Outbox) {
        for index in 0..<symbols.count {
            if symbols[index].bookConnection == connection { breakBook(index, reason, at: now, out: &out) }
            if symbols[index].tradeConnection == connection, reason == .malformed {
                tellGap(index, .trade, .malformed, DeltaHead(), at: now, out: &out)
            }
            if symbols[index].tradeConnection == connection, reason == .disconnected {
                symbols[index].tradesLostSince = symbols[index].tradesLostSince ?? now
            }
            // Another connection may come to bear this number.
            if reason == .disconnected, !options.discovers { detach(index, from: connection) }
        }
    }

    /// A message of a connection is missing: all its books are void, and it may have held trades.
    mutating func loseSequence(
        connection: Int, expected: UInt64, actual: UInt64, at now: Nanos, out: inout Outbox
    ) {
        for index in 0..<symbols.count {
            if symbols[index].bookConnection == connection {
                breakBook(index, .gap, expected: expected, actual: actual, at: now, out: &out)
            }
            if symbols[index].tradeConnection == connection {
                tell(Gap(reason: .sequence), index, .trade, DeltaHead(), at: now, out: &out)
            }
        }
    }
}
