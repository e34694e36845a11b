import Units

/// What prices and sizes of one market are in money: whole numbers of the ledger's unit, 10^-18 of an asset.
///
/// Fees are in quote units and rounded down to the ledger's unit, rebates towards zero: two parts of an order never pay more than the
/// whole, so what is held for an order covers whatever its fills cost.
struct Money: Sendable {
    /// Digits after the point that the ledger keeps.
    static let digits = 18
    /// The largest value of one order, so that its product with a fee stays far from 128 bits: 10^13 whole quote units.
    static let valueMax: Int128 = 10_000_000_000_000_000_000_000_000_000_000
    static let parts: Int128 = 1_000_000

    /// Assets' indices in the ledger.
    let base: Int
    let quote: Int
    /// One lot of the base asset, one tick × lot of the quote asset.
    let lot: Int128
    let product: Int128
    /// Most ticks × lots that an order may be worth, and least.
    let productMax: Int128
    let valueMin: Int128
    let makerFee: Int128
    let takerFee: Int128

    /// nil where terms cannot be counted exactly: steps finer than the ledger's unit, or too large.
    init?(_ terms: Terms, base: Int, quote: Int) {
        let (tick, lot) = (terms.tick, terms.lot)
        let mantissas: ClosedRange<Int64> = 1...1_000_000
        let fees: ClosedRange<Int64> = -1_000_000...1_000_000
        guard tick.isGiven, lot.isGiven, mantissas.contains(tick.mantissa), mantissas.contains(lot.mantissa),
            fees.contains(terms.makerFee), fees.contains(terms.takerFee),
            terms.minimumSize.count > 0, terms.minimumSize <= terms.maximumSize,
            terms.maximumSize.count <= 1 << 46, terms.minimumValue.mantissa >= 0,
            let lotUnit = Money.amount(lot), let valueMin = Money.amount(terms.minimumValue),
            let power = Money.power(Money.digits + Int(tick.exponent) + Int(lot.exponent))
        else { return nil }
        self.base = base
        self.quote = quote
        self.lot = lotUnit
        product = Int128(tick.mantissa) * Int128(lot.mantissa) * power
        productMax = Money.valueMax / product
        self.valueMin = valueMin
        makerFee = Int128(terms.makerFee)
        takerFee = Int128(terms.takerFee)
        if productMax < 1 { return nil }
    }

    /// A number in the ledger's unit, exactly; nil where it is finer or does not fit.
    static func amount(_ number: Decimal) -> Int128? {
        guard number.isGiven else { return nil }
        if number.isZero { return 0 }
        guard let power = power(digits + Int(number.exponent)) else { return nil }
        let (amount, overflow) = Int128(number.mantissa).multipliedReportingOverflow(by: power)
        return overflow ? nil : amount
    }

    /// 10^n for `n` in 0...24: with two mantissas of six digits it fits in 128 bits.
    private static func power(_ n: Int) -> Int128? {
        guard n >= 0, n <= 24 else { return nil }
        return Int128(Decimal.power(of: min(n, 18))) * Int128(Decimal.power(of: max(n - 18, 0)))
    }

    func value(_ price: Int64, _ lots: Int64) -> Int128 { Int128(price) * Int128(lots) * product }

    func fee(_ value: Int128, isMaker: Bool) -> Int128 { value * (isMaker ? makerFee : takerFee) / Money.parts }

    /// What an order needs: base for sells; for buys the value and the larger of the fees.
    func need(_ side: BookSide, _ price: Int64, _ lots: Int64) -> Int128 {
        if side == .ask { return Int128(lots) * lot }
        let value = value(price, lots)
        return value + value * max(makerFee, takerFee, 0) / Money.parts
    }

    /// The most ticks × lots that can be bought for `amount` as a taker.
    func affordable(_ amount: Int128) -> Int128 {
        if amount <= 0 { return 0 }
        let clipped = min(amount, Money.valueMax * 2)
        return clipped * Money.parts / (Money.parts + max(takerFee, 0)) / product
    }
}
