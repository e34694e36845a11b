import Bytes
import Events
import Markets
import Matching
import Units
import Venues
import Wire

/// What a venue shows of one market: its book, its trades, and what has changed since it was last told.
///
/// Prices are whole numbers of `10^priceUnit`, the same for the market's whole life, so that a changed tick changes nothing here;
/// sizes are whole numbers of `10^sizeUnit`.
struct Board: ~Copyable {
    let index: Int
    /// The venue's own name, as its messages have it, and in lower case.
    let native: String
    let lower: String
    let name: StreamName
    var terms: Terms
    var status: Floor.Market.Status

    let priceUnit: Int8
    let sizeUnit: Int8
    /// Exponents of the digits that prices and sizes are written with.
    var priceExponent: Int8
    let sizeExponent: Int8
    private var ticksFactor: Int64 = 1
    private let lotsFactor: Int64
    private var priceDivisor: Int64 = 1
    private let sizeDivisor: Int64

    var bids = Rungs(asks: false)
    var asks = Rungs(asks: true)
    /// Number of the last change of the book.
    var lastChange: UInt64 = 0
    var sales = Sales()

    /// What has changed since the last batch, and since the last slow one.
    var fast = Changes()
    var slow = Changes()
    /// Whether anybody hears the slow batches.
    var hasSlow = false
    /// Sales since the last batch of trades.
    var fresh = Column<Sale>()
    var isDirty = false
    /// Whether there was a trade since tickers, and since candles were told last.
    var hasTraded = false
    var hasNewCandle = false
    /// Indices of its streams, in the order in which they were asked for.
    var streams: [Int] = []
    /// The touch as it was last published, by the real-time ticker.
    var shownBid = Rung.none
    var shownAsk = Rung.none
    /// The last times that a message of the book and one of the ticker bear.
    var stamp = Nanos.zero
    var tickerStamp = Nanos.zero
    /// Number of the trade that the ticker told last, and whether it was told since the last batch of tickers (Coinbase).
    var tickerTrade: UInt64 = 0
    /// The sequence that the last trade bears (Coinbase Exchange).
    var saleSequence: UInt64 = 0
    var hasNewTicker = false
    /// The best levels as those see them who asked for so many (Kraken).
    var views = Slots<DepthView>()
    /// By channel: the witness's count.
    var positions = InlineArray<6, UInt64>(repeating: 0)
    /// A book of before, for a snapshot that is too old.
    var agedBids = Rungs(asks: false)
    var agedAsks = Rungs(asks: true)
    var agedChange: UInt64 = 0

    init?(index: Int, _ market: Floor.Market, _ dialect: Dialect, _ source: borrowing some MarketSource & ~Copyable) {
        let terms = market.terms
        let canonical = terms.base + "-" + terms.quote
        guard let name = StreamName(venue: dialect.venue, symbol: canonical),
            let native = dialect.native(canonical)
        else { return nil }
        self.index = index
        self.native = native
        lower = native.lowercased()
        self.name = name
        self.terms = terms
        status = market.status
        // Binance writes eight digits whatever the steps are.
        let least: Int8 = dialect == .binance ? -8 : 0
        priceExponent = min(terms.tick.exponent, least)
        priceUnit = max(min(terms.tick.exponent - Board.finerDigits, priceExponent), -18)
        let size = min(terms.lot.exponent, least)
        sizeUnit = size
        sizeExponent = size
        lotsFactor = Board.factor(terms.lot, size)
        sizeDivisor = 1
        _ = useTick(terms.tick)
        source.levels(index, .bid, limit: .max) { bids.set(price($0), self.size($1)) }
        source.levels(index, .ask, limit: .max) { asks.set(price($0), self.size($1)) }
        lastChange = source.lastChange(index)
        if let best = bids.best { shownBid = best }
        if let best = asks.best { shownAsk = best }
    }

    /// How many digits finer than at the beginning a tick may become.
    private static let finerDigits: Int8 = 6

    /// The market's tick is this now. Prices keep the finest digits that they had. False where it is too fine for a board.
    mutating func useTick(_ tick: Decimal) -> Bool {
        guard let factor = tick.mantissa(at: priceUnit) else { return false }
        terms.tick = tick
        ticksFactor = factor
        priceExponent = min(priceExponent, tick.exponent)
        priceDivisor = Decimal.power(of: min(Int(priceExponent) - Int(priceUnit), 18))
        return true
    }

    private static func factor(_ step: Decimal, _ unit: Int8) -> Int64 {
        step.mantissa(at: unit) ?? step.mantissa
    }

    func price(_ ticks: Ticks) -> Int64 { ticks.count &* ticksFactor }
    func size(_ lots: Lots) -> Int64 { lots.count &* lotsFactor }

    /// A price as it is written.
    @inline(__always)
    func decimal(price: Int64) -> Decimal { Decimal(price / priceDivisor, exponent: priceExponent) }

    /// A size as it is written.
    @inline(__always)
    func decimal(size: Int64) -> Decimal { Decimal(size, exponent: sizeExponent) }

    /// A sum of prices × sizes, with eight digits, the rest cut off; the largest there is where it does not fit.
    func decimal(value: Int128) -> Decimal {
        let exponent = Int(priceUnit) + Int(sizeUnit)
        var value = value
        for _ in 0..<max(-8 - exponent, 0) { value /= 10 }
        for _ in 0..<max(exponent + 8, 0) { value *= 10 }
        return Decimal(Int64(clamping: value), exponent: -8)
    }

    func level(_ rung: Rung) -> Level { Level(price: decimal(price: rung.price), size: decimal(size: rung.size)) }

    /// Shows the touch as it is. Returns whether it is another one than was shown.
    @discardableResult
    mutating func showTouch() -> Bool {
        let (bid, ask) = (bids.best ?? .none, asks.best ?? .none)
        defer { (shownBid, shownAsk) = (bid, ask) }
        return bid != shownBid || ask != shownAsk
    }

    /// Whether the venue's lists name it.
    var isListed: Bool { status != .pending }
    var isTrading: Bool { status == .trading }

    /// Keeps the book as it is now, to be given out when it is old.
    mutating func age() {
        agedBids.copy(bids)
        agedAsks.copy(asks)
        agedChange = lastChange
    }
}
