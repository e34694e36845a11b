import Markets
import Matching
import Units

/// One who reads a floor's tape from the start and keeps the books by it.
struct Reader {
    /// By market and side: size by price.
    var books: [[BookSide: [Int64: Int64]]] = []
    var changes: [UInt64] = []
    var trades: [UInt64] = []
    var times: [Int64] = []
    /// All lines, as one number.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var count = 0
    var tradeCount = 0
    /// What went against the contract.
    var faults: [String] = []

    init(_ floor: borrowing Floor) {
        for market in floor.markets.indices {
            books.append(Reader.book(floor, market))
            changes.append(floor.lastChange(market))
            trades.append(floor.lastTrade(market))
            times.append(0)
        }
    }

    static func book(_ floor: borrowing Floor, _ market: Int) -> [BookSide: [Int64: Int64]] {
        var book: [BookSide: [Int64: Int64]] = [.bid: [:], .ask: [:]]
        for side in BookSide.allCases {
            var last: Int64?
            floor.levels(market, side, limit: .max) { price, size in
                let isOrdered = last.map { side == .bid ? price.count < $0 : price.count > $0 } ?? true
                book[side]?[price.count] = isOrdered ? size.count : -1
                last = price.count
            }
        }
        return book
    }

    mutating func read(_ tape: borrowing Tape) {
        for print in tape.prints { read(print) }
    }

    private mutating func read(_ print: Print) {
        count += 1
        let market = Int(print.market)
        if market == books.count {
            books.append([.bid: [:], .ask: [:]])
            changes.append(0)
            trades.append(0)
            times.append(0)
        }
        let words = [
            UInt64(print.content.rawValue), UInt64(market), UInt64(print.side.rawValue),
            UInt64(bitPattern: print.price.count),
            UInt64(bitPattern: print.size.count), UInt64(print.time.count), print.number, print.maker, print.taker,
        ]
        for word in words { hash = (hash ^ word) &* 0x100_0000_01B3 }
        if print.time.count < times[market] { faults.append("time goes back: \(print)") }
        if print.time.count % 1000 != 0 { faults.append("no whole microsecond: \(print)") }
        times[market] = print.time.count
        switch print.content {
        case .level:
            changes[market] += 1
            if print.number != changes[market] { faults.append("number of a change: \(print)") }
            let known = books[market][print.side]?[print.price.count]
            if known == nil, print.size == .zero { faults.append("nothing rested there: \(print)") }
            books[market][print.side]?[print.price.count] = print.size == .zero ? nil : print.size.count
        case .trade:
            trades[market] += 1
            tradeCount += 1
            if print.number != trades[market] { faults.append("number of a trade: \(print)") }
            if print.size.count <= 0 || print.maker == print.taker { faults.append("no trade: \(print)") }
            if books[market][print.side.opposite]?[print.price.count] == nil { faults.append("no maker: \(print)") }
        default: break
        }
    }
}

/// Markets for tests: of different prices and sizes.
func plan(_ count: Int, seed: UInt64 = 1, rate: Int = 1000) -> Plan {
    var plan = Plan(seed: seed, start: .seconds(1_700_000_000))
    plan.rate = rate
    plan.listings = (0..<count).map { index in
        let terms = Terms(
            base: "C\(index)", quote: "USDT", tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: -5))
        var listing = Listing(terms, mid: Ticks(Int64(1000 + index * index * 5000)))
        listing.depth = 50
        return listing
    }
    return plan
}
