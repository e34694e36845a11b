import Bytes
import Events
public import Units
public import Wire

extension Merger {
    mutating func takeIntoWindow(
        _ frames: RawSpan, _ header: Header, _ arrival: Arrival, _ outbox: inout Outbox
    ) -> Bool {
        var closings = ClosedWindows()
        let verdict = windows.take(frames, header, received: arrival.received, now: arrival.now) { closing, fragments in
            closings.put(closing, fragments)
        }
        tell(closings, arrival.now, &outbox)
        switch verdict {
        case .other: return false
        case .held(let superseded):
            tally.superseded += UInt64(superseded)
            return true
        case .late(let by):
            tally.late += 1
            note(
                .late(
                    venue: String(frames, header.venue), symbol: String(frames, header.symbol),
                    sequence: header.envelope.lastSequence, by: by))
            return true
        }
    }

    mutating func tell(_ closings: borrowing ClosedWindows, _ now: Nanos, _ outbox: inout Outbox) {
        for index in 0..<closings.count {
            let closing = closings.closing(index)
            guard closing.missing.isEmpty else {
                tally.suppressed += UInt64(closing.held)
                note(.suppressed(key: closing.rule.key, missing: closing.missing))
                continue
            }
            let name = StreamName(venue: Windows.venue, symbol: closing.rule.symbol) ?? .none
            let making = making(now)
            let place = places[closing.rule.symbol, default: StreamPlace()].next()
            let before = outbox.frames
            let isDone = closings.read(index) { fragments in
                outbox.put(
                    merged: fragments, id: closing.mergeId, opened: making.received(closing.opened),
                    closed: making.received(closing.closed), endedBy: closing.endedBy,
                    making.envelope(.merged, .merged, place, name), name)
            }
            if isDone { tally.fragments += UInt64(closing.held) } else { tally.refused += UInt64(closing.held) }
            finishMaking(outbox.frames - before, now, &outbox)
        }
    }

    /// When time alone makes something happen; nil: never.
    public var deadline: Nanos? {
        guard !isPlain else { return nil }
        var soonest = windows.deadline
        if let other = candles.deadline { soonest = min(soonest ?? other, other) }
        if let other = healDeadline { soonest = min(soonest ?? other, other) }
        return soonest
    }

    private var healDeadline: Nanos? {
        switch heal {
        case .some(let heal): heal.deadline
        case .none: nil
        }
    }

    /// Does what is due.
    public mutating func expire(now: Nanos, into outbox: inout Outbox) {
        guard !isPlain else { return }
        var closings = ClosedWindows()
        windows.expire(now: now) { closing, fragments in closings.put(closing, fragments) }
        tell(closings, now, &outbox)
        _ = withHeal(now, &outbox) { $0.expire(now: now) }
        guard !work.intervals.isEmpty else { return }
        let before = outbox.frames
        candles.expire(making(now), into: &outbox)
        finishMaking(outbox.frames - before, now, &outbox)
    }

    /// An input is over: nobody vouches for its books, and nobody waits for it.
    ///
    /// - Parameter wasLive: it came from a program that runs: unless that had finished, its books are told to be stale.
    public mutating func end(_ input: Int, wasLive: Bool = false, now: Nanos, into outbox: inout Outbox) {
        if wasLive, !work.heals, sources[input].farewell != .finished {
            let before = outbox.frames
            sources[input].standing.end(received: making(now).received(now), into: &outbox)
            finishMaking(outbox.frames - before, now, &outbox)
        }
        guard !isPlain else { return }
        let time = making(now).received(now)
        _ = withHeal(now, &outbox) { $0.end(input: input, now: now, time: time) }
        guard work.levels != nil else { return }
        let before = outbox.frames
        consolidation.end(input: input)
        consolidation.tell(making(now), into: &outbox)
        finishMaking(outbox.frames - before, now, &outbox)
    }
}
