public import Matching
public import Units

/// What was traded in a span of time.
public struct Candle: Equatable, Sendable {
    /// When the span begins; a multiple of its length since 1970.
    public var start: Nanos
    /// Prices in quote units. Where nothing was traded: the last price before.
    public var open: Decimal
    public var high: Decimal
    public var low: Decimal
    public var close: Decimal
    /// What changed hands, in lots and in 10^-18 of the quote asset; and what of it takers bought.
    public var volume: Int128 = 0
    public var quoteVolume: Int128 = 0
    public var takerVolume: Int128 = 0
    public var takerQuoteVolume: Int128 = 0
    public var tradeCount: UInt64 = 0
    /// Numbers of the first and the last trade; 0 where there was none.
    public var firstTrade: UInt64 = 0
    public var lastTrade: UInt64 = 0

    /// A span in which nothing was traded yet.
    init(start: Nanos, at price: Decimal) {
        self.start = start
        (open, high, low, close) = (price, price, price, price)
    }

    mutating func add(_ print: Print, _ price: Decimal, value: Int128) {
        if tradeCount == 0 { (open, high, low, firstTrade) = (price, price, price, print.number) }
        if price > high { high = price }
        if price < low { low = price }
        close = price
        lastTrade = print.number
        tradeCount += 1
        volume += Int128(print.size.count)
        quoteVolume += value
        if print.side == .bid {
            takerVolume += Int128(print.size.count)
            takerQuoteVolume += value
        }
    }

    /// Adds a later span to this one.
    mutating func add(_ next: Candle) {
        if next.tradeCount == 0 { return }
        if tradeCount == 0 { (open, high, low, firstTrade) = (next.open, next.high, next.low, next.firstTrade) }
        if next.high > high { high = next.high }
        if next.low < low { low = next.low }
        close = next.close
        lastTrade = next.lastTrade
        tradeCount += next.tradeCount
        volume += next.volume
        quoteVolume += next.quoteVolume
        takerVolume += next.takerVolume
        takerQuoteVolume += next.takerQuoteVolume
    }
}

/// Candles of one length of one market: a fold over its tape.
///
/// Spans in which nothing was traded have a candle too, from the first trade on. Bound: `capacity` candles, then the oldest go.
public struct Candles: Sendable {
    public let length: Nanos
    public let capacity: Int
    /// Oldest at `first`, in a ring.
    private var ring: [Candle] = []
    private var first = 0

    public init(length: Nanos, capacity: Int = 1500) {
        precondition(length.count > 0 && capacity > 0, "candles last for a while")
        self.length = length
        self.capacity = capacity
    }

    public var count: Int { ring.count }

    /// The candle `index` of `count`, the oldest first.
    public subscript(index: Int) -> Candle {
        precondition(index >= 0 && index < ring.count, "a candle is read inside the count")
        return ring[(first + index) % ring.count]
    }

    public var last: Candle? { ring.isEmpty ? nil : self[ring.count - 1] }

    /// Counts a trade of this market, whose terms are these.
    public mutating func add(_ print: Print, _ terms: Terms) {
        guard print.content == .trade else { return }
        let price = terms.price(print.price)
        advance(to: print.time)
        if ring.isEmpty { push(Candle(start: start(print.time), at: price)) }
        ring[newest].add(print, price, value: terms.value(print.price, print.size))
    }

    /// Begins the candles that the time has come for.
    public mutating func advance(to now: Nanos) {
        guard let last else { return }
        let now = start(now)
        var next = last.start + length
        // What would go again at once is not begun.
        let oldest = Nanos(now.count - length.count * Int64(capacity))
        if next < oldest { next = oldest }
        while next <= now {
            push(Candle(start: next, at: last.close))
            next = next + length
        }
    }

    private var newest: Int { (first + ring.count - 1) % ring.count }

    private func start(_ time: Nanos) -> Nanos { Nanos(time.count - time.count % length.count) }

    private mutating func push(_ candle: Candle) {
        if ring.count < capacity { return ring.append(candle) }
        ring[first] = candle
        first = (first + 1) % capacity
    }
}

extension Terms {
    /// Price × size in 10^-18 of the quote asset; clamped where it does not fit.
    public func value(_ price: Ticks, _ size: Lots) -> Int128 {
        let product = Int128(tick.mantissa) * Int128(lot.mantissa)
        var power = 18 + Int(tick.exponent) + Int(lot.exponent)
        var (value, isOver) = (Int128(price.count) * Int128(size.count)).multipliedReportingOverflow(by: product)
        while power > 0, !isOver {
            (value, isOver) = value.multipliedReportingOverflow(by: 10)
            power -= 1
        }
        return isOver ? .max : power < 0 ? 0 : value
    }
}
