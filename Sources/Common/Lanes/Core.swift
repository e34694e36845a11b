import Books
import Bytes
import Events
import Flow
import Units
import Wire

/// What all consumers of the market lane share: the ring, what is known of its tracks, and the routes.
struct Core: ~Copyable {
    var ring: Ring
    var tracks: Tracks
    var routes: Routes
    var fold = Fold()
    /// Events of our own making before they are in the ring.
    var page = Outbox(capacity: 1 << 12, limit: Frame.eventBytesMax)
    let bounds: Bounds
    /// Of the newest event of all.
    var newestReceived = Nanos.zero
    /// Borne by everything that is written while not all books have stood.
    var flags: Flags = []
    /// Whether frames are stamped with the time.
    let stamps: Bool
    var tally = LaneTally()
    /// What was not delivered to anybody.
    var letters = DeadLetters()

    init(_ options: MarketLane.Options) {
        ring = Ring(capacity: options.ringBytes, entries: options.ringEntries)
        tracks = Tracks(limit: options.streamsMax)
        routes = Routes(subscriptionsMax: options.bounds.subscriptionsMax)
        bounds = options.bounds
        stamps = options.stamps
    }

    /// Puts an event of a stream into the ring, and what it means for views of its book. `event`: all its frames.
    @inline(__always)
    mutating func publish(_ stream: Int, _ event: RawSpan, shift: UInt32, arrived: Nanos, now: Nanos) {
        let index = tracks.track(ofStream: stream)
        let epoch = Header.epoch(of: event) &+ shift
        let received = Header.received(of: event)
        if received > newestReceived { newestReceived = received }
        if tracks[index].book >= 0 {
            return publishBook(index, event, epoch, shift: shift, arrived: arrived, now: now)
        }
        append(index, event, epoch, shift: shift, arrived: arrived, now: now)
        if Memory.isKept(Header.kind(of: event)) { remember(index, event, epoch) }
    }

    @inline(never)
    private mutating func remember(_ index: Int, _ event: RawSpan, _ epoch: UInt32) {
        let header = Header(event)
        guard let key = Memory.key(of: event, header), header.envelope.parts == 1 else { return }
        let last = ring.entry(ring.next - 1)
        ring.read(at: last.at, count: Int(last.bytes)) {
            tracks.remember(index, key, $0, epoch, header.envelope.position)
        }
    }

    @inline(never)
    private mutating func publishBook(
        _ index: Int, _ event: RawSpan, _ epoch: UInt32, shift: UInt32, arrived: Nanos, now: Nanos
    ) {
        let header = Header(event.extracting(0..<event.firstFrameBytes))
        switch tracks.follow(index, event, header, epoch) {
        case .pass: break
        case .void:
            tally.void += 1
            return
        case .fault(let fault):
            tally.void += 1
            letters.put(event, .unfit, at: now)
            tellVoid(index, fault == .range ? .range : .limit, header, epoch, expected: 0, actual: 0, now: now)
            return
        }
        append(index, event, epoch, shift: shift, arrived: arrived, now: now)
        tellViews(index, header.envelope.kind, arrived: arrived, now: now)
    }

    private mutating func tellViews(_ index: Int, _ kind: Kind, arrived: Nanos, now: Nanos) {
        var view = Int(tracks[index].sibling)
        while view >= 0 {
            if tracks[view].wanting > 0, tracks.tell(view, of: kind, on: &page) { flushPage(view, arrived, now) }
            view = Int(tracks[view].sibling)
        }
        tracks.clearTouched(index)
    }

    /// The book of this stream is void, as something is missing or wrong here: said at the place of what is missing.
    mutating func tellVoid(
        _ index: Int, _ reason: BookReason, _ header: Header, _ epoch: UInt32, expected: UInt64, actual: UInt64,
        now: Nanos
    ) {
        var envelope = header.envelope
        envelope.kind = .bookStatus
        envelope.flags = header.envelope.flags.intersection(.replay)
        // At the place of the newest event, which it does not replace.
        if reason == .disconnected { envelope.flags.insert(.snapshot) }
        envelope.epoch = epoch
        envelope.part = 1
        envelope.parts = 1
        envelope.firstSequence = 0
        envelope.lastSequence = 0
        let name = tracks.streamName(index)
        if reason == .gap { envelope.position = max(envelope.position, 2) - 1 }
        envelope.id = name.id(channel: .book, epoch: epoch, position: envelope.position)
        tracks.void(index, reason, envelope, expected: expected, actual: actual)
        guard let status = tracks.status(index) else { return }
        page.put(status, envelope, name)
        flushPage(index, now, now)
        tellViews(index, .bookStatus, arrived: now, now: now)
    }

