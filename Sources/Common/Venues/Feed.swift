import Books
import Bytes
import Events
import Text
import Units
import Wire

/// All symbols of one venue: takes what its messages say and writes it as frames. Pure: the session decides what to ask the venue
/// for, the feed says when (`isAwaited`).
///
/// Invariant: no book frame but a status is written for a void book, and a status precedes each change of a book's state.
struct Feed: ~Copyable {
    let dialect: Dialect
    var options: SessionOptions
    private(set) var listing: Listing
    private var natives = Names(limit: Feed.symbolsMax)
    /// Names that streams bear: none bears that of another.
    private var shown: Set<String> = []
    /// Symbols that were refused, so that each is told once.
    private var refused: Set<String> = []
    var symbols = Slots<SymbolState>(capacity: 1)
    var effects = Sides(capacity: 64)
    /// Effects that nobody is told of.
    var scratch = Sides(capacity: 4)

    /// A connection as far as the feed cares.
    struct Link {
        var isOpen = false
        /// Whose place it takes; -1 = nobody's.
        var replaces = -1
    }

    var links: [Link] = []
    var isMuted = false
    /// Whether the list of instruments is to be looked at now.
    var wantsList = false
    /// Whether something happened that a session sees to: a book changed its state, trades are missing.
    var hasNews = false
    /// Symbols of which trades are missing that the session has not asked for yet.
    var lacking: [Int] = []

    /// Trades that nobody will tell any more.
    struct Lost {
        var index: Int
        var numbers: ClosedRange<UInt64>
    }

    var lost: [Lost] = []
    /// Things to tell a person; taken by the session.
    var notices: [Notice] = []
    /// Symbols whose books need a snapshot; taken by the session.
    var wanting: [Int] = []

    /// Symbols followed at most; those beyond are refused with a notice.
    static let symbolsMax = 1 << 14
    /// Symbols refused that are told, and remembered, one by one.
    private static let refusedMax = 64

    init(_ dialect: Dialect, _ options: SessionOptions) {
        self.dialect = dialect
        self.options = options
        listing = Listing(dialect)
    }

    /// The index of the symbol that the venue calls by this text; a new one where the session follows whatever comes.
    @inline(__always)
    mutating func index(_ text: RawSpan, _ symbol: JSON.Text) -> Int? {
        if !symbol.escaped, let index = natives.find(text, symbol.range) { return index }
        return newIndex(text, symbol)
    }

    @inline(never)
    private mutating func newIndex(_ text: RawSpan, _ symbol: JSON.Text) -> Int? {
        var name = String(text, symbol.range)
        if symbol.escaped {
            var bytes: [UInt8] = []
            let isShort = JSON.unescape(text, symbol.range) { byte in
                bytes.append(byte)
                return bytes.count < 256
            }
            guard isShort else { return nil }
            name = String(decoding: bytes, as: Unicode.UTF8.self)
        }
        if let known = natives.find(name) { return known }
        return options.discovers ? add(native: name) : nil
    }

    /// The index of the symbol that the venue calls `native`, if it is followed.
    func find(native: String) -> Int? { natives.find(native) }

    /// Our name of a symbol.
    func canonical(_ index: Int) -> String { symbols[index].canonical }

    /// Follows the symbol that the venue calls `native`; nil when no more can be taken.
    mutating func add(native: String) -> Int? {
        if let known = natives.find(native) { return known }
        let listed = listing.index(native: native)
        let canonical =
            listed.map { listing.canonical($0) } ?? options.canonical(native, dialect)
            ?? dialect.canonical(native: native) ?? native
        let text = options.usesNativeNames ? native : canonical
        guard symbols.count < Feed.symbolsMax else { return refuse(.tooManySymbols, "") }
        guard !shown.contains(text), let name = StreamName(venue: dialect.venue, symbol: text) else {
            return refuse(.nameless(symbol: native), native)
        }
        guard natives.intern(native) == symbols.count else { return nil }
        shown.insert(text)
        let isWanted = options.wants(canonical: canonical, native: native)
        var state = SymbolState(name: name, native: native, canonical: canonical, isWanted: isWanted)
        state.listed = listed ?? -1
        symbols.append(state)
        return symbols.count - 1
    }

