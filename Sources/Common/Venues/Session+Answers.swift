import Bytes
import Text
public import Units
public import Wire

extension Session {
    /// The answer to a fetch came, or one that was recorded. `url` says what was asked for. `usedWeight`: what our address has used in
    /// this minute, in the venue's own count, where its answers say that.
    public mutating func answer(
        url: String, _ text: RawSpan, usedWeight: Int? = nil, at time: Nanos, out: inout Outbox
    ) {
        advance(time)
        tally.answers += 1
        let fetch = landed(url)
        countWeight(usedWeight, fetch)
        switch dialect.purpose(of: url) {
        case .instruments: takeList(text, fetch, out: &out)
        case .snapshot(let native):
            guard let index = options.discovers ? feed.add(native: native) : feed.find(native: native) else { break }
            takeSnapshot(text, index, fetch, out: &out)
        case .clock: takeClock(text, fetch)
        case .history(let native):
            if let index = feed.find(native: native) { takeHistory(text, index, out: &out) }
        case .trades(let native):
            if let index = feed.find(native: native) { takeTrades(text, index, out: &out) }
        case .other: break
        }
        settle(out: &out)
    }

    private mutating func takeList(_ text: RawSpan, _ fetch: Fetch?, out: inout Outbox) {
        guard let list = Instruments.read(text, dialect) else {
            notices.append(.malformed(connection: -1, reason: "list of instruments"))
            if let fetch { retry(fetch) }
            return
        }
        feed.list(list, at: now, out: &out)
        if !options.discovers {
            if options.usesTimers { nextList = now + dialect.listInterval }
            follow()
        }
    }

    private mutating func takeSnapshot(_ text: RawSpan, _ index: Int, _ fetch: Fetch?, out: inout Outbox) {
        guard !isCutOff(index) else {
            feed.symbols[index].isAwaited = false
            return
        }
        batch.clear()
        let defect = BinanceMessages.readDepth(text, symbol: .none, into: &batch)
        guard defect == .none, batch.control != .refused else {
            if defect != .none {
                notices.append(.malformed(connection: -1, reason: "snapshot of \(feed.symbols[index].native)"))
            } else {
                notices.append(.refused(String(text, batch.text.range)))
            }
            if let fetch { retry(fetch) }
            return
        }
        feed.take(batch, text, explicit: index, connection: -1, at: now, out: &out)
    }

    private mutating func takeHistory(_ text: RawSpan, _ index: Int, out: inout Outbox) {
        batch.clear()
        guard dialect.readHistory(text, count: options.history, now: wall, into: &batch) else { return }
        feed.take(batch, text, explicit: index, connection: -1, at: now, out: &out)
    }

    private mutating func takeTrades(_ text: RawSpan, _ index: Int, out: inout Outbox) {
        batch.clear()
        if !dialect.readTrades(text, side: options.tradeSide, into: &batch) { batch.clear() }
        feed.fillTrades(index, batch, text, at: now, out: &out)
    }

    /// A fetch brought nothing, or a refusal. `status`: of HTTP, 0 where there was no answer. `after`: the venue said to wait so long.
    public mutating func failed(
        url: String, status: Int, after: Nanos?, usedWeight: Int? = nil, at time: Nanos, out: inout Outbox
    ) {
        advance(time)
        fail(url, status, after, usedWeight)
        settle(out: &out)
    }
}
