import Bytes
public import Events
public import Units
import Wire

/// What the received times of a stream count from: as the `hello` says that governs.
public struct TimeOrigin: Sendable {
    public let timeBase: TimeBase
    /// The boot that monotonic times belong to; 0 where it is not given.
    public let boot: (high: UInt64, low: UInt64)
    /// What to add to a received time to get the wall clock's.
    public let wallOffset: Nanos

    public init(_ timeBase: TimeBase, boot: (high: UInt64, low: UInt64) = (0, 0), wallOffset: Nanos = .zero) {
        self.timeBase = timeBase
        self.boot = boot
        self.wallOffset = wallOffset
    }

    /// What a `hello` says, whose payload is good.
    public init(_ hello: RawSpan) {
        let payload = Payload(Header(hello))
        self.init(
            TimeBase(rawValue: payload.u8(hello, 26)) ?? .monotonic,
            boot: (payload.u64(hello, 8), payload.u64(hello, 16)), wallOffset: Nanos(payload.i64(hello, 0)))
    }

    /// Offsets that differ by less are those of one clock, read at two times.
    private static let precision = Nanos.milliseconds(1)

    /// Whether a received time means the same by both.
    public func agrees(with other: TimeOrigin) -> Bool {
        let difference = wallOffset - other.wallOffset
        return timeBase == other.timeBase && boot == other.boot
            && difference <= TimeOrigin.precision && Nanos(0) - difference <= TimeOrigin.precision
    }
}
