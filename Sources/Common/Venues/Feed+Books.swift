import Books
import Bytes
import Events
import Text
import Units
import Wire

extension Feed {
    /// Takes a snapshot or a change of a book.
    mutating func takeBook(
        _ index: Int, _ item: Batch.Item, _ sides: borrowing Sides, connection: Int, at now: Nanos, out: inout Outbox
    ) {
        // A fetched snapshot comes over no connection that could be lost.
        if connection >= 0 {
            if options.discovers {
                symbols[index].bookConnection = connection
            } else if !acceptsBook(index, item, sides, connection) {
                return
            }
        }
        open(index, at: now, out: &out)
        // A fetched snapshot says nothing of the stream.
        if options.usesTimers, connection >= 0 || options.discovers { hear(index, at: now, out: &out) }
        if item.isOutOfRange { return breakBook(index, .range, at: now, out: &out) }
        if connection >= 0 { symbols[index].bookHappened = item.head.happened }
        if item.content == .bookSnapshot {
            takeSnapshot(index, item, sides, at: now, out: &out)
        } else {
            takeDelta(index, item, sides, at: now, out: &out)
        }
    }

    /// Makes the symbol's book, and tells that it is not there yet.
    @inline(__always)
    mutating func open(_ index: Int, at now: Nanos, out: inout Outbox) {
        if symbols[index].keeper == nil { openOnce(index, at: now, out: &out) }
    }

    @inline(never)
    private mutating func openOnce(_ index: Int, at now: Nanos, out: inout Outbox) {
        symbols[index].keeper = BookKeeper(rule: dialect.rule, integrity: dialect.integrity, shown: options.depth)
        useDigits(index)
        if let status = symbols[index].keeper?.status(.start) {
            tell(status, index, DeltaHead(), at: now, out: &out)
        }
        want(index)
    }

    private mutating func takeSnapshot(
        _ index: Int, _ item: Batch.Item, _ sides: borrowing Sides, at now: Nanos, out: inout Outbox
    ) {
        let depth = depth(item)
        // A fetched snapshot of a book that stands is older than the book.
        if dialect.fetchesSnapshots, symbols[index].keeper?.state.isVoid == false {
            return takeComparison(index, item, sides, depth: depth, at: now, out: &out)
        }
        symbols[index].isAwaited = false
        if symbols[index].overtaken >= 0 { beginTakeover(index, at: now) }
        let outcome = symbols[index].keeper?.snapshot(
            item.head, sides, item.part, depth: depth, checksum: item.hasChecksum ? item.checksum : nil,
            effects: &effects)
        switch outcome {
        case .changed:
            if symbols[index].wasSynced { raiseEpoch(index, .book) }
            symbols[index].wasSynced = true
            symbols[index].snapshotTries = 0
            symbols[index].reach = Reach(sides, item.part, limit: dialect.snapshotLimit(shown: options.depth))
            if let status = symbols[index].keeper?.status(.snapshot) {
                tell(status, index, item.head, at: now, out: &out)
            }
            guard tellLevels(.bookSnapshot, index, item, depth, at: now, out: &out) else {
                return breakBook(index, .limit, at: now, out: &out)
            }
            noteDifferences(index)
            takeWaiting(index, depth, at: now, out: &out)
        case .broken(let status): isBroken(index, status, item.head, at: now, out: &out)
        case .tooOld:
            symbols[index].snapshotTries += 1
            want(index)
        case .unchanged, .waiting, nil: break
        }
    }

    /// The changes that waited for the snapshot. They bear its received time: only with it could they be used.
    private mutating func takeWaiting(_ index: Int, _ depth: Int, at now: Nanos, out: inout Outbox) {
        while let (head, outcome) = symbols[index].keeper?.nextWaiting(effects: &effects) {
            let item = Batch.Item(.bookDelta, symbol: .none, head: head)
            settle(outcome, index, item, at: now, out: &out)
        }
    }

    @inline(__always)
    private mutating func takeDelta(
        _ index: Int, _ item: Batch.Item, _ sides: borrowing Sides, at now: Nanos, out: inout Outbox
    ) {
        let outcome = symbols[index].keeper?.delta(
            item.head, sides, item.part, checksum: item.hasChecksum ? item.checksum : nil, effects: &effects)
        if let outcome { settle(outcome, index, item, at: now, out: &out) }
        if symbols[index].comparedSince != nil { compareDelta(index, item, sides, at: now, out: &out) }
    }

    @inline(__always)
    private mutating func settle(
        _ outcome: BookKeeper.Outcome, _ index: Int, _ item: Batch.Item, at now: Nanos, out: inout Outbox
    ) {
        switch outcome {
        case .changed:
            if !tellLevels(.bookUpdate, index, item, 0, at: now, out: &out) {
                breakBook(index, .limit, at: now, out: &out)
            }
        case .unchanged: break
        case .waiting: want(index)
        case .broken(let status): isBroken(index, status, item.head, at: now, out: &out)
        case .tooOld: want(index)
        }
    }

