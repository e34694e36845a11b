import Bytes
import Events
import Flow
import Lanes
import Support
import Testing
import Units
import Wire

import class Foundation.ProcessInfo

/// Random bursts above random rates, some of them with losses: what comes in, and what a consumer that keeps up gets.
@Suite(.timeLimit(.minutes(2)))
struct LimiterPropertyTests {
    /// As many as schedules are asked for, by ten.
    private static let seeds =
        0..<(ProcessInfo.processInfo.environment["PENSTOCK_SCHEDULES"].flatMap { UInt64($0) } ?? 800) / 10

    @Test(
        "under any rate every frame in is a frame out or named as dropped; order stands, nothing waits a second, and in the end books, tickers and candles are right",
        arguments: seeds)
    func conserves(seed: UInt64) {
        let fault = run(seed, loses: seed % 3 == 2)
        #expect(fault == nil)
    }

    private func run(_ seed: UInt64, loses: Bool) -> String? {
        var dice = Dice(seed: seed)
        var options = MarketLane.Options()
        options.bounds.behindBytes = 32 << 20
        options.limit = RateLimit(rate: dice.pick([1, 3, 20, 300]), burst: dice.pick([1, 2, 10]))
        var streams = Market.symbol("v1", "A")
        streams += [Market.Stream(venue: "v1", symbol: "B", channel: .book)]
        var stage = Stage(options, Market(streams))
        let whole = stage.open()
        let best = stage.open()
        _ = stage.lane.subscribe(whole, Subscription())
        _ = stage.lane.subscribe(best, Subscription(kind: "book", depth: 2))
        stage.sinks[whole].keepsBytes = true
        var lost = 0
        for _ in 0..<dice.number(5...20) {
            let stream = dice.number(0...4)
            for _ in 0..<dice.number(1...40) {
                let one = dice.oneIn(4) ? dice.number(0...4) : stream
                guard loses, dice.oneIn(20) else {
                    stage.happen(one, using: &dice)
                    continue
                }
                lost += stage.market.next(one, stage.now, using: &dice).count
            }
            stage.pass(dice.pick([0, 1, 30, 400, 1500]))
            for consumer in [whole, best] { stage.drain(consumer) }
        }
        while let deadline = stage.lane.deadline { stage.pass((deadline.count - stage.now) / 1_000_000 + 1) }
        for consumer in [whole, best] { stage.drain(consumer) }
        return judge(&stage, whole, best, lost: lost)
    }

    private func judge(_ stage: inout Stage, _ whole: Int, _ best: Int, lost: Int) -> String? {
        for consumer in [whole, best] {
            if let fault = stage.sinks[consumer].faults.first { return fault }
        }
        // Of a book that became void by a loss nothing is told until it stands again.
        let holes = stage.sinks[whole].holes.filter { lost == 0 || !$0.key.hasSuffix("book") }
        if let hole = holes.first { return "nobody told of what is missing: \(hole)" }
        let tally = stage.lane.tally
        let gone = tally.coalesced + tally.dropped + tally.void
        let given = Gathered(stage.sinks[whole].bytes)
        // Statuses that say that something is missing are the lane's own, as gaps are.
        if tally.taken != UInt64(given.events - given.own) + gone { return "\(given), but \(tally)" }
        if tally.dropped != stage.lane.letters.published { return "dead letters are not what was dropped: \(tally)" }
        // A snapshot is looked at each millisecond; what came too early waited for its place before.
        let order: UInt64 = lost > 0 ? 200_000_000 : 0
        if given.longest.trade > 1_000_000_000 + order || given.longest.snapshot > 1_001_000_000 + order {
            return "one waited too long: \(given.longest)"
        }
        for index in 0..<stage.market.streams.count {
            let stream = stage.market.streams[index]
            if lost == 0, let fault = differs(&stage, whole, best, index) { return "\(stream.key): \(fault)" }
            guard stream.channel == .trade else { continue }
            // What is lost first or last nobody can miss.
            guard let first = given.trades.min(), let last = given.trades.max() else { continue }
            let covered = given.trades.count
            if covered != Int(last - first) + 1 { return "trades \(first) to \(last), of which \(covered) are told" }
        }
        return nil
    }

    private func differs(_ stage: inout Stage, _ whole: Int, _ best: Int, _ index: Int) -> String? {
        let stream = stage.market.streams[index]
        guard stream.position > 0 else { return nil }
        switch stream.channel {
        case .book:
            if stage.sinks[whole].levels(stream.key) != stage.market.levels(index, depth: 0) { return "the book" }
            return stage.sinks[best].levels(stream.key) == stage.market.levels(index, depth: 2) ? nil : "the best of it"
        case .ticker: return stage.sinks[whole].lastTicker[stream.key] == stream.position - 1 ? nil : "the ticker"
        case .kline:
            let truth = stage.market.candles[stream.key]
            return stage.sinks[whole].candles[stream.key] == truth ? nil : "the candles"
        default: return nil
        }
    }
}

/// What a consumer was given, read from the bytes.
private struct Gathered {
    var events = 0
    /// Gaps, and statuses of missing changes.
    var own = 0
    /// Positions of trades, given or told as missing.
    var trades: Set<UInt64> = []
    /// The longest that one was kept, ns.
    var longest: (trade: UInt64, snapshot: UInt64) = (0, 0)

    init(_ bytes: [UInt8]) {
        bytes.withBytes { span in
            span.eachFrame { frame in
                let header = Header(frame)
                let envelope = header.envelope
                events += 1
                let waited = Header.hop(.dispatchOut, of: frame) - Header.hop(.dispatchIn, of: frame)
                if envelope.kind == .bookSnapshot { longest.snapshot = max(longest.snapshot, waited) }
                if envelope.kind == .trade {
                    longest.trade = max(longest.trade, waited)
                    trades.insert(envelope.position)
                }
                if envelope.kind == .bookStatus, BookStatus(frame, header).expected > 0 { own += 1 }
                guard envelope.kind == .gap else { return }
                own += 1
                let gap = Gap(frame, header)
                if envelope.channel == .trade { trades.formUnion(gap.fromPosition...gap.toPosition) }
            }
        }
    }
}

extension Stage {
    /// So many milliseconds pass, and all happens that is due.
    mutating func pass(_ milliseconds: Int64) {
        let end = now + milliseconds * 1_000_000
        while let deadline = lane.deadline, deadline.count <= end {
            now = max(now, deadline.count)
            lane.tick(now: Nanos(now))
        }
        now = end
    }
}
