import Books
import Bytes
import Events
import Units
import Wire

/// A book that several inputs carry, healed by the venue's sequence: it follows one of them, and stands as long as any of them does.
///
/// A book of each input is kept. When the one that is followed fails (stale, an event lost, ended), what was shown stays shown until
/// another input has come as far; from there on that one is followed, and what it is ahead is told as one change. Only when no input
/// has a book is the book void.
struct HealedBook: ~Copyable {
    /// An input's book.
    struct Source: ~Copyable {
        let input: Int
        var book = Book()
        var status = BookStatus(.syncing, reason: .start)
        var isGood = false
        var epoch: UInt32 = 0
        var position: UInt64 = 0
        /// Levels a side that it keeps; 0 = all.
        var depth: UInt32 = 0
        /// The venue's sequence that the book is at.
        var last: UInt64 = 0

        init(input: Int) { self.input = input }
    }

    let name: StreamName
    private var place = StreamPlace()
    private var sources = Slots<Source>(capacity: 2)
    /// The input that is followed; nil while none is.
    private var followed: Int?
    /// What is shown while nobody is followed; empty otherwise.
    private var shown = Book()
    /// The sequence that is shown.
    private var last: UInt64 = 0
    private var depth: UInt32 = 0
    /// What was told of the state; nil before the first.
    private var told: BookStatus?
    private var hasBegun = false
    private var sides = Sides()
    private var effects = Sides()
    /// Frames of inputs that were not passed on as they are.
    private(set) var absorbed: UInt64 = 0
    /// How often another input was followed from then on.
    private(set) var changes: UInt64 = 0

    init(_ name: StreamName) { self.name = name }

    private var isShown: Bool { told.map { !$0.state.isVoid } ?? false }

    private mutating func source(_ input: Int) -> Int {
        for index in 0..<sources.count where sources[index].input == input { return index }
        sources.append(Source(input: input))
        return sources.count - 1
    }

    /// Takes an event of the book's stream, all its frames.
    mutating func take(_ frames: RawSpan, _ header: Header, input: Int, into healed: inout HealedEvents) {
        let envelope = header.envelope
        let index = source(input)
        let isFirst = sources[index].position == 0
        let isNewEpoch = envelope.epoch > sources[index].epoch && envelope.position <= 1
        let follows =
            isFirst || isNewEpoch
            || envelope.epoch == sources[index].epoch && envelope.position == sources[index].position + 1
        let isNews = envelope.kind == .bookStatus || envelope.kind == .bookSnapshot
        // A book that misses a change, or begins anew without a word, is none.
        if !follows || (isNewEpoch && !isNews) { fail(index, .gap, envelope, &healed) }
        sources[index].epoch = envelope.epoch
        sources[index].position = envelope.position
        switch envelope.kind {
        case .bookStatus: take(BookStatus(frames, header), frames, index, envelope, &healed)
        case .bookSnapshot: takeSnapshot(frames, index, envelope, &healed)
        case .bookUpdate: takeUpdate(frames, index, envelope, &healed)
        case .gap:
            absorb(frames)
            fail(index, .gap, envelope, &healed)
        default: if followed == index { pass(frames, index, &healed) } else { absorb(frames) }
        }
    }

    private mutating func take(
        _ status: BookStatus, _ frames: RawSpan, _ index: Int, _ envelope: Envelope, _ healed: inout HealedEvents
    ) {
        absorb(frames)
        let isFollowed = followed == index
        if status.state.isVoid { fail(index, status.reason, envelope, &healed) }
        let wasQuiet = sources[index].status.state == .quiet
        sources[index].status = status
        if status.state == .synced, status.reason != .resumed {
            sources[index].isGood = false
            sources[index].depth = status.depth
        }
        if told == nil, status.state.isVoid { tell(status, envelope, index, &healed) }
        guard isFollowed else { return }
        if status.state == .quiet {
            // Another one that hears something is better.
            if let other = best(), sources[other].status.state == .synced {
                stopFollowing()
                seek(envelope, .disconnected, &healed)
            } else {
                tell(status, envelope, index, &healed)
            }
        } else if wasQuiet, status.state == .synced, status.reason == .resumed {
            tell(status, envelope, index, &healed)
        }
    }

    private mutating func takeSnapshot(
        _ frames: RawSpan, _ index: Int, _ envelope: Envelope, _ healed: inout HealedEvents
    ) {
        sides.removeAll()
        sides.append(levelsOf: frames)
        sources[index].isGood = sources[index].book.replace(with: sides, sides.whole) == nil
        sources[index].last = envelope.lastSequence
        guard sources[index].isGood else { return fail(index, .limit, envelope, &healed) }
        if followed == index {
            last = envelope.lastSequence
            return pass(frames, index, &healed)
        }
        absorb(frames)
        seek(envelope, .disconnected, &healed)
    }

