public import Bytes
public import Units

/// Reads the fixed part of a payload; what a shorter writer left out reads as 0.
///
/// The frame is passed to each question, as spans cannot be kept.
public struct Payload: BitwiseCopyable, Sendable {
    /// Where the fixed part begins, where it ends, where the frame ends.
    public let start, variable, end: Int

    @inlinable
    public init(_ header: Header) {
        start = header.payload
        variable = header.variable
        end = header.end
    }

    /// Whether `count` bytes at `offset` belong to the fixed part.
    @inlinable @inline(__always)
    func holds(_ offset: Int, _ count: Int) -> Bool { start &+ offset &+ count <= variable }

    @inlinable
    public func u8(_ frame: RawSpan, _ offset: Int) -> UInt8 { holds(offset, 1) ? frame.byte(start &+ offset) : 0 }

    @inlinable
    public func i8(_ frame: RawSpan, _ offset: Int) -> Int8 { Int8(bitPattern: u8(frame, offset)) }

    @inlinable
    public func u16(_ frame: RawSpan, _ offset: Int) -> UInt16 { holds(offset, 2) ? frame.u16(start &+ offset) : 0 }

    @inlinable
    public func u32(_ frame: RawSpan, _ offset: Int) -> UInt32 { holds(offset, 4) ? frame.u32(start &+ offset) : 0 }

    @inlinable
    public func u64(_ frame: RawSpan, _ offset: Int) -> UInt64 { holds(offset, 8) ? frame.u64(start &+ offset) : 0 }

    @inlinable
    public func i64(_ frame: RawSpan, _ offset: Int) -> Int64 { Int64(bitPattern: u64(frame, offset)) }

    /// A number of `width` (1, 2, 4 or 8) bytes.
    public func u64(_ frame: RawSpan, _ offset: Int, width: Int) -> UInt64 {
        switch width {
        case 1: UInt64(u8(frame, offset))
        case 2: UInt64(u16(frame, offset))
        case 4: UInt64(u32(frame, offset))
        default: u64(frame, offset)
        }
    }

    @inlinable
    public func decimal(_ frame: RawSpan, _ offset: Int, exponent: Int) -> Decimal {
        Decimal(i64(frame, offset), exponent: i8(frame, exponent))
    }
}
