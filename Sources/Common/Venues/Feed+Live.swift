import Books
import Bytes
import Events
import Text
import Units
import Wire

extension Feed {
    /// A connection came up (and takes the place of another in carrying `carried`), or went.
    mutating func setOpen(_ connection: Int, _ isOpen: Bool, replaces: Int? = nil, _ carried: [Int] = []) {
        while links.count <= connection { links.append(Link()) }
        links[connection] = Link(isOpen: isOpen, replaces: replaces ?? -1)
        guard isOpen, replaces != nil else { return }
        for index in carried {
            symbols[index].isSeenOnSuccessor = false
            symbols[index].successorChange = 0
            symbols[index].successorTrade = 0
        }
    }

    /// Nothing of a symbol comes over a connection any more.
    mutating func detach(_ index: Int, from connection: Int) {
        if symbols[index].bookConnection == connection { symbols[index].bookConnection = -1 }
        if symbols[index].overtaken == connection { endTakeover(index) }
        if symbols[index].tradeConnection == connection { symbols[index].tradeConnection = -1 }
        if symbols[index].tickerConnection == connection { symbols[index].tickerConnection = -1 }
        if symbols[index].candleConnection == connection { symbols[index].candleConnection = -1 }
    }

    private func isOpen(_ connection: Int) -> Bool {
        connection >= 0 && connection < links.count && links[connection].isOpen
    }

    private func replaces(_ connection: Int, _ other: Int) -> Bool {
        connection >= 0 && connection < links.count && other >= 0 && links[connection].replaces == other
    }

    /// Whether a book's event of this connection counts: while another one carries the book, its successor's snapshot does, with
    /// which the successor takes over. Numbered changes count wherever they come from, as long as they follow.
    mutating func acceptsBook(
        _ index: Int, _ item: Batch.Item, _ sides: borrowing Sides, _ connection: Int
    ) -> Bool {
        let carrier = symbols[index].bookConnection
        guard carrier != connection else { return true }
        guard isOpen(carrier) else {
            symbols[index].bookConnection = connection
            symbols[index].isSuspended = false
            return true
        }
        if dialect.fetchesSnapshots {
            if replaces(connection, carrier) { symbols[index].isSeenOnSuccessor = true }
            guard isAhead(index, item.head) else { return true }
            // The one that carries the book still tells what is between.
            symbols[index].successorChange = max(symbols[index].successorChange, item.head.last)
            return false
        }
        if connection == symbols[index].overtaken {
            followOvertaken(index, item, sides)
            return false
        }
        guard item.content == .bookSnapshot, replaces(connection, carrier) else { return false }
        endTakeover(index)
        symbols[index].overtaken = carrier
        symbols[index].bookConnection = connection
        symbols[index].isSuspended = false
        return true
    }

    /// Whether something is missing between a book that stands and a change.
    private func isAhead(_ index: Int, _ head: DeltaHead) -> Bool {
        switch symbols[index].keeper {
        case .some(let keeper) where !keeper.state.isVoid:
            if case .gap = keeper.rule.judge(
                first: head.first, last: head.last, previous: head.previous, held: keeper.held, isFirst: false)
            {
                return true
            }
            return false
        default: return false
        }
    }

    /// Whether a ticker of this connection counts. A successor takes over with the first that is newer than all before.
    mutating func acceptsTicker(_ index: Int, _ head: DeltaHead, _ connection: Int) -> Bool {
        let carrier = symbols[index].tickerConnection
        if carrier != connection, isOpen(carrier) {
            let last = symbols[index].tickerHead
            let isNewer = head.last > last.last || head.happened > last.happened
            guard replaces(connection, carrier), isNewer else { return false }
            symbols[index].isTickerBehind = false
        } else if carrier == connection, symbols[index].isTickerBehind {
            let last = symbols[index].tickerHead
            guard head.last > last.last || head.happened > last.happened else { return false }
            symbols[index].isTickerBehind = false
        } else if carrier != connection, isOlder(head, symbols[index].tickerHead) {
            // The one that carried them is gone, and this one tells them later.
            return false
        }
        symbols[index].tickerConnection = connection
        symbols[index].tickerHead = head
        return true
    }

    /// Whether a ticker is of the venue's past. Its numbers say nothing, they may be the connection's; and one that is older by more than
    /// any connection is late is of a clock that was set back.
    private func isOlder(_ head: DeltaHead, _ last: DeltaHead) -> Bool {
        guard head.happened.count > 0, last.happened.count > 0 else { return false }
        return head.happened < last.happened && last.happened - head.happened <= .seconds(60)
    }

    /// Whether a candle of this connection counts.
    mutating func acceptsCandle(_ index: Int, _ connection: Int) -> Bool {
        let carrier = symbols[index].candleConnection
        guard carrier == connection || !isOpen(carrier) || replaces(connection, carrier) else { return false }
        symbols[index].candleConnection = connection
        return true
    }

    /// Whether a connection, which is to take the place of another, carries a symbol's book: without a hole.
    func isBookCarried(_ index: Int, by connection: Int) -> Bool {
        let held: UInt64
        switch symbols[index].keeper {
        case .some(let keeper): held = keeper.held
        case .none: return true
        }
        guard dialect.fetchesSnapshots else { return symbols[index].bookConnection == connection }
        return symbols[index].isSeenOnSuccessor && symbols[index].successorChange <= held
    }

    /// Whether the successor of the connection that carries a symbol's trades has told none that is still missing.
    func areTradesCarried(_ index: Int) -> Bool {
        !dialect.numbersTrades || symbols[index].successorTrade <= symbols[index].lastTrade
    }

    /// What one connection carried, the other does from now on; but a book whose snapshots come with subscribing only once its
    /// snapshot has come there.
    mutating func handOver(from old: Int, to new: Int) {
        for index in 0..<symbols.count {
            if dialect.fetchesSnapshots, symbols[index].bookConnection == old { symbols[index].bookConnection = new }
            if symbols[index].tradeConnection == old { symbols[index].tradeConnection = new }
            if symbols[index].tickerConnection == old {
                symbols[index].tickerConnection = new
                symbols[index].isTickerBehind = true
            }
            if symbols[index].candleConnection == old { symbols[index].candleConnection = new }
        }
    }

    /// A connection ends before its time: what its successor carries already goes on.
    mutating func handOverCarried(_ carried: [Int], from old: Int, to new: Int) {
        for index in carried {
            if symbols[index].bookConnection == old, symbols[index].isBookThere, isBookCarried(index, by: new) {
                symbols[index].bookConnection = new
            }
            // A hole in its numbers would show.
            if symbols[index].tradeConnection == old, dialect.numbersTrades { symbols[index].tradeConnection = new }
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
        endTakeover(index)
        symbols[index].keeper = nil
        symbols[index].comparison = nil
        symbols[index].bookConnection = -1
        symbols[index].tradeConnection = -1
        symbols[index].tickerConnection = -1
        symbols[index].candleConnection = -1
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
            symbols[index].hasEnded = status == .ended
            notices.append(.changed(symbol: symbols[index].native, status: status))
            if status == .ended {
                breakBook(index, .halted, at: now, out: &out)
            } else if old.status == .ended {
                // Listed again: its book begins anew.
                symbols[index].isAwaited = false
                if symbols[index].keeper != nil { want(index) }
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
        hasNews = true
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
