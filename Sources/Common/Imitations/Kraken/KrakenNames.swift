/// What Kraken calls assets and pairs outside WebSocket v2.
///
/// Source: docs.kraken.com "Asset names", read 2026-07.
enum KrakenNames {
    /// The name that REST keys its answers with: old assets have one of four letters.
    static func long(_ asset: String) -> String {
        switch asset {
        case "BTC": "XXBT"
        case "DOGE": "XXDG"
        case "ETH", "LTC", "XRP", "XLM", "XMR", "ZEC", "ETC", "REP", "MLN": "X" + asset
        case "USD", "EUR", "GBP", "CAD", "JPY", "AUD": "Z" + asset
        default: asset
        }
    }

    /// The name that v1 uses.
    static func short(_ asset: String) -> String {
        switch asset {
        case "BTC": "XBT"
        case "DOGE": "XDG"
        default: asset
        }
    }

    static func isOld(_ asset: String) -> Bool { long(asset).count == 4 && long(asset) != asset }

    /// The key of a pair: long names where both assets are old.
    static func pair(_ base: String, _ quote: String) -> String {
        isOld(base) && isOld(quote) ? long(base) + long(quote) : alternative(base, quote)
    }

    static func alternative(_ base: String, _ quote: String) -> String { short(base) + short(quote) }
}
