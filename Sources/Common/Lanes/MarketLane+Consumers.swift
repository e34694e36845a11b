import Bytes
public import Events
public import Units
import Wire

extension MarketLane {
    /// Consumers served at once, at most.
    public static let consumersMax = 1024

    /// Lets a consumer in: its number; nil when there is no room. It gets what follows, of what it asks for.
    public mutating func open(now: Nanos) -> Int? {
        var index = 0
        while index < readers.count, readers[index].isOpen { index += 1 }
        if index == readers.count {
            guard index < MarketLane.consumersMax else { return nil }
            readers.append(Reader())
        } else {
            readers[index] = Reader()
        }
        readers[index].isOpen = true
        readers[index].cursor = core.ring.next
        var mark = Reader.Mark()
        mark.answer = .yes
        mark.policy = .block
        mark.ordinal = core.tracks[0].written
        readers[index].setMark(0, mark)
        readers[index].lastProgress = now
        return index
    }

    /// The consumer is gone.
    public mutating func close(_ consumer: Int) {
        for track in 1..<max(readers[consumer].marks.count, 1) { drop(consumer, track) }
        core.routes.forget(consumer)
        departed.coalesced += readers[consumer].tally.coalesced
        departed.overruns += readers[consumer].tally.overruns
        readers[consumer] = Reader()
    }

    /// Adds a subscription: from now on it gets what it asks for, and first what is true.
    public mutating func subscribe(_ consumer: Int, _ subscription: Subscription) -> Routes.Answer {
        let answer = core.routes.subscribe(consumer, subscription)
        if answer == .changed { reroute(consumer, subscription) }
        return answer
    }

    public mutating func unsubscribe(_ consumer: Int, _ subscription: Subscription) -> Routes.Answer {
        let answer = core.routes.unsubscribe(consumer, subscription)
        if answer == .changed { reroute(consumer, subscription) }
        return answer
    }

    /// Market data of older routes is left out for it.
    public mutating func accept(_ consumer: Int, leastVersion version: UInt32) {
        readers[consumer].leastVersion = version
    }

    /// Routes go on behind the version of an earlier run, so that nothing of before can be taken for later.
    public mutating func beginRouting(after version: UInt32) { core.routes.begin(after: version) }

    public var routingVersion: UInt32 { core.routes.version }

    /// The consumer gets orders by the critical lane from now on, and not by this one.
    public mutating func makeDurable(_ consumer: Int) {
        readers[consumer].isDurable = true
        for stream in 0..<core.tracks.streamCount where core.tracks.name(ofStream: stream).channel == .order {
            route(consumer, stream, isNew: false)
        }
    }

    public func subscriptions(of consumer: Int) -> [Subscription] { core.routes.subscriptions(of: consumer) }

    /// Tells all consumers something that belongs to no stream: a hello.
    public mutating func tellAll(_ frame: RawSpan) { core.tellAll(frame) }

    /// A writer is gone: what was true becomes void where it came from there, its books.
    public mutating func leave(_ source: Int, now: Nanos) {
        writers.leave(source)
        for stream in 0..<core.tracks.streamCount where origins[stream].source >= 0 {
            guard writers.isGone(Int(origins[stream].source)) else { continue }
            if core.tracks.hasBook(stream) { limiter.supersede(stream, now: now, &core) }
            core.tellGone(stream, now: now)
        }
    }

    /// Books that do not stand now.
    public var voidBooks: Int {
        var count = 0
        for index in 0..<core.tracks.books.count where !core.tracks.books[index].isValid { count += 1 }
        return count
    }

    /// Streams and books known; books that never stood.
    public var streams: Int { core.tracks.streamCount }
    public var unreadyBooks: Int { core.tracks.unready }

    /// Borne by everything written from now on.
    public mutating func mark(_ flags: Flags) { core.flags = flags }

    /// What to do next for a consumer whose outbox is empty.
    public mutating func next(_ consumer: Int, now: Nanos) -> Reader.Step { readers[consumer].next(&core, now: now) }

    /// So many bytes of those that `next` told to write from the ring were taken.
    public mutating func sent(_ taken: Int, at: UInt64, of count: Int, to consumer: Int, now: Nanos) {
        readers[consumer].sent(taken, at: at, of: count, core.ring, now: now)
    }

    /// The consumer's outbox was written, in part at least.
    public mutating func progressed(_ consumer: Int, by count: Int, now: Nanos) {
        readers[consumer].lastProgress = now
        readers[consumer].tally.bytes += UInt64(count)
    }

