public import Units

/// Which side of a book: bids buy, asks sell.
public enum BookSide: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case bid, ask

    public var opposite: BookSide { self == .bid ? .ask : .bid }
}

/// A price as a whole number of a market's smallest steps of price.
public struct Ticks: Hashable, Comparable, BitwiseCopyable, Sendable {
    public var count: Int64
    public init(_ count: Int64) { self.count = count }
    public static func < (a: Ticks, b: Ticks) -> Bool { a.count < b.count }
}

/// A size as a whole number of a market's smallest steps of size.
public struct Lots: Hashable, Comparable, BitwiseCopyable, Sendable {
    public var count: Int64
    public init(_ count: Int64) { self.count = count }
    public static func < (a: Lots, b: Lots) -> Bool { a.count < b.count }
    public static let zero = Lots(0)
}

/// What can be traded on one market, and by which rules.
public struct Terms: Equatable, Sendable {
    public var base: String
    public var quote: String
    /// Smallest steps: of price, in quote units; of size, in base units.
    public var tick: Decimal
    public var lot: Decimal
    public var minimumSize: Lots
    public var maximumSize: Lots
    /// Smallest price × size, in quote units.
    public var minimumValue: Decimal
    /// Parts of a million of a trade's value.
    public var makerFee: Int64
    public var takerFee: Int64

    public init(base: String, quote: String, tick: Decimal, lot: Decimal) {
        self.base = base
        self.quote = quote
        self.tick = tick
        self.lot = lot
        minimumSize = Lots(1)
        maximumSize = Lots(1_000_000_000)
        minimumValue = Decimal(0, exponent: 0)
        makerFee = 1000
        takerFee = 1000
    }

    /// A price in quote units, with the tick's digits.
    public func price(_ ticks: Ticks) -> Decimal { Decimal(ticks.count &* tick.mantissa, exponent: tick.exponent) }

    /// A size in base units, with the lot's digits.
    public func size(_ lots: Lots) -> Decimal { Decimal(lots.count &* lot.mantissa, exponent: lot.exponent) }

    /// A price in quote units as ticks; nil where it does not lie on the grid.
    public func ticks(of price: Decimal) -> Ticks? { Terms.steps(price, of: tick).map(Ticks.init) }

    /// A size in base units as lots; nil where it does not lie on the grid.
    public func lots(of size: Decimal) -> Lots? { Terms.steps(size, of: lot).map(Lots.init) }

    /// How many `step`s a number is, exactly.
    static func steps(_ number: Decimal, of step: Decimal) -> Int64? {
        guard number.isGiven, step.isGiven, step.mantissa > 0 else { return nil }
        if number.isZero { return 0 }
        let exponent = min(number.exponent, step.exponent)
        guard let count = number.mantissa(at: exponent), let unit = step.mantissa(at: exponent) else { return nil }
        let (quotient, rest) = count.quotientAndRemainder(dividingBy: unit)
        return rest == 0 ? quotient : nil
    }
}
