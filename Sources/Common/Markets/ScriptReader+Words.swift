import Units

// The words of a line.
extension ScriptReader {
    /// A market's name: two parts of letters, digits and points.
    func name(_ word: Substring) -> String? {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 20
                && part.utf8.allSatisfy {
                    $0 == 0x2E || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF)
                }
        }
        return parts.count == 2 && isPlain ? String(word) : nil
    }

    func number(_ word: Substring) -> Decimal? { ScriptReader.number(word) }

    /// Digits with or without a point, at most 18.
    static func number(_ word: Substring) -> Decimal? {
        var mantissa: Int64 = 0
        var digits = 0
        var fraction: Int8 = 0
        var isAfterPoint = false
        for byte in word.utf8 {
            if byte == 0x2E, !isAfterPoint, digits > 0 {
                isAfterPoint = true
                continue
            }
            guard (0x30...0x39).contains(byte), digits < 18 else { return nil }
            mantissa = mantissa * 10 + Int64(byte - 0x30)
            digits += 1
            if isAfterPoint { fraction += 1 }
        }
        return digits == 0 || (isAfterPoint && fraction == 0) ? nil : Decimal(mantissa, exponent: -fraction)
    }

    /// A span of whole microseconds, at most a thousand days.
    static func span(_ word: Substring) -> Nanos? {
        for (unit, micros) in [("us", 1), ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000)] {
            let text = word.dropLast(unit.count)
            guard word.hasSuffix(unit), let number = number(text) else { continue }
            let scale = Decimal.power(of: min(-Int(number.exponent), 18))
            let (product, isOver) = number.mantissa.multipliedReportingOverflow(by: Int64(micros))
            guard !isOver, product % scale == 0, product / scale <= 86_400_000_000_000 else { return nil }
            return Nanos(product / scale * 1000)
        }
        return nil
    }
}
