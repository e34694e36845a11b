import Bytes
import Text
import Units

extension Printer {
    /// `"1.50"`
    mutating func print(quoted number: Decimal) {
        print(byte: 0x22)
        print(number)
        print(byte: 0x22)
    }

    /// A text that needs no escapes, in quotes.
    mutating func print(quoted text: String) {
        print(byte: 0x22)
        print(text)
        print(byte: 0x22)
    }

    /// Any text as a JSON string.
    mutating func print(json text: String) { text.withBytes { print(json: $0) } }

    mutating func print(millis time: Nanos) { print(time.count / 1_000_000) }

    /// `2023-10-06T17:35:55.440295Z` with this many digits after the point.
    mutating func print(utc time: Nanos, digits: Int) {
        let civil = Civil(time)
        print(UInt64(clamping: civil.year), digits: 4)
        print(byte: 0x2D)
        print(UInt64(civil.month), digits: 2)
        print(byte: 0x2D)
        print(UInt64(civil.day), digits: 2)
        print(byte: 0x54)
        print(clock: civil, fraction: digits)
        print(byte: 0x5A)
    }

    /// `[["price","size"],…]`
    mutating func print(pairs rungs: borrowing Rungs, of board: borrowing Board, limit: Int = .max) {
        print(byte: 0x5B)
        for rank in 0..<min(limit, rungs.count) {
            let rung = rungs[rank]
            print(rank == 0 ? "[" : ",[")
            print(quoted: board.decimal(price: rung.price))
            print(byte: 0x2C)
            print(quoted: board.decimal(size: rung.size))
            print(byte: 0x5D)
        }
        print(byte: 0x5D)
    }

    /// What was printed since `start`.
    func piece(from start: Int) -> Piece { Piece(start: start, count: count - start) }
}
