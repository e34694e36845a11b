public import Matching
public import Units

/// What the world asks of one market: its last trades, its last day, its candles of one and five minutes. A fold over its tape.
///
/// Bounds: `tradesMax` trades, 1,500 candles of each length; the oldest go. The last day is counted in whole minutes: the one that now
/// is and the 1,439 before it.
public struct Recent: Sendable {
    public static let tradesMax = 1000
    static let minutesOfDay = 1440

    /// The terms that hold at this place of the tape.
    public private(set) var terms: Terms
    public private(set) var minutes = Candles(length: .seconds(60))
    public private(set) var fiveMinutes = Candles(length: .seconds(300))
    /// In a ring, the oldest at `first`.
    private var ring: [Trade] = []
    private var first = 0

    /// A trade as its own time saw it.
    public struct Trade: Equatable, Sendable {
        public var print: Print
        /// In quote and base units.
        public var price: Decimal
        public var size: Decimal
    }

    public init(_ terms: Terms) { self.terms = terms }

    /// Reads a line of the tape, which is of this market.
    public mutating func add(_ print: Print) {
        switch print.content {
        case .level: return
        case .listed, .halted, .resumed, .ended: return
        case .tick: terms.tick = Decimal(print.price.count, exponent: Int8(clamping: print.size.count))
        case .trade:
            minutes.add(print, terms)
            fiveMinutes.add(print, terms)
            let trade = Trade(print: print, price: terms.price(print.price), size: terms.size(print.size))
            if ring.count < Recent.tradesMax {
                ring.append(trade)
            } else {
                ring[first] = trade
                first = (first + 1) % Recent.tradesMax
            }
        }
    }

    public mutating func advance(to now: Nanos) {
        minutes.advance(to: now)
        fiveMinutes.advance(to: now)
    }

    /// Trades kept.
    public var tradeCount: Int { ring.count }

    /// The trade `index` of `tradeCount`, the newest first.
    public func trade(_ index: Int) -> Trade {
        precondition(index >= 0 && index < ring.count, "a trade is read inside the count")
        return ring[(first + ring.count - 1 - index) % ring.count]
    }

    /// The last 24 hours as one candle, up to `now`; nil where nothing was ever traded. Costs a look at 1,440 candles.
    public func day(at now: Nanos) -> Candle? {
        guard let last = minutes.last else { return nil }
        let minute = minutes.length.count
        let since = Nanos(now.count - now.count % minute - minute * Int64(Recent.minutesOfDay - 1))
        var day: Candle?
        for index in max(0, minutes.count - Recent.minutesOfDay)..<minutes.count {
            let candle = minutes[index]
            if candle.start < since { continue }
            guard day != nil else {
                day = candle
                continue
            }
            day?.add(candle)
        }
        return day ?? Candle(start: since, at: last.close)
    }
}
