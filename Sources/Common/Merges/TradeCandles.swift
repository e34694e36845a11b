import Bytes
import Events
import Flow
public import Units
public import Wire

/// Makes candles of trades: the open one is told with every trade, and once more when it is closed.
///
/// A candle has the trades that happened, by the venue's clock, from its first nanosecond on; intervals without trades have none. It
/// closes with the first trade of a later one, or a second after its end; a trade of a closed one is counted and left out. They are
/// of the venue `merge:` and the trades' own, so that they never meet the venue's own candles.
public struct TradeCandles: ~Copyable {
    public static let intervalsMax = 16
    /// What trades are waited for after a candle's end.
    public static let grace = Nanos.seconds(1)

    public let intervals: [Nanos]
    private var table = StreamTable()
    private var names: [StreamName] = []
    private var places = Column<StreamPlace>()
    /// All intervals of a stream one after the other.
    private var candles = Column<Candle>()
    /// When the next candle is to be closed; nil when none is open.
    public private(set) var deadline: Nanos?
    /// Trades of candles that were closed.
    public private(set) var late: UInt64 = 0
    /// Trades of streams for which there was no room, or no name.
    public private(set) var nameless: UInt64 = 0

    public init(intervals: [Nanos]) { self.intervals = intervals }

    /// Takes a trade, or a gap among trades. `wall`: when it was received, by the wall clock.
    public mutating func take(
        _ frame: RawSpan, _ header: Header, wall: Nanos, _ making: Making, into outbox: inout Outbox
    ) {
        guard let stream = stream(frame, header) else {
            nameless += 1
            return
        }
        guard header.envelope.kind == .trade else {
            // Candles from here on may lack trades.
            return put(Gap(frame, header).reason, stream, making, &outbox)
        }
        let trade = Trade(frame, header)
        let time = header.envelope.happened > .zero ? header.envelope.happened : wall
        var isLate = false
        for (index, interval) in intervals.enumerated() {
            let place = stream * intervals.count + index
            if candles[place].isOpen, time >= candles[place].closes { close(place, stream, making, &outbox) }
            guard time >= (candles[place].isOpen ? candles[place].opened : candles[place].lastClose) else {
                isLate = true
                continue
            }
            if !candles[place].isOpen {
                candles[place].open(at: time, interval: interval)
                let due = candles[place].closes + TradeCandles.grace
                deadline = min(deadline ?? due, due)
            }
            candles[place].take(trade)
            put(place, stream, isFinal: false, making, &outbox)
        }
        if isLate { late += 1 }
    }

    /// Closes the candles whose time is over.
    public mutating func expire(_ making: Making, into outbox: inout Outbox) {
        guard let deadline, deadline <= making.now else { return }
        self.deadline = nil
        for place in 0..<candles.count where candles[place].isOpen {
            let due = candles[place].closes + TradeCandles.grace
            if due <= making.now {
                close(place, place / intervals.count, making, &outbox)
            } else {
                self.deadline = min(self.deadline ?? due, due)
            }
        }
    }

    private mutating func stream(_ frame: RawSpan, _ header: Header) -> Int? {
        guard let index = table.index(frame) else { return nil }
        if index == names.count {
            let (venue, symbol, _) = table.stream(index)
            names.append(StreamName(venue: "\(Windows.venue):\(venue)", symbol: symbol) ?? .none)
            places.append(StreamPlace())
            candles.append(repeating: Candle(), count: intervals.count)
        }
        return names[index].venueBytes > 0 ? index : nil
    }

    private mutating func close(_ place: Int, _ stream: Int, _ making: Making, _ outbox: inout Outbox) {
        put(place, stream, isFinal: true, making, &outbox)
        candles[place].close()
    }

    private mutating func put(
        _ place: Int, _ stream: Int, isFinal: Bool, _ making: Making, _ outbox: inout Outbox
    ) {
        guard let kline = candles[place].kline(isFinal: isFinal) else { return put(.range, stream, making, &outbox) }
        let envelope = making.envelope(.kline, .kline, places[stream].next(), names[stream])
        outbox.put(kline, envelope, names[stream])
    }

    private mutating func put(_ reason: GapReason, _ stream: Int, _ making: Making, _ outbox: inout Outbox) {
        let envelope = making.envelope(.gap, .kline, places[stream].next(), names[stream])
        outbox.put(Gap(reason: reason), envelope, names[stream])
    }
}
