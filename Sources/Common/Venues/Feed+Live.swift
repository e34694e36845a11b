import Books
import Bytes
import Events
import Text
import Units
import Wire

extension Feed {
    /// A connection came up (and takes the place of another), or went.
    mutating func setOpen(_ connection: Int, _ isOpen: Bool, replaces: Int?) {
        while links.count <= connection { links.append(Link()) }
        links[connection] = Link(isOpen: isOpen, replaces: replaces ?? -1)
        if isOpen, replaces != nil {
            for index in 0..<symbols.count {
                symbols[index].isSeenOnSuccessor = false
                symbols[index].successorTrade = 0
            }
        }
    }

    private func isOpen(_ connection: Int) -> Bool {
        connection >= 0 && connection < links.count && links[connection].isOpen
    }

    private func replaces(_ connection: Int, _ other: Int) -> Bool {
        connection >= 0 && connection < links.count && other >= 0 && links[connection].replaces == other
    }

    /// Whether a book's event of this connection counts: while another one carries the book, its successor's snapshot does, with
    /// which the successor takes over. Numbered changes count wherever they come from.
    mutating func acceptsBook(_ index: Int, _ content: Batch.Item.Content, _ connection: Int) -> Bool {
        let carrier = symbols[index].bookConnection
        if replaces(connection, carrier) { symbols[index].isSeenOnSuccessor = true }
        guard carrier != connection, isOpen(carrier) else {
            symbols[index].bookConnection = connection
            return true
        }
        if dialect.fetchesSnapshots { return true }
        guard content == .bookSnapshot, replaces(connection, carrier) else { return false }
        symbols[index].bookConnection = connection
        symbols[index].isSuspended = false
        return true
    }

    /// Whether a ticker or candle of this connection counts.
    mutating func accepts(_ index: Int, _ connection: Int) -> Bool {
        let carrier = symbols[index].carrier
        guard carrier == connection || !isOpen(carrier) || replaces(connection, carrier) else { return false }
        symbols[index].carrier = connection
        return true
    }

    /// Whether a connection carries all of a symbol that the other one does.
    func isCarried(_ index: Int, by connection: Int, insteadOf old: Int, _ channels: ChannelSet) -> Bool {
        if channels.contains(.book), symbols[index].keeper != nil {
            let isBookThere =
                dialect.fetchesSnapshots
                ? symbols[index].isSeenOnSuccessor : symbols[index].bookConnection == connection
            guard isBookThere else { return false }
        }
        guard channels.contains(.trade), dialect.numbersTrades else { return true }
        return symbols[index].successorTrade <= symbols[index].lastTrade
    }

    /// What one connection carried, the other does from now on; but a book whose snapshots come with subscribing only once its
    /// snapshot has come there.
    mutating func handOver(from old: Int, to new: Int) {
        for index in 0..<symbols.count {
            if dialect.fetchesSnapshots, symbols[index].bookConnection == old { symbols[index].bookConnection = new }
            if symbols[index].tradeConnection == old { symbols[index].tradeConnection = new }
            if symbols[index].carrier == old { symbols[index].carrier = new }
        }
    }

    /// Whether every book that is asked for stands.
    var areBooksInStep: Bool {
        guard options.channels.contains(.book) else { return true }
        for index in 0..<symbols.count where symbols[index].isFollowed && !symbols[index].isBookThere { return false }
        return true
    }

    /// A symbol is not followed any more: its book is void.
    mutating func drop(_ index: Int, at now: Nanos, out: inout Outbox) {
        breakBook(index, .disconnected, at: now, out: &out)
        symbols[index].isFollowed = false
        symbols[index].isWanted = false
        symbols[index].keeper = nil
        symbols[index].comparison = nil
        symbols[index].bookConnection = -1
        symbols[index].tradeConnection = -1
        symbols[index].lastTrade = 0
        symbols[index].isAwaited = false
    }

    /// A market in which nothing happens: its book begins without a change to wait for.
    mutating func openSilently(_ index: Int, at now: Nanos, out: inout Outbox) {
        guard symbols[index].isWanted, !symbols[index].hasBook else { return }
        tellInstrument(index, at: now, out: &out)
        open(index, at: now, out: &out)
    }

