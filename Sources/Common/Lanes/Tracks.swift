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
    private var table: StreamTable
    private(set) var all = Column<Track>()
    private(set) var books = Slots<BookState>()
    private var views = Slots<View>()
    private var memories = Slots<Memory>()
    /// By stream: its own track.
    private var ofStream = Column<Int32>()
    var sides = Sides()
    private var effects = Sides()
    let limit: Int
    /// Events of streams for which there is no room.
    private(set) var refused: UInt64 = 0
    /// Books that never stood.
    private(set) var unready = 0

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
    mutating func stream(_ frame: RawSpan, _ header: Header) -> (stream: Int, isNew: Bool)? {
        guard let stream = table.index(frame, header) else {
            refused += 1
            return nil
        }
        return (stream, stream >= ofStream.count)
    }

    @inline(__always)
    func track(ofStream stream: Int) -> Int { Int(ofStream[stream]) }

    func name(ofStream stream: Int) -> (venue: String, symbol: String, channel: Channel) { table.stream(stream) }

    /// Begins the track of the stream that was numbered last.
    mutating func begin(_ frame: RawSpan, _ header: Header) {
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

    /// The track of the best `depth` levels of a stream's book, a new one where there is none; the stream's own where that has no book
    /// or there is no room.
    mutating func view(of stream: Int, depth: Int) -> Int {
        let base = track(ofStream: stream)
        guard depth > 0, all[base].book >= 0 else { return base }
        var index = Int(all[base].sibling)
        while index >= 0 {
            if all[index].depth == Int32(depth) { return index }
            index = Int(all[index].sibling)
        }
        guard all.count < 2 * limit else { return base }
        var track = Track(stream: Int32(stream), channel: .book, depth: Int32(depth))
        track.view = Int32(views.count)
        track.sibling = all[base].sibling
        views.append(View(view: BookView(depth: depth), book: Int(all[base].book)))
        all[base].sibling = Int32(all.count)
        all.append(track)
        return all.count - 1
    }

    /// One more or one less consumer wants the track. A view that nobody wants is dropped; its count goes on, as some have seen it.
    mutating func want(_ index: Int, _ change: Int32) {
        all[index].wanting += change
        guard all[index].view >= 0 else { return }
        let view = Int(all[index].view)
        if all[index].wanting == 0 {
            views[view].view.removeAll()
        } else if all[index].wanting == 1, change > 0 {
            let book = views[view].book
            let base = books[book].envelope
            if all[index].epoch != base.epoch {
                all[index].epoch = base.epoch
                all[index].position = 0
            }
            // What a newcomer is told first is an event of the view, too.
            if base.position > 0 { all[index].position += 1 }
            if books[book].isValid { show(index) }
        }
    }

    /// Brings a view up to its book, telling nobody. The changes are in `effects` then.
    private mutating func show(_ index: Int) {
        let view = Int(all[index].view)
        effects.removeAll()
        views[view].view.update(books[views[view].book].book, effects: &effects)
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
            gather(event)
            books[book].checksum = event.checksum
            books[book].depth = LevelRows(event.extracting(0..<event.firstBytes), header).depth
            if let fault = books[book].book.replace(with: sides, sides.whole) { return refuse(book, fault) }
            books[book].isValid = true
            if !books[book].wasValid { unready -= 1 }
            books[book].wasValid = true
        case .bookUpdate:
            guard books[book].isValid else { return .void }
            gather(event)
            books[book].checksum = event.checksum
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

    private mutating func gather(_ event: RawSpan) {
        sides.removeAll()
        event.eachFrame { LevelRows($0, Header($0)).append($0, to: &sides) }
    }

    /// Writes what a book's newest event means for one of its views; false: nothing.
    mutating func tell(_ index: Int, of kind: Kind, on page: inout Outbox) -> Bool {
        let view = Int(all[index].view)
        let book = views[view].book
        var envelope = books[book].envelope
        switch kind {
        case .bookSnapshot:
            views[view].view.removeAll()
            show(index)
        case .bookUpdate:
            show(index)
            guard !effects.isEmpty else { return false }
        case .bookStatus, .gap: if !books[book].isValid { views[view].view.removeAll() }
        default: return false
        }
        if all[index].epoch != envelope.epoch {
            all[index].epoch = envelope.epoch
            all[index].position = 0
        }
        all[index].position += 1
        let base = envelope.id
        envelope.position = all[index].position
        envelope.id = books[book].name.id(channel: .book, epoch: envelope.epoch, position: envelope.position)
        envelope.cause = envelope.id == base ? 0 : base
        envelope.kind = kind
        envelope.flags.remove([.part, .mixed, .coalesced])
        let depth = UInt16(clamping: all[index].depth)
        switch kind {
        case .bookStatus, .gap:
            envelope.kind = .bookStatus
            var status = books[book].status ?? BookStatus(.stale, reason: .gap)
            if kind == .gap { status = BookStatus(.stale, reason: .gap, integrity: status.integrity) }
            status.depth = UInt32(all[index].depth)
            return page.put(status, envelope, books[book].name)
        case .bookSnapshot:
            // Best first, as snapshots are.
            sides.removeAll()
            books[book].book.copy(depth: Int(all[index].depth), to: &sides)
            envelope.flags.insert(.snapshot)
            return page.put(.bookSnapshot, sides, depth: depth, checksum: 0, envelope, books[book].name)
        default: return page.put(.bookUpdate, effects, depth: depth, checksum: 0, envelope, books[book].name)
        }
    }

    /// Writes the book of a track as it stands: its status, and where it is not void all of it.
    mutating func tellBook(_ index: Int, version: UInt32, on page: inout Outbox) -> UInt64 {
        let book = all[index].view >= 0 ? views[Int(all[index].view)].book : Int(all[index].book)
        guard book >= 0, books[book].envelope.position > 0 || books[book].status != nil else { return 0 }
        var envelope = stateEnvelope(index, book, version)
        let depth = all[index].depth
        var told: UInt64 = 0
        if var status = books[book].status {
            envelope.kind = .bookStatus
            if depth > 0 { status.depth = UInt32(depth) }
            if page.put(status, envelope, books[book].name) { told += 1 }
        }
        guard books[book].isValid else { return told }
        sides.removeAll()
        books[book].book.copy(depth: Int(depth), to: &sides)
        let cut = depth > 0 ? UInt16(clamping: depth) : books[book].depth
        let checksum = depth > 0 ? 0 : books[book].checksum
        if page.put(.bookSnapshot, sides, depth: cut, checksum: checksum, envelope, books[book].name) { told += 1 }
        return told
    }

    private func stateEnvelope(_ index: Int, _ book: Int, _ version: UInt32) -> Envelope {
        var envelope = books[book].envelope
        envelope.flags.remove([.part, .mixed, .coalesced, .backfilled])
        envelope.flags.insert(.snapshot)
        envelope.routingVersion = version
        if all[index].view >= 0 {
            envelope.cause = 0
            envelope.epoch = all[index].epoch
            envelope.position = max(all[index].position, 1)
        }
        envelope.id = books[book].name.id(channel: .book, epoch: envelope.epoch, position: envelope.position)
        return envelope
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
