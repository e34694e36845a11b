/// An exact decimal number: `mantissa × 10^exponent`.
///
/// The exponent keeps the number of digits that the wire had (`1.50` is 150 × 10^-2), so that the text
/// round-trips; `==` and `<` compare the value (`1.5 == 1.50`), `isIdentical` the digits too.
public struct Decimal: BitwiseCopyable, Sendable {
    public var mantissa: Int64
    public var exponent: Int8

    @inlinable @inline(__always)
    public init(_ mantissa: Int64, exponent: Int8) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// Exponents that a number may bear; a text beyond them is out of range.
    @inlinable public static var exponents: ClosedRange<Int8> { -63...63 }

    /// Stands for a value that the source did not give. Equal to itself only; never arithmetic.
    @inlinable public static var notGiven: Decimal { Decimal(0, exponent: .min) }

    /// The number 0 with no digits after the point.
    @inlinable public static var zero: Decimal { Decimal(0, exponent: 0) }

    /// Whether this is a number, as opposed to `notGiven`.
    @inlinable public var isGiven: Bool { exponent != .min }

    @inlinable public var isZero: Bool { mantissa == 0 && isGiven }

    /// Same value and same digits.
    @inlinable
    public func isIdentical(to other: Decimal) -> Bool {
        mantissa == other.mantissa && exponent == other.exponent
    }

    /// The mantissa at another exponent, exactly, or nil where it would be rounded or does not fit in 64 bits.
    public func mantissa(at exponent: Int8) -> Int64? {
        if exponent == self.exponent { return mantissa }
        if mantissa == 0 { return 0 }
        let steps = Int(self.exponent) - Int(exponent)
        guard steps.magnitude <= 18 else { return nil }
        let factor = Decimal.power(of: Int(steps.magnitude))
        if steps > 0 {
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: factor)
        return rest == 0 ? quotient : nil
    }

    /// 10^n for `n` in 0...18.
    @inlinable
    public static func power(of n: Int) -> Int64 {
        precondition(n >= 0 && n <= 18, "powers of ten that fit in 64 bits")
        var result: Int64 = n & 1 == 0 ? 1 : 10
        if n & 2 != 0 { result &*= 100 }
        if n & 4 != 0 { result &*= 10_000 }
        if n & 8 != 0 { result &*= 100_000_000 }
        if n & 16 != 0 { result &*= 10_000_000_000_000_000 }
        return result
    }
}

extension Decimal: Comparable {
    public static func == (a: Decimal, b: Decimal) -> Bool {
        a.isGiven && b.isGiven ? order(a, b) == 0 : a.isGiven == b.isGiven
    }

    /// By value. `notGiven` is below every number.
    public static func < (a: Decimal, b: Decimal) -> Bool {
        a.isGiven && b.isGiven ? order(a, b) < 0 : !a.isGiven && b.isGiven
    }

    /// -1, 0 or 1.
    private static func order(_ a: Decimal, _ b: Decimal) -> Int {
        if a.exponent == b.exponent || a.mantissa.signum() != b.mantissa.signum() || a.mantissa == 0 {
            return a.mantissa < b.mantissa ? -1 : a.mantissa > b.mantissa ? 1 : 0
        }
        if a.exponent < b.exponent { return -order(b, a) }
        // `a` has the larger exponent: it is scaled up. 2^63 × 10^19 < 2^127; beyond 19 steps it is larger anyway.
        let steps = Int(a.exponent) - Int(b.exponent)
        guard steps <= 19 else { return Int(a.mantissa.signum()) }
        var scaled = Int128(a.mantissa)
        for _ in 0..<steps { scaled *= 10 }
        let other = Int128(b.mantissa)
        return scaled < other ? -1 : scaled > other ? 1 : 0
    }
}
