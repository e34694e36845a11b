import Testing

@testable import Venues

/// A message as a venue sends it, what it says, and which of its fields matter how.
///
/// Fields are named by their keys from the outermost object on, as `data.symbol`; places in lists are left out.
struct Sample: Sendable, CustomTestStringConvertible {
    var dialect: Dialect
    var what: String
    var text: String
    /// What a `Reading` of it says.
    var lines: [String]
    /// Fields without which the message is refused.
    var needed: Set<String> = []
    /// Fields that nobody looks at: repeated or of any type they change nothing.
    var unused: Set<String> = []
    /// Numbers of prices, sizes and ids: one that does not fit marks the event.
    var numbers: Set<String> = []
    var side = CoinbaseMessages.TradeSide.unknown

    var testDescription: String { "\(dialect.rawValue): \(what)" }

    static let all: [Sample] = binance + coinbase + coinbaseExchange + kraken + krakenV1 + krakenFutures
}
