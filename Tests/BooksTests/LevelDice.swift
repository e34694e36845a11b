import Bytes
import Events
import Support

/// Levels as a hostile venue might send them: few different prices, so that they meet again, each spelt with other digits
/// every time; 0 and negative ones among them.
struct LevelDice {
    var dice: Dice
    /// Prices lie in this range, in steps of 10^-2.
    var prices = -40...160
    /// Digits that a price may be spelt with beyond those that it needs.
    var spellings = 0...3

    init(seed: Int) { dice = Dice(seed: UInt64(seed)) }

    /// A level, or the removal of one.
    mutating func level() -> Level {
        let size = dice.oneIn(3) ? 0 : Int64(dice.number(1...99))
        return spell(Int64(dice.number(prices)), size)
    }

    /// The price `cents × 10^-2` in one of its spellings.
    mutating func spell(_ cents: Int64, _ size: Int64) -> Level {
        var price = cents
        var exponent: Int8 = -2
        if dice.oneIn(3) {
            // Coarser, as far as the number allows.
            while price % 10 == 0, exponent < 2, !dice.oneIn(3) {
                price /= 10
                exponent += 1
            }
        } else {
            for _ in 0..<dice.number(spellings) {
                price *= 10
                exponent -= 1
            }
        }
        return Level(price: price, size: size, priceExponent: exponent, sizeExponent: -Int8(dice.number(0...8)))
    }

    /// Some changes; the same price may come twice.
    mutating func changes(_ count: ClosedRange<Int>, into sides: inout Sides) {
        sides.removeAll()
        for _ in 0..<dice.number(count) {
            if dice.oneIn(2) { sides.bids.append(level()) } else { sides.asks.append(level()) }
        }
    }

    /// A snapshot: each price once, best first, as venues send them, and no side crossed with the other.
    mutating func snapshot(_ count: Int, into sides: inout Sides) {
        sides.removeAll()
        let middle = dice.number(prices)
        var cents = Array(Set((0..<count).map { _ in dice.number(prices) }))
        cents.sort()
        for cent in cents.reversed() where cent < middle {
            sides.bids.append(spell(Int64(cent), Int64(dice.number(1...99))))
        }
        for cent in cents where cent > middle { sides.asks.append(spell(Int64(cent), Int64(dice.number(1...99)))) }
    }
}