    /// Why a consumer that takes nothing is to be let go; nil: it is not.
    public func lapse(_ consumer: Int, now: Nanos) -> String? { readers[consumer].lapse(core, now: now) }

    /// Lends the bytes that a step names.
    public func read<R, E: Error>(at: UInt64, count: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try core.ring.read(at: at, count: count, body)
    }

    /// Whether the writers have to wait: a consumer that blocks them is half a ring behind.
    public var isBlocked: Bool {
        for index in 0..<readers.count where readers[index].isOpen && readers[index].blocks {
            if readers[index].cursor < core.ring.first { continue }
            let behind = core.ring.backlog(since: readers[index].cursor)
            if behind > core.ring.capacity / 2 || core.ring.next - readers[index].cursor > core.ring.entriesHalf {
                return true
            }
        }
        return false
    }

    /// Begins the ring anew where every consumer has taken all of it: while they keep up, the same memory is written and read again and
    /// again, and stays in the processor's cache.
    public mutating func rewind() {
        guard core.ring.offset >= core.bounds.warmBytes else { return }
        for index in 0..<readers.count where readers[index].isOpen && readers[index].cursor != core.ring.next { return }
        core.ring.rewind()
        for index in 0..<readers.count where readers[index].isOpen { readers[index].cursor = core.ring.next }
    }

    /// Whether the consumer has everything that there is for it.
    public func isServed(_ consumer: Int) -> Bool {
        readers[consumer].outbox.isEmpty && readers[consumer].cursor == core.ring.next
            && readers[consumer].owedAt == readers[consumer].owed.count
    }

    /// Bytes that wait in the ring for a consumer, wanted or not.
    public func backlog(of consumer: Int) -> Int {
        core.ring.backlog(since: max(readers[consumer].cursor, core.ring.first))
    }

    /// Routes all streams that a changed subscription meant.
    private mutating func reroute(_ consumer: Int, _ subscription: Subscription) {
        for stream in 0..<core.tracks.streamCount {
            let name = core.tracks.name(ofStream: stream)
            guard subscription.matches(venue: name.venue, symbol: name.symbol, name.channel) else { continue }
            route(consumer, stream, isNew: false)
        }
        let policies = core.routes.subscriptions(of: consumer).map(\.policy)
        readers[consumer].blocks = policies.contains(.block)
        readers[consumer].disconnects = policies.contains(.disconnect)
        readers[consumer].pace = core.routes.pace(of: consumer)
    }

    /// Chooses the one track of a stream that the consumer gets. `isNew`: nothing of it has been written yet.
    mutating func route(_ consumer: Int, _ stream: Int, isNew: Bool) {
        let name = core.tracks.name(ofStream: stream)
        let isElsewhere = readers[consumer].isDurable && name.channel == .order
        let want =
            isElsewhere ? nil : core.routes.want(consumer, venue: name.venue, symbol: name.symbol, name.channel)
        let chosen = want.map { core.tracks.view(of: stream, depth: $0.depth) } ?? -1
        var track = core.tracks.track(ofStream: stream)
        while track >= 0 {
            if track != chosen { drop(consumer, track) }
            track = Int(core.tracks[track].sibling)
        }
        guard let want else { return }
        var mark = readers[consumer].mark(chosen)
        mark.policy = want.policy
        guard mark.answer == .no else { return readers[consumer].setMark(chosen, mark) }
        core.tracks.want(chosen, 1)
        mark.answer = .yes
        mark.isNew = !isNew
        mark.ordinal = core.tracks[chosen].written
        mark.epoch = 0
        mark.position = 0
        readers[consumer].setMark(chosen, mark)
        // Of a stream that begins now it gets everything, so nothing has to be told before.
        if isNew { return }
        if core.tracks[chosen].channel != .book, readers[consumer].outbox.byteCount < Reader.tellAtOnceBytes {
            readers[consumer].tell(chosen, &core)
        } else {
            readers[consumer].owe(chosen)
        }
    }

    /// The consumer gets a track no more.
    private mutating func drop(_ consumer: Int, _ track: Int) {
        var mark = readers[consumer].mark(track)
        guard mark.answer != .no else { return }
        readers[consumer].tally.withdrawn += UInt64(core.tracks[track].written &- mark.ordinal)
        mark.answer = .no
        readers[consumer].setMark(track, mark)
        core.tracks.want(track, -1)
    }
}
