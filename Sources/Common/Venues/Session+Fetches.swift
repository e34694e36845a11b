import Books
import Bytes
import Events
import Text
import Units

extension Session {
    /// Requests that wait for their answers at once.
    private static let flyingMax = 4

    mutating func ask(_ purpose: Fetch.Purpose, _ url: String, weight: Int, after: Nanos = .zero) {
        guard !options.discovers else { return }
        fetches.append(
            Fetch(purpose: purpose, url: options.endpoints.placed(url), weight: weight, due: now + after))
        hasNews = true
    }

    /// Asks for a book's snapshot; again and again with pauses, where those that came were too old.
    mutating func askForSnapshot(_ index: Int) {
        let limit = dialect.snapshotLimit(shown: options.depth)
        guard let url = dialect.snapshotURL(feed.symbols[index].native, limit: limit) else { return }
        let tries = feed.symbols[index].snapshotTries
        let pause = tries == 0 ? Nanos.zero : Nanos.milliseconds(100 << Int64(min(tries - 1, 5)))
        if options.discovers { return actions.append(.fetch(url: url)) }
        ask(.snapshot(symbol: index), url, weight: dialect.snapshotWeight(limit), after: pause)
    }

    mutating func askForHistory(_ index: Int) {
        guard let url = dialect.historyURL(feed.symbols[index].native, count: options.history, now: wall) else {
            return
        }
        ask(.history(symbol: index), url, weight: 2)
    }

    /// Time since 1970.
    var wall: Nanos { now + options.wallOffset }

    /// Sends the requests whose turn it is, as far as the budget goes.
    mutating func pumpFetches() {
        while flying.count < Session.flyingMax, let next = nextFetch() {
            guard fetches[next].due <= now else { return }
            guard budget.spend(fetches[next].weight, at: now) else { return tellCrowd(fetches[next].weight) }
            var fetch = fetches.remove(at: next)
            fetch.sentAt = now
            flying.append(fetch)
            actions.append(.fetch(url: fetch.url))
        }
    }

    /// Somebody else uses up what our address may ask for: said once a minute, as books wait for it.
    private mutating func tellCrowd(_ weight: Int) {
        guard budget.isCrowded(weight, at: now), crowdTold.map({ now >= $0 + .seconds(60) }) ?? true else { return }
        crowdTold = now
        notices.append(.crowded(used: budget.told, limit: budget.limit))
    }

    /// What the venue counts, as its answer says.
    mutating func countWeight(_ used: Int?, _ fetch: Fetch?) {
        guard let used, !options.discovers else { return }
        let weight = flying.reduce(0) { $0 + $1.weight }
        budget.hear(used: used, asked: fetch?.sentAt ?? .zero, flying: weight, until: minuteEnd, at: now)
    }

    /// When the venue begins to count anew: with its clock's next minute, and a second for what we do not know of it.
    private var minuteEnd: Nanos {
        let minute: Int64 = 60_000_000_000
        guard let clockOffset else { return now + Nanos(minute) }
        let passed = (wall + clockOffset).count % minute
        return now + Nanos(minute - max(0, passed)) + .seconds(1)
    }

    /// The request that is due, or will be soonest.
    private func nextFetch() -> Int? {
        fetches.indices.min { a, b in
            let (one, other) = (fetches[a], fetches[b])
            let isOneDue = one.due <= now
            if isOneDue != (other.due <= now) { return isOneDue }
            if isOneDue, one.purpose.rank != other.purpose.rank { return one.purpose.rank < other.purpose.rank }
            return one.due < other.due
        }
    }

    /// When the next request can be sent.
    mutating func nextFetchTime() -> Nanos? {
        guard flying.count < Session.flyingMax, let next = nextFetch() else { return nil }
        return max(fetches[next].due, budget.soonest(fetches[next].weight, at: now))
    }

    /// Takes a request whose answer came from those that fly.
    mutating func landed(_ url: String) -> Fetch? {
        guard let index = flying.firstIndex(where: { $0.url == url }) else { return nil }
        hasNews = true
        return flying.remove(at: index)
    }

    /// A request brought nothing of use.
    mutating func fail(_ url: String, _ status: Int, _ after: Nanos?, _ usedWeight: Int?) {
        guard let fetch = landed(url) else { return }
        countWeight(usedWeight, fetch)
        if status == 429 || status == 418 {
            // Who says too much without saying how long means a minute; a ban begins with two.
            let pause = after ?? .seconds(status == 418 ? 120 : 60)
            budget.ban(until: now + pause)
            notices.append(.banned(status: status, pause: pause))
        } else if let after {
            budget.ban(until: now + after)
        } else {
            notices.append(.unanswered(url: url, status: status))
        }
        retry(fetch)
    }

    /// Asks again, later and later. What is of use only once is given up after some times.
    mutating func retry(_ fetch: Fetch) {
        var fetch = fetch
        fetch.failures += 1
        switch fetch.purpose {
        case .history where fetch.failures >= 3: return
        case .trades(let symbol) where fetch.failures >= 3:
            feed.giveUpTrades(symbol)
            return
        // Of a book that was compared only: the next time will do.
        case .snapshot(let symbol) where feed.symbols[symbol].keeper?.state.isVoid == false:
            feed.symbols[symbol].comparison = nil
            return
        default: break
        }
        fetch.due = now + Backoff.delay(after: fetch.failures, first: .milliseconds(400), using: &dice)
        fetches.append(fetch)
        hasNews = true
    }

    mutating func takeClock(_ text: RawSpan, _ fetch: Fetch?) {
        guard let theirs = dialect.readClock(text), let fetch else { return }
        // Theirs was read somewhere between question and answer.
        clockOffset = theirs - wall + Nanos((now - fetch.sentAt).count / 2)
        // Ages from before are of two clocks.
        latency = Latency()
    }
}
