import Units

/// A decimal number the slow and obvious way, as digits in text: what exact arithmetic is tested against.
///
/// `digits × 10^exponent`, without zeros at either end; zero has no digits.
public struct PlainNumber: Hashable, Comparable, Sendable {
    public let isNegative: Bool
    public let digits: String
    public let exponent: Int

    public init(_ mantissa: Int64, exponent: Int) {
        var digits = String(mantissa.magnitude)
        var exponent = exponent
        while digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        isNegative = mantissa < 0
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    public init(_ number: Decimal) { self.init(number.mantissa, exponent: Int(number.exponent)) }

    public var isZero: Bool { digits.isEmpty }

    public static func < (a: PlainNumber, b: PlainNumber) -> Bool {
        if a.isZero || b.isZero { return a.isZero ? !b.isZero && !b.isNegative : a.isNegative }
        if a.isNegative != b.isNegative { return a.isNegative }
        return a.isNegative ? b.isBelow(a) : a.isBelow(b)
    }

    /// By magnitude: first where the leading digit stands, then digit by digit.
    private func isBelow(_ other: PlainNumber) -> Bool {
        let (mine, others) = (digits.utf8.count + exponent, other.digits.utf8.count + other.exponent)
        return mine == others ? digits.utf8.lexicographicallyPrecedes(other.digits.utf8) : mine < others
    }
}

/// `mantissa × 10^exponent` as plain text, with as many digits after the point as the exponent says.
public func plainText(_ mantissa: Int64, exponent: Int) -> String {
    let digits = String(mantissa.magnitude)
    let sign = mantissa < 0 ? "-" : ""
    if exponent >= 0 { return sign + digits + String(repeating: "0", count: mantissa == 0 ? 0 : exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
}
