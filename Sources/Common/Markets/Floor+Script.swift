import Bytes
import Matching
public import Units

extension Floor {
    /// Steps of a script that could not be done are kept up to this number; then they are only counted.
    public static let troublesMax = 1000

    /// Begins a script, its first step at `start` and its span; one that was being played is forgotten. Steps at the same time as events
    /// of the crowd come first.
    public mutating func play(_ script: Script, from start: Nanos) {
        player = Player(script, at: max(start, time))
    }

    /// Whether a script is being played that is not over.
    public var isPlaying: Bool { player?.due != nil }

    /// Does the script's next step, which is due.
    mutating func perform(at due: Nanos, _ tape: inout Tape) {
        guard let step = player?.next() else { return }
        time = max(time, due)
        // What is done now must not play on by itself: it advances to its own time first.
        isPerforming = true
        let reason = perform(step.deed, due, &tape)
        isPerforming = false
        guard reason != .none else { return }
        troubleCount += 1
        if troubles.count < Floor.troublesMax { troubles.append(Trouble(line: step.line, reason: reason)) }
    }

    private mutating func perform(_ deed: Script.Deed, _ now: Nanos, _ tape: inout Tape) -> Reason {
        switch deed {
        case .order(let name, let side, let size, let price, let life, let isPost, let id):
            guard let market = market(name) else { return .notTrading }
            let (intent, reason) = intent(market, side, size, price)
            guard var intent else { return reason }
            (intent.life, intent.isPostOnly) = (life, isPost)
            let answer = submit(intent, market: market, at: now, tape: &tape)
            if case .accepted(let number) = answer, let id { player?.orders[id] = (market, number) }
            return answer.reason
        case .cancel(let name, let id):
            guard let market = market(name) else { return .notTrading }
            guard let order = player?.orders[id], order.market == market else { return .unknownOrder }
            return cancel(order.number, of: 0, market: market, at: now, tape: &tape).reason
        case .replace(let name, let id, let size, let price):
            guard let market = market(name) else { return .notTrading }
            guard let order = player?.orders[id], order.market == market,
                let old = self.order(order.number, market: market)
            else { return .unknownOrder }
            let (intent, reason) = intent(market, old.side, size, price)
            guard let intent else { return reason }
            let answer = replace(order.number, by: intent, market: market, at: now, tape: &tape)
            if case .accepted(let number) = answer { player?.orders[id] = (market, number) }
            return answer.reason
        case .rate(let rate):
            change(rate: rate, at: now, tape: &tape)
            return .none
        case .begin, .done: return .none
        default: return rule(deed, now, &tape)
        }
    }

    /// What the exchange does.
    private mutating func rule(_ deed: Script.Deed, _ now: Nanos, _ tape: inout Tape) -> Reason {
        var isDone = false
        switch deed {
        case .list(let wanted, let mid, let size):
            var listing = wanted
            if let mid {
                guard let ticks = listing.terms.ticks(of: mid) else { return .offTick }
                listing.mid = ticks
            }
            if let size {
                guard let lots = listing.terms.lots(of: size) else { return .offLot }
                listing.size = lots
            }
            isDone = list(listing, at: now, tape: &tape) != nil
        case .halt(let name): isDone = market(name).map { halt($0, at: now, tape: &tape) } ?? false
        case .resume(let name): isDone = market(name).map { resume($0, at: now, tape: &tape) } ?? false
        case .end(let name): isDone = market(name).map { end($0, at: now, tape: &tape) } ?? false
        case .tick(let name, let tick):
            isDone = market(name).map { changeTick($0, to: tick, at: now, tape: &tape) } ?? false
        case .mid(let name, let mid):
            guard let market = market(name) else { return .notTrading }
            guard let ticks = markets[market].terms.ticks(of: mid) else { return .offTick }
            isDone = move(market, to: ticks, at: now, tape: &tape)
        default: isDone = true
        }
        return isDone ? .none : .notTrading
    }

    /// An order of the script on a market's grid; why not where it does not lie on it.
    private func intent(
        _ market: Int, _ side: BookSide, _ size: Decimal, _ price: Decimal?
    ) -> (intent: Intent?, reason: Reason) {
        let terms = markets[market].terms
        guard let lots = terms.lots(of: size) else { return (nil, .offLot) }
        var intent = Intent(side, lots, at: nil)
        // A number of its own keeps it from being cancelled by the crowd.
        intent.client = .max
        guard let price else { return (intent, .none) }
        guard let ticks = terms.ticks(of: price) else { return (nil, .offTick) }
        intent.price = ticks
        return (intent, .none)
    }
}

extension Answer {
    var reason: Reason {
        switch self {
        case .accepted: .none
        case .refused(let reason): reason
        }
    }
}
