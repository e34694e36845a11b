import Events
import Units

/// A book as two sorted rows, with a sum that tells equal books from different ones.
struct Rows {
    private struct Side {
        /// Prices, negated for bids, so that the best comes first; and their sizes.
        var prices: [Int64] = []
        var sizes: [Int64] = []

        mutating func set(_ price: Int64, _ size: Int64) {
            var low = 0
            var high = prices.count
            while low < high {
                let middle = (low + high) / 2
                if prices[middle] < price { low = middle + 1 } else { high = middle }
            }
            let isThere = low < prices.count && prices[low] == price
            if size == 0 {
                guard isThere else { return }
                prices.remove(at: low)
                sizes.remove(at: low)
            } else if isThere {
                sizes[low] = size
            } else {
                prices.insert(price, at: low)
                sizes.insert(size, at: low)
            }
        }

        func sum(_ side: UInt64, _ depth: Int) -> UInt64 {
            var sum: UInt64 = 0
            for rank in 0..<min(depth, prices.count) { sum &+= Rows.mix(side, prices[rank], sizes[rank]) }
            return sum
        }
    }

    private var bids = Side()
    private var asks = Side()

    mutating func bid(_ level: Level) { bids.set(-Rows.price(level), Rows.size(level)) }
    mutating func ask(_ level: Level) { asks.set(Rows.price(level), Rows.size(level)) }

    mutating func take(_ sides: borrowing Sides) {
        for index in 0..<sides.bids.count { bid(sides.bids[index]) }
        for index in 0..<sides.asks.count { ask(sides.asks[index]) }
    }

    /// Of the best `depth` levels of each side.
    func sum(depth: Int) -> UInt64 { bids.sum(1, depth) &+ asks.sum(2, depth) }

    var levels: Int { bids.prices.count + asks.prices.count }

    private static func price(_ level: Level) -> Int64 { level.exactPrice.mantissa(at: -10) ?? .max }
    private static func size(_ level: Level) -> Int64 { level.exactSize.mantissa(at: -10) ?? .max }

    private static func mix(_ side: UInt64, _ price: Int64, _ size: Int64) -> UInt64 {
        SplitMix64.mix(UInt64(bitPattern: price) ^ SplitMix64.mix(UInt64(bitPattern: size) &+ side))
    }
}
