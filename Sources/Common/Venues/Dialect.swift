public import Books
import Bytes
public import Events
public import Text

/// One public market-data API of one venue: the name that `ingest` is called with.
public enum Dialect: String, CaseIterable, Sendable {
    case binance
    case binanceUsdm = "binance-usdm"
    case binanceCoinm = "binance-coinm"
    /// Advanced Trade.
    case coinbase
    case coinbaseExchange = "coinbase-exchange"
    /// WebSocket v2.
    case kraken
    case krakenV1 = "kraken-v1"
    case krakenFutures = "kraken-futures"

    /// The name that its frames bear.
    public var venue: String { rawValue }

    /// How its books are numbered, symbol by symbol.
    public var rule: SequenceRule {
        switch self {
        case .binance: .range
        case .binanceUsdm, .binanceCoinm: .pointer
        case .krakenFutures: .next
        case .coinbase, .coinbaseExchange, .kraken, .krakenV1: .none
        }
    }

    /// What vouches for its books.
    public var integrity: Integrity {
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm, .krakenFutures: .sequence
        // The connection's sequence, see `hasConnectionSequence`.
        case .coinbase: .sequence
        case .coinbaseExchange: .none
        case .kraken, .krakenV1: .checksum
        }
    }

    /// Whether each connection numbers its messages, so that a gap concerns all its books.
    public var hasConnectionSequence: Bool { self == .coinbase }

    /// Whether a book's snapshot is fetched by REST; else it comes in the stream, after subscribing.
    public var fetchesSnapshots: Bool {
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm: true
        default: false
        }
    }

    /// Depths that a book can be subscribed with; empty where the venue sends all of it.
    public var depths: [Int] { self == .kraken || self == .krakenV1 ? [10, 25, 100, 500, 1000] : [] }

    /// The channels that the venue pushes.
    public var channels: ChannelSet {
        switch self {
        case .coinbaseExchange, .krakenFutures: [.book, .trade, .ticker, .instrument]
        default: .all
        }
    }

    /// Whether a candle says itself that it is final; else it is when a later one begins.
    var saysFinal: Bool {
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm: true
        default: false
        }
    }

    /// Reads one WebSocket message. With a defect the batch is not to be used.
    @inline(__always)
    public func read(
        _ text: RawSpan, side: CoinbaseMessages.TradeSide = .unknown, into batch: inout Batch
    ) -> JSON.Defect {
        switch self {
        case .binance, .binanceUsdm, .binanceCoinm: BinanceMessages.read(text, into: &batch)
        case .coinbase: CoinbaseMessages.read(text, side: side, into: &batch)
        case .coinbaseExchange: CoinbaseExchangeMessages.read(text, into: &batch)
        case .kraken: KrakenMessages.read(text, into: &batch)
        case .krakenV1: KrakenV1Messages.read(text, into: &batch)
        case .krakenFutures: KrakenFuturesMessages.read(text, into: &batch)
        }
    }
}

/// Which kinds of events are wanted.
public struct ChannelSet: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let book = ChannelSet(rawValue: 1)
    public static let trade = ChannelSet(rawValue: 2)
    public static let ticker = ChannelSet(rawValue: 4)
    public static let kline = ChannelSet(rawValue: 8)
    public static let instrument = ChannelSet(rawValue: 16)
    public static let all: ChannelSet = [.book, .trade, .ticker, .kline, .instrument]

    /// The names that a command line uses, in the order of the bits.
    public static let names = ["book", "trade", "ticker", "kline", "instrument"]

    /// The channel of this name; nil when there is none.
    public init?(name: String) {
        guard let bit = ChannelSet.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: 1 << UInt8(bit))
    }
}
