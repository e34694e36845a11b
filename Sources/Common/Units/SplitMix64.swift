/// A seeded generator: the same seed gives the same numbers everywhere. Source: SplitMix64 (Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    @usableFromInline var state: UInt64

    /// What is added for each number: 2^64 divided by the golden ratio.
    @usableFromInline static var stride: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    @inlinable public init(seed: UInt64) { state = seed }

    @inlinable
    public mutating func next() -> UInt64 {
        let drawn = SplitMix64.mix(state)
        state &+= SplitMix64.stride
        return drawn
    }

    /// The first number of the generator seeded with `word`: a bijection of 64 bits without fixed pattern, for hashes.
    @inlinable
    public static func mix(_ word: UInt64) -> UInt64 {
        var mixed = word &+ stride
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }
}
