import Events
import Units

/// A number that two books share when they hold the same levels, whatever their histories: the exclusive or of a mix of each level's side,
/// price and size, by value (`1.50` is `1.5`). Each change costs the same however large the book is.
struct BookHash {
    /// What each level adds to `value`, by side and price.
    private var terms: [UInt64: UInt64] = [:]
    private(set) var value: UInt64 = 0

    /// Levels of both sides that are kept apart; `ingest` tells of no larger book.
    static let levelsMax = 1 << 18

    /// Sets a level, or removes it where its size is 0. False, and nothing is done, where there is no room for it.
    mutating func set(isAsk: Bool, _ level: Level) -> Bool {
        let place = SplitMix64.mix(BookHash.number(level.exactPrice) ^ (isAsk ? 0x5851_F42D_4C95_7F2D : 0))
        if let term = terms[place] {
            value ^= term
        } else if terms.count >= BookHash.levelsMax {
            return false
        }
        guard level.size != 0 else {
            terms[place] = nil
            return true
        }
        let term = BookHash.term(isAsk: isAsk, level)
        terms[place] = term
        value ^= term
        return true
    }

    mutating func removeAll() {
        terms.removeAll(keepingCapacity: true)
        value = 0
    }

    /// What a level adds.
    static func term(isAsk: Bool, _ level: Level) -> UInt64 {
        let place = SplitMix64.mix(number(level.exactPrice) ^ (isAsk ? 0x5851_F42D_4C95_7F2D : 0))
        return SplitMix64.mix(place ^ number(level.exactSize) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A number's value as a mix of its shortest digits and their place.
    static func number(_ decimal: Decimal) -> UInt64 {
        guard decimal.isGiven else { return 0 }
        var (digits, exponent) = (decimal.mantissa, Int64(decimal.exponent))
        guard digits != 0 else { return 1 }
        while digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        return SplitMix64.mix(UInt64(bitPattern: digits) ^ SplitMix64.mix(UInt64(bitPattern: exponent) &+ 1))
    }
}
