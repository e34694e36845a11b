import Books
import Bytes
import Events
import Flow
import Host
import Text
import Tool
import Units
import Wire

/// Judges a stream: identities, positions, parts, times, and books as a plain consumer would hold them.
struct CheckView: View, ~Copyable {
    struct Stream: ~Copyable {
        var continuity = Continuity()
        var follower = Follower()
        var received = Nanos.zero
        var isOrdered = false
        let title: String

        init(title: String) { self.title = title }
    }

    private var table = StreamTable()
    private var streams = Slots<Stream>()
    private var sides = Sides()
    private var effects = Sides()
    private var page = Printer()
    private var ordered = 0
    private var events: UInt64 = 0
    private var faults: UInt64 = 0
    /// What happened at the venue lies at most so far from when it was received, where both are told by wall clocks.
    private static let apart = Nanos.seconds(86_400)
    /// Faults that are told one by one.
    private static let told: UInt64 = 20

    init(_ options: Options) {}

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        events += 1
        let envelope = header.envelope
        checkTimes(frames, header, offset, at)
        guard let index = table.index(frames) else { return }
        if index == streams.count {
            streams.append(
                Stream(title: "\(String(frames, header.venue)) \(String(frames, header.symbol)) \(envelope.channel)"))
        }
        // What belongs to no stream has no place in one.
        guard envelope.position > 0 else { return }
        if !streams[index].isOrdered {
            streams[index].isOrdered = true
            ordered += 1
        }
        checkIdentity(index, frames, header, at)
        switch streams[index].continuity.judge(envelope) {
        case .next: break
        // What its writer says is missing is no fault of the stream.
        case .gap(let missing) where CheckView.tells(of: missing, frames, header): break
        case .gap(let missing): complain(index, at, "\(missing) events missing before position \(envelope.position)")
        case .old: complain(index, at, "position \(envelope.position) of epoch \(envelope.epoch) came before")
        }
        if envelope.received < streams[index].received {
            complain(index, at, "received before the event before it")
        }
        streams[index].received = max(streams[index].received, envelope.received)
        checkBook(index, frames, header, at)
    }

    /// Whether it is a gap that names all positions before its own that are missing.
    private static func tells(of missing: UInt64, _ frames: RawSpan, _ header: Header) -> Bool {
        guard header.envelope.kind == .gap else { return false }
        let gap = Gap(frames, header)
        let position = header.envelope.position
        // One that a slow reader is told has the position of the last that it missed.
        return gap.fromPosition == position - missing && (gap.toPosition == position - 1 || gap.toPosition == position)
    }

    mutating func lost(at: UInt64) { complain("an event of several frames", at, "a part is missing") }

    private mutating func checkIdentity(_ index: Int, _ frames: RawSpan, _ header: Header, _ at: UInt64) {
        let envelope = header.envelope
        let name = StreamName(venue: frames.extracting(header.venue), symbol: frames.extracting(header.symbol))
        let id = name?.id(channel: envelope.channel, epoch: envelope.epoch, position: envelope.position)
        if id != envelope.id { complain(index, at, "its identity is not that of its stream and position") }
    }

    private mutating func checkTimes(_ frames: RawSpan, _ header: Header, _ offset: Nanos, _ at: UInt64) {
        let envelope = header.envelope
        guard envelope.happened.count > 0, envelope.received.count > 0, !envelope.flags.contains(.backfilled),
            !(envelope.flags.contains(.replay) == false && offset.count == 0)
        else { return }
        let distance = envelope.received + offset - envelope.happened
        if distance > CheckView.apart || distance < .zero - CheckView.apart {
            complain(
                "\(String(frames, header.venue)) \(String(frames, header.symbol))", at,
                "happened more than a day from when it was received")
        }
    }

    private mutating func checkBook(_ index: Int, _ frames: RawSpan, _ header: Header, _ at: UInt64) {
        let complaint: Follower.Complaint?
        switch header.envelope.kind {
        case .bookStatus:
            streams[index].follower.take(BookStatus(frames, header))
            return
        case .bookSnapshot, .bookUpdate:
            sides.removeAll()
            sides.append(levelsOf: frames)
            complaint =
                header.envelope.kind == .bookSnapshot
                ? streams[index].follower.replace(with: sides)
                : streams[index].follower.apply(sides, effects: &effects)
        default: return
        }
        switch complaint {
        case nil: break
        case .void: complain(index, at, "an event of a void book")
        case .noSnapshot: complain(index, at, "an update before the first snapshot")
        case .crossed: complain(index, at, "the book is crossed")
        case .fault(let fault): complain(index, at, "a level out of \(fault)")
        }
    }

    private mutating func complain(_ index: Int, _ at: UInt64, _ what: String) {
        complain(streams[index].title, at, what)
    }

    private mutating func complain(_ title: String, _ at: UInt64, _ what: String) {
        faults += 1
        if faults <= CheckView.told { page.print("\(title), offset \(at): \(what)\n") }
    }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {
        try page.read { span throws(Failure) in try output.write(all: span, "standard output") }
        page.clear()
    }

    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        if faults > CheckView.told { page.print("and \(faults - CheckView.told) more\n") }
        page.print("\(events) events of \(ordered) streams, \(faults) faults\n")
        try show(to: output)
        return faults == 0 ? .ok : .data
    }
}
