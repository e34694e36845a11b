public import Bytes

/// Levels of both sides of a book: a snapshot (best first) or changes (in order of application; size 0 removes).
public struct Sides: ~Copyable {
    public var bids: Column<Level>
    public var asks: Column<Level>

    /// With room for `capacity` levels a side.
    public init(capacity: Int = 64) {
        bids = Column(capacity: capacity)
        asks = Column(capacity: capacity)
    }

    @inlinable public var isEmpty: Bool { bids.isEmpty && asks.isEmpty }
    @inlinable public var count: Int { bids.count &+ asks.count }

    /// Bytes of memory held.
    public var memoryBytes: Int { bids.memoryBytes + asks.memoryBytes }

    /// A stretch of the levels of each side: one book's, where a message holds several.
    public struct Part: BitwiseCopyable, Sendable {
        @usableFromInline let bidStart, bidEnd, askStart, askEnd: UInt32

        /// Ranges below 2^32.
        @inlinable
        public init(bids: Range<Int>, asks: Range<Int>) {
            bidStart = UInt32(truncatingIfNeeded: bids.lowerBound)
            bidEnd = UInt32(truncatingIfNeeded: bids.upperBound)
            askStart = UInt32(truncatingIfNeeded: asks.lowerBound)
            askEnd = UInt32(truncatingIfNeeded: asks.upperBound)
        }

        @inlinable public var bids: Range<Int> { Int(bidStart)..<Int(bidEnd) }
        @inlinable public var asks: Range<Int> { Int(askStart)..<Int(askEnd) }

        @inlinable public var count: Int { bids.count &+ asks.count }
    }

    /// All levels.
    @inlinable public var whole: Part { Part(bids: 0..<bids.count, asks: 0..<asks.count) }

    /// The levels added since `start`.
    @inlinable
    public func part(since start: Part) -> Part {
        Part(bids: start.bids.upperBound..<bids.count, asks: start.asks.upperBound..<asks.count)
    }

    /// Adds those levels of `other`.
    public mutating func append(_ other: borrowing Sides, _ part: Part) {
        for index in part.bids { bids.append(other.bids[index]) }
        for index in part.asks { asks.append(other.asks[index]) }
    }

    /// Forgets all levels, keeping the room.
    @inlinable
    public mutating func removeAll() {
        bids.removeAll()
        asks.removeAll()
    }
}
