import Bytes
import Events
import Units
import Wire

/// Events of healed streams on their way out, and the inputs that each came from.
public struct HealedEvents: ~Copyable {
    private var outbox = Outbox(capacity: 1 << 12, limit: 64 << 20)
    private var inputs = Column<Int>()
    /// Events that did not fit.
    public private(set) var refused: UInt64 = 0
    /// Frames that were made, not passed on.
    public private(set) var made: UInt64 = 0

    public init() {}

    public var isEmpty: Bool { inputs.isEmpty }

    /// An event under its place in the healed stream.
    mutating func put(_ frames: RawSpan, _ place: StreamPlace, _ name: StreamName, input: Int) {
        note(outbox.put(frames, epoch: place.epoch, position: place.position, name), input)
    }

    mutating func put(_ gap: Gap, _ model: Envelope, _ place: StreamPlace, _ name: StreamName, input: Int) {
        let envelope = HealedEvents.envelope(.gap, model, place, name)
        note(outbox.put(gap, envelope, name), input)
        made += 1
    }

    mutating func put(_ status: BookStatus, _ model: Envelope, _ place: StreamPlace, _ name: StreamName, input: Int) {
        let envelope = HealedEvents.envelope(.bookStatus, model, place, name)
        note(outbox.put(status, envelope, name), input)
        made += 1
    }

    mutating func put(
        _ kind: Kind, _ levels: borrowing Sides, depth: UInt16, flags: Flags, _ model: Envelope, _ place: StreamPlace,
        _ name: StreamName, input: Int
    ) {
        var envelope = HealedEvents.envelope(kind, model, place, name)
        envelope.flags = flags
        let before = outbox.frames
        note(outbox.put(kind, levels, depth: depth, checksum: 0, envelope, name), input)
        made += outbox.frames - before
    }

    /// What comes of the event `model`: its times and sequence, at another place.
    private static func envelope(
        _ kind: Kind, _ model: Envelope, _ place: StreamPlace, _ name: StreamName
    ) -> Envelope {
        var envelope = Envelope(
            kind: kind, channel: model.channel, epoch: place.epoch, position: place.position,
            firstSequence: model.firstSequence, lastSequence: model.lastSequence, happened: model.happened,
            received: model.received)
        envelope.id = name.id(channel: model.channel, epoch: place.epoch, position: place.position)
        envelope.flags = model.flags.intersection([.replay, .warmUp])
        return envelope
    }

    private mutating func note(_ isDone: Bool, _ input: Int) {
        if isDone { inputs.append(input) } else { refused += 1 }
    }

    /// Lends the events in order, each with the input it came from, and forgets them.
    public mutating func empty(_ body: (RawSpan, Int) -> Void) {
        var index = 0
        outbox.read { span in
            span.eachEvent { frames in
                body(frames, inputs[index])
                index += 1
            }
        }
        outbox.empty { $0.byteCount }
        inputs.removeAll()
    }
}
