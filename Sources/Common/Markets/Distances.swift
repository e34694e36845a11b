import Units

/// How far from the opposite best price a crowd's order is placed: a power law.
///
/// Rate at distance d ∝ 1/d. Cont, Stoikov and Talreja measured exponents of about 0.5 near the touch; Bouchaud, Mézard and Potters
/// ("Statistical properties of stock order books", 2002) about 1.6 far from it.
enum Distances {
    static let max = 2048

    /// By distance: the weights up to it, in parts of 2^32 of the first.
    private static let sums: [UInt64] = {
        var sums: [UInt64] = [0]
        for distance in 1...max { sums.append(sums[distance - 1] + (1 << 32) / UInt64(distance)) }
        return sums
    }()

    /// A distance in 1...limit.
    static func draw(_ limit: Int, using chance: inout SplitMix64) -> Int {
        let target = chance.next().multipliedFullWidth(by: sums[limit]).high
        var low = 1
        var high = limit
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
