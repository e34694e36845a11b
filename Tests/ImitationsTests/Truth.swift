import Bytes
import Events
import Support
import Testing
import Units
import Wire

/// What frames say, event by event: of the witness, or of a session.
struct Heard: ~Copyable {
    /// A book and a sum over its levels that does not depend on their order.
    struct Rows {
        var sides: [[Int64: Int64]] = [[:], [:]]
        var sum: UInt64 = 0
        var isVoid = true

        mutating func set(_ side: Int, _ level: Level) {
            let price = level.exactPrice.mantissa(at: -12) ?? 0
            let size = level.exactSize.mantissa(at: -10) ?? 0
            if let old = sides[side][price] { sum &-= Rows.mix(side, price, old) }
            sides[side][price] = size == 0 ? nil : size
            if size != 0 { sum &+= Rows.mix(side, price, size) }
        }

        static func mix(_ side: Int, _ price: Int64, _ size: Int64) -> UInt64 {
            SplitMix64.mix(UInt64(bitPattern: price) ^ SplitMix64.mix(UInt64(bitPattern: size) &+ UInt64(side)))
        }

        /// The sum over the best levels alone.
        func sum(depth: Int) -> UInt64 {
            var sum: UInt64 = 0
            for side in 0...1 {
                let prices = sides[side].keys.sorted { side == 0 ? $0 > $1 : $0 < $1 }
                for price in prices.prefix(depth) { sum &+= Rows.mix(side, price, sides[side][price] ?? 0) }
            }
            return sum
        }
    }

    /// What identifies an event at its venue: the sequence where there is one, else the time.
    struct Place: Hashable {
        var symbol: String
        var key: Int64
    }

    let isNumbered: Bool
    /// Levels that are compared; 0: all.
    let depth: Int
    var books: [String: Rows] = [:]
    /// Sums of books, as they were told.
    var sums: [(place: Place, sum: UInt64)] = []
    var trades: [String: [String]] = [:]
    var tickers: [String: [(key: Int64, text: String)]] = [:]
    var klines: [String] = []
    var statuses: [String] = []
    var requests: [String] = []
    var instruments: [String] = []
    var gaps = 0
    private var assembly = Assembly()
    private var sides = Sides()

    init(isNumbered: Bool, depth: Int = 0) {
        self.isNumbered = isNumbered
        self.depth = depth
    }

    mutating func take(_ frames: RawSpan) {
        var at = 0
        while at < frames.byteCount {
            let rest = frames.extracting(at..<frames.byteCount)
            guard case .frame(let length) = Frame.front(of: rest) else {
                Issue.record("no good frame at \(at)")
                return
            }
            let frame = frames.extracting(at..<(at + length))
            if let field = Layout.defect(in: frame) { Issue.record("field \(field)") }
            at += length
            takeOne(frame)
        }
    }

    private mutating func takeOne(_ frame: RawSpan) {
        switch assembly.take(frame) {
        case .more: return
        case .stray: Issue.record("a part without its beginning")
        case .single, .complete: break
        }
        let header = Header(frame)
        let symbol = String(frame, header.symbol)
        let envelope = header.envelope
        let key = isNumbered ? Int64(envelope.lastSequence) : envelope.happened.count
        switch envelope.kind {
        case .bookSnapshot, .bookUpdate: takeBook(frame, header, Place(symbol: symbol, key: key))
        case .bookStatus:
            let status = BookStatus(frame, header)
            statuses.append("\(symbol) \(status.state) \(status.reason)")
            if status.state.isVoid { books[symbol]?.isVoid = true }
        case .trade:
            let trade = Trade(frame, header)
            let id = String(frame, Trade.id(frame, header))
            trades[symbol, default: []].append(
                "\(id) \(Heard.number(trade.price)) \(Heard.number(trade.size)) \(trade.side) \(envelope.happened.count)"
            )
        case .ticker:
            let ticker = Ticker(frame, header)
            let words = [ticker.bid, ticker.bidSize, ticker.ask, ticker.askSize, ticker.last, ticker.volume].map(
                Heard.number)
            tickers[symbol, default: []].append((key, words.joined(separator: " ")))
        case .kline:
            let kline = Kline(frame, header)
            let words = [kline.open, kline.high, kline.low, kline.close, kline.volume].map(Heard.number)
            klines.append(
                "\(symbol) \(kline.opened.count) \(words.joined(separator: " ")) \(kline.trades) \(kline.isFinal)")
        case .gap: gaps += 1
        case .extension: requests.append(String(frame, header.variable..<frame.byteCount))
        case .instrument:
            let status = InstrumentStatus(rawValue: frame.byte(header.payload + 7)) ?? .unknown
            let tick = Decimal(frame.i64(header.payload + 8), exponent: frame.i8(header.payload))
            instruments.append("\(symbol) \(Heard.number(tick)) \(status)")
        default: break
        }
    }

    private mutating func takeBook(_ frame: RawSpan, _ header: Header, _ place: Place) {
        assembly.readLevels(frame, header, into: &sides)
        if header.envelope.kind == .bookSnapshot { books[place.symbol] = Rows() }
        for index in 0..<sides.bids.count { books[place.symbol, default: Rows()].set(0, sides.bids[index]) }
        for index in 0..<sides.asks.count { books[place.symbol, default: Rows()].set(1, sides.asks[index]) }
        books[place.symbol]?.isVoid = false
        guard let rows = books[place.symbol] else { return }
        sums.append((place, depth == 0 ? rows.sum : rows.sum(depth: depth)))
    }

    private static func number(_ number: Decimal) -> String {
        number.isGiven ? plainText(number.mantissa, exponent: Int(number.exponent)) : "-"
    }
}
