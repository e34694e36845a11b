import Support
import Units

@testable import Imitations
@testable import Markets
@testable import Matching

/// Markets whose orders are thrown by dice, as simple as can be: books of price and size, and prints of what happens to them.
struct ToyMarkets: MarketSource {
    private(set) var markets: [Floor.Market] = []
    private var books: [[BookSide: [Int64: Int64]]] = []
    private var changes: [UInt64] = []
    private var trades: [UInt64] = []
    private var orders: UInt64 = 0
    var dice: Dice
    /// Levels that a side begins with.
    let depth: Int64

    static let usual: [Terms] = [
        Terms(base: "BTC", quote: "USD", tick: Decimal(1, exponent: -1), lot: Decimal(1, exponent: -8)),
        Terms(base: "ETH", quote: "USD", tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: -8)),
        Terms(base: "DOGE", quote: "EUR", tick: Decimal(5, exponent: -7), lot: Decimal(1, exponent: -3)),
        Terms(base: "SOL", quote: "USDT", tick: Decimal(1, exponent: -3), lot: Decimal(1, exponent: -2)),
    ]

    init(_ terms: [Terms] = ToyMarkets.usual, depth: Int64 = 30, seed: UInt64) {
        dice = Dice(seed: seed)
        self.depth = depth
        for terms in terms { add(terms, .trading) }
    }

    mutating func add(_ terms: Terms, _ status: Floor.Market.Status) {
        markets.append(Floor.Market(terms: terms, status: status))
        var bids: [Int64: Int64] = [:]
        var asks: [Int64: Int64] = [:]
        for step in 1...depth {
            bids[10_000 - step * Int64.random(in: 1...3, using: &dice)] = size()
            asks[10_000 + step * Int64.random(in: 1...3, using: &dice)] = size()
        }
        books.append([.bid: bids, .ask: asks])
        changes.append(1000)
        trades.append(0)
    }

    func lastChange(_ market: Int) -> UInt64 { changes[market] }

    borrowing func levels(_ market: Int, _ side: BookSide, limit: Int, _ body: (Ticks, Lots) -> Void) {
        let rows = books[market][side, default: [:]].sorted { side == .bid ? $0.key > $1.key : $0.key < $1.key }
        for row in rows.prefix(limit) { body(Ticks(row.key), Lots(row.value)) }
    }

    private mutating func size() -> Int64 { Int64.random(in: 1...200_000, using: &dice) }

    func best(_ market: Int, _ side: BookSide) -> Int64 {
        let prices = books[market][side, default: [:]].keys
        return (side == .bid ? prices.max() : prices.min()) ?? 10_000
    }

    private mutating func set(
        _ market: Int, _ side: BookSide, _ price: Int64, _ size: Int64, _ time: Nanos, _ tape: inout Tape
    ) {
        guard books[market][side, default: [:]][price, default: 0] != size else { return }
        books[market][side, default: [:]][price] = size == 0 ? nil : size
        changes[market] += 1
        tape.append(ToyMarkets.line(.level, market, time, side, price, size, changes[market]))
    }

    /// By hand: a level is this now.
    mutating func put(_ market: Int, _ side: BookSide, _ price: Int64, _ size: Int64, _ time: Nanos, _ tape: inout Tape)
    {
        set(market, side, price, size, time, &tape)
    }

    /// By hand: a trade.
    mutating func sell(
        _ market: Int, _ side: BookSide, _ price: Int64, _ size: Int64, taker: UInt64 = 9, _ time: Nanos,
        _ tape: inout Tape
    ) {
        trades[market] += 1
        tape.append(ToyMarkets.line(.trade, market, time, side, price, size, trades[market], maker: 5, taker: taker))
    }

    private static func line(
        _ content: Print.Content, _ market: Int, _ time: Nanos, _ side: BookSide = .bid, _ price: Int64 = 0,
        _ size: Int64 = 0, _ number: UInt64 = 0, maker: UInt64 = 0, taker: UInt64 = 0
    ) -> Print {
        Print(
            content: content, market: Int32(market), side: side, price: Ticks(price), size: Lots(size), time: time,
            number: number, maker: maker, taker: taker)
    }

    mutating func tell(_ content: Print.Content, _ market: Int, _ time: Nanos, _ tape: inout Tape) {
        switch content {
        case .halted: markets[market].status = .halted
        case .ended: markets[market].status = .ended
        case .listed, .resumed: markets[market].status = .trading
        default: break
        }
        tape.append(ToyMarkets.line(content, market, time))
    }

    mutating func changeTick(_ market: Int, finer factor: Int64, _ time: Nanos, _ tape: inout Tape) {
        let tick = markets[market].terms.tick
        markets[market].terms.tick = Decimal(tick.mantissa, exponent: tick.exponent - 1)
        precondition(factor == 10, "a tick with one digit more")
        for side in BookSide.allCases {
            let rows = books[market][side, default: [:]]
            books[market][side] = Dictionary(uniqueKeysWithValues: rows.map { ($0.key * factor, $0.value) })
        }
        tape.append(
            ToyMarkets.line(.tick, market, time, .bid, tick.mantissa, Int64(tick.exponent) - 1))
    }

    /// One order on one market: rests, is cancelled, or takes.
    mutating func act(at time: Nanos, _ tape: inout Tape) {
        let market = Int.random(in: 0..<markets.count, using: &dice)
        guard markets[market].status == .trading else { return }
        let side: BookSide = Bool.random(using: &dice) ? .bid : .ask
        let touch = best(market, side.opposite)
        let away = Int64.random(in: 1...40, using: &dice)
        orders += 1
        switch Int.random(in: 0..<10, using: &dice) {
        case 0..<5: set(market, side, side == .bid ? touch - away : touch + away, size(), time, &tape)
        case 5..<8:
            // Sorted, as dictionaries have no order that two runs share.
            let prices = books[market][side, default: [:]].keys.sorted()
            if prices.count > 3 { set(market, side, dice.pick(prices), 0, time, &tape) }
        default: take(market, side, time, &tape)
        }
    }

    /// A taker who eats some levels, and sometimes rests with the remainder.
    private mutating func take(_ market: Int, _ side: BookSide, _ time: Nanos, _ tape: inout Tape) {
        var left = size() * 2
        var last: Int64 = 0
        for fill in 0..<4 {
            guard left > 0, books[market][side.opposite, default: [:]].count > 4 else { break }
            let price = best(market, side.opposite)
            let there = books[market][side.opposite, default: [:]][price, default: 0]
            let taken = min(there, left)
            trades[market] += 1
            tape.append(
                ToyMarkets.line(
                    .trade, market, time, side, price, taken, trades[market], maker: UInt64(fill) + 7, taker: orders))
            set(market, side.opposite, price, there - taken, time, &tape)
            left -= taken
            last = taken == there ? price : 0
        }
        if left > 0, last > 0 { set(market, side, last, left, time, &tape) }
    }
}
