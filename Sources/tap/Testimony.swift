import Books
import Bytes
import Events
import Flow
import Host
import Units
import Wire

/// Reads what the venue published, and compares what was heard with it, symbol by symbol.
struct Testimony: View, ~Copyable {
    /// One symbol's market, and how far it was compared.
    struct Market: ~Copyable {
        /// Its number among those heard.
        let heard: Int
        var hash = BookHash()
        /// Its levels in order, kept where a book of fewer levels was heard.
        var book: Book?
        /// Of the moment that is not over yet: more may be published at it.
        var moment: UInt64 = 0
        var hasMoment = false
        /// Whether moments are sequences; else times.
        var isNumbered = false
        var isSorted = false
        /// The first moment heard that is still to be compared.
        var next = 0
        /// When the first was received of those that were wrong since the last that was right.
        var wrongSince: Nanos?
        var longestWrong = Nanos.zero
        var trades = TradeTrial()
        var tickers = TickerTrial()

        init(heard: Int) { self.heard = heard }
    }

    var hearing: Hearing
    var markets = Slots<Market>()
    private var table = SymbolTable()
    /// Markets by the witness's numbers; -1: nobody heard of it.
    private var places: [Int] = []
    private var sides = Sides()
    private var effects = Sides()
    private(set) var compared: [Int] = []
    private(set) var wrong: [Int] = []
    var differences: Differences
    /// How long a book may be wrong.
    private let patience: Nanos

    init(_ hearing: consuming Hearing, patience: Nanos = .zero) {
        self.patience = patience
        differences = hearing.differences
        for index in 0..<hearing.heard.count { markets.append(Market(heard: index)) }
        compared = Array(repeating: 0, count: hearing.heard.count)
        wrong = compared
        self.hearing = hearing
    }

    mutating func take(_ frames: RawSpan, _ header: Header, offset: Nanos, at: UInt64, from source: Int) {
        guard let index = index(frames, header) else { return }
        let envelope = header.envelope
        switch envelope.kind {
        case .bookSnapshot, .bookUpdate: takeBook(index, frames, header)
        case .trade:
            let trade = Trade(frames, header)
            markets[index].trades.take(
                id: TradeFields.id(frames, header), content: TradeFields.content(trade), side: trade.side,
                number: TradeFields.number(frames, header) ?? envelope.lastSequence, hearing.heard[index],
                &differences)
        case .ticker:
            markets[index].tickers.take(
                TickerFields(Ticker(frames, header)), sequence: envelope.lastSequence, happened: envelope.happened,
                hearing.heard[index], &differences)
        default: break
        }
    }

    mutating func lost(at: UInt64) { differences.add("the witness, offset \(at): a part of an event is missing") }

    /// The number of a symbol that was heard of.
    private mutating func index(_ frames: RawSpan, _ header: Header) -> Int? {
        guard header.symbolBytes > 0, let place = table.index(frames) else { return nil }
        if place == places.count {
            let count = hearing.heard.count
            let known = hearing.table.index(frames) ?? count
            places.append(known < count ? known : -1)
        }
        return places[place] < 0 ? nil : places[place]
    }

    private mutating func takeBook(_ index: Int, _ frames: RawSpan, _ header: Header) {
        let envelope = header.envelope
        if !markets[index].isSorted {
            markets[index].isSorted = true
            markets[index].isNumbered = envelope.lastSequence > 0
            prepare(index)
        }
        let moment =
            markets[index].isNumbered ? envelope.lastSequence : UInt64(clamping: envelope.happened.count)
        if !markets[index].hasMoment || moment != markets[index].moment {
            judge(index, before: moment)
            markets[index].moment = moment
            markets[index].hasMoment = true
        }
        sides.removeAll()
        sides.append(levelsOf: frames)
        if envelope.kind == .bookSnapshot { markets[index].hash.removeAll() }
        for row in 0..<sides.bids.count { _ = markets[index].hash.set(isAsk: false, sides.bids[row]) }
        for row in 0..<sides.asks.count { _ = markets[index].hash.set(isAsk: true, sides.asks[row]) }
        guard var book = markets[index].book.take() else { return }
        if envelope.kind == .bookSnapshot {
            _ = book.replace(with: sides, sides.whole)
        } else {
            effects.removeAll()
            _ = book.apply(sides, sides.whole, effects: &effects)
        }
        markets[index].book = consume book
    }

