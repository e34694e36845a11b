import Bytes
import Events
import Units
import Wire

/// What can go wrong on an edge between two stages, by seed and rate: events are dropped, repeated, delayed, come in another order, a
/// bit of them is flipped, the stream stalls, or ends inside a frame. Pure: events and times in, events out.
///
/// What belongs to no stream (`hello`, `end`) passes in its place. Holds at most `heldBytesMax`; beyond, the oldest go early.
public struct Disorder {
    /// How often, in millionths of all events, and how long.
    public struct Rates: Sendable {
        public var drop = 0
        public var `repeat` = 0
        public var flip = 0
        /// The stream ends inside of such an event.
        public var truncate = 0
        /// Each event comes so much later.
        public var delay = Nanos.zero
        /// Each event comes later by anything up to this.
        public var reorder = Nanos.zero
        /// So long nothing comes, once in each `every`.
        public var stall = Nanos.zero
        public var every = Nanos.seconds(30)

        public init() {}
    }

    /// What became of the events.
    public struct Tally: Equatable, Sendable {
        public var events = 0
        public var dropped = 0
        public var repeated = 0
        public var flipped = 0
        public var stalls = 0
        public var passed = 0
    }

    private struct Held {
        var due: Nanos
        var bytes: [UInt8]
    }

    private let rates: Rates
    private var dice: Dice
    /// In the order in which they are due; those of one time in that in which they came.
    private var held: [Held] = []
    private var heldBytes = 0
    private var stallsFrom: Nanos?
    private var stalledUntil = Nanos.zero
    public private(set) var tally = Tally()
    /// Whether the stream has been cut: nothing comes any more.
    public private(set) var isCut = false

    public static let heldBytesMax = 64 << 20

    public init(_ rates: Rates, seed: UInt64) {
        self.rates = rates
        dice = Dice(seed: seed)
    }

    /// When something is due; nil: nothing waits.
    public var deadline: Nanos? { held.first.map { max($0.due, stalledUntil) } }

    /// Takes an event: its frame, or all its parts.
    public mutating func take(_ frames: RawSpan, at now: Nanos) {
        guard !isCut else { return }
        var bytes = (0..<frames.byteCount).map { frames.byte($0) }
        tally.events += 1
        guard Header(frames).envelope.channel != .control else {
            // What is about all that follows overtakes nothing.
            return hold(Held(due: max(now, held.last?.due ?? now), bytes: bytes))
        }
        // Each question is asked of every event, so that one rate does not change what another one strikes.
        let (drops, repeats, flips) = (strikes(rates.drop), strikes(rates.repeat), strikes(rates.flip))
        let truncates = strikes(rates.truncate)
        let (due, again) = (now + later(), now + later())
        beginStall(now)
        if drops {
            tally.dropped += 1
            return
        }
        if flips {
            tally.flipped += 1
            bytes[Int.random(in: 0..<bytes.count, using: &dice)] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        }
        if truncates {
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &dice))
            isCut = true
        }
        hold(Held(due: due, bytes: bytes))
        guard repeats, !isCut else { return }
        tally.repeated += 1
        hold(Held(due: max(due, again), bytes: bytes))
    }

    /// Gives out what is due, in order. `isEnd`: all of it.
    public mutating func release(at now: Nanos, isEnd: Bool = false, _ body: ([UInt8]) -> Void) {
        guard isEnd || now >= stalledUntil else { return }
        var count = 0
        while count < held.count, isEnd || held[count].due <= now || heldBytes > Disorder.heldBytesMax {
            heldBytes -= held[count].bytes.count
            tally.passed += 1
            body(held[count].bytes)
            count += 1
        }
        held.removeFirst(count)
    }

    private mutating func hold(_ one: Held) {
        heldBytes += one.bytes.count
        var at = held.count
        while at > 0, held[at - 1].due > one.due { at -= 1 }
        held.insert(one, at: at)
    }

    private mutating func strikes(_ millionths: Int) -> Bool {
        Int.random(in: 0..<1_000_000, using: &dice) < millionths
    }

    private mutating func later() -> Nanos {
        rates.delay + Nanos(Int64.random(in: 0...max(0, rates.reorder.count), using: &dice))
    }

    private mutating func beginStall(_ now: Nanos) {
        guard rates.stall.count > 0 else { return }
        let next = stallsFrom ?? now + rates.every
        stallsFrom = next
        guard now >= next else { return }
        tally.stalls += 1
        stalledUntil = now + rates.stall
        stallsFrom = now + rates.every
    }
}