    /// Writes what is in `effects`. False when it does not fit.
    @inline(__always)
    mutating func tellLevels(
        _ kind: Kind, _ index: Int, _ item: Batch.Item, _ depth: Int, at now: Nanos, out: inout Outbox
    ) -> Bool {
        var envelope = envelope(index, kind, .book, item.head, at: now)
        if kind == .bookSnapshot { envelope.flags.insert(.snapshot) }
        let shown = options.depth == 0 ? depth : depth == 0 ? options.depth : min(options.depth, depth)
        // The venue's checksum is of the book that it sends, not of a part of it.
        let checksum = options.depth == 0 && item.hasChecksum ? item.checksum : 0
        let isWritten = out.put(
            kind, effects, depth: UInt16(clamping: shown), checksum: checksum, envelope, symbols[index].name)
        if !isWritten { giveBackPosition(index, .book) }
        return isWritten
    }

    /// Tells that a book is void, and that it wants a snapshot.
    private mutating func isBroken(
        _ index: Int, _ status: BookStatus, _ head: DeltaHead, at now: Nanos, out: inout Outbox
    ) {
        endTakeover(index)
        tell(status, index, head, at: now, out: &out)
        notices.append(.stale(symbol: symbols[index].native, reason: "\(status.reason)"))
        if status.reason == .checksum, !options.discovers { countFailure(index, at: now) }
        want(index)
    }

    /// Declares a book void, unless it is already.
    mutating func breakBook(
        _ index: Int, _ reason: BookReason, expected: UInt64 = 0, actual: UInt64 = 0, at now: Nanos, out: inout Outbox
    ) {
        guard symbols[index].keeper?.state.isVoid == false else { return }
        if let status = symbols[index].keeper?.void(reason, expected: expected, actual: actual) {
            isBroken(index, status, DeltaHead(), at: now, out: &out)
        }
    }

    /// Asks for a snapshot, once.
    mutating func want(_ index: Int) {
        guard !symbols[index].isAwaited else { return }
        symbols[index].isAwaited = true
        wanting.append(index)
    }

    mutating func tell(
        _ status: BookStatus, _ index: Int, _ head: DeltaHead, at now: Nanos, out: inout Outbox
    ) {
        hasNews = true
        let envelope = envelope(index, .bookStatus, .book, head, at: now)
        out.put(status, envelope, symbols[index].name)
    }

    /// Three failed checksums in a minute: asking for the book again and again would not mend it.
    private mutating func countFailure(_ index: Int, at now: Nanos) {
        let first = symbols[index].failedChecksums[1]
        symbols[index].failedChecksums[1] = symbols[index].failedChecksums[2]
        symbols[index].failedChecksums[2] = now
        guard first.count > 0, now - first <= .seconds(60), !symbols[index].isSuspended else { return }
        symbols[index].isSuspended = true
        // Perhaps its steps changed, and with them what the checksum is over.
        wantsList = true
        notices.append(.suspended(symbol: symbols[index].native))
    }

    /// Tells that a market halted, or goes on.
    mutating func tellHalt(_ index: Int, _ isHalted: Bool, at now: Nanos, out: inout Outbox) {
        let status = isHalted ? symbols[index].keeper?.fallQuiet(.halted) : symbols[index].keeper?.wake()
        if let status { tell(status, index, DeltaHead(), at: now, out: &out) }
    }

    /// Something was heard of the book.
    private mutating func hear(_ index: Int, at now: Nanos, out: inout Outbox) {
        symbols[index].freshness.heard(at: now)
        if let status = symbols[index].keeper?.wake() { tell(status, index, DeltaHead(), at: now, out: &out) }
    }

    /// Marks the books of which nothing was heard for too long. Returns when to look again.
    mutating func markQuiet(at now: Nanos, out: inout Outbox) -> Nanos? {
        var soonest: Nanos?
        for index in 0..<symbols.count {
            guard symbols[index].keeper?.state == .synced, let deadline = symbols[index].freshness.deadline() else {
                continue
            }
            if deadline > now {
                soonest = min(soonest ?? deadline, deadline)
            } else if let status = symbols[index].keeper?.fallQuiet(.silence) {
                symbols[index].quietSince = deadline
                // A fetched snapshot may have been told since then; a replay is told of time late.
                tell(status, index, DeltaHead(), at: options.discovers ? deadline : now, out: &out)
            }
        }
        return soonest
    }

    /// Levels a side at which the venue cuts this book: as it was subscribed to; in the recording of a stranger as the message tells, or
    /// else the smallest depth that the venue offers and that holds what came.
    private func depth(_ item: Batch.Item) -> Int {
        if !options.discovers { return dialect.subscribedDepth(shown: options.depth) }
        if item.depth > 0 { return min(Int(item.depth), Book.levelsMax) }
        let most = max(item.part.bids.count, item.part.asks.count)
        return dialect.depths.first { $0 >= most } ?? 0
    }
}
