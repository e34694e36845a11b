import Books
import Bytes
import Events
import Text
public import Units
public import Wire

/// What a reader missed while nobody could tell him: kept as counts, told as gaps and what is true now.
extension Feed {
    /// From now on what is written reaches nobody.
    mutating func mute() {
        isMuted = true
        for index in 0..<symbols.count { symbols[index].countsHeard = symbols[index].counts }
    }

    /// Somebody listens again: of each stream that went on, what was missed, and what is true now.
    mutating func unmute(at now: Nanos, out: inout Outbox) {
        isMuted = false
        for index in 0..<symbols.count {
            for channel in Channel.streams where hasMissed(index, channel) {
                tellMissed(index, channel, at: now, out: &out)
                retell(index, channel, at: now, out: &out)
            }
        }
    }

    /// A reader came who has heard nothing: all that is true now.
    mutating func retellAll(at now: Nanos, out: inout Outbox) {
        for index in 0..<symbols.count where symbols[index].isWanted {
            if symbols[index].isInstrumentTold { retell(index, .instrument, at: now, out: &out) }
            if symbols[index].keeper != nil { retell(index, .book, at: now, out: &out) }
        }
    }

    private func hasMissed(_ index: Int, _ channel: Channel) -> Bool {
        let slot = Int(channel.rawValue)
        let (heard, count) = (symbols[index].countsHeard[slot], symbols[index].counts[slot])
        return heard.epoch != count.epoch || heard.position != count.position
    }

    private mutating func tellMissed(_ index: Int, _ channel: Channel, at now: Nanos, out: inout Outbox) {
        let slot = Int(channel.rawValue)
        let (heard, count) = (symbols[index].countsHeard[slot], symbols[index].counts[slot])
        var gap = Gap(reason: .slow)
        // Positions of another epoch cannot be subtracted: then they are those of the new one.
        let first = heard.epoch == count.epoch ? heard.position + 1 : 1
        gap.fromPosition = min(first, count.position)
        gap.toPosition = count.position
        gap.missed = count.position >= first ? count.position - first + 1 : 0
        tell(gap, index, channel, DeltaHead(), at: now, out: &out)
    }

    private mutating func retell(_ index: Int, _ channel: Channel, at now: Nanos, out: inout Outbox) {
        switch channel {
        case .instrument:
            symbols[index].isInstrumentTold = false
            tellInstrument(index, at: now, out: &out)
        case .book: retellBook(index, at: now, out: &out)
        case .ticker:
            guard let ticker = symbols[index].lastTicker else { return }
            var envelope = envelope(index, .ticker, .ticker, DeltaHead(), at: now)
            envelope.flags.insert(.coalesced)
            out.put(ticker, envelope, symbols[index].name)
        default: break
        }
    }

    private mutating func retellBook(_ index: Int, at now: Nanos, out: inout Outbox) {
        effects.removeAll()
        var status: BookStatus?
        var held: UInt64 = 0
        switch symbols[index].keeper {
        case .some(let keeper):
            status = keeper.status(keeper.state == .quiet ? .silence : keeper.state == .synced ? .snapshot : .start)
            held = keeper.held
            if !keeper.state.isVoid { keeper.book.copy(depth: options.depth, to: &effects) }
        case .none: break
        }
        guard let status else { return }
        let head = DeltaHead(first: held, last: held, happened: symbols[index].bookHappened)
        tell(status, index, head, at: now, out: &out)
        guard !status.state.isVoid else { return }
        let item = Batch.Item(.bookSnapshot, symbol: .none, head: head)
        _ = tellLevels(.bookSnapshot, index, item, Int(status.depth), at: now, out: &out)
    }
}

extension Channel {
    /// Those that a feed writes.
    fileprivate static let streams: [Channel] = [.instrument, .book, .trade, .ticker, .kline]
}

extension Session {
    /// From now on what is written reaches nobody: the outbox given to each call is thrown away. See `unmute`.
    public mutating func mute() { feed.mute() }

    /// Whether `mute` was called and `unmute` was not.
    public var isMuted: Bool { feed.isMuted }

    /// Tells what was missed since `mute`, stream by stream, and what is true now.
    public mutating func unmute(at time: Nanos, out: inout Outbox) {
        advance(time)
        feed.unmute(at: now, out: &out)
    }

    /// Tells a reader who has heard nothing what is true now.
    public mutating func retell(at time: Nanos, out: inout Outbox) {
        advance(time)
        feed.retellAll(at: now, out: &out)
    }
}
