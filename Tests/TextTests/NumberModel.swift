import Support
import Units

/// What a reader must make of the characters of a number: by strings, without arithmetic.
struct NumberModel {
    /// Characters of the longest number at the front, or up to where it is wrong; nil when it is none.
    let length: Int?
    /// Its digits as they stand; nil when they do not fit.
    let decimal: Decimal?
    /// Its value as a whole number; nil when it is none or does not fit.
    let whole: Int64?

    init(_ text: String) {
        var rest = text[...]
        func take(_ characters: String) -> String {
            let taken = rest.prefix { characters.contains($0) }
            rest = rest.dropFirst(taken.count)
            return String(taken)
        }
        func takeOne(_ characters: String) -> String? {
            guard let first = rest.first, characters.contains(first) else { return nil }
            rest = rest.dropFirst()
            return String(first)
        }
        let sign = takeOne("-") ?? ""
        let front = take("0123456789")
        var isWrong = front.isEmpty || (front.count > 1 && front.first == "0")
        var fraction = ""
        if !isWrong, takeOne(".") != nil {
            fraction = take("0123456789")
            isWrong = fraction.isEmpty
        }
        var power = ""
        if !isWrong, takeOne("eE") != nil {
            let powerSign = takeOne("+-") ?? ""
            let digits = take("0123456789")
            power = powerSign + digits
            isWrong = digits.isEmpty
        }
        length = isWrong ? nil : text.utf8.count - rest.utf8.count
        guard !isWrong, let exponent = power.isEmpty ? 0 : Int(power) else {
            decimal = nil
            whole = nil
            return
        }
        let digits = front + fraction
        let (shifted, overflow) = exponent.subtractingReportingOverflow(fraction.count)
        let fits = !overflow && Decimal.exponents.contains(Int8(clamping: shifted))
        let mantissa = fits ? Int64(digits).map { sign.isEmpty ? $0 : -$0 } : nil
        decimal = mantissa.map { Decimal($0, exponent: Int8(shifted)) }
        whole = mantissa.flatMap { mantissa in
            if mantissa == 0 { return 0 }
            if shifted >= 0 { return Int64(sign + digits + String(repeating: "0", count: shifted)) }
            let dropped = digits.suffix(-shifted)
            return dropped.allSatisfy { $0 == "0" } ? Int64(sign + "0" + digits.dropLast(-shifted)) : nil
        }
    }
}

extension Dice {
    /// The text of a number, as a rule a good one, of 1 to 25 digits.
    mutating func numberText() -> String {
        var text = oneIn(4) ? "-" : ""
        switch number(0...11) {
        case 0: text += pick(["0", "9223372036854775807", "9223372036854775808", "9223372036854775809", "00", "01"])
        case 1:
            text += pick([
                "18446744073709551615", "18446744073709551616", "99999999999999999999", "99999999", "999999999",
            ])
        case 2: text += "0"
        default: text += pick(["1", "2", "7", "9"]) + digits(number(0...(oneIn(3) ? 24 : 9)))
        }
        if oneIn(2) { text += "." + digits(oneIn(20) ? 0 : number(1...(oneIn(4) ? 20 : 9))) }
        if oneIn(5) {
            text += pick(["e", "E"]) + pick(["", "+", "-"]) + pick(["", "0", "1", "5", "08", "30", "63", "64", "99"])
        }
        if oneIn(40) { text += pick(["e400", "e-400", "e99999999999999999999", "e-99999999999999999999"]) }
        return text
    }
}
