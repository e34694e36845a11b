import Books
import Bytes
import Events
import Flow
import Units
import Wire

/// All tracks, what is known of their streams at the end of the ring, and what a newcomer is told.
///
/// At most `limit` tracks; a stream or view beyond is refused, and counted.
struct Tracks: ~Copyable {
    var table: StreamTable
    var all = Column<Track>()
    var books = Slots<BookState>()
    var views = Slots<View>()
    var memories = Slots<Memory>()
    /// By stream: its own track.
    var ofStream = Column<Int32>()
    var sides = Sides()
    var effects = Sides()
    let limit: Int
    /// Events of streams for which there is no room.
    var refused: UInt64 = 0
    /// Books that never stood.
    var unready = 0

    /// Events that a track remembers: candles of so many lengths, balances of so many assets. The oldest goes.
    static let memoriesMax = 64

    struct View: ~Copyable {
        var view: BookView
        let book: Int
    }

    init(limit: Int) {
        self.limit = limit
        table = StreamTable(limit: limit)
        all.append(Track(stream: -1, channel: .control))
    }

    var count: Int { all.count }
    var streamCount: Int { ofStream.count }

    subscript(index: Int) -> Track {
        @inline(__always) get { all[index] }
        @inline(__always) _modify { yield &all[index] }
    }

    /// The number of the frame's stream; `isNew` when it has no track yet. Nil: there is no room.
    @inline(__always)
    mutating func stream(_ frame: RawSpan) -> (stream: Int, isNew: Bool)? {
        guard let stream = table.index(frame) else {
            refused += 1
            return nil
        }
        return (stream, stream >= ofStream.count)
    }

    @inline(__always)
    func track(ofStream stream: Int) -> Int { Int(ofStream[stream]) }

    func hasBook(_ stream: Int) -> Bool { all[track(ofStream: stream)].book >= 0 }

    func name(ofStream stream: Int) -> (venue: String, symbol: String, channel: Channel) { table.stream(stream) }

    /// Begins the track of the stream that was numbered last.
    mutating func begin(_ frame: RawSpan) {
        let header = Header(frame)
        var track = Track(stream: Int32(ofStream.count), channel: header.envelope.channel)
        if header.envelope.channel == .book,
            let name = StreamName(venue: frame.extracting(header.venue), symbol: frame.extracting(header.symbol))
        {
            track.book = Int32(books.count)
            books.append(BookState(name))
            unready += 1
        }
        ofStream.append(Int32(all.count))
        all.append(track)
    }

    /// What a book's event means.
    enum BookVerdict {
        case pass, void
        case fault(Book.Fault)
    }

    /// Follows a book's stream. `event`: all its frames, found good.
    mutating func follow(_ index: Int, _ event: RawSpan, _ header: Header, _ epoch: UInt32) -> BookVerdict {
        let book = Int(all[index].book)
        switch header.envelope.kind {
        case .bookStatus:
            let status = BookStatus(event, header)
            books[book].status = status
            if status.state.isVoid { void(book) }
        case .bookSnapshot:
            let rows = gather(event, header)
            books[book].checksum = rows.checksum
            books[book].depth = rows.depth
            if let fault = books[book].book.replace(with: sides, sides.whole) { return refuse(book, fault) }
            books[book].isValid = true
            if !books[book].wasValid { unready -= 1 }
            books[book].wasValid = true
        case .bookUpdate:
            guard books[book].isValid else { return .void }
            books[book].checksum = gather(event, header).checksum
            effects.removeAll()
            if let fault = books[book].book.apply(sides, sides.whole, effects: &effects) { return refuse(book, fault) }
        case .gap: void(book)
        default: break
        }
        books[book].envelope = header.envelope
        books[book].envelope.epoch = epoch
        return .pass
    }

    private mutating func refuse(_ book: Int, _ fault: Book.Fault) -> BookVerdict {
        void(book)
        return .fault(fault)
    }

    private mutating func void(_ book: Int) {
        books[book].isValid = false
        books[book].book.removeAll()
    }

    /// A status of our own making: the book is void, as something of it is missing here.
    mutating func void(_ index: Int, _ reason: BookReason, _ envelope: Envelope, expected: UInt64, actual: UInt64) {
        let book = Int(all[index].book)
        var status = books[book].status ?? BookStatus(.stale, reason: reason)
        status.state = .stale
        status.reason = reason
        status.expected = expected
        status.actual = actual
        books[book].status = status
        books[book].envelope = envelope
        void(book)
    }

    func status(_ index: Int) -> BookStatus? { books[Int(all[index].book)].status }

    /// Of the newest event of the track's book.
    func newest(_ index: Int) -> Envelope {
        var envelope = books[Int(all[index].book)].envelope
        envelope.part = 1
        envelope.parts = 1
        envelope.flags.remove([.part, .mixed])
        return envelope
    }

    /// Whether the track's book stands.
    func isStanding(_ index: Int) -> Bool { books[Int(all[index].book)].isValid }

    mutating func clearTouched(_ index: Int) { books[Int(all[index].book)].book.clearTouched() }

    /// Reads all levels of an event; what its first frame says of the book.
    private mutating func gather(_ event: RawSpan, _ header: Header) -> LevelRows {
        sides.removeAll()
        sides.append(levelsOf: event)
        return LevelRows(event.extracting(0..<event.firstFrameBytes), header)
    }

    /// Remembers an event of one frame for newcomers, as it stands in the ring.
    mutating func remember(_ index: Int, _ key: UInt64, _ frame: RawSpan, _ epoch: UInt32, _ position: UInt64) {
        var memory = Int(all[index].memory)
        var last = -1
        var count = 0
        while memory >= 0, memories[memory].key != key {
            last = memory
            count += 1
            memory = Int(memories[memory].link)
        }
        if memory < 0 {
            if count < Tracks.memoriesMax {
                memory = memories.count
                memories.append(Memory(key: key, link: all[index].memory))
                all[index].memory = Int32(memory)
            } else {
                memory = last
                memories[memory].key = key
            }
        }
        memories[memory].epoch = epoch
        memories[memory].position = position
        memories[memory].count = frame.byteCount
        if memories[memory].block.byteCount < frame.byteCount { memories[memory].block.grow(to: frame.byteCount) }
        memories[memory].block.write(0..<frame.byteCount) { $0.put(frame, at: 0) }
    }

    /// The remembered event of a track that comes next after a place in it; nil: no more.
    func memory(of index: Int, after epoch: UInt32, _ position: UInt64) -> Int? {
        var best: Int?
        var memory = Int(all[index].memory)
        while memory >= 0 {
            let place = (memories[memory].epoch, memories[memory].position)
            if place > (epoch, position) {
                if let found = best {
                    if place < (memories[found].epoch, memories[found].position) { best = memory }
                } else {
                    best = memory
                }
            }
            memory = Int(memories[memory].link)
        }
        return best
    }

    func place(ofMemory memory: Int) -> (epoch: UInt32, position: UInt64) {
        (memories[memory].epoch, memories[memory].position)
    }

    func read(memory: Int, _ body: (RawSpan) -> Void) { memories[memory].block.read(0..<memories[memory].count, body) }

    /// The name of a stream's frames.
    func streamName(_ index: Int) -> StreamName {
        let name = table.stream(Int(all[index].stream))
        return StreamName(venue: name.venue, symbol: name.symbol) ?? .none
    }
}
