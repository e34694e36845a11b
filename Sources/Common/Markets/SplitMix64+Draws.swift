import Units

/// Draws in whole numbers.
extension SplitMix64 {
    /// A generator of its own for everything that has a name: what else there is does not change its numbers.
    init(seed: UInt64, name: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.init(seed: SplitMix64.mix(SplitMix64.mix(seed) ^ hash))
    }

    /// A number in `0..<bound`, off from uniform by less than `bound` / 2^32.
    mutating func below(_ bound: Int) -> Int { Int(((next() &>> 32) &* UInt64(bound)) &>> 32) }

    /// An exponentially distributed number of mean 1, in parts of 2^32: -ln of a uniform one, its logarithm to base 2 by repeated
    /// squaring (24 digits).
    mutating func exponential() -> UInt64 {
        let uniform = next() | 1
        let zeros = UInt64(uniform.leadingZeroBitCount)
        var mantissa = (uniform &<< zeros) &>> 32
        var fraction: UInt64 = 0
        for _ in 0..<24 {
            mantissa = (mantissa &* mantissa) &>> 31
            let isOver = mantissa &>> 32
            fraction = (fraction &<< 1) | isOver
            mantissa = mantissa &>> isOver
        }
        let logarithm = ((zeros &+ 1) &<< 24) &- fraction
        // ln 2 × 2^32
        return (logarithm &* 2_977_044_472) &>> 24
    }

    /// The sum of `n` steps of +1 or -1.
    mutating func walk(_ n: Int) -> Int {
        var ups = 0
        var left = n
        while left > 0 {
            let bits = min(left, 64)
            ups += (next() >> UInt64(64 - bits)).nonzeroBitCount
            left -= bits
        }
        return 2 * ups - n
    }
}
