import Bytes
import Events
import Units

/// A venue that shows the best levels of a deep book, as Kraken does: what falls out of them is not told, what comes back is
/// told anew, and a checksum of the best ten goes with each change.
public struct CutVenue: Sendable {
    private let market: TrueMarket
    private var whole = PlainBook()
    /// What a subscriber should hold.
    public private(set) var book = PlainBook()
    public let depth: Int

    public init(depth: Int, using dice: inout Dice) {
        self.depth = depth
        market = TrueMarket(start: 0, reach: depth * 2)
        for _ in 0..<(depth * 5) { change(using: &dice) }
        book = whole.cut(to: depth)
    }

    private mutating func change(using dice: inout Dice) {
        let change = market.draw(using: &dice)
        whole.set(change.side, change.level)
    }

    /// Some changes of the book; what of them is to be told.
    public mutating func change(_ count: Int, using dice: inout Dice, into sides: inout Sides) {
        sides.removeAll()
        let before = book
        for _ in 0..<count { change(using: &dice) }
        book = whole.cut(to: depth)
        for side in PlainBook.Side.allCases {
            let (old, new) = side == .bids ? (before.bids, book.bids) : (before.asks, book.asks)
            let rest = side == .bids ? whole.bids : whole.asks
            var told: [Level] = []
            for (price, row) in old where new[price] == nil && rest[price] == nil {
                var level = row.level
                level.size = 0
                told.append(level)
            }
            for (price, row) in new where old[price] != row { told.append(row.level) }
            // In any order: the receiver cuts when all are applied.
            told.sort { $0.price < $1.price }
            for level in told {
                if side == .bids { sides.bids.append(level) } else { sides.asks.append(level) }
            }
        }
    }

    public func snapshot(into sides: inout Sides) {
        sides.removeAll()
        for row in book.best(.bids) { sides.bids.append(row.level) }
        for row in book.best(.asks) { sides.asks.append(row.level) }
    }

    /// Kraken's checksum of the book, the plain way: asks then bids, best ten, digits without point and leading zeros.
    public var checksum: UInt32 {
        let rows = book.best(.asks, 10) + book.best(.bids, 10)
        return plainCRC(rows.map { "\($0.price)\($0.size)" }.joined())
    }
}

/// CRC-32 (IEEE), bit by bit.
public func plainCRC(_ text: String) -> UInt32 {
    var register = ~UInt32(0)
    for byte in text.utf8 {
        register ^= UInt32(byte)
        for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
    }
    return ~register
}
