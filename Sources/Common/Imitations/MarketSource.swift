public import Markets
public import Matching

/// Where an imitation learns which markets there are and what rests on them when it begins: a floor.
public protocol MarketSource: ~Copyable {
    var markets: [Floor.Market] { get }

    /// Number of the last change of a market's book.
    func lastChange(_ market: Int) -> UInt64

    /// The best levels of a side, best first.
    borrowing func levels(_ market: Int, _ side: BookSide, limit: Int, _ body: (Ticks, Lots) -> Void)
}

extension Floor: MarketSource {}