    /// What is known of instruments changed: it is told, and a market that halts or goes on, too.
    mutating func compareInstruments(_ before: [Instrument?], at now: Nanos, out: inout Outbox) {
        for index in 0..<min(symbols.count, before.count) where symbols[index].isFollowed {
            guard let old = before[index] else { continue }
            let listed = symbols[index].listed
            let new = listed >= 0 ? listing.instruments[listed] : nil
            guard new != old else { continue }
            symbols[index].isInstrumentTold = false
            tellInstrument(index, at: now, out: &out)
            let status = new?.status ?? .ended
            notices.append(.changed(symbol: symbols[index].native, status: status))
            if status == .ended {
                breakBook(index, .halted, at: now, out: &out)
            } else if status != old.status {
                tellHalt(index, status != .trading, at: now, out: &out)
            }
        }
    }

    /// Whether a trade counts: of numbered ones each once, and what is missing between two is asked for.
    mutating func acceptsTrade(_ index: Int, _ item: Batch.Item, _ number: UInt64, _ connection: Int) -> Bool {
        guard dialect.numbersTrades, number > 0 else { return true }
        let last = symbols[index].lastTrade
        guard number > last else { return false }
        if last > 0, number > last + 1 {
            if connection != symbols[index].tradeConnection, isOpen(symbols[index].tradeConnection) {
                // The connection that carries them still tells what is between.
                symbols[index].successorTrade = max(symbols[index].successorTrade, number)
                return false
            }
            lack(index, (last + 1)...(number - 1))
        }
        symbols[index].tradesLostSince = nil
        symbols[index].lastTrade = number
        return true
    }

    private mutating func lack(_ index: Int, _ numbers: ClosedRange<UInt64>) {
        if symbols[index].missing != nil {
            // One request at a time: what it does not bring is told as a gap.
            lost.append(Lost(index: index, numbers: numbers))
            return
        }
        symbols[index].missing = numbers
        lacking.append(index)
    }

    /// Trades that were asked for came, or none did. What is still missing is told.
    mutating func fillTrades(
        _ index: Int, _ batch: borrowing Batch, _ text: RawSpan, at now: Nanos, out: inout Outbox
    ) {
        guard let missing = symbols[index].missing else { return }
        symbols[index].missing = nil
        var next = missing.lowerBound
        for row in 0..<batch.items.count where batch.items[row].content == .trade {
            let item = batch.items[row]
            let print = batch.prints[item.index]
            guard let number = Feed.number(text, print.id.range), number >= next, number <= missing.upperBound,
                !item.isOutOfRange
            else { continue }
            if number > next { lost.append(Lost(index: index, numbers: next...(number - 1))) }
            var envelope = envelope(index, .trade, .trade, item.head, at: now)
            envelope.flags.insert(.backfilled)
            if !out.put(print.trade, id: text.extracting(print.id.range), envelope, symbols[index].name) {
                giveBackPosition(index, .trade)
            }
            next = number + 1
        }
        if next <= missing.upperBound { lost.append(Lost(index: index, numbers: next...missing.upperBound)) }
        tellLostTrades(at: now, out: &out)
    }

    /// Nobody can tell the missing trades any more.
    mutating func giveUpTrades(_ index: Int) {
        guard let missing = symbols[index].missing else { return }
        symbols[index].missing = nil
        lost.append(Lost(index: index, numbers: missing))
    }

    mutating func tellLostTrades(at now: Nanos, out: inout Outbox) {
        for one in lost {
            var gap = Gap(reason: .disconnected)
            gap.missed = one.numbers.upperBound - one.numbers.lowerBound + 1
            gap.fromSequence = one.numbers.lowerBound
            gap.toSequence = one.numbers.upperBound
            tell(gap, one.index, .trade, DeltaHead(), at: now, out: &out)
        }
        lost.removeAll(keepingCapacity: true)
    }

    /// The number that a text is; nil where it is none.
    static func number(_ text: RawSpan, _ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty, range.count <= 19 else { return nil }
        var number: UInt64 = 0
        for at in range {
            let digit = text.byte(at) &- 0x30
            guard digit <= 9 else { return nil }
            number = number &* 10 &+ UInt64(digit)
        }
        return number
    }
}
