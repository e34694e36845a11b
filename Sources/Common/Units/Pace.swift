/// How many times as fast as recorded something is replayed: an exact ratio, `mantissa / 10^digits`.
public struct Pace: Hashable, Sendable {
    /// 1 to 10^15.
    let mantissa: Int64
    /// Digits behind the point, 0 to 9.
    let digits: Int

    /// As fast as it was.
    public static let one = Pace(mantissa: 1, digits: 0)

    private init(mantissa: Int64, digits: Int) {
        self.mantissa = mantissa
        self.digits = digits
    }

    /// Reads `10` or `0.25`: a number above 0, at most 1,000,000, with at most nine digits behind the point; nil where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts[0].utf8.count <= 7, parts.count == 1 || parts[1].utf8.count <= 9 else {
            return nil
        }
        var mantissa: Int64 = 0
        for byte in parts.joined().utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            mantissa = mantissa * 10 + Int64(byte - 0x30)
        }
        let digits = parts.count == 2 ? parts[1].utf8.count : 0
        guard mantissa > 0, mantissa <= 1_000_000 * Decimal.power(of: digits), parts.allSatisfy({ !$0.isEmpty }) else {
            return nil
        }
        self.init(mantissa: mantissa, digits: digits)
    }

    /// How long a recorded span takes: `span × 10^digits / mantissa`, rounded down; at most the year 2200 from 1970.
    public func span(of recorded: Nanos) -> Nanos {
        let scaled = Int128(recorded.count) * Int128(Decimal.power(of: digits)) / Int128(mantissa)
        return Nanos(Int64(clamping: min(scaled, Int128(Nanos.range.upperBound.count))))
    }
}
