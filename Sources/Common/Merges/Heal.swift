import Bytes
import Events
import Flow
public import Units
public import Wire

/// Makes one stream without gaps of the same stream from several inputs, by the venue's sequence.
///
/// Positions and epochs of what it tells are its own.
public struct Heal: ~Copyable {
    /// What became of an event.
    public enum Verdict: Equatable, Sendable {
        /// It was taken; what is to be told of it, or is not, stands in the healed events and the counters.
        case taken
        /// Its stream has no sequence by which it could be told from another input's.
        case unnumbered
        /// There is no room for another stream.
        case full
    }

    /// The same instrument is told by every input.
    private struct Instrument {
        let name: StreamName
        var place = StreamPlace()
        var told: UInt32?
    }

    private enum Way {
        case row(Int)
        case book(Int)
        case instrument(Int)
    }

    private let patience: Nanos
    private var table: StreamTable
    private var ways: [Way] = []
    private var rows = Slots<HealedRow>()
    private var books = Slots<HealedBook>()
    private var instruments: [Instrument] = []
    /// Events to be told.
    public var events = HealedEvents()
    private var repeatedInstruments: UInt64 = 0

    /// - Parameter patience: how long an event behind a hole waits for another input to fill it.
    public init(patience: Nanos, streamsMax: Int = 1 << 14) {
        self.patience = patience
        table = StreamTable(limit: streamsMax)
    }

    /// Frames of inputs that are not told: repeats, gaps that were filled or are told anew, other inputs' books.
    public var absorbed: UInt64 {
        var count = repeatedInstruments
        for index in 0..<rows.count { count += rows[index].repeats + rows[index].gapsTaken }
        for index in 0..<books.count { count += books[index].absorbed }
        return count
    }

    /// Events that wait.
    public var held: Int {
        var count = 0
        for index in 0..<rows.count { count += rows[index].heldCount }
        return count
    }

    /// How often a book went on with another input.
    public var changes: UInt64 {
        var count: UInt64 = 0
        for index in 0..<books.count { count += books[index].changes }
        return count
    }

    /// Takes an event, all its frames.
    public mutating func take(_ frames: RawSpan, _ header: Header, input: Int, now: Nanos) -> Verdict {
        let kind = header.envelope.kind
        let needsNumber = kind != .bookStatus && kind != .gap && kind != .instrument
        if needsNumber, header.envelope.lastSequence == 0 { return .unnumbered }
        guard let stream = table.index(frames) else { return .full }
        if stream == ways.count { ways.append(add(frames, header)) }
        switch ways[stream] {
        case .row(let index):
            rows[index].take(frames, header, input: input, now: now, patience: patience, into: &events)
        case .book(let index): books[index].take(frames, header, input: input, into: &events)
        case .instrument(let index): takeInstrument(frames, header, index, input)
        }
        return .taken
    }

    private mutating func add(_ frames: RawSpan, _ header: Header) -> Way {
        let name =
            StreamName(venue: frames.extracting(header.venue), symbol: frames.extracting(header.symbol)) ?? .none
        switch header.envelope.channel {
        case .book:
            books.append(HealedBook(name))
            return .book(books.count - 1)
        case .instrument:
            instruments.append(Instrument(name: name))
            return .instrument(instruments.count - 1)
        default:
            rows.append(HealedRow(name))
            return .row(rows.count - 1)
        }
    }

    private mutating func takeInstrument(_ frame: RawSpan, _ header: Header, _ index: Int, _ input: Int) {
        let content = CRC32C.add(frame.extracting(header.payload..<frame.byteCount), to: CRC32C.start)
        guard content != instruments[index].told else {
            repeatedInstruments += 1
            return
        }
        instruments[index].told = content
        events.put(frame, instruments[index].place.next(), instruments[index].name, input: input)
    }

    /// When something that waits has waited long enough.
    public var deadline: Nanos? {
        var soonest: Nanos?
        for index in 0..<rows.count where rows[index].heldCount > 0 {
            if let deadline = rows[index].deadline { soonest = min(soonest ?? deadline, deadline) }
        }
        return soonest
    }

    /// Tells what has waited long enough.
    public mutating func expire(now: Nanos) {
        for index in 0..<rows.count where rows[index].heldCount > 0 { rows[index].settle(now: now, &events) }
    }

    /// An input has ended: nobody waits for it, and its books stand no more. `time`: as received times of the output count.
    public mutating func end(input: Int, now: Nanos, time: Nanos) {
        for index in 0..<rows.count { rows[index].end(input: input, now: now, into: &events) }
        for index in 0..<books.count { books[index].end(input: input, at: time, into: &events) }
    }
}