    /// Tells once why a symbol is left out.
    private mutating func refuse(_ notice: Notice, _ native: String) -> Int? {
        if refused.count < Feed.refusedMax, refused.insert(native).inserted { notices.append(notice) }
        return nil
    }

    /// A list of the venue's instruments came.
    mutating func list(_ instruments: [Instrument], at now: Nanos, out: inout Outbox) {
        var before: [Instrument?] = []
        if !options.discovers {
            for index in 0..<symbols.count {
                let listed = symbols[index].listed
                before.append(listed >= 0 ? listing.instruments[listed] : nil)
            }
        }
        listing.replace(with: instruments)
        for index in 0..<symbols.count {
            symbols[index].listed = listing.index(native: symbols[index].native) ?? -1
            useDigits(index)
        }
        if !options.discovers { compareInstruments(before, at: now, out: &out) }
        // Whoever asks for nothing but instruments gets them all.
        guard options.channels == .instrument else { return }
        for listed in 0..<listing.count {
            if let index = add(native: listing.instruments[listed].native) { tellInstrument(index, at: now, out: &out) }
        }
    }

    /// Some of the venue's instruments are new, or have changed.
    mutating func listSome(_ instruments: [Instrument], at now: Nanos, out: inout Outbox) {
        var all = listing.instruments
        for instrument in instruments {
            if let known = listing.index(native: instrument.native) {
                all[known] = instrument
            } else {
                all.append(instrument)
            }
        }
        list(all, at: now, out: &out)
    }

    /// Writes the symbol's instrument, once, before anything else of it.
    @inline(__always)
    mutating func tellInstrument(_ index: Int, at now: Nanos, out: inout Outbox) {
        if !symbols[index].isInstrumentTold { tellInstrumentOnce(index, at: now, out: &out) }
    }

    @inline(never)
    private mutating func tellInstrumentOnce(_ index: Int, at now: Nanos, out: inout Outbox) {
        let listed = symbols[index].listed
        guard listed >= 0, options.channels.contains(.instrument), symbols[index].isWanted else { return }
        symbols[index].isInstrumentTold = true
        let envelope = envelope(index, .instrument, .instrument, DeltaHead(), at: now)
        out.put(listing.instruments[listed], envelope, symbols[index].name)
    }

    /// Gives the keeper the digits that the venue's checksum writes with.
    func digits(_ index: Int) -> (price: Int8, size: Int8)? {
        guard dialect == .kraken, symbols[index].listed >= 0 else { return nil }
        let instrument = listing.instruments[symbols[index].listed]
        guard instrument.priceDigits <= 18, instrument.sizeDigits <= 18 else { return nil }
        return (Int8(instrument.priceDigits), Int8(instrument.sizeDigits))
    }

    mutating func useDigits(_ index: Int) {
        guard let digits = digits(index) else { return }
        symbols[index].keeper?.useDigits(price: digits.price, size: digits.size)
        // A checksum that failed for want of these digits will not any more.
        guard symbols[index].isSuspended, !symbols[index].isBookThere else { return }
        symbols[index].isSuspended = false
        symbols[index].isAwaited = false
        want(index)
    }

    /// The envelope of the next event of a stream.
    @inline(__always)
    mutating func envelope(
        _ index: Int, _ kind: Kind, _ channel: Channel, _ head: DeltaHead, at now: Nanos
    ) -> Envelope {
        let slot = Int(channel.rawValue)
        symbols[index].counts[slot].position &+= 1
        let count = symbols[index].counts[slot]
        return Envelope(
            kind: kind, channel: channel, flags: options.flags, epoch: count.epoch, position: count.position,
            firstSequence: head.first, lastSequence: head.last, happened: head.happened, received: now,
            id: symbols[index].name.id(channel: channel, epoch: count.epoch, position: count.position))
    }

    /// What the last envelope was for was not written: its position goes to the next event.
    mutating func giveBackPosition(_ index: Int, _ channel: Channel) {
        symbols[index].counts[Int(channel.rawValue)].position &-= 1
    }

    /// Begins an epoch of a stream: its positions start anew.
    mutating func raiseEpoch(_ index: Int, _ channel: Channel) {
        let slot = Int(channel.rawValue)
        symbols[index].counts[slot] = SymbolState.Count(epoch: symbols[index].counts[slot].epoch &+ 1, position: 0)
    }
}
