import Bytes
import Units

/// What was traded in a span of time, in a board's units of price and size.
struct Candle: BitwiseCopyable, Sendable {
    /// First nanosecond that belongs to it.
    var opened = Nanos.zero
    var open: Int64 = 0
    var high: Int64 = 0
    var low: Int64 = 0
    var close: Int64 = 0
    /// Sizes, and sizes × prices; the part in which the taker bought.
    var volume: Int64 = 0
    var value = Int128(0)
    var takerVolume: Int64 = 0
    var takerValue = Int128(0)
    var trades: UInt64 = 0
    /// Numbers of the first and last trade.
    var first: UInt64 = 0
    var last: UInt64 = 0

    /// The average price, weighted by size; 0 where nothing was traded.
    var average: Int64 { volume == 0 ? 0 : Int64(clamping: value / Int128(volume)) }

    /// Takes in what happened later.
    mutating func add(_ other: Candle) {
        guard other.trades > 0 else { return }
        if trades == 0 {
            let start = opened
            self = other
            opened = start
            return
        }
        high = max(high, other.high)
        low = min(low, other.low)
        close = other.close
        volume &+= other.volume
        value &+= other.value
        takerVolume &+= other.takerVolume
        takerValue &+= other.takerValue
        trades &+= other.trades
        last = other.last
    }
}

/// One trade as it was published.
struct Sale: BitwiseCopyable, Sendable {
    var number: UInt64
    /// Number of the run of trades of one taker at one price that it belongs to.
    var aggregate: UInt64
    var price: Int64
    var size: Int64
    var time: Nanos
    var maker: UInt64
    var taker: UInt64
    var isBuy: Bool
}

/// What was traded on one market: the last trades, and a candle for each minute in which there was one.
struct Sales: ~Copyable {
    /// Trades kept, and candles kept: those of a day and some more. Older ones are forgotten, a quarter at a time.
    static let tradesMax = 1000
    static let minutesMax = 1600

    private(set) var trades = Column<Sale>(capacity: 16)
    private(set) var minutes = Column<Candle>()
    /// The last 24 hours.
    private(set) var day = Candle()
    private(set) var aggregate: UInt64 = 0

    var last: Sale? { trades.isEmpty ? nil : trades.last }

    /// The first minute that is kept; beyond all times where there is none.
    var earliest: Nanos { minutes.isEmpty ? Nanos.range.upperBound : minutes[0].opened }

    mutating func add(_ sale: Sale) {
        var sale = sale
        let isSame = last.map { $0.taker == sale.taker && $0.price == sale.price && $0.isBuy == sale.isBuy } ?? false
        if !isSame { aggregate += 1 }
        sale.aggregate = aggregate
        if trades.count >= Sales.tradesMax + Sales.tradesMax / 4 { trades.removeFirst(Sales.tradesMax / 4) }
        trades.append(sale)
        addToMinute(sale)
    }

    private mutating func addToMinute(_ sale: Sale) {
        let minute = Nanos(sale.time.count - sale.time.count % 60_000_000_000)
        let value = Int128(sale.price) * Int128(sale.size)
        let one = Candle(
            opened: minute, open: sale.price, high: sale.price, low: sale.price, close: sale.price, volume: sale.size,
            value: value, takerVolume: sale.isBuy ? sale.size : 0, takerValue: sale.isBuy ? value : 0, trades: 1,
            first: sale.number, last: sale.number)
        if !minutes.isEmpty, minutes.last.opened == minute {
            minutes[minutes.count - 1].add(one)
            return day.add(one)
        }
        if minutes.count >= Sales.minutesMax + Sales.minutesMax / 4 { minutes.removeFirst(Sales.minutesMax / 4) }
        minutes.append(one)
        // Once a minute: what is older than a day drops out.
        day = candle(from: minute - .seconds(86_340), span: .seconds(86_400))
    }

    /// All that was traded in a span, from the minutes kept.
    func candle(from start: Nanos, span: Nanos) -> Candle {
        var candle = Candle(opened: start)
        var index = firstMinute(from: start)
        while index < minutes.count, minutes[index].opened < start + span {
            candle.add(minutes[index])
            index += 1
        }
        return candle
    }

    /// The candles in which there was a trade, the newest first: of at most `limit` spans, the last of which begins at `last`, and
    /// none before `since`.
    func candles(of span: Nanos, until last: Nanos, since: Nanos = .zero, limit: Int) -> [Candle] {
        var candles: [Candle] = []
        var opened = last
        for _ in 0..<limit where opened >= since {
            let candle = candle(from: opened, span: span)
            if candle.trades > 0 { candles.append(candle) }
            opened = opened - span
        }
        return candles
    }

    /// The price at the end of the last minute before `time` in which there was a trade.
    func close(before time: Nanos) -> Int64? {
        let index = firstMinute(from: time)
        return index > 0 ? minutes[index - 1].close : nil
    }

    private func firstMinute(from start: Nanos) -> Int {
        Sales.first(in: minutes) { $0.opened >= start }
    }

    /// The index of the first trade kept with this number or a later one.
    func index(from number: UInt64) -> Int {
        Sales.first(in: trades) { $0.number >= number }
    }

    /// The index of the first row, from which on all are late enough; the count where none is.
    private static func first<Row: BitwiseCopyable>(in rows: borrowing Column<Row>, _ isLateEnough: (Row) -> Bool)
        -> Int
    {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if isLateEnough(rows[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
