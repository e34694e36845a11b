import Events
import Units

/// What was traded in a span, as messages and the witness tell it.
extension Board {
    /// A candle as an event.
    func kline(_ candle: Candle, _ span: Nanos, isFinal: Bool) -> Kline {
        var kline = Kline()
        kline.opened = candle.opened
        kline.closes = candle.opened + span
        kline.open = decimal(price: candle.open)
        kline.high = decimal(price: candle.high)
        kline.low = decimal(price: candle.low)
        kline.close = decimal(price: candle.close)
        kline.volume = decimal(size: candle.volume)
        kline.quoteVolume = decimal(value: candle.value)
        kline.takerVolume = decimal(size: candle.takerVolume)
        kline.takerQuoteVolume = decimal(value: candle.takerValue)
        kline.trades = candle.trades
        kline.isFinal = isFinal
        return kline
    }

    /// The candle of a span; without a trade in it, one at the last price; nil before the first trade.
    func candleOrFlat(from start: Nanos, span: Nanos) -> Candle? {
        var candle = sales.candle(from: start, span: span)
        guard candle.trades == 0 else { return candle }
        guard let close = sales.close(before: start) else { return nil }
        candle.open = close
        candle.high = close
        candle.low = close
        candle.close = close
        return candle
    }

    /// The day's change in percent, three digits.
    var dayPercent: Decimal {
        let day = sales.day
        guard day.open != 0 else { return Decimal(0, exponent: -3) }
        return Decimal(Int64(clamping: Int128(day.close - day.open) * 100_000 / Int128(day.open)), exponent: -3)
    }
}