    /// Sorts what was heard of a book by moment.
    private mutating func prepare(_ index: Int) {
        let isNumbered = markets[index].isNumbered
        var moments = moments(index)
        moments.sort { a, b in
            isNumbered
                ? (a.sequence, a.offset) < (b.sequence, b.offset)
                : (a.happened.count, a.offset) < (b.happened.count, b.offset)
        }
        hearing.heard[index].moments.removeAll()
        for moment in moments { hearing.heard[index].moments.append(moment) }
        if moments.contains(where: { $0.depth > 0 }) { markets[index].book = Book() }
    }

    private func moments(_ index: Int) -> [Heard.Moment] {
        let count = hearing.heard[index].moments.count
        return (0..<count).map { hearing.heard[index].moments[$0] }
    }

    private func moment(_ index: Int, _ place: Int) -> UInt64 {
        let moment = hearing.heard[index].moments[place]
        return markets[index].isNumbered ? moment.sequence : UInt64(clamping: moment.happened.count)
    }

    /// Compares what was heard before `moment` with the book as it stands, which is that of the moment before.
    private mutating func judge(_ index: Int, before moment: UInt64) {
        var hash: (depth: UInt16, value: UInt64)?
        while markets[index].next < hearing.heard[index].moments.count {
            let place = markets[index].next
            let key = self.moment(index, place)
            guard key < moment else { return }
            markets[index].next += 1
            let told = hearing.heard[index].moments[place]
            // A snapshot may be taken between two changes: where time numbers them nothing happened since; else what did is known
            // with the next change, and the book is compared then.
            let isBetween = told.isSnapshot && key > markets[index].moment && markets[index].hasMoment
            if isBetween, markets[index].isNumbered { continue }
            compared[index] += 1
            guard markets[index].hasMoment, key == markets[index].moment || isBetween else {
                refuse(index, told, "nothing was published then")
                continue
            }
            if hash == nil || hash?.depth != told.depth { hash = (told.depth, self.hash(index, told.depth)) }
            if told.hash == hash?.value {
                endWrong(index, told, at: told.received)
            } else {
                refuse(index, told, "the book differs from the venue's")
            }
        }
    }

    private mutating func refuse(_ index: Int, _ told: Heard.Moment, _ what: String) {
        wrong[index] += 1
        markets[index].wrongSince = markets[index].wrongSince ?? told.received
        if patience.count == 0 {
            let title = hearing.heard[index].title
            let place = markets[index].isNumbered ? "sequence \(told.sequence)" : "time \(told.happened.count)"
            differences.add("\(title), offset \(told.offset), book at \(place): \(what)")
        }
        if let ended = told.ended { endWrong(index, told, at: ended) }
    }

    /// The book is right again, or void, or nothing more was heard of it.
    private mutating func endWrong(_ index: Int, _ told: Heard.Moment, at time: Nanos) {
        guard let since = markets[index].wrongSince else { return }
        markets[index].wrongSince = nil
        let span = max(.zero, time - since)
        markets[index].longestWrong = max(markets[index].longestWrong, span)
        guard patience.count > 0, span > patience else { return }
        let title = hearing.heard[index].title
        differences.add("\(title), offset \(told.offset): the book was wrong for \(span.count / 1_000_000) ms")
    }

    /// The hash of the best `depth` levels a side; 0: of all.
    private func hash(_ index: Int, _ depth: UInt16) -> UInt64 {
        guard depth > 0 else { return markets[index].hash.value }
        var hash: UInt64 = 0
        switch markets[index].book {
        case .some(let book):
            if book.bidCount <= depth, book.askCount <= depth { return markets[index].hash.value }
            for rank in 0..<min(book.bidCount, Int(depth)) { hash ^= BookHash.term(isAsk: false, book.bid(rank)) }
            for rank in 0..<min(book.askCount, Int(depth)) { hash ^= BookHash.term(isAsk: true, book.ask(rank)) }
        case .none: break
        }
        return hash
    }

    mutating func show(to output: borrowing Descriptor) throws(Failure) {}

    /// Nothing more was published.
    mutating func finish(to output: borrowing Descriptor) throws(Failure) -> Status {
        for index in 0..<markets.count {
            judge(index, before: .max)
            if let last = moments(index).last { endWrong(index, last, at: last.received) }
            markets[index].trades.finish(hearing.heard[index], &differences)
            markets[index].tickers.finish(hearing.heard[index], &differences)
        }
        return .ok
    }
}
