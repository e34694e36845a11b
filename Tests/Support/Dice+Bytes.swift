extension Dice {
    /// A whole number in `range`.
    public mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// So many bytes of any value.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) }
    }

    /// So many bytes out of `choices`.
    public mutating func bytes(_ count: Int, of choices: [UInt8]) -> [UInt8] {
        (0..<count).map { _ in pick(choices) }
    }
}
