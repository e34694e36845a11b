import Units

/// A sum of decimals, exact in 128 bits, or known not to be.
struct ExactSum: BitwiseCopyable, Sendable {
    private var mantissa: Int128 = 0
    private var exponent = 0
    private var isEmpty = true
    /// Whether a term did not fit: there is no sum then.
    private(set) var isLost = false

    mutating func add(_ number: Decimal) { add(Int128(number.mantissa), Int(number.exponent)) }

    mutating func add(product a: Decimal, _ b: Decimal) {
        // Below 2^126.
        add(Int128(a.mantissa) * Int128(b.mantissa), Int(a.exponent) + Int(b.exponent))
    }

    private mutating func add(_ term: Int128, _ power: Int) {
        guard term != 0 || isEmpty else { return }
        if isEmpty {
            isEmpty = false
            (mantissa, exponent) = (term, power)
            return
        }
        if mantissa == 0 { exponent = power }
        let finest = min(exponent, power)
        guard let one = ExactSum.scaled(mantissa, by: exponent - finest),
            let other = ExactSum.scaled(term, by: power - finest)
        else {
            isLost = true
            return
        }
        let (sum, overflow) = one.addingReportingOverflow(other)
        guard !overflow else {
            isLost = true
            return
        }
        (mantissa, exponent) = (sum, finest)
    }

    private static func scaled(_ number: Int128, by steps: Int) -> Int128? {
        guard steps <= 38 else { return number == 0 ? 0 : nil }
        var number = number
        for _ in 0..<steps {
            let (product, overflow) = number.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            number = product
        }
        return number
    }

    /// The sum, with as many digits as its terms have where that fits; nil where it does not fit at all.
    var decimal: Decimal? {
        guard !isLost else { return nil }
        var (mantissa, exponent) = (mantissa, exponent)
        while mantissa.magnitude > UInt128(Int64.max) || exponent < Int(Decimal.exponents.lowerBound) {
            if mantissa == 0 { return .zero }
            let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: 10)
            guard rest == 0 else { return nil }
            mantissa = quotient
            exponent += 1
        }
        guard exponent <= Int(Decimal.exponents.upperBound) else { return nil }
        return Decimal(Int64(mantissa), exponent: Int8(exponent))
    }
}
