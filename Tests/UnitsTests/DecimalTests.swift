import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct DecimalTests {
    @Test("order and equality are those of the exact values", arguments: 0..<50)
    func order(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<200 {
            let a = dice.decimal()
            let b = dice.oneIn(2) ? dice.decimal(near: a) : dice.decimal()
            let (left, right) = (DecimalModel(a), DecimalModel(b))
            #expect((a < b) == (left < right), "\(a) < \(b)")
            #expect((b < a) == (right < left), "\(b) < \(a)")
            #expect((a == b) == (left == right), "\(a) == \(b)")
            #expect(a == a && !(a < a))
        }
    }

    @Test("numbers that differ in their digits only are equal and not identical")
    func digits() {
        let short = Decimal(15, exponent: -1)
        let long = Decimal(150, exponent: -2)
        #expect(short == long && !(short < long) && !(long < short))
        #expect(!short.isIdentical(to: long))
        #expect(short.isIdentical(to: Decimal(15, exponent: -1)))
        #expect(!short.isIdentical(to: Decimal(16, exponent: -1)))
        #expect(Decimal(0, exponent: 5) == Decimal(0, exponent: -60))
        #expect(Decimal.zero == Decimal(0, exponent: -8))
        #expect(Decimal.zero.isIdentical(to: Decimal(0, exponent: 0)))
    }

    @Test("the order holds where scaling one of the two overflows 64 bits")
    func extremes() {
        let large = Decimal(.max, exponent: 19)
        #expect(Decimal(.max, exponent: 0) < large)
        #expect(Decimal(.min, exponent: 19) < Decimal(.min, exponent: 0))
        #expect(Decimal(1, exponent: 19) > Decimal(.max, exponent: 0))
        #expect(Decimal(1, exponent: 18) < Decimal(.max, exponent: 0))
        #expect(Decimal(-1, exponent: 19) < Decimal(.min, exponent: 0))
        #expect(Decimal(1, exponent: 63) > Decimal(.max, exponent: -63))
        #expect(Decimal(-1, exponent: 63) < Decimal(.min, exponent: -63))
        #expect(Decimal(1, exponent: -63) > Decimal(0, exponent: 63))
    }

    @Test("the mantissa at another exponent is exact or nil", arguments: 0..<50)
    func mantissa(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<200 {
            let number = dice.decimal()
            let exponent = Int8(clamping: Int(number.exponent) + dice.number(-21...21))
            guard exponent != .min else { continue }
            let expected = DecimalModel(number).mantissa(at: exponent)
            #expect(number.mantissa(at: exponent) == expected, "\(number) at \(exponent)")
            if let expected { #expect(Decimal(expected, exponent: exponent) == number) }
        }
        #expect(Decimal(.min, exponent: 0).mantissa(at: 0) == .min)
        #expect(Decimal(.min, exponent: 0).mantissa(at: -1) == nil)
        #expect(Decimal(5_000_000_000_000_000_000, exponent: -18).mantissa(at: 0) == 5)
        #expect(Decimal(5, exponent: 18).mantissa(at: 0) == 5_000_000_000_000_000_000)
        #expect(Decimal(1, exponent: 19).mantissa(at: 0) == nil)
    }

    @Test("what was not given is equal to itself only, and below every number", arguments: 0..<20)
    func notGiven(seed: UInt64) {
        var dice = Dice(seed: seed)
        let number = dice.decimal()
        let nothing = Decimal.notGiven
        #expect(nothing == .notGiven && !(nothing < .notGiven))
        #expect(nothing != number && number != nothing)
        #expect(nothing < number && !(number < nothing))
        #expect(!nothing.isGiven && number.isGiven)
        #expect(!nothing.isZero)
        #expect(number.isZero == (number.mantissa == 0))
        #expect(nothing.isIdentical(to: .notGiven) && !nothing.isIdentical(to: .zero))
        #expect(Decimal.zero.isZero && !Decimal.exponents.contains(nothing.exponent))
    }

    @Test("powers of ten up to the largest that fits")
    func powers() async {
        for n in 0...18 { #expect("\(Decimal.power(of: n))" == "1" + String(repeating: "0", count: n)) }
        await #expect(processExitsWith: .failure) { _ = Decimal.power(of: 19) }
        await #expect(processExitsWith: .failure) { _ = Decimal.power(of: -1) }
    }
}
