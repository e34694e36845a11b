public import Events

/// Some of the kinds that this version knows.
public struct KindSet: BitwiseCopyable, Sendable {
    @usableFromInline var bits: UInt32

    public static let none = KindSet(bits: 0)
    public static let all = KindSet(bits: ~0)

    private init(bits: UInt32) { self.bits = bits }

    public init(_ kinds: [Kind]) {
        bits = 0
        for kind in kinds { insert(kind) }
    }

    public mutating func insert(_ kind: Kind) {
        if kind.isKnown { bits |= 1 << UInt32(kind.rawValue) }
    }

    /// Kinds that this version does not know are in none.
    @inlinable @inline(__always)
    public func contains(_ kind: Kind) -> Bool { kind.isKnown && bits & 1 << UInt32(kind.rawValue) != 0 }
}
