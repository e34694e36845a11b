import Books
import Bytes
import Events
import Units
import Wire

/// Judges frames that a session wrote: good frames, positions without a hole, times that do not go back, and books that the
/// plainest consumer can follow.
struct StreamJudge: ~Copyable {
    private struct Stream: Hashable {
        var venue: String
        var symbol: String
        var channel: UInt8
    }

    private var places: [Stream: (epoch: UInt32, position: UInt64, received: Nanos)] = [:]
    private var books: [Stream: Int] = [:]
    private var followers = Slots<Follower>()
    private var assembly = Assembly()
    private var sides = Sides()
    private var effects = Sides()

    /// Takes some whole frames.
    mutating func take(_ frames: RawSpan) {
        var at = 0
        while at < frames.byteCount {
            let front = Frame.front(of: frames.extracting(at..<frames.byteCount))
            guard case .frame(let length) = front else { fatalError("no good frame at offset \(at): \(front)") }
            let frame = frames.extracting(at..<(at + length))
            if let field = Layout.defect(in: frame) { fatalError("field \(field) of a frame at offset \(at)") }
            at += length
            take(frame: frame)
        }
    }

    /// The stream has ended.
    func finish() {
        must(!assembly.isOpen, "an event of several frames is not complete")
        must(assembly.lost == 0, "parts of an event are lost")
    }

    private mutating func take(frame: RawSpan) {
        switch assembly.take(frame) {
        case .more: return
        case .stray: fatalError("a part of an event whose beginning is missing")
        case .single, .complete: break
        }
        let header = Header(frame)
        let envelope = header.envelope
        let stream = Stream(
            venue: String(frame, header.venue), symbol: String(frame, header.symbol), channel: envelope.channel.rawValue
        )
        let name = StreamName(venue: stream.venue, symbol: stream.symbol)
        must(
            envelope.id == name?.id(channel: envelope.channel, epoch: envelope.epoch, position: envelope.position),
            "the identity of \(stream), position \(envelope.position)")
        if let place = places[stream] {
            let isNext = envelope.epoch == place.epoch && envelope.position == place.position + 1
            let isNew = envelope.epoch == place.epoch + 1 && envelope.position == 1
            must(
                isNext || isNew,
                "\(envelope.kind) of \(stream) at \(envelope.epoch):\(envelope.position) behind \(place.epoch):\(place.position)"
            )
            must(envelope.received >= place.received, "\(stream) was received before the event before it")
        } else {
            must(envelope.position == 1, "the first event of \(stream) is at \(envelope.position)")
        }
        places[stream] = (envelope.epoch, envelope.position, envelope.received)
        if envelope.channel == .book { takeBook(frame, header, stream) }
    }

    private mutating func takeBook(_ frame: RawSpan, _ header: Header, _ stream: Stream) {
        let index = books[stream] ?? followers.count
        if index == followers.count {
            followers.append(Follower())
            books[stream] = index
        }
        let kind = header.envelope.kind
        if kind == .bookStatus { return followers[index].take(BookStatus(frame, header)) }
        guard kind == .bookSnapshot || kind == .bookUpdate else { return }
        sides.removeAll()
        if header.envelope.parts == 1 {
            LevelRows(frame, header).append(frame, to: &sides)
        } else {
            assembly.read { frames in
                var at = 0
                while at < frames.byteCount {
                    let part = frames.extracting(at..<(at + Int(frames.u32(at))))
                    LevelRows(part, Header(part)).append(part, to: &sides)
                    at += part.byteCount
                }
            }
        }
        let complaint =
            kind == .bookSnapshot
            ? followers[index].replace(with: sides) : followers[index].apply(sides, effects: &effects)
        if let complaint { fatalError("a plain consumer of \(stream) complains: \(complaint)") }
    }
}
