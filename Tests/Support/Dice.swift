public import Units

/// What tests draw with, from seeds that a failure prints.
public typealias Dice = SplitMix64

extension SplitMix64 {
    /// True once in `n` throws.
    public mutating func oneIn(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &self) == 0 }

    /// One of `choices`; traps when there are none.
    public mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }
}