    private mutating func takeUpdate(
        _ frames: RawSpan, _ index: Int, _ envelope: Envelope, _ healed: inout HealedEvents
    ) {
        guard sources[index].isGood else { return absorb(frames) }
        sides.removeAll()
        sides.append(levelsOf: frames)
        effects.removeAll()
        let fault = sources[index].book.apply(sides, sides.whole, effects: &effects)
        sources[index].last = max(sources[index].last, envelope.lastSequence)
        if fault != nil {
            absorb(frames)
            return fail(index, .limit, envelope, &healed)
        }
        if followed == index {
            last = sources[index].last
            return pass(frames, index, &healed)
        }
        absorb(frames)
        if followed == nil { seek(envelope, .disconnected, &healed) }
    }

    private mutating func pass(_ frames: RawSpan, _ index: Int, _ healed: inout HealedEvents) {
        healed.put(frames, place.next(), name, input: sources[index].input)
    }

    private mutating func absorb(_ frames: RawSpan) { absorbed += UInt64(frames.u16(82)) }

    /// An input's book is void from here on.
    private mutating func fail(
        _ index: Int, _ reason: BookReason, _ envelope: Envelope, _ healed: inout HealedEvents
    ) {
        if followed == index { stopFollowing() }
        sources[index].isGood = false
        sources[index].book.removeAll()
        if followed == nil { seek(envelope, reason, &healed) }
    }

    /// What is shown stays shown.
    private mutating func stopFollowing() {
        guard let followed else { return }
        swap(&shown, &sources[followed].book)
        // The input's own goes on from what it had.
        sides.removeAll()
        shown.copy(to: &sides)
        _ = sources[followed].book.replace(with: sides, sides.whole)
        self.followed = nil
    }

    /// The input to follow, of those that have a book: one that hears something, and of them the furthest.
    private func best() -> Int? {
        var best: Int?
        for index in 0..<sources.count where sources[index].isGood && index != followed {
            guard let other = best else {
                best = index
                continue
            }
            let isQuiet = sources[index].status.state == .quiet
            let isOtherQuiet = sources[other].status.state == .quiet
            if isOtherQuiet && !isQuiet || isOtherQuiet == isQuiet && sources[index].last > sources[other].last {
                best = index
            }
        }
        return best
    }

    /// Follows an input where one has come as far as what is shown.
    private mutating func seek(
        _ envelope: Envelope, _ reason: BookReason, _ healed: inout HealedEvents
    ) {
        guard followed == nil else { return }
        guard let index = best() else {
            guard isShown else { return }
            shown.removeAll()
            return tell(BookStatus(.stale, reason: reason), envelope, nil, &healed)
        }
        guard isShown else { return begin(index, envelope, &healed) }
        guard sources[index].last >= last else { return }
        guard sources[index].depth == depth else {
            tell(BookStatus(.stale, reason: reason), envelope, nil, &healed)
            return begin(index, envelope, &healed)
        }
        follow(index, envelope, &healed)
    }

    /// Tells a book anew.
    private mutating func begin(_ index: Int, _ envelope: Envelope, _ healed: inout HealedEvents) {
        followed = index
        last = sources[index].last
        depth = sources[index].depth
        if hasBegun { place.beginEpoch() }
        hasBegun = true
        var status = sources[index].status
        (status.state, status.reason, status.depth, status.expected, status.actual) = (.synced, .snapshot, depth, 0, 0)
        tell(status, envelope, index, &healed)
        sides.removeAll()
        sources[index].book.copy(to: &sides)
        healed.put(
            .bookSnapshot, sides, depth: UInt16(clamping: depth), flags: .snapshot, model(envelope, index),
            place.next(), name, input: sources[index].input)
        if sources[index].status.state == .quiet { tell(sources[index].status, envelope, index, &healed) }
    }

    /// Goes on with another input's book: what it is ahead is one change.
    private mutating func follow(_ index: Int, _ envelope: Envelope, _ healed: inout HealedEvents) {
        followed = index
        changes += 1
        sides.removeAll()
        BookDifference.add(from: shown, to: sources[index].book, &sides)
        if sides.count > 0 {
            var model = model(envelope, index)
            model.firstSequence = min(last + 1, model.lastSequence)
            healed.put(
                .bookUpdate, sides, depth: 0, flags: .coalesced, model, place.next(), name,
                input: sources[index].input)
        }
        last = sources[index].last
        shown.removeAll()
        let state = sources[index].status.state
        if state != told?.state { tell(sources[index].status, envelope, index, &healed) }
    }

    private func model(_ envelope: Envelope, _ index: Int) -> Envelope {
        var model = envelope
        (model.firstSequence, model.lastSequence) = (sources[index].last, sources[index].last)
        return model
    }

    private mutating func tell(
        _ status: BookStatus, _ envelope: Envelope, _ index: Int?, _ healed: inout HealedEvents
    ) {
        told = status
        healed.put(status, envelope, place.next(), name, input: index.map { sources[$0].input } ?? -1)
    }

    /// An input has ended.
    mutating func end(input: Int, at time: Nanos, into healed: inout HealedEvents) {
        for index in 0..<sources.count where sources[index].input == input {
            let envelope = Envelope(kind: .bookStatus, channel: .book, received: time)
            fail(index, .disconnected, envelope, &healed)
            sources[index].position = 0
            sources[index].epoch = 0
        }
    }
}
