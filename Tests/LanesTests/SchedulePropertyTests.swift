import Bytes
import Events
import Lanes
import Support
import Testing
import Units

import class Foundation.ProcessInfo

/// Random schedules: what happens, who reads how much of it when, who asks for what; and what each consumer then holds.
@Suite(.timeLimit(.minutes(5)))
struct SchedulePropertyTests {
    private static let schedules = ProcessInfo.processInfo.environment["PENSTOCK_SCHEDULES"].flatMap { Int($0) } ?? 1000
    private static let seeds = 0..<20

    private func options(_ dice: inout Dice) -> MarketLane.Options {
        var options = MarketLane.Options()
        options.ringBytes = dice.pick([8192, 16_384, 65_536])
        options.ringEntries = dice.pick([16, 64, 512])
        options.bounds.behindBytes = dice.pick([0, 700, 3000, 1 << 20])
        options.bounds.windowBytes = dice.pick([300, 2000, 1 << 20])
        options.bounds.writeBytes = dice.pick([300, 2000, 1 << 16])
        options.bounds.runBytes = dice.pick([1, 600, 1 << 14])
        options.bounds.warmBytes = dice.pick([1, 4000, 1 << 20])
        return options
    }

    private func subscription(_ dice: inout Dice, usesViews: Bool) -> Subscription {
        Subscription(
            venue: dice.pick(["*", "v1", "v?"]), symbol: dice.pick(["*", "A", "B"]),
            kind: dice.pick(["*", "book", "book", "ticker", "trade", "kline"]),
            depth: usesViews ? dice.pick([0, 0, 1, 3]) : 0,
            policy: dice.pick([.coalesce, .coalesce, .skip]), pace: dice.oneIn(6) ? .milliseconds(50) : .zero)
    }

    @Test(
        "whenever a consumer has taken everything, its books, tickers and candles are those of the source, whatever it asked for and however late it was",
        arguments: seeds)
    func truth(seed: Int) {
        for schedule in 0..<(SchedulePropertyTests.schedules / SchedulePropertyTests.seeds.count) {
            let number = UInt64(seed) << 32 | UInt64(schedule)
            let fault = run(number)
            #expect(fault == nil, "schedule \(number)")
            if fault != nil { return }
        }
    }

    /// What is wrong in the end; nil when nothing is.
    private func run(_ seed: UInt64) -> String? {
        var dice = Dice(seed: seed)
        var streams = Market.symbol("v1", "A")
        streams += [Market.Stream(venue: "v1", symbol: "B", channel: .book)]
        streams += [Market.Stream(venue: "w", symbol: "A", channel: .book)]
        var stage = Stage(options(&dice), Market(streams))
        var asked: [[Subscription]] = []
        let usesViews = dice.oneIn(2)
        for _ in 0..<dice.number(1...3) {
            let consumer = stage.open()
            asked.append([])
            _ = consumer
        }
        for _ in 0..<dice.number(20...120) {
            let consumer = dice.number(0...(asked.count - 1))
            stage.lane.rewind()
            switch dice.number(0...19) {
            case 0...10: for _ in 0..<dice.number(1...12) { stage.happen(dice.number(0...5), using: &dice) }
            case 11...14: _ = stage.read(consumer, atMost: dice.number(1...3000))
            case 15, 16:
                stage.drain(consumer)
                if let fault = judge(&stage, consumer, usesViews) { return fault }
            case 17, 18:
                let subscription = subscription(&dice, usesViews: usesViews)
                if stage.lane.subscribe(consumer, subscription) == .changed { asked[consumer].append(subscription) }
            default:
                guard let subscription = asked[consumer].last else { continue }
                asked[consumer].removeLast()
                stage.hasLeft = true
                _ = stage.lane.unsubscribe(consumer, subscription)
            }
        }
        for consumer in 0..<asked.count {
            stage.drain(consumer)
            if let fault = judge(&stage, consumer, usesViews) { return fault }
        }
        return nil
    }

    private func judge(_ stage: inout Stage, _ consumer: Int, _ usesViews: Bool) -> String? {
        if let fault = stage.sinks[consumer].faults.first { return fault }
        if !stage.sinks[consumer].isBetweenFrames { return "a frame is not whole" }
        // Who has left a stream for a while has missed what nobody tells of.
        if !stage.hasLeft, let hole = stage.sinks[consumer].holes.first {
            return "nobody told of what is missing: \(hole)"
        }
        let tally = stage.lane.readers[consumer].tally
        let named = tally.delivered + tally.coalesced + tally.skipped + tally.filtered + tally.withdrawn
        if !usesViews, named != stage.meant[consumer] { return "\(stage.meant[consumer]) events, but \(tally)" }
        if stage.sinks[consumer].frames != Int(tally.delivered + tally.told) { return "frames, but \(tally)" }
        if stage.sinks[consumer].missed != tally.skipped {
            return "gaps of \(stage.sinks[consumer].missed), but \(tally)"
        }
        let asked = stage.lane.subscriptions(of: consumer)
        for index in 0..<stage.market.streams.count where stage.market.streams[index].position > 0 {
            let stream = stage.market.streams[index]
            let mine = asked.filter {
                $0.matches(venue: stream.venue, symbol: stream.symbol, stream.channel)
            }
            guard !mine.isEmpty else { continue }
            switch stream.channel {
            case .book:
                let depths = mine.map(\.depth)
                let depth = depths.contains(0) ? 0 : depths.max() ?? 0
                let truth = stage.market.levels(index, depth: depth)
                let held = stage.sinks[consumer].levels(stream.key)
                if truth != held {
                    return "\(stream.key) to \(depth): \(String(describing: held)), not \(String(describing: truth))"
                }
            case .ticker:
                let held = stage.sinks[consumer].lastTicker[stream.key]
                // The market writes its own position in as a price, counted before the event.
                if held != stream.position - 1 { return "\(stream.key): \(String(describing: held))" }
            default: break
            }
        }
        return nil
    }
}