    /// The writer of a stream is gone: its book is void until somebody tells it anew.
    mutating func tellGone(_ stream: Int, now: Nanos) {
        let index = tracks.track(ofStream: stream)
        guard tracks[index].book >= 0, tracks.isStanding(index) else { return }
        page.put(BookStatus(.stale, reason: .disconnected), tracks.newest(index), tracks.streamName(index))
        var header: Header?
        page.empty { frame in
            header = Header(frame)
            return frame.byteCount
        }
        guard let header else { return }
        tellVoid(index, .disconnected, header, header.envelope.epoch, expected: 0, actual: 0, now: now)
    }

    /// Events of a stream that will not come any more: a gap in their place, or a void book.
    mutating func tellMissing(
        _ stream: Int, _ missing: UInt64, from: UInt64, _ header: Header, shift: UInt32, now: Nanos
    ) {
        let index = tracks.track(ofStream: stream)
        let epoch = header.envelope.epoch &+ shift
        tally.missing += missing
        if tracks[index].book >= 0 {
            guard tracks.isStanding(index), header.envelope.kind != .gap else { return }
            let position = header.envelope.position
            return tellVoid(index, .gap, header, epoch, expected: from, actual: position, now: now)
        }
        // A writer's own gap tells of itself what is missing before it.
        guard header.envelope.kind != .gap, header.envelope.position > 1 else { return }
        var gap = Gap(reason: .sequence)
        gap.missed = missing
        gap.fromPosition = from
        gap.toPosition = from + missing - 1
        let name = tracks.streamName(index)
        let id = name.id(channel: tracks[index].channel, epoch: epoch, position: gap.toPosition)
        let envelope = Envelope(
            kind: .gap, channel: tracks[index].channel, flags: header.envelope.flags.intersection(.replay),
            epoch: epoch, position: gap.toPosition, received: header.envelope.received, id: id)
        page.put(gap, envelope, name)
        flushPage(index, now, now)
    }

    /// Tells all consumers something that belongs to no stream, now and whoever comes late to it.
    mutating func tellAll(_ frame: RawSpan) {
        tracks.remember(0, 0, frame, 0, tracks[0].position + 1)
        tracks[0].position += 1
        Core.append(&ring, &tracks, &tally, 0, frame, 0, Passage())
        tracks[0].position = tracks.place(ofMemory: Int(tracks[0].memory)).position
    }

    /// Puts the event on the page into the ring.
    mutating func flushPage(_ index: Int, _ arrived: Nanos, _ now: Nanos) {
        let passage = passage(shift: 0, arrived: arrived, now: now)
        page.empty { event in
            Core.append(&ring, &tracks, &tally, index, event, Header.epoch(of: event), passage)
            return event.byteCount
        }
    }

    @inline(__always)
    private mutating func append(
        _ index: Int, _ event: RawSpan, _ epoch: UInt32, shift: UInt32, arrived: Nanos, now: Nanos
    ) {
        let passage = passage(shift: shift, arrived: arrived, now: now)
        Core.append(&ring, &tracks, &tally, index, event, epoch, passage)
    }

    @inline(__always)
    private func passage(shift: UInt32, arrived: Nanos, now: Nanos) -> Passage {
        Passage(
            routingVersion: routes.version, flags: flags, epochShift: shift, cameAt: stamps ? arrived : .zero,
            leavesAt: stamps ? now : .zero)
    }

    @inline(__always)
    private static func append(
        _ ring: inout Ring, _ tracks: inout Tracks, _ tally: inout LaneTally, _ index: Int, _ event: RawSpan,
        _ epoch: UInt32, _ passage: Passage
    ) {
        let parts = Header.parts(of: event)
        var entry = Ring.Entry()
        entry.position = Header.position(of: event)
        entry.bytes = UInt32(event.byteCount)
        entry.track = Int32(index)
        entry.ordinal = tracks[index].written &+ 1
        entry.epoch = epoch
        entry.kind = Header.kind(of: event)
        entry.isCritical = Header.flags(of: event).contains(.critical)
        entry.parts = parts
        let done = ring.append(entry) { span in
            span.put(event, at: 0)
            if parts == 1 { return span.pass(passage) }
            var at = 0
            while at < event.byteCount {
                let length = Int(event.u32(at))
                var frame = span._mutatingExtracting(at..<(at + length))
                frame.pass(passage)
                at += length
            }
        }
        guard done else {
            tally.tooLarge += 1
            return
        }
        tally.written += 1
        tracks[index].written = entry.ordinal
        tracks[index].epoch = epoch
        tracks[index].position = entry.position
    }
}
