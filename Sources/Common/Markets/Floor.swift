import Bytes
public import Matching
public import Units

/// All markets of one simulated exchange: their books, who trades on them, and the clock that moves them. Pure: the same plan and the
/// same calls give the same tape.
///
/// Events happen in the order of time, those of the same time in the order of markets. Each market has a generator of its own, seeded
/// by its name, and events of a market are at distinct whole microseconds: what one order causes has one time, the next order's is later.
///
/// Bounds: `marketsMax` markets, ended ones with them, then `list` is refused; a tape that is full stops `advance` until it is cleared.
public struct Floor: ~Copyable {
    public static let marketsMax = 4096
    public static let rateMax = 100_000

    /// One market as the world sees it.
    public struct Market: Sendable {
        public enum Status: UInt8, Sendable { case pending, trading, halted, ended }
        public var terms: Terms
        public var status: Status
    }

    public internal(set) var markets: [Market] = []
    /// Until when everything has happened.
    public internal(set) var time: Nanos
    /// Events in a second, of all markets together.
    public internal(set) var rate = 0
    /// Crowds' events so far.
    public private(set) var eventCount: UInt64 = 0
    /// What the accounts have.
    public var ledger = Ledger()
    /// What happened to orders of accounts since `clearReports`, in order.
    public internal(set) var reports: [Report] = []

    /// Steps of the script that could not be done, and their number.
    public internal(set) var troubles: [Trouble] = []
    public internal(set) var troubleCount: UInt64 = 0

    var player: Player?
    /// Whether a step of the script is being done.
    var isPerforming = false
    let seed: UInt64
    var pits = Slots<Pit>()
    var agenda = Agenda()
    var outcome = Outcome()

    /// The markets of a plan, traded from the start and with full books. Those that cannot be (see `list`) are left out.
    public init(_ plan: Plan) {
        seed = plan.seed
        time = Nanos((plan.start.count + Pit.step - 1) / Pit.step * Pit.step)
        for listing in plan.listings where add(listing, at: time.count) {
            let market = pits.count - 1
            pits[market].fill(&ledger, &outcome)
            outcome.clear()
            markets[market].status = .trading
        }
        setRate(plan.rate)
    }

    /// Performs all that is due until `now`, in order of time, and tells it to `tape`. Stops early where the tape is full.
    public mutating func advance(to now: Nanos, tape: inout Tape) {
        if isPerforming { return }
        while let due = nextDue, due <= now, !tape.isFull {
            if let step = player?.due, step == due {
                perform(at: due, &tape)
            } else if let next = agenda.first {
                act(next.market, at: next.due, &tape)
            }
        }
        if !tape.isFull { time = max(time, now) }
    }

    /// When something happens next; nil: never.
    public var nextDue: Nanos? {
        let next = agenda.first.flatMap { $0.due == Agenda.never ? nil : Nanos($0.due) }
        guard let step = player?.due else { return next }
        return next.map { min($0, step) } ?? step
    }

    /// Number of the last change of a market's book; a snapshot taken now holds all changes up to it.
    public func lastChange(_ market: Int) -> UInt64 { pits[market].matcher.lastChange }

    /// The best levels of a side, best first, at most `limit`.
    public borrowing func levels(_ market: Int, _ side: BookSide, limit: Int, _ body: (Ticks, Lots) -> Void) {
        pits[market].matcher.levels(side, limit: limit, body)
    }

    /// The best level of a side; nil where nothing rests.
    public borrowing func best(_ market: Int, _ side: BookSide) -> (price: Ticks, size: Lots)? {
        pits[market].matcher.best(side)
    }

    /// What rests at a price.
    public borrowing func size(_ market: Int, _ side: BookSide, at price: Ticks) -> Lots {
        pits[market].matcher.size(side, at: price)
    }

    /// Number of the last trade of a market.
    public func lastTrade(_ market: Int) -> UInt64 { pits[market].matcher.lastTrade }

    /// As people write it: BTC-USDT.
    public func name(_ market: Int) -> String { pits[market].name }

    /// The market of this name (BTC-USDT) that has not ended; nil where there is none.
    public func market(_ name: String) -> Int? {
        (0..<pits.count).first { markets[$0].status != .ended && pits[$0].name == name }
    }

    /// One event of a market's crowd.
    private mutating func act(_ market: Int, at due: Int64, _ tape: inout Tape) {
        pits[market].act(at: due, &ledger, &outcome)
        eventCount += 1
        time = max(time, Nanos(due))
        agenda.set(market, pits[market].due)
        tell(market, at: due, &tape)
    }

    /// Writes what happened to the tape.
    mutating func tell(_ market: Int, at time: Int64, _ tape: inout Tape) {
        for index in 0..<outcome.sights.count {
            let sight = outcome.sights[index]
            tape.append(
                Print(
                    content: sight.kind == .level ? .level : .trade, market: Int32(truncatingIfNeeded: market),
                    side: sight.side, price: sight.price, size: sight.size, time: Nanos(time), number: sight.number,
                    maker: sight.maker, taker: sight.taker))
        }
        for index in 0..<outcome.executions.count where outcome.executions[index].account != 0 {
            if reports.count >= Floor.reportsMax { reports.removeFirst(Floor.reportsMax / 2) }
            reports.append(Report(market: market, time: Nanos(time), execution: outcome.executions[index]))
        }
        outcome.clear()
    }

    /// Spreads the rate over the markets that are traded.
    mutating func spread(at time: Int64) {
        var sum = 0
        for market in 0..<pits.count where isMoving(market) { sum += pits[market].weight }
        for market in 0..<pits.count {
            let part = isMoving(market) ? rate * pits[market].weight : 0
            let mean = part == 0 ? 0 : UInt64(clamping: 256_000_000_000 * Int128(sum) / Int128(part))
            pits[market].change(mean: mean, at: time)
            agenda.set(market, pits[market].due)
        }
    }

    private func isMoving(_ market: Int) -> Bool {
        markets[market].status == .trading && pits[market].crowd.trades
    }

    /// A new pit, not yet traded; false where it cannot be.
    mutating func add(_ listing: Listing, at time: Int64) -> Bool {
        guard pits.count < Floor.marketsMax, market(listing.name) == nil,
            (1...Crowd.midMax).contains(listing.mid.count),
            let matcher = Matcher(listing.terms, ledger: &ledger)
        else { return false }
        pits.append(Pit(listing, matcher, seed: seed, at: time))
        markets.append(Market(terms: listing.terms, status: .pending))
        agenda.add()
        return true
    }

    /// Another rate from now on, brought into 0...rateMax.
    public mutating func setRate(_ rate: Int) {
        self.rate = min(max(rate, 0), Floor.rateMax)
        spread(at: time.count)
    }
}
