import Books
import Bytes
import Events
public import Units
import Wire

extension Session {
    /// Between two comparisons of the list of instruments with the venue's.
    static let quietRefresh = Nanos.seconds(10)
    static let snapshotPatience = Nanos.seconds(5)

    /// Does what is due and not caused by a message alone; says when it wants to be called again.
    mutating func settleLive(out: inout Outbox) {
        askForList()
        askForTrades(out: &out)
        finishReplacements()
        pump()
        judgeState()
        wake = soonest()
        hasNews = false
    }

    /// Sends what may be sent.
    mutating func pump() {
        pumpFetches()
        pumpConnections()
        pumpTexts()
    }

    /// When something is due next.
    private mutating func soonest() -> Nanos {
        var soonest = min(nextList, nextFetchTime() ?? Nanos.range.upperBound)
        for connection in connections {
            switch connection.phase {
            case .waiting: soonest = min(soonest, max(connection.due, connectPacer.soonest))
            case .open:
                if !connection.outgoing.isEmpty, let pacer = connection.pacer { soonest = min(soonest, pacer.soonest) }
                if connection.replaces != nil { soonest = min(soonest, now + .milliseconds(100)) }
            default: break
            }
        }
        soonest = min(soonest, latency.ends)
        if state == .warmingUp, let steadySince {
            // What has passed already waits for something else.
            for due in [steadySince + Session.steadyTime, latency.patienceEnds ?? .zero] where due > now {
                soonest = min(soonest, due)
            }
        }
        return max(soonest, now + .milliseconds(1))
    }

    /// Missing trades that a venue can still tell are asked for; others are given up with a gap.
    private mutating func askForTrades(out: inout Outbox) {
        while let index = feed.lacking.popLast() {
            let range = feed.symbols[index].missing
            let url = range.flatMap {
                dialect.tradesURL(feed.symbols[index].native, from: $0.lowerBound, through: $0.upperBound)
            }
            if let url {
                ask(.trades(symbol: index), url, weight: dialect.tradesWeight)
            } else {
                feed.giveUpTrades(index)
            }
        }
        feed.tellLostTrades(at: now, out: &out)
    }

    /// How long all books must have been in step before the session is ready.
    static let steadyTime = Nanos.seconds(1)

    /// The median age of the messages of the last second that had some: how long ago they happened, by the venue's clock where that was
    /// compared with ours. Nil before the first.
    public var age: Nanos? { latency.age }

    /// How old this message is, where it says when it happened. Of changes and trades only: other times are of intervals, or of
    /// something long past.
    @inline(__always)
    mutating func noteAge() {
        guard batch.items.count > 0 else { return }
        let item = batch.items[0]
        guard item.content == .bookDelta || item.content == .trade, !item.isBackfilled, item.head.happened.count > 0
        else { return }
        latency.take(wall + (clockOffset ?? .zero) - item.head.happened, at: now)
    }

    /// Ends a second of ages. Whether there is something new to judge.
    private mutating func judgeAges() -> Bool {
        guard now >= latency.ends else { return false }
        let wasOld = latency.isOld
        latency.endSecond(isAbsolute: clockOffset != nil)
        if latency.isOld, !wasOld, let age = latency.age { notices.append(.old(age: age)) }
        return true
    }

    /// Where it stands: ready when all books have been in step for a while, and messages are of steady age.
    private mutating func judgeState() {
        let hasAged = judgeAges()
        guard feed.hasNews || hasAged || state == .warmingUp || state == .starting else { return }
        feed.hasNews = false
        let isConnected = connections.contains { $0.isOpen }
        let isSteady = isConnected && feed.areBooksInStep
        steadySince = isSteady ? steadySince ?? now : nil
        switch state {
        case .starting, .warmingUp:
            if isConnected { state = .warmingUp }
            guard let since = steadySince, now >= since + Session.steadyTime, latency.isSteady(at: now) else { return }
            state = .ready
            options.flags.remove(.warmUp)
            feed.options.flags.remove(.warmUp)
        case .ready: if !isSteady || latency.isOld { state = .degraded }
        case .degraded: if isSteady, latency.isSteady(at: now) { state = .ready }
        }
    }

    /// Compares books that stand with the venue's, as nothing else would show a slow decay; asks again for what never came.
    mutating func refresh(out: inout Outbox) {
        openSilentBooks(out: &out)
        for index in 0..<feed.symbols.count where feed.symbols[index].isFollowed {
            let state = feed.symbols[index].keeper?.state
            if state == .stale || state == .syncing {
                askAgain(index)
            } else if let state, dialect.fetchesSnapshots {
                compareIfDue(index, isQuiet: state == .quiet)
            } else if state == .quiet, let since = feed.symbols[index].quietSince,
                now >= since + Session.quietRefresh
            {
                feed.symbols[index].quietSince = nil
                subscribeAnew(index)
            }
        }
    }

    /// Books that are fetched, of markets that have been silent since they were subscribed to.
    private mutating func openSilentBooks(out: inout Outbox) {
        guard dialect.fetchesSnapshots, options.channels.contains(.book) else { return }
        for number in connections.indices where connections[number].isOpen {
            guard connections[number].channels.contains(.book), connections[number].replaces == nil,
                now >= connections[number].openedAt + Session.snapshotPatience
            else { continue }
            for index in connections[number].symbols { feed.openSilently(index, at: now, out: &out) }
        }
    }

    /// A snapshot that does not come is asked for again.
    private mutating func askAgain(_ index: Int) {
        guard !dialect.fetchesSnapshots, feed.symbols[index].isAwaited, !feed.symbols[index].isSuspended,
            !feed.symbols[index].hasEnded,
            now >= feed.symbols[index].awaitedSince + Session.snapshotPatience
        else { return }
        feed.symbols[index].awaitedSince = now
        subscribeAnew(index)
    }

    private mutating func compareIfDue(_ index: Int, isQuiet: Bool) {
        if let began = feed.symbols[index].comparedSince, now >= began + .seconds(60) {
            feed.symbols[index].comparison = nil
            feed.symbols[index].comparedSince = nil
        }
        if feed.symbols[index].refreshAt.count == 0 {
            // Spread over the interval: all at once would be a storm.
            feed.symbols[index].refreshAt = now + jittered(options.refreshInterval)
        }
        if isQuiet, let since = feed.symbols[index].quietSince, now >= since + Session.quietRefresh {
            feed.symbols[index].quietSince = nil
            feed.symbols[index].refreshAt = now
        }
        guard now >= feed.symbols[index].refreshAt, feed.symbols[index].comparedSince == nil else { return }
        feed.symbols[index].refreshAt = now + jittered(options.refreshInterval)
        feed.beginComparison(index, at: now)
        askForSnapshot(index)
    }
}
