import Bytes
import Events
import Flow
import Units
import Wire

extension Limiter {
    /// Lets go what there are tokens for, and gives up what has waited too long.
    mutating func release(_ stream: Int, now: Nanos, _ core: inout Core) {
        while streams[stream].head >= 0 {
            let first = waiting[Int(streams[stream].head)]
            if first.manner == .inLine, now - first.since > Limiter.patience {
                drop(stream, .rate, now: now, &core)
                continue
            }
            guard first.manner == .free || streams[stream].bucket.take(now: now) else { return }
            passHead(stream, now: now, &core)
        }
        guard streams[stream].dropped.count > 0, streams[stream].bucket.take(now: now) else { return }
        tellDropped(stream, now: now, &core)
    }

    /// Lets go all that waits, tokens or not.
    mutating func releaseAll(_ stream: Int, now: Nanos, _ core: inout Core) {
        while streams[stream].head >= 0 { passHead(stream, now: now, &core) }
        tellDropped(stream, now: now, &core)
    }

    /// What waits of a book is needless: states are told, changes and snapshots go.
    mutating func supersede(_ stream: Int, now: Nanos, _ core: inout Core) {
        guard stream < streams.count else { return }
        while streams[stream].head >= 0 {
            switch waiting[Int(streams[stream].head)].manner {
            case .free, .inLine: passHead(stream, now: now, &core)
            case .latest:
                let slot = takeHead(stream)
                shelf.remove(slot)
                streams[stream].isFolded = true
                noteFolded(stream, 1, &core)
            case .whole:
                let slot = takeHead(stream)
                shelf.read(slot) { core.letters.put($0, .superseded, at: now) }
                shelf.remove(slot)
                streams[stream].isFolded = true
                core.tally.dropped += 1
            }
        }
        tellDropped(stream, now: now, &core)
    }

    /// Lets go the first of a stream; of changes of a book all that follow it, as one.
    mutating func passHead(_ stream: Int, now: Nanos, _ core: inout Core) {
        tellDropped(stream, now: now, &core)
        let count = run(stream)
        if count > 1, let newest = gather(from: Int(streams[stream].head), count: count) {
            for _ in 0..<count {
                let slot = takeHead(stream)
                shelf.remove(slot)
            }
            noteFolded(stream, count - 1, &core)
            return passPage(stream, newest, now: now, &core)
        }
        let slot = takeHead(stream)
        let item = waiting[slot]
        Limiter.pass(shelf, slot, item, stream, &streams, now: now, &core)
        shelf.remove(slot)
    }

    private static func pass(
        _ shelf: borrowing Shelf, _ slot: Int, _ item: Waiting, _ stream: Int, _ streams: inout Column<Stream>,
        now: Nanos,
        _ core: inout Core
    ) {
        let arrival = Arrival(shift: item.shift, missing: item.missing, from: item.from, at: item.arrived)
        shelf.read(slot) { event in
            let header = Header(event.extracting(0..<event.firstFrameBytes))
            pass(&streams[stream], stream, event, header, arrival, isFolded: item.isFolded, now: now, &core)
        }
    }

    /// Changes of a book at the head, one after the other.
    private func run(_ stream: Int) -> Int {
        var count = 0
        var slot = streams[stream].head
        while slot >= 0, waiting[Int(slot)].kind == .bookUpdate {
            count += 1
            slot = waiting[Int(slot)].link
        }
        return count
    }

    private mutating func passPage(_ stream: Int, _ newest: Waiting, now: Nanos, _ core: inout Core) {
        page.empty { event in
            core.publish(stream, event, shift: newest.shift, arrived: newest.arrived, now: now)
            return event.byteCount
        }
    }

    /// On to the ring, with what is to be told before it.
    static func pass(
        _ state: inout Stream, _ stream: Int, _ event: RawSpan, _ header: Header, _ arrival: Arrival, isFolded: Bool,
        now: Nanos, _ core: inout Core
    ) {
        var arrival = arrival
        tellMissing(&state, stream, header, &arrival, now: now, &core)
        let flags = core.flags
        if isFolded || state.isFolded { core.flags.insert(.coalesced) }
        state.isFolded = false
        core.publish(stream, event, shift: arrival.shift, arrived: arrival.at, now: now)
        core.flags = flags
    }

    static func tellMissing(
        _ state: inout Stream, _ stream: Int, _ header: Header, _ arrival: inout Arrival, now: Nanos,
        _ core: inout Core
    ) {
        guard arrival.missing > 0 else { return }
        let flags = core.flags
        if state.isFolded { core.flags.insert(.coalesced) }
        state.isFolded = false
        core.tellMissing(stream, arrival.missing, from: arrival.from, header, shift: arrival.shift, now: now)
        core.flags = flags
        arrival.missing = 0
    }

    /// Leaves out the first of a stream: it is told with the next gap.
    mutating func drop(_ stream: Int, _ reason: DeadLetters.Reason, now: Nanos, _ core: inout Core) {
        let slot = takeHead(stream)
        let item = waiting[slot]
        let envelope = shelf.read(slot) { event in
            core.letters.put(event, reason, at: now)
            return Header(event.extracting(0..<event.firstFrameBytes)).envelope
        }
        let epoch = envelope.epoch &+ item.shift
        var dropped = streams[stream].dropped
        if dropped.count == 0 {
            dropped.from = item.missing > 0 ? item.from : envelope.position
        } else if dropped.epoch != epoch {
            dropped.from = min(1, envelope.position)
        }
        dropped.epoch = epoch
        dropped.position = envelope.position
        dropped.received = envelope.received
        dropped.count += 1 + item.missing
        streams[stream].dropped = dropped
        core.tally.dropped += 1
        core.tally.missing += item.missing
        shelf.remove(slot)
    }

    private mutating func tellDropped(_ stream: Int, now: Nanos, _ core: inout Core) {
        let dropped = streams[stream].dropped
        guard dropped.count > 0 else { return }
        streams[stream].dropped = Dropped()
        core.tellDropped(stream, dropped, now: now)
    }
}
