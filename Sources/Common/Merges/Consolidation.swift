import Books
import Bytes
import Events
import Flow
import Units
public import Wire

/// One book of a symbol across its venues: best levels of all of them, each with its venue, at every change of what is shown.
///
/// A venue is in it while its book stands: from its snapshot on, until it is void, misses an event, or its input ends. That two venues
/// cross is shown as it is.
public struct Consolidation: ~Copyable {
    /// Venues of a symbol, at most: so many names fit in the event.
    public static let venuesMax = 30

    /// One venue's book of a symbol.
    struct Venue: ~Copyable {
        let symbol: Int
        let name: String
        var input: Int
        var book = Book()
        var continuity = Continuity()
        var isVoid = true
        var isQuiet = false
        /// Its best levels, as they are shown.
        var best = Sides()

        init(symbol: Int, name: String, input: Int) {
            self.symbol = symbol
            self.name = name
            self.input = input
        }

        mutating func pick(_ depth: Int) {
            best.removeAll()
            book.copy(depth: depth, to: &best)
        }
    }

    private struct Symbol {
        let name: StreamName
        var venues: [Int] = []
        var place = StreamPlace()
        /// Fingerprint of what was told last; nil before the first.
        var told: UInt64?
    }

    /// Levels a side; 0 = as many as a frame holds.
    private let levels: Int
    private let leavesOutQuiet: Bool
    private var table = StreamTable()
    /// By stream: its venue's place, or -1 where there is no room.
    private var streams: [Int] = []
    private var venues = Slots<Venue>()
    private var symbols: [Symbol] = []
    private var numbers = Names()
    private var sides = Sides()
    private var effects = Sides()
    private var bids = Column<VenueLevel>()
    private var asks = Column<VenueLevel>()
    /// Symbols whose books changed since they were told.
    private var changed: [Int] = []
    /// Events of books for which there was no room.
    public private(set) var nameless: UInt64 = 0

    public init(levels: Int, leavesOutQuiet: Bool) {
        self.levels = levels
        self.leavesOutQuiet = leavesOutQuiet
    }

    /// Takes an event of a book's stream, whole and checked.
    public mutating func take(_ frames: RawSpan, _ header: Header, input: Int) {
        guard let place = place(frames, header, input) else {
            nameless += 1
            return
        }
        venues[place].input = input
        if venues[place].continuity.judge(header.envelope) != .next {
            // A writer that begins anew begins with a state or a snapshot, and its count may be lower than that of the one before.
            venues[place].continuity = Continuity()
            _ = venues[place].continuity.judge(header.envelope)
            if header.envelope.kind != .bookSnapshot { empty(place) }
        }
        switch header.envelope.kind {
        case .bookStatus: take(BookStatus(frames, header), place)
        case .gap: empty(place)
        case .bookSnapshot:
            sides.removeAll()
            sides.append(levelsOf: frames)
            let fault = venues[place].book.replace(with: sides, sides.whole)
            venues[place].isVoid = fault != nil
            change(place)
        case .bookUpdate where !venues[place].isVoid:
            sides.removeAll()
            sides.append(levelsOf: frames)
            effects.removeAll()
            venues[place].book.clearTouched()
            if venues[place].book.apply(sides, sides.whole, effects: &effects) != nil {
                empty(place)
            } else if levels == 0 || venues[place].book.touchedBid < levels || venues[place].book.touchedAsk < levels {
                change(place)
            }
        default: break
        }
    }

    private mutating func take(_ status: BookStatus, _ place: Int) {
        let wasQuiet = venues[place].isQuiet
        venues[place].isQuiet = status.state == .quiet
        if status.state.isVoid {
            empty(place)
        } else if wasQuiet != venues[place].isQuiet, leavesOutQuiet {
            change(place)
        }
    }

    /// Nobody vouches any more for the books of an input.
    public mutating func end(input: Int) {
        for place in 0..<venues.count where venues[place].input == input { empty(place) }
    }

    private mutating func empty(_ place: Int) {
        guard !venues[place].isVoid else { return }
        venues[place].isVoid = true
        venues[place].book.removeAll()
        change(place)
    }

    private mutating func change(_ place: Int) {
        let symbol = venues[place].symbol
        if !changed.contains(symbol) { changed.append(symbol) }
    }

    private mutating func place(_ frames: RawSpan, _ header: Header, _ input: Int) -> Int? {
        guard let stream = table.index(frames) else { return nil }
        if stream == streams.count { streams.append(add(stream, input)) }
        return streams[stream] >= 0 ? streams[stream] : nil
    }

