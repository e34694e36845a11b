import Books
import Bytes
import Events
import Lanes
import Support
import Units
import Wire

/// A lane between a market and a few sinks.
struct Stage: ~Copyable {
    var lane: MarketLane
    var market: Market
    var sinks = Slots<Sink>()
    var source: Int
    var now: Int64 = 1_000_000_000
    /// Whether anybody has asked for less than before.
    var hasLeft = false
    /// By consumer: events of streams that it had asked for when they happened.
    var meant: [UInt64] = []

    init(_ options: MarketLane.Options, _ market: consuming Market) {
        lane = MarketLane(options)
        source = lane.beginSource()
        self.market = market
    }

    mutating func open() -> Int {
        guard let consumer = lane.open(now: Nanos(now)) else { preconditionFailure("room for a consumer") }
        while sinks.count <= consumer {
            sinks.append(Sink())
            meant.append(0)
        }
        return consumer
    }

    /// The next events of a stream go into the lane.
    mutating func happen(_ stream: Int, using dice: inout Dice) {
        for event in market.next(stream, now, using: &dice) {
            now += 1000
            let verdict = event.withBytes { lane.take($0, from: source, now: Nanos(now)) }
            precondition(verdict == .taken, "a good event")
            let told = market.streams[stream]
            for consumer in 0..<sinks.count {
                let asked = lane.subscriptions(of: consumer)
                let isMeant = asked.contains {
                    $0.matches(venue: told.venue, symbol: told.symbol, told.channel)
                }
                if isMeant { meant[consumer] += 1 }
            }
        }
    }

    /// Lets a consumer take so many bytes at most; true when there is nothing more for it.
    mutating func read(_ consumer: Int, atMost budget: Int) -> Bool {
        var left = budget
        while true {
            if !lane.readers[consumer].outbox.isEmpty {
                guard left > 0 else { return false }
                var count = 0
                lane.readers[consumer].outbox.empty { span in
                    count = min(left, span.byteCount)
                    sinks[consumer].take(span.extracting(0..<count))
                    return count
                }
                lane.progressed(consumer, by: count, now: Nanos(now))
                left -= count
                continue
            }
            guard left > 0 else { return lane.isServed(consumer) }
            switch lane.next(consumer, now: Nanos(now)) {
            case .outbox: continue
            case .nothing: return true
            case .wait(let time): now = max(now, time.count)
            case .end(let reason): preconditionFailure(reason)
            case .ring(let at, let count):
                let taken = min(left, count)
                lane.read(at: at, count: taken) { sinks[consumer].take($0) }
                lane.sent(taken, at: at, of: count, to: consumer, now: Nanos(now))
                left -= taken
            }
        }
    }

    mutating func drain(_ consumer: Int) { while !read(consumer, atMost: .max) {} }
}
