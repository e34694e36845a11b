import Markets
import Matching
import Units
import Venues

/// The markets of each venue: the well-known ones first, then as many made-up ones as are asked for.
enum Catalogue {
    /// Base asset, price in cents of the quote, digits of price and of size.
    private static let known: [(base: String, cents: Int64, priceDigits: Int8, sizeDigits: Int8)] = [
        ("BTC", 10_425_000, 2, 5), ("ETH", 386_500, 2, 4), ("SOL", 18_240, 2, 3), ("XRP", 61, 4, 1),
        ("LTC", 8_950, 2, 3), ("DOGE", 18, 5, 0), ("ADA", 65, 4, 1), ("DOT", 720, 3, 2), ("LINK", 1_820, 3, 2),
        ("AVAX", 3_240, 2, 2),
    ]

    static func listings(_ dialect: Dialect, count: Int) -> [Markets.Listing] {
        (0..<count).map { listing(dialect, $0) }
    }

    private static func listing(_ dialect: Dialect, _ index: Int) -> Markets.Listing {
        let quote = dialect == .binance ? "USDT" : "USD"
        let model = known[index % known.count]
        let base = index < known.count ? model.base : "T\(index)"
        let sizeDigits = dialect == .kraken ? 8 : model.sizeDigits
        let terms = Terms(
            base: base, quote: quote, tick: Decimal(1, exponent: -model.priceDigits),
            lot: Decimal(1, exponent: -sizeDigits))
        let steps = Decimal.power(of: Int(model.priceDigits))
        // A little apart at each venue, as markets are.
        let shift = Int64(Dialect.allCases.firstIndex(of: dialect) ?? 0)
        let ticks = max(1000, model.cents * steps / 100 + shift * steps / 100)
        var listing = Markets.Listing(terms, mid: Ticks(ticks))
        // Sizes of some hundreds of dollars, whatever the coin.
        let lots = Decimal.power(of: Int(sizeDigits))
        listing.size = Lots(max(1, 50_000 * lots / max(1, model.cents)))
        listing.weight = index == 0 ? 300 : 100
        return listing
    }
}