    private mutating func add(_ stream: Int, _ input: Int) -> Int {
        let (venue, symbol, _) = table.stream(stream)
        guard let number = numbers.intern(symbol) else { return -1 }
        if number == symbols.count {
            symbols.append(Symbol(name: StreamName(venue: Windows.venue, symbol: symbol) ?? .none))
        }
        // The names stand in the event with line feeds between.
        guard symbols[number].venues.count < Consolidation.venuesMax else { return -1 }
        symbols[number].venues.append(venues.count)
        venues.append(Venue(symbol: number, name: venue, input: input))
        return venues.count - 1
    }

    /// Whether something changed that is not told yet.
    public var hasChanges: Bool { !changed.isEmpty }

    /// Tells what is shown of the symbols that changed, where it is not what was told last.
    public mutating func tell(_ making: Making, into outbox: inout Outbox) {
        for symbol in changed { tell(symbol, making, &outbox) }
        changed.removeAll(keepingCapacity: true)
    }

    private mutating func tell(_ symbol: Int, _ making: Making, _ outbox: inout Outbox) {
        var standing: [Int] = []
        var list = ""
        for place in symbols[symbol].venues
        where !venues[place].isVoid && !(leavesOutQuiet && venues[place].isQuiet) {
            list += (standing.isEmpty ? "" : "\n") + venues[place].name
            standing.append(place)
        }
        let name = symbols[symbol].name
        let room = Outbox.venueLevelsMax(name, venueBytes: list.utf8.count) / 2
        let depth = levels == 0 ? room : min(levels, room)
        for place in standing {
            venues[place].pick(depth)
        }
        Consolidation.merge(venues, standing, depth, isBids: true, &bids)
        Consolidation.merge(venues, standing, depth, isBids: false, &asks)
        let print = fingerprint(list)
        guard print != symbols[symbol].told else { return }
        symbols[symbol].told = print
        let envelope = making.envelope(
            .consolidatedBook, .consolidated, symbols[symbol].place.next(), name, flags: .snapshot)
        list.withBytes { _ = outbox.put(consolidated: bids, asks, venues: $0, envelope, name) }
    }

    /// The best `depth` levels of one side of all venues, best first; at the same price the venue that was seen first.
    private static func merge(
        _ venues: borrowing Slots<Venue>, _ standing: [Int], _ depth: Int, isBids: Bool,
        _ levels: inout Column<VenueLevel>
    ) {
        levels.removeAll()
        var cursors = InlineArray<30, Int>(repeating: 0)
        while levels.count < depth {
            var best: (venue: Int, level: Level)?
            for (venue, place) in standing.enumerated() {
                let count = isBids ? venues[place].best.bids.count : venues[place].best.asks.count
                guard cursors[venue] < count else { continue }
                let level = isBids ? venues[place].best.bids[cursors[venue]] : venues[place].best.asks[cursors[venue]]
                guard let other = best?.level.exactPrice else {
                    best = (venue, level)
                    continue
                }
                if isBids ? other < level.exactPrice : level.exactPrice < other { best = (venue, level) }
            }
            guard let best else { return }
            cursors[best.venue] += 1
            levels.append(VenueLevel(best.level, venue: UInt8(best.venue)))
        }
    }

    private func fingerprint(_ list: String) -> UInt64 {
        var print = Fingerprint()
        for byte in list.utf8 { print.add(UInt64(byte)) }
        print.add(UInt64(bids.count))
        for index in 0..<bids.count { print.add(bids[index]) }
        for index in 0..<asks.count { print.add(asks[index]) }
        return print.word
    }
}

/// 64 bits of what was added, in order: two rows that differ have different ones, but for one in 2^64.
private struct Fingerprint {
    private(set) var word: UInt64 = 0x9E37_79B9_7F4A_7C15

    @inline(__always)
    mutating func add(_ other: UInt64) {
        word = (word ^ other) &* 0xFF51_AFD7_ED55_8CCD
        word ^= word &>> 32
    }

    mutating func add(_ level: VenueLevel) {
        add(UInt64(bitPattern: level.level.price))
        add(UInt64(bitPattern: level.level.size))
        add(
            UInt64(UInt8(bitPattern: level.level.priceExponent))
                | UInt64(UInt8(bitPattern: level.level.sizeExponent)) << 8 | UInt64(level.venue) << 16)
    }
}
