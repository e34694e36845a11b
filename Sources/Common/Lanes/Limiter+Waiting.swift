import Bytes
import Events
import Flow
import Units
import Wire

extension Limiter {
    /// An event in the order of its stream: how its epoch is to be raised, what never came right before it, and when it came.
    struct Arrival: BitwiseCopyable {
        let shift: UInt32
        var missing: UInt64 = 0
        var from: UInt64 = 0
        let at: Nanos
    }

    /// Passes an event on, or keeps it until there is a token.
    @inline(never)
    mutating func take(
        _ stream: Int, _ event: RawSpan, _ header: Header, _ arrival: Arrival, now: Nanos, _ core: inout Core
    ) {
        makeRoom(stream, now: now)
        var arrival = arrival
        let manner = Limiter.manner(of: header)
        if isWaiting(stream) {
            release(stream, now: now, &core)
            settle(stream, manner, event, header, &arrival, now: now, &core)
        }
        guard isWaiting(stream) || manner != .free && !streams[stream].bucket.take(now: now) else {
            return Limiter.pass(
                &streams[stream], stream, event, header, arrival, isFolded: false, now: now, &core)
        }
        hold(stream, manner, event, header, arrival, now: now, &core)
    }

    /// Lets go what an event does not wait for, or makes needless.
    private mutating func settle(
        _ stream: Int, _ manner: Manner, _ event: RawSpan, _ header: Header, _ arrival: inout Arrival, now: Nanos,
        _ core: inout Core
    ) {
        let envelope = header.envelope
        if envelope.channel == .book {
            let voids =
                arrival.missing > 0 || envelope.kind == .gap
                || envelope.kind == .bookStatus && BookStatus(event, header).state.isVoid
            if voids || manner == .whole { supersede(stream, now: now, &core) }
            return Limiter.tellMissing(&streams[stream], stream, header, &arrival, now: now, &core)
        }
        if envelope.flags.contains(.critical) { return releaseAll(stream, now: now, &core) }
        guard manner == .latest, arrival.missing > 0 else { return }
        releaseAll(stream, now: now, &core)
        Limiter.tellMissing(&streams[stream], stream, header, &arrival, now: now, &core)
    }

    private mutating func hold(
        _ stream: Int, _ manner: Manner, _ event: RawSpan, _ header: Header, _ arrival: Arrival, now: Nanos,
        _ core: inout Core
    ) {
        var arrival = arrival
        if manner != .inLine { Limiter.tellMissing(&streams[stream], stream, header, &arrival, now: now, &core) }
        var item = Waiting()
        item.manner = manner
        item.kind = header.envelope.kind
        item.shift = arrival.shift
        item.arrived = arrival.at
        item.since = now
        item.missing = arrival.missing
        item.from = arrival.from
        item.isFolded = streams[stream].isFolded
        streams[stream].isFolded = false
        if item.kind == .ticker, replace(stream, item, event, &core) { return }
        if item.kind == .kline { replace(stream, &item, event, header, &core) }
        streams[stream].changes = item.kind == .bookUpdate ? streams[stream].changes + 1 : 0
        append(stream, item, event, now: now)
        if streams[stream].changes > Limiter.changesMax { foldLast(stream, now: now, &core) }
        while streams[stream].held > heldMax || shelf.byteCount > Limiter.bytesMax && streams[stream].head >= 0 {
            if waiting[Int(streams[stream].head)].manner == .inLine {
                drop(stream, .full, now: now, &core)
            } else {
                passHead(stream, now: now, &core)
            }
        }
    }

    /// Takes the place of the ticker that waits, if it is the last.
    private mutating func replace(_ stream: Int, _ item: Waiting, _ event: RawSpan, _ core: inout Core) -> Bool {
        let slot = Int(streams[stream].tail)
        guard slot >= 0, waiting[slot].kind == .ticker else { return false }
        var item = item
        item.isFolded = true
        item.link = -1
        waiting[slot] = item
        shelf.put(event, at: slot)
        noteFolded(stream, 1, &core)
        return true
    }

    /// Takes the candle of the same span out of the line; what comes after it stands for it, too.
    private mutating func replace(
        _ stream: Int, _ item: inout Waiting, _ event: RawSpan, _ header: Header, _ core: inout Core
    ) {
        let payload = Payload(header)
        item.opened = payload.i64(event, 8)
        item.closes = payload.i64(event, 16)
        var before: Int32 = -1
        var slot = streams[stream].head
        while slot >= 0 {
            let one = waiting[Int(slot)]
            if one.kind == .kline, one.opened == item.opened, one.closes == item.closes {
                let taken = takeOut(stream, behind: before)
                shelf.remove(taken)
                if one.link >= 0 { waiting[Int(one.link)].isFolded = true } else { item.isFolded = true }
                return noteFolded(stream, 1, &core)
            }
            before = slot
            slot = one.link
        }
    }

    mutating func noteFolded(_ stream: Int, _ count: Int, _ core: inout Core) {
        core.tally.coalesced += UInt64(count)
        lastFolded = stream
    }

    /// Makes one of the changes of a book that are last in line, so that not too many wait.
    private mutating func foldLast(_ stream: Int, now: Nanos, _ core: inout Core) {
        var slot = streams[stream].head
        for _ in 0..<(streams[stream].held - streams[stream].changes) { slot = waiting[Int(slot)].link }
        let first = Int(slot)
        guard let newest = gather(from: first, count: Int(streams[stream].changes)) else {
            // What cannot be folded passes: a book is not broken for the rate.
            return releaseAll(stream, now: now, &core)
        }
        while waiting[first].link >= 0 {
            let taken = takeOut(stream, behind: Int32(first))
            shelf.remove(taken)
        }
        waiting[first].isFolded = true
        waiting[first].arrived = newest.arrived
        waiting[first].shift = newest.shift
        Limiter.keep(&page, on: &shelf, at: first)
        noteFolded(stream, Int(streams[stream].changes) - 1, &core)
        streams[stream].changes = 1
    }

    /// Moves the event on the page to the shelf.
    private static func keep(_ page: inout Outbox, on shelf: inout Shelf, at slot: Int) {
        page.empty { event in
            shelf.put(event, at: slot)
            return event.byteCount
        }
    }

    /// Folds so many changes into one event on the page; the newest of them, or nil where they cannot be folded.
    mutating func gather(from first: Int, count: Int) -> Waiting? {
        var slot = first
        var last = first
        fold.begin()
        for _ in 0..<count {
            Limiter.add(&fold, shelf, slot)
            last = slot
            slot = Int(waiting[slot].link)
        }
        guard Limiter.write(&fold, shelf, last, &page) else { return nil }
        return waiting[last]
    }

    private static func add(_ fold: inout ChangeFold, _ shelf: borrowing Shelf, _ slot: Int) {
        shelf.read(slot) { fold.add($0) }
    }

    private static func write(
        _ fold: inout ChangeFold, _ shelf: borrowing Shelf, _ slot: Int, _ page: inout Outbox
    ) -> Bool {
        shelf.read(slot) { fold.write(asOf: $0, on: &page) }
    }

    private mutating func makeRoom(_ stream: Int, now: Nanos) {
        guard let limit else { return }
        while streams.count <= stream {
            streams.append(Stream(bucket: TokenBucket(rate: limit.rate, burst: limit.burst, now: now)))
        }
    }
}
