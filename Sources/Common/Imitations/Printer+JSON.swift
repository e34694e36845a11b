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
        print(date: civil)
        print(byte: 0x54)
        print(clock: civil, fraction: digits)
        print(byte: 0x5A)
    }

    /// Goes on to the next element: a comma, but none behind the bracket that opens the list.
    mutating func separate() { if last != 0x5B, last != 0x7B { print(byte: 0x2C) } }

    /// What was printed since `start`.
    func piece(from start: Int) -> Piece { Piece(start: start, count: count - start) }
}
