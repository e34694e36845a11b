import Books
import Bytes
import Events
import Support
import Units
import Wire

/// A writer of a few streams by seed, and what is true of each: books that are resynchronised now and then, trades, tickers, candles.
struct Market: ~Copyable {
    struct Stream {
        var venue: String
        var symbol: String
        var channel: Channel
        var epoch: UInt32 = 1
        var position: UInt64 = 0
        var name: StreamName { StreamName(venue: venue, symbol: symbol) ?? .none }
        var key: String { "\(venue) \(symbol) \(channel)" }
    }

    var streams: [Stream]
    var truth = Slots<Follower>()
    var lastTicker: [String: UInt64] = [:]
    /// By stream: the last closing price of each span.
    var candles: [String: [Int64: Int64]] = [:]
    var outbox = Outbox(capacity: 1 << 12)
    var sides = Sides()
    var effects = Sides()
    var events = 0

    init(_ streams: [Stream]) {
        self.streams = streams
        for _ in streams { truth.append(Follower()) }
    }

    /// Streams of every channel of one symbol.
    static func symbol(_ venue: String, _ symbol: String) -> [Stream] {
        [Channel.book, .trade, .ticker, .kline].map { Stream(venue: venue, symbol: symbol, channel: $0) }
    }

    mutating func envelope(_ index: Int, _ kind: Kind, _ now: Int64) -> Envelope {
        streams[index].position += 1
        let stream = streams[index]
        events += 1
        return Envelope(
            kind: kind, channel: stream.channel, epoch: stream.epoch, position: stream.position,
            received: Nanos(now),
            id: stream.name.id(channel: stream.channel, epoch: stream.epoch, position: stream.position))
    }

    /// One or more events of a stream, as bytes, one array an event.
    mutating func next(_ index: Int, _ now: Int64, using dice: inout Dice) -> [[UInt8]] {
        let name = streams[index].name
        switch streams[index].channel {
        case .book: return book(index, now, using: &dice)
        case .trade:
            let trade = Trade(price: Decimal(Int64(events), exponent: 0), size: Decimal(1, exponent: 0), side: .buy)
            return take(index, [.trade], now) { outbox, envelope in outbox.put(trade, id: RawSpan(), envelope, name) }
        case .ticker:
            var ticker = Ticker()
            ticker.bid = Decimal(Int64(streams[index].position), exponent: -1)
            return take(index, [.ticker], now) { outbox, envelope in outbox.put(ticker, envelope, name) }
        default:
            var kline = Kline()
            let span = dice.pick([60, 300] as [Int64])
            kline.opened = Nanos(Int64(dice.number(0...2)) * span)
            kline.closes = kline.opened + Nanos(span)
            kline.close = Decimal(Int64(streams[index].position), exponent: -2)
            candles[streams[index].key, default: [:]][kline.opened.count * 1000 + span] = kline.close.mantissa
            return take(index, [.kline], now) { outbox, envelope in outbox.put(kline, envelope, name) }
        }
    }

    private mutating func take(
        _ index: Int, _ kinds: [Kind], _ now: Int64, _ put: (inout Outbox, Envelope) -> Void
    ) -> [[UInt8]] {
        let envelope = envelope(index, kinds[0], now)
        put(&outbox, envelope)
        return [takeBytes()]
    }

    private mutating func takeBytes() -> [UInt8] {
        let bytes = outbox.bytes
        outbox.empty { $0.byteCount }
        return bytes
    }

    private mutating func book(_ index: Int, _ now: Int64, using dice: inout Dice) -> [[UInt8]] {
        let name = streams[index].name
        if !truth[index].isValid || dice.oneIn(12) {
            var events: [[UInt8]] = []
            if truth[index].isValid || streams[index].position == 0 || dice.oneIn(3) {
                let isFirst = streams[index].position == 0
                let status = BookStatus(isFirst ? .syncing : .stale, reason: isFirst ? .start : .gap)
                outbox.put(status, envelope(index, .bookStatus, now), name)
                truth[index].take(status)
                events.append(takeBytes())
                if dice.oneIn(3) { return events }
            }
            let synced = BookStatus(.synced, reason: .snapshot, integrity: .sequence)
            if truth[index].status?.reason != .start {
                streams[index].epoch += 1
                streams[index].position = 0
            }
            outbox.put(synced, envelope(index, .bookStatus, now), name)
            truth[index].take(synced)
            events.append(takeBytes())
            fill(dice.number(0...8), isUpdate: false, &dice)
            var head = envelope(index, .bookSnapshot, now)
            head.flags.insert(.snapshot)
            outbox.put(.bookSnapshot, sides, depth: 0, checksum: 0, head, name)
            _ = truth[index].replace(with: sides)
            events.append(takeBytes())
            return events
        }
        fill(dice.number(1...4), isUpdate: true, &dice)
        let head = envelope(index, .bookUpdate, now)
        outbox.put(.bookUpdate, sides, depth: 0, checksum: UInt32(dice.number(0...9)), head, name)
        _ = truth[index].apply(sides, effects: &effects)
        return [takeBytes()]
    }

    /// Levels around 100: digits vary, so that prices of other digits meet.
    private mutating func fill(_ count: Int, isUpdate: Bool, _ dice: inout Dice) {
        sides.removeAll()
        let coarse = dice.oneIn(2)
        for index in 0..<count {
            let steps = isUpdate ? Int64(dice.number(1...12)) : Int64(index + 1)
            let size = isUpdate && dice.oneIn(3) ? 0 : Int64(dice.number(1...9))
            for isBid in [true, false] where !isUpdate || dice.oneIn(2) {
                let price = 100 + (isBid ? -steps : steps)
                let level =
                    coarse
                    ? Level(price: price, size: size, priceExponent: 0, sizeExponent: -1)
                    : Level(price: price * 10, size: size, priceExponent: -1, sizeExponent: -1)
                if isBid { sides.bids.append(level) } else { sides.asks.append(level) }
            }
        }
    }

    /// The best levels of a stream's book; nil while it is void.
    func levels(_ index: Int, depth: Int) -> [[PlainBook.Row]]? {
        guard truth[index].isValid else { return nil }
        var sides = Sides()
        truth[index].book.copy(depth: depth, to: &sides)
        return [sides.bids.rows, sides.asks.rows]
    }
}
