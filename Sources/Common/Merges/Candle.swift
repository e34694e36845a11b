import Events
import Units

/// A candle in the making.
struct Candle: BitwiseCopyable, Sendable {
    private(set) var isOpen = false
    private(set) var opened = Nanos.zero
    private(set) var closes = Nanos.zero
    private var first = Decimal.notGiven
    private var high = Decimal.notGiven
    private var low = Decimal.notGiven
    private var last = Decimal.notGiven
    private var volume = ExactSum()
    private var quoteVolume = ExactSum()
    private var takerVolume = ExactSum()
    private var takerQuoteVolume = ExactSum()
    private var knowsSides = true
    private var trades: UInt64 = 0
    /// When the one before it was closed: what is earlier is late.
    var lastClose = Nanos.zero

    mutating func open(at time: Nanos, interval: Nanos) {
        let before = lastClose
        self = Candle()
        lastClose = before
        isOpen = true
        opened = Nanos(time.count - time.count % interval.count)
        closes = opened + interval
    }

    mutating func take(_ trade: Trade) {
        if !first.isGiven {
            (first, high, low) = (trade.price, trade.price, trade.price)
        }
        if high < trade.price { high = trade.price }
        if trade.price < low { low = trade.price }
        last = trade.price
        volume.add(trade.size)
        quoteVolume.add(product: trade.price, trade.size)
        switch trade.side {
        case .buy:
            takerVolume.add(trade.size)
            takerQuoteVolume.add(product: trade.price, trade.size)
        case .sell: break
        case .unknown: knowsSides = false
        }
        trades += UInt64(max(1, trade.count))
    }

    mutating func close() {
        isOpen = false
        lastClose = closes
    }

    /// As it stands; nil where a sum does not fit in 64 bits.
    func kline(isFinal: Bool) -> Kline? {
        guard let volume = volume.decimal, let quoteVolume = quoteVolume.decimal else { return nil }
        var kline = Kline()
        (kline.opened, kline.closes) = (opened, closes)
        (kline.open, kline.high, kline.low, kline.close) = (first, high, low, last)
        (kline.volume, kline.quoteVolume) = (volume, quoteVolume)
        if knowsSides {
            guard let taken = takerVolume.decimal, let quote = takerQuoteVolume.decimal else { return nil }
            (kline.takerVolume, kline.takerQuoteVolume) = (taken, quote)
        }
        kline.trades = trades
        kline.isFinal = isFinal
        return kline
    }
}
