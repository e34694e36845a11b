import Bytes
import Events
import Lanes
import Support
import Units
import Wire

/// A lane with one writer and frames made by hand.
struct Talk: ~Copyable {
    var lane: MarketLane
    var sinks = Slots<Sink>()
    var source: Int
    var now = Nanos.seconds(1)

    init(_ options: MarketLane.Options = MarketLane.Options()) {
        lane = MarketLane(options)
        source = lane.beginSource()
    }

    static func envelope(
        _ kind: Kind, _ channel: Channel, _ position: UInt64, epoch: UInt32 = 1, flags: Flags = []
    ) -> Envelope {
        Envelope(
            kind: kind, channel: channel, flags: flags, epoch: epoch, position: position,
            received: Nanos(500_000_000 + Int64(position)))
    }

    mutating func say(_ symbol: String = "BTC-USD", _ put: (inout Outbox, StreamName) -> Void) {
        var outbox = Outbox(capacity: 512)
        put(&outbox, StreamName(venue: "kraken", symbol: symbol) ?? .none)
        let verdict = outbox.read { lane.take($0, from: source, now: now) }
        precondition(verdict == .taken, "a good event")
    }

    mutating func trade(_ position: UInt64, symbol: String = "BTC-USD") {
        say(symbol) { outbox, name in
            let trade = Trade(price: Decimal(Int64(position), exponent: 0), size: .zero, side: .buy)
            outbox.put(trade, id: RawSpan(), Talk.envelope(.trade, .trade, position), name)
        }
    }

    mutating func ticker(_ position: UInt64) {
        say { outbox, name in
            var ticker = Ticker()
            ticker.bid = Decimal(Int64(position), exponent: 0)
            outbox.put(ticker, Talk.envelope(.ticker, .ticker, position), name)
        }
    }

    mutating func report(_ position: UInt64) {
        say { outbox, name in
            var draft = Draft(Talk.envelope(.execReport, .order, position, flags: .critical), name)
            draft.put(position, at: 16, width: 8)
            outbox.put(draft)
        }
    }

    mutating func status(_ position: UInt64, _ state: BookState, epoch: UInt32 = 1) {
        say { outbox, name in
            let status = BookStatus(state, reason: state.isVoid ? .start : .snapshot)
            outbox.put(status, Talk.envelope(.bookStatus, .book, position, epoch: epoch), name)
        }
    }

    mutating func book(
        _ kind: Kind, _ position: UInt64, epoch: UInt32 = 1, bids: [(Int64, Int64)], asks: [(Int64, Int64)] = []
    ) {
        say { outbox, name in
            var sides = Sides()
            for (price, size) in bids {
                sides.bids.append(Level(price: price, size: size, priceExponent: 0, sizeExponent: 0))
            }
            for (price, size) in asks {
                sides.asks.append(Level(price: price, size: size, priceExponent: 0, sizeExponent: 0))
            }
            outbox.put(kind, sides, depth: 0, checksum: 0, Talk.envelope(kind, .book, position, epoch: epoch), name)
        }
    }

    mutating func open(_ subscriptions: [Subscription] = [Subscription()]) -> Int {
        guard let consumer = lane.open(now: now) else { preconditionFailure("room for a consumer") }
        while sinks.count <= consumer { sinks.append(Sink()) }
        for subscription in subscriptions { _ = lane.subscribe(consumer, subscription) }
        return consumer
    }

    /// Takes all that there is; why it ended, if it did. A consumer that is paced waits.
    mutating func drain(_ consumer: Int) -> String? {
        while true {
            if !lane.readers[consumer].outbox.isEmpty {
                lane.readers[consumer].outbox.empty { span in
                    sinks[consumer].take(span)
                    return span.byteCount
                }
            }
            switch lane.next(consumer, now: now) {
            case .outbox: continue
            case .nothing, .wait: return nil
            case .end(let reason): return reason
            case .ring(let at, let count):
                lane.read(at: at, count: count) { sinks[consumer].take($0) }
                lane.sent(count, at: at, of: count, to: consumer, now: now)
            }
        }
    }

    func count(_ consumer: Int, _ kind: Kind) -> Int { sinks[consumer].counts[kind.rawValue] ?? 0 }
}
