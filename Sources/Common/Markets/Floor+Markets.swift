import Bytes
public import Matching
public import Units

// What an exchange does to its markets. Each of these first performs all that is due until `now`; what is done is at the next free
// microsecond of the market. False: nothing was done.
extension Floor {
    /// Lists a market: told as `listed`, then its first levels. Refused (nil) where the name is already traded, the terms cannot be
    /// counted exactly (steps of at most six digits, not finer than 10^-18), the mid price is out of range, or there is no room.
    public mutating func list(_ listing: Listing, at now: Nanos, tape: inout Tape) -> Int? {
        advance(to: now, tape: &tape)
        guard add(listing, at: now.count) else { return nil }
        let market = pits.count - 1
        let moment = stamp(market, now)
        announce(.listed, market, moment, &tape)
        markets[market].status = .trading
        pits[market].fill(&ledger, &outcome)
        tell(market, at: moment, &tape)
        spread(at: moment)
        return market
    }

    /// Stops trading; what rests stays, and may be cancelled.
    public mutating func halt(_ market: Int, at now: Nanos, tape: inout Tape) -> Bool {
        advance(to: now, tape: &tape)
        guard status(market) == .trading else { return false }
        pits[market].matcher.isOpen = false
        return turn(market, .halted, .halted, now, &tape)
    }

    public mutating func resume(_ market: Int, at now: Nanos, tape: inout Tape) -> Bool {
        advance(to: now, tape: &tape)
        guard status(market) == .halted else { return false }
        pits[market].matcher.isOpen = true
        return turn(market, .resumed, .trading, now, &tape)
    }

    /// Delists a market: all its orders are cancelled, which is told first. Its name may be listed again, as another market.
    public mutating func end(_ market: Int, at now: Nanos, tape: inout Tape) -> Bool {
        advance(to: now, tape: &tape)
        guard let status = status(market), status != .ended else { return false }
        pits[market].matcher.isOpen = false
        tell(market, at: stamp(market, now), &tape) { matcher, ledger, outcome in
            matcher.cancelAll(of: nil, .marketEnded, &ledger, into: &outcome)
        }
        return turn(market, .ended, .ended, now, &tape)
    }

    /// Changes the smallest step of price. Prices stay what they are in quote units and are told in the new step from the `tick` print
    /// on; orders whose price is no whole number of new steps are cancelled, which is told before it, in the old step.
    public mutating func changeTick(_ market: Int, to tick: Decimal, at now: Nanos, tape: inout Tape) -> Bool {
        advance(to: now, tape: &tape)
        guard let status = status(market), status != .ended else { return false }
        let old = pits[market].matcher.terms.tick
        let moment = stamp(market, now)
        var isDone = false
        tell(market, at: moment, &tape) { matcher, ledger, outcome in
            isDone = matcher.changeTick(to: tick, &ledger, into: &outcome)
        }
        guard isDone else { return false }
        pits[market].crowd.change(tick: old, to: tick)
        markets[market].terms = pits[market].matcher.terms
        announce(.tick, market, stamp(market, now), &tape)
        agenda.set(market, pits[market].due)
        return true
    }

    /// Moves the price around which the crowd places its orders; the book follows as orders come.
    public mutating func move(_ market: Int, to mid: Ticks, at now: Nanos, tape: inout Tape) -> Bool {
        advance(to: now, tape: &tape)
        guard let status = status(market), status != .ended, mid.count > 0 else { return false }
        pits[market].crowd.move(to: mid)
        return true
    }

    /// Another rate of events, of all markets together, brought into 0...rateMax.
    public mutating func change(rate: Int, at now: Nanos, tape: inout Tape) {
        advance(to: now, tape: &tape)
        setRate(rate)
    }

    func status(_ market: Int) -> Market.Status? { markets.indices.contains(market) ? markets[market].status : nil }

    private mutating func turn(
        _ market: Int, _ content: Print.Content, _ status: Market.Status, _ now: Nanos, _ tape: inout Tape
    ) -> Bool {
        let moment = stamp(market, now)
        markets[market].status = status
        announce(content, market, moment, &tape)
        spread(at: moment)
        return true
    }

    /// The next free microsecond of a market, which is taken now.
    mutating func stamp(_ market: Int, _ now: Nanos) -> Int64 {
        let moment = pits[market].free(now.count)
        pits[market].stamp(moment)
        return moment
    }

    /// Does something to a market's book and tells it.
    mutating func tell(
        _ market: Int, at moment: Int64, _ tape: inout Tape,
        _ body: (inout Matcher, inout Ledger, inout Outcome) -> Void
    ) {
        body(&pits[market].matcher, &ledger, &outcome)
        tell(market, at: moment, &tape)
    }

    private func announce(_ content: Print.Content, _ market: Int, _ moment: Int64, _ tape: inout Tape) {
        let tick = markets[market].terms.tick
        tape.append(
            Print(
                content: content, market: Int32(truncatingIfNeeded: market), side: .bid, price: Ticks(tick.mantissa),
                size: Lots(Int64(tick.exponent)), time: Nanos(moment), number: 0, maker: 0, taker: 0))
    }
}
