import Bytes
import Events
import Markets
import Matching
import Text
import Units
import Venues
import Wire

/// The witness: what the venue truly published, whatever faults make of it on its way, and what it was asked.
extension Imitation {
    /// The envelope of the next event of a board's channel. Witnesses never lose anything, so all is one epoch.
    mutating func envelope(
        _ board: Int, _ kind: Kind, _ channel: Channel, first: UInt64 = 0, last: UInt64 = 0, happened: Nanos,
        at now: Nanos
    ) -> Envelope {
        let slot = Int(channel.rawValue)
        boards[board].positions[slot] += 1
        let position = boards[board].positions[slot]
        return Envelope(
            kind: kind, channel: channel, epoch: 1, position: position, firstSequence: first, lastSequence: last,
            happened: happened, received: now, id: boards[board].name.id(channel: channel, epoch: 1, position: position)
        )
    }

    mutating func testifyInstrument(_ board: Int, at now: Nanos) {
        let envelope = envelope(board, .instrument, .instrument, happened: now, at: now)
        let terms = boards[board].terms
        var instrument = Instrument(
            native: boards[board].native, base: terms.base, quote: terms.quote, type: .spot)
        instrument.tick = terms.tick
        instrument.lot = terms.lot
        instrument.minimumSize = terms.size(terms.minimumSize)
        instrument.maximumSize = terms.size(terms.maximumSize)
        instrument.minimumValue = terms.minimumValue
        instrument.status =
            switch boards[board].status {
            case .pending: .pending
            case .trading: .trading
            case .halted: .halted
            case .ended: .ended
            }
        witness.put(instrument, envelope, boards[board].name)
    }

    /// The whole book as it is.
    mutating func testifyBook(_ board: Int, at now: Nanos) {
        levels.removeAll()
        for rank in 0..<boards[board].bids.count { levels.bids.append(boards[board].level(boards[board].bids[rank])) }
        for rank in 0..<boards[board].asks.count { levels.asks.append(boards[board].level(boards[board].asks[rank])) }
        let last = dialect == .binance ? boards[board].lastChange : 0
        let happened = boards[board].stamp
        var envelope = envelope(
            board, .bookSnapshot, .book, first: last, last: last, happened: happened, at: now)
        envelope.flags.insert(.snapshot)
        witness.put(.bookSnapshot, levels, depth: 0, checksum: 0, envelope, boards[board].name)
    }

    /// The changes of the batch that is about to be published, or a part of it that a snapshot tells first.
    mutating func testifyChanges(_ board: Int, checksum: UInt32 = 0, happened: Nanos, at now: Nanos) {
        guard options.isWitnessed, !boards[board].fast.isEmpty else { return }
        levels.removeAll()
        for rank in 0..<boards[board].fast.bids.count {
            levels.bids.append(boards[board].level(boards[board].fast.bids[rank]))
        }
        for rank in 0..<boards[board].fast.asks.count {
            levels.asks.append(boards[board].level(boards[board].fast.asks[rank]))
        }
        let isNumbered = dialect == .binance
        let first = isNumbered ? boards[board].fast.first : 0
        let last = isNumbered ? boards[board].fast.last : 0
        let envelope = envelope(board, .bookUpdate, .book, first: first, last: last, happened: happened, at: now)
        witness.put(.bookUpdate, levels, depth: 0, checksum: checksum, envelope, boards[board].name)
    }

    /// A trade, as the message tells it. `sequence`: the venue's; 0: none.
    mutating func testify(_ sale: Sale, _ board: Int, sequence: UInt64, happened: Nanos, at now: Nanos) {
        guard options.isWitnessed else { return }
        let envelope = envelope(
            board, .trade, .trade, first: sequence, last: sequence, happened: happened, at: now)
        let trade = Trade(
            price: boards[board].decimal(price: sale.price), size: boards[board].decimal(size: sale.size),
            side: sale.isBuy ? .buy : .sell, count: 1)
        draft.clear()
        draft.print(sale.number)
        Imitation.put(trade, draft, envelope, boards[board].name, &witness)
    }

    private static func put(
        _ trade: Trade, _ id: borrowing Printer, _ envelope: Envelope, _ name: StreamName, _ witness: inout Outbox
    ) {
        id.read { _ = witness.put(trade, id: $0, envelope, name) }
    }

    mutating func testify(_ ticker: Ticker, _ board: Int, sequence: UInt64 = 0, happened: Nanos, at now: Nanos) {
        guard options.isWitnessed else { return }
        let envelope = envelope(
            board, .ticker, .ticker, first: sequence, last: sequence, happened: happened, at: now)
        witness.put(ticker, envelope, boards[board].name)
    }

    /// The touch as it was shown last.
    func touch(_ board: Int) -> Ticker {
        var ticker = Ticker()
        ticker.bid = boards[board].decimal(price: boards[board].shownBid.price)
        ticker.bidSize = boards[board].decimal(size: boards[board].shownBid.size)
        ticker.ask = boards[board].decimal(price: boards[board].shownAsk.price)
        ticker.askSize = boards[board].decimal(size: boards[board].shownAsk.size)
        return ticker
    }

    /// The ticker as the venue's messages have it.
    mutating func testifyTicker(_ board: Int, at time: Nanos) {
        guard options.isWitnessed else { return }
        let day = boards[board].sales.day
        var ticker = touch(board)
        ticker.last = boards[board].decimal(price: boards[board].sales.last?.price ?? 0)
        ticker.volume = boards[board].decimal(size: day.volume)
        ticker.high = boards[board].decimal(price: day.high)
        ticker.low = boards[board].decimal(price: day.low)
        testify(ticker, board, happened: boards[board].tickerStamp, at: time)
    }

    mutating func testify(_ kline: Kline, _ board: Int, happened: Nanos, at now: Nanos) {
        guard options.isWitnessed else { return }
        let envelope = envelope(board, .kline, .kline, happened: happened, at: now)
        witness.put(kline, envelope, boards[board].name)
    }

    /// Something that a client did: `{"what":…,"connection":…,"text":…}` as an extension of the name `exchange`.
    mutating func testify(_ what: String, connection: Int, _ text: String, at now: Nanos) {
        guard options.isWitnessed else { return }
        text.withBytes { testify(what, connection: connection, $0, at: now) }
    }

    mutating func testify(_ what: String, connection: Int, _ text: RawSpan, at now: Nanos) {
        guard options.isWitnessed else { return }
        draft.clear()
        draft.print(#"{"what":"#)
        draft.print(quoted: what)
        draft.print(#","connection":"#)
        draft.print(Int64(connection))
        draft.print(#","text":"#)
        // An escape may take six bytes, and an extension holds so many.
        let shown = String(text, 0..<min(text.byteCount, 16_000))
        draft.print(json: shown)
        draft.print(byte: 0x7D)
        let bytes = draft.read { span in (0..<span.byteCount).map { span.byte($0) } }
        guard let name = StreamName(venue: dialect.venue, symbol: "") else { return }
        let vendor = Array("exchange".utf8)
        var frame = Draft(Envelope(kind: .extension, channel: .control, received: now), name)
        frame.put(UInt64(vendor.count), at: 0, width: 2)
        frame.put(UInt64(bytes.count), at: 4, width: 4)
        frame.append(vendor)
        frame.append(bytes)
        witness.put(frame)
    }
}
