import Bytes
import Events
import Flow
import Units
import Wire

/// What is compared of a trade.
enum TradeFields {
    /// A mix of the venue's identity of the trade.
    static func id(_ frame: RawSpan, _ header: Header) -> UInt64 {
        let range = Trade.id(frame, header)
        var mix = UInt64(range.count)
        for at in range { mix = SplitMix64.mix(mix ^ UInt64(frame.byte(at))) }
        return mix
    }

    /// The venue's number of the trade, where it is one: not always the sequence of the message that told it.
    static func number(_ frame: RawSpan, _ header: Header) -> UInt64? {
        let range = Trade.id(frame, header)
        guard !range.isEmpty, range.count <= 19 else { return nil }
        var number: UInt64 = 0
        for at in range {
            let digit = frame.byte(at) &- 0x30
            guard digit <= 9 else { return nil }
            number = number * 10 + UInt64(digit)
        }
        return number
    }

    /// A mix of what was traded; the side is compared where both know it.
    static func content(_ trade: Trade) -> UInt64 {
        SplitMix64.mix(BookHash.number(trade.price) &+ SplitMix64.mix(BookHash.number(trade.size)))
    }
}

/// What is compared of a ticker: a mix of each field, 0 where it is not given.
struct TickerFields: BitwiseCopyable {
    private var mixes = SIMD16<UInt32>.zero

    private static let names = [
        "bid", "bidSize", "ask", "askSize", "last", "lastSize", "volume", "high", "low", "open",
    ]

    init(_ ticker: Ticker) {
        mixes[0] = TickerFields.mix(ticker.bid)
        mixes[1] = TickerFields.mix(ticker.bidSize)
        mixes[2] = TickerFields.mix(ticker.ask)
        mixes[3] = TickerFields.mix(ticker.askSize)
        mixes[4] = TickerFields.mix(ticker.last)
        mixes[5] = TickerFields.mix(ticker.lastSize)
        mixes[6] = TickerFields.mix(ticker.volume)
        mixes[7] = TickerFields.mix(ticker.high)
        mixes[8] = TickerFields.mix(ticker.low)
        mixes[9] = TickerFields.mix(ticker.open)
    }

    /// The first field that both give, and differently.
    func difference(from other: TickerFields) -> String? {
        for (index, name) in TickerFields.names.enumerated()
        where mixes[index] != 0 && other.mixes[index] != 0 && mixes[index] != other.mixes[index] {
            return name
        }
        return nil
    }

    private static func mix(_ decimal: Decimal) -> UInt32 {
        decimal.isGiven ? UInt32(truncatingIfNeeded: BookHash.number(decimal)) | 1 : 0
    }
}

/// Gives each venue's symbol a small number, whatever the channel.
struct SymbolTable: ~Copyable {
    private var streams = StreamTable()

    /// A new one for a new symbol; nil where there is no room for it.
    mutating func index(_ frame: RawSpan) -> Int? { streams.index(frame, as: .control) }
}

/// What is wrong: a count, and the first few in words.
struct Differences {
    private(set) var count = 0
    private(set) var told: [String] = []

    private static let toldMax = 20

    mutating func add(_ what: @autoclosure () -> String) {
        count += 1
        if told.count < Differences.toldMax { told.append(what()) }
    }
}
