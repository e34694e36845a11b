/// A point in time or a span, in nanoseconds. Points count from 1970-01-01T00:00:00Z unless said otherwise.
public struct Nanos: BitwiseCopyable, Hashable, Comparable, Sendable {
    public var count: Int64

    @inlinable @inline(__always) public init(_ count: Int64) { self.count = count }

    /// "Not given", where a point in time is meant.
    @inlinable public static var zero: Nanos { Nanos(0) }

    @inlinable public static func seconds(_ n: Int64) -> Nanos { Nanos(n * 1_000_000_000) }
    @inlinable public static func milliseconds(_ n: Int64) -> Nanos { Nanos(n * 1_000_000) }

    @inlinable public static func < (a: Nanos, b: Nanos) -> Bool { a.count < b.count }
    /// Wraps on overflow, which a time inside `range` and a span of up to 60 years cannot reach.
    @inlinable public static func + (a: Nanos, b: Nanos) -> Nanos { Nanos(a.count &+ b.count) }
    @inlinable public static func - (a: Nanos, b: Nanos) -> Nanos { Nanos(a.count &- b.count) }

    /// Times that a frame may bear: 1970 to 2200, so that the difference of two cannot overflow.
    @inlinable public static var range: ClosedRange<Nanos> { Nanos(0)...Nanos(7_258_118_400_000_000_000) }
}
