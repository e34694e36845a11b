import Support
import Units

/// A decimal as a sign and a string of digits, at an exponent low enough for every number: slow, exact, and
/// written without the arithmetic that is tested.
struct DecimalModel: Comparable {
    /// -1, 0 or 1.
    let sign: Int
    /// Without zeros in front; counts units of 10^-128.
    let digits: String

    init(_ number: Decimal) {
        sign = Int(number.mantissa.signum())
        digits =
            sign == 0 ? "" : "\(number.mantissa.magnitude)" + String(repeating: "0", count: Int(number.exponent) + 128)
    }

    static func < (a: DecimalModel, b: DecimalModel) -> Bool {
        if a.sign != b.sign { return a.sign < b.sign }
        let isBelow =
            a.digits.utf8.count != b.digits.utf8.count
            ? a.digits.utf8.count < b.digits.utf8.count : a.digits < b.digits
        return a.digits != b.digits && (a.sign < 0 ? !isBelow : isBelow)
    }

    /// The mantissa at `exponent`, if it is a whole number of 64 bits.
    func mantissa(at exponent: Int8) -> Int64? {
        if sign == 0 { return 0 }
        let dropped = Int(exponent) + 128
        guard digits.utf8.count > dropped, digits.utf8.suffix(dropped).allSatisfy({ $0 == 0x30 }) else { return nil }
        return Int64((sign < 0 ? "-" : "") + digits.dropLast(dropped))
    }
}

extension Dice {
    /// A decimal of any size, the extremes among them.
    mutating func decimal() -> Decimal {
        let mantissa: Int64
        switch number(0...7) {
        case 0: mantissa = pick([0, 1, -1, .max, .min, .min + 1, .max - 1])
        case 1: mantissa = Decimal.power(of: number(0...18)) * pick([1, -1, 2, 5])
        case 2...4: mantissa = Int64(number(-2000...2000))
        default: mantissa = Int64(bitPattern: next()) >> Int64(number(0...60))
        }
        let exponent = oneIn(4) ? Int8(number(-127...127)) : Int8(number(-22...22))
        return Decimal(mantissa, exponent: exponent)
    }

    /// A number near `other`, often equal to it, as a rule with other digits.
    mutating func decimal(near other: Decimal) -> Decimal {
        let steps = number(0...19)
        let exponent = Int(other.exponent) - steps
        guard exponent > -128, steps < 19 else { return decimal() }
        let (mantissa, overflow) = other.mantissa.multipliedReportingOverflow(by: Decimal.power(of: steps))
        guard !overflow else { return decimal() }
        return Decimal(mantissa &+ Int64(number(-1...1)), exponent: Int8(exponent))
    }
}
