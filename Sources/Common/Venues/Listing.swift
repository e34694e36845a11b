import Bytes
public import Events
import Units

/// The instruments of a venue, by the venue's own names, with the names that we give them.
///
/// Invariant: no two instruments have one canonical name, nor one native name.
public struct Listing: ~Copyable {
    private var natives = Names(limit: Listing.limit)
    private var canonicals = Names(limit: Listing.limit)
    public private(set) var instruments: [Instrument] = []
    private var names: [String] = []
    private let dialect: Dialect

    /// Instruments known at most; those beyond are left out.
    public static let limit = 1 << 16

    public init(_ dialect: Dialect) { self.dialect = dialect }

    public var count: Int { instruments.count }

    /// Makes it the listing of these instruments. A native name that comes again counts the first time. Where two would have
    /// one canonical name, the settlement asset is added to both; where that does not tell them apart, they keep their own.
    public mutating func replace(with list: [Instrument]) {
        natives = Names(limit: Listing.limit)
        canonicals = Names(limit: Listing.limit)
        instruments = []
        names = []
        var uses: [String: Int] = [:]
        var seen: Set<String> = []
        let list = list.filter { seen.insert($0.native).inserted }.prefix(Listing.limit)
        for instrument in list { uses[dialect.canonical(instrument), default: 0] += 1 }
        for instrument in list {
            var name = dialect.canonical(instrument)
            if uses[name, default: 0] > 1 {
                name = instrument.settle.isEmpty ? instrument.native : name + "-" + instrument.settle
            }
            if canonicals.find(name) != nil { name = instrument.native }
            // A name that is too long must not take the other's place.
            guard canonicals.find(name) == nil, name.utf8.count <= 255,
                natives.intern(instrument.native) == instruments.count, canonicals.intern(name) == instruments.count
            else { continue }
            instruments.append(instrument)
            names.append(name)
        }
    }

    /// The index of the instrument that the venue calls by the text in `range`.
    public func index(native text: RawSpan, _ range: Range<Int>) -> Int? { natives.find(text, range) }

    /// The index of the instrument that the venue calls `native`.
    public func index(native: String) -> Int? { natives.find(native) }

    /// The index of the instrument with this canonical name, or this name of the venue's.
    public func index(named name: String) -> Int? { canonicals.find(name) ?? natives.find(name) }

    /// Our name of the instrument.
    public func canonical(_ index: Int) -> String { names[index] }
}

extension Dialect {
    /// Our name of an instrument: `BASE-QUOTE`, `BASE-QUOTE-PERP`, `BASE-QUOTE-YYMMDD`; the venue's own where its type is not
    /// known. It depends on the instrument alone, so that a new listing never renames an old one.
    ///
    /// Kraken Futures lists contracts that differ in nothing but what they settle in (`PI_ETHUSD` in ETH, `PF_ETHUSD` in USD):
    /// there the inverse ones bear the settlement asset.
    public func canonical(_ instrument: Instrument) -> String {
        let pair = instrument.base + "-" + instrument.quote
        let settled = self == .krakenFutures && instrument.isInverse ? "-" + instrument.settle : ""
        switch instrument.type {
        case .spot: return pair
        case .perpetual: return pair + "-PERP" + settled
        case .future:
            let day = Civil(instrument.expiry)
            let date = (day.year % 100 * 100 + day.month) * 100 + day.day
            return pair + "-" + String(repeating: "0", count: 6 - String(date).count) + String(date) + settled
        case .unknown, .option: return instrument.native
        }
    }

    /// The venue's own name for a canonical one, where it follows from the name alone; nil where only the listing tells.
    public func native(_ canonical: String) -> String? {
        let words = canonical.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 2, words.allSatisfy({ !$0.isEmpty }) else { return nil }
        let (base, quote) = (words[0], words[1])
        switch (self, words.count) {
        case (.binance, 2): return base + quote
        case (.binanceUsdm, 3): return words[2] == "PERP" ? base + quote : base + quote + "_" + words[2]
        case (.binanceCoinm, 3): return base + quote + "_" + words[2]
        case (.coinbase, 2), (.coinbaseExchange, 2): return canonical
        case (.kraken, 2): return base + "/" + quote
        case (.krakenV1, 2): return Assets.krakenV1(base) + "/" + Assets.krakenV1(quote)
        // Others than in dollars (`PV_XRPXBT`) have other prefixes.
        case (.krakenFutures, _) where quote != "USD": return nil
        case (.krakenFutures, 3) where words[2] == "PERP": return "PF_" + Assets.krakenV1(base) + quote
        case (.krakenFutures, 3): return "FF_" + Assets.krakenV1(base) + quote + "_" + words[2]
        case (.krakenFutures, 4) where words[2] == "PERP": return "PI_" + Assets.krakenV1(base) + quote
        case (.krakenFutures, 4): return "FI_" + Assets.krakenV1(base) + quote + "_" + words[2]
        default: return nil
        }
    }

    /// Our name for the venue's own, where it follows from the text alone: only where the venue separates base and quote.
    public func canonical(native: String) -> String? {
        switch self {
        case .coinbase, .coinbaseExchange:
            return native.contains("-") ? native : nil
        case .kraken, .krakenV1:
            let words = native.split(separator: "/", omittingEmptySubsequences: false)
            guard words.count == 2, words.allSatisfy({ !$0.isEmpty && !$0.contains("-") }) else { return nil }
            return Assets.common(String(words[0])) + "-" + Assets.common(String(words[1]))
        default: return nil
        }
    }
}

/// Names of assets that Kraken has for itself. Source: docs.kraken.com "Asset names", read 2026-07.
enum Assets {
    /// The name that everybody else uses.
    static func common(_ name: String) -> String {
        switch name {
        case "XBT", "XXBT": "BTC"
        case "XDG", "XXDG": "DOGE"
        case "XETH": "ETH"
        case "XLTC": "LTC"
        case "XXRP": "XRP"
        case "XXLM": "XLM"
        case "XXMR": "XMR"
        case "XZEC": "ZEC"
        case "XETC": "ETC"
        case "XREP": "REP"
        case "XMLN": "MLN"
        case "ZUSD": "USD"
        case "ZEUR": "EUR"
        case "ZGBP": "GBP"
        case "ZCAD": "CAD"
        case "ZJPY": "JPY"
        case "ZAUD": "AUD"
        default: name
        }
    }

    /// The name that Kraken's v1 and futures use.
    static func krakenV1(_ name: String) -> String {
        switch name {
        case "BTC": "XBT"
        case "DOGE": "XDG"
        default: name
        }
    }
}
