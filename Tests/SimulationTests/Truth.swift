import Bytes
import Events
import Support
import Units
import Wire

/// What the witness says happened: every book at every moment that a message names, every trade, every ticker.
struct Truth: ~Copyable {
    struct Moment: Hashable {
        let symbol: String
        /// The venue's number where it has one, else its time in microseconds.
        let key: Int64
    }

    let isNumbered: Bool
    let depth: Int
    /// Sums of books; several where a time is shared.
    private(set) var books: [Moment: [UInt64]] = [:]
    private(set) var trades: [String: [UInt64: String]] = [:]
    private(set) var tickers: [Moment: [String]] = [:]
    /// The newest trade of each symbol and when it happened, by which completeness is judged.
    private(set) var tradeTimes: [String: [(id: UInt64, at: Nanos)]] = [:]
    private var rows: [String: Rows] = [:]
    private var reader = FrameReader()

    init(isNumbered: Bool, depth: Int) {
        self.isNumbered = isNumbered
        self.depth = depth
    }

    mutating func take(_ frames: RawSpan) {
        var at = 0
        while let range = FrameReader.next(frames, &at) {
            let frame = frames.extracting(range)
            guard reader.take(frame) else { continue }
            let header = Header(frame)
            let symbol = String(frame, header.symbol)
            let envelope = header.envelope
            let key = isNumbered ? Int64(envelope.lastSequence) : envelope.happened.count / 1000
            let moment = Moment(symbol: symbol, key: key)
            switch envelope.kind {
            case .bookSnapshot, .bookUpdate:
                reader.readLevels(frame, header)
                if envelope.kind == .bookSnapshot { rows[symbol] = Rows() }
                rows[symbol, default: Rows()].take(reader.sides)
                books[moment, default: []].append(rows[symbol]?.sum(depth: depth) ?? 0)
            case .trade:
                let id = FrameReader.tradeID(frame, header)
                trades[symbol, default: [:]][id] = FrameReader.line(Trade(frame, header))
                tradeTimes[symbol, default: []].append((id, envelope.received))
            case .ticker: tickers[moment, default: []].append(FrameReader.line(Ticker(frame, header)))
            default: break
            }
        }
    }
}

/// Takes frames apart.
struct FrameReader: ~Copyable {
    private var assembly = Assembly()
    private(set) var sides = Sides()

    /// Where the frame at `at` is, which is moved behind it; nil at the end.
    static func next(_ frames: RawSpan, _ at: inout Int) -> Range<Int>? {
        guard at < frames.byteCount else { return nil }
        guard case .frame(let length) = Frame.front(of: frames.extracting(at..<frames.byteCount)) else {
            preconditionFailure("no good frame at \(at)")
        }
        defer { at += length }
        return at..<(at + length)
    }

    /// Whether an event is complete with this frame.
    mutating func take(_ frame: RawSpan) -> Bool {
        switch assembly.take(frame) {
        case .more, .stray: false
        case .single, .complete: true
        }
    }

    mutating func readLevels(_ frame: RawSpan, _ header: Header) {
        assembly.readLevels(frame, header, into: &sides)
    }

    static func tradeID(_ frame: RawSpan, _ header: Header) -> UInt64 {
        UInt64(String(frame, Trade.id(frame, header))) ?? 0
    }

    static func line(_ trade: Trade) -> String { "\(number(trade.price)) \(number(trade.size)) \(trade.side)" }

    static func line(_ ticker: Ticker) -> String {
        [ticker.bid, ticker.bidSize, ticker.ask, ticker.askSize].map { String(number($0)) }.joined(separator: " ")
    }

    private static func number(_ number: Decimal) -> Int64 {
        number.isGiven ? number.mantissa(at: -10) ?? .max : -1
    }
}
