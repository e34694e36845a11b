import Bytes
public import Events
import Units

/// How far a row of frames that are counted has come: its epoch, and the number of a frame in it, from 1 on; 0 = before the first.
public struct Place: Hashable, Comparable, BitwiseCopyable, Sendable {
    public var epoch: UInt32
    public var position: UInt64

    @inlinable
    public init(epoch: UInt32 = 0, position: UInt64 = 0) {
        self.epoch = epoch
        self.position = position
    }

    @inlinable
    public static func < (a: Place, b: Place) -> Bool { (a.epoch, a.position) < (b.epoch, b.position) }

    /// The next frame of the same epoch.
    @inlinable public var next: Place { Place(epoch: epoch, position: position &+ 1) }
}

/// A `cursor` or a `resume`, read: they say the same of a lane, one of what was, the other of what is wanted.
public struct LaneWord: Sendable {
    public let lane: Channel
    public let place: Place
    /// Of a cursor: nothing older waits.
    public let isSynced: Bool
    /// Where the name stands in the frame; empty where there is none.
    public let name: Range<Int>

    /// Reads a frame that `Frame.front` and `Layout.defect` have found good.
    public init(_ frame: RawSpan, _ header: Header) {
        let payload = Payload(header)
        lane = Channel(rawValue: payload.u8(frame, 0)) ?? .control
        isSynced = header.envelope.kind == .cursor && payload.u8(frame, 1) == 1
        place = Place(epoch: payload.u32(frame, 4), position: payload.u64(frame, 8))
        name = header.variable..<min(header.variable + Int(payload.u16(frame, 2)), header.end)
    }
}

extension Outbox {
    /// How far `name` has been served in a lane.
    @discardableResult
    public mutating func put(
        cursor place: Place, of lane: Channel, isSynced: Bool = false, name: String, _ flags: Flags = []
    ) -> Bool {
        put(.cursor, place, lane, isSynced, name, flags)
    }

    /// From where on `name` wants a lane: the first frame wanted.
    @discardableResult
    public mutating func put(resume place: Place, of lane: Channel, name: String, _ flags: Flags = []) -> Bool {
        put(.resume, place, lane, false, name, flags)
    }

    private mutating func put(
        _ kind: Kind, _ place: Place, _ lane: Channel, _ isSynced: Bool, _ name: String, _ flags: Flags
    ) -> Bool {
        let count = name.utf8.count
        guard count <= Place.nameBytesMax else { return false }
        let envelope = Envelope(kind: kind, channel: .control, flags: flags)
        return put(envelope, .none, fixedWords: 2, variableBytes: (count + 7) & ~7) { fixed in
            fixed.put(lane.rawValue, at: 0)
            fixed.put(isSynced ? 1 : 0 as UInt8, at: 1)
            fixed.put(UInt16(count), at: 2)
            fixed.put(place.epoch, at: 4)
            fixed.put(place.position, at: 8)
        } variable: { rest in
            var at = 0
            for byte in name.utf8 {
                rest.put(byte, at: at)
                at += 1
            }
        }
    }
}

extension Place {
    /// Bytes of the longest name of whoever stands at a place.
    public static let nameBytesMax = 64
}
