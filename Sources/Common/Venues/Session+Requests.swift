import Books
import Bytes
import Events
import Text
import Units
import Wire

extension Session {
    /// Symbols on one connection, where nothing else is asked for: within each venue's bounds on streams.
    private var perConnection: Int {
        if options.perConnection > 0 { return options.perConnection }
        switch dialect {
        // 1024 streams a connection (200 on futures, as others keep to), up to 4 for a symbol.
        case .binance: return 200
        case .binanceUsdm, .binanceCoinm: return 50
        // Its resync unit is the connection.
        case .coinbase: return 10
        case .coinbaseExchange, .kraken, .krakenV1, .krakenFutures: return 100
        }
    }

    /// The list is there: finds the symbols that are asked for and are not followed yet, and connects for them.
    mutating func follow() {
        var indices: [Int] = []
        for listed in 0..<feed.listing.count {
            let instrument = feed.listing.instruments[listed]
            guard options.wants(canonical: feed.listing.canonical(listed), native: instrument.native),
                instrument.status != .ended, let index = feed.add(native: instrument.native),
                !feed.symbols[index].isFollowed
            else { continue }
            feed.symbols[index].isFollowed = true
            feed.symbols[index].isWanted = true
            indices.append(index)
            if options.history > 0, options.channels.contains(.kline) { askForHistory(index) }
        }
        guard !indices.isEmpty else { return }
        for route in dialect.routes {
            let channels = route.channels.intersection(options.channels).subtracting(.instrument)
            guard !channels.isEmpty else { continue }
            let url = options.endpoints.placed(route.url)
            var rest = indices[...]
            // Those that come later find room where there is some.
            for number in connections.indices where !rest.isEmpty {
                guard connections[number].isOpen, connections[number].url == url,
                    connections[number].channels == channels, connections[number].successor == nil,
                    connections[number].replaces == nil, connections[number].symbols.count < perConnection
                else { continue }
                let some = rest.prefix(perConnection - connections[number].symbols.count)
                rest = rest.dropFirst(some.count)
                connections[number].symbols += some
                subscribe(some.map { feed.symbols[$0].native }, channels, number)
            }
            while !rest.isEmpty {
                connect(url, channels, Array(rest.prefix(perConnection)))
                rest = rest.dropFirst(perConnection)
            }
        }
    }

    /// Follows the venue's instruments, where that is a stream: on one connection, and on the one that takes its place.
    mutating func subscribeInstruments(_ number: Int) {
        connections[number].carriesInstruments = false
        connections[number].tellsInstruments = false
        guard options.usesTimers, let text = dialect.instrumentsSubscription(id: requests + 1) else { return }
        let replaced = connections[number].replaces
        let isCarried = connections.indices.contains {
            $0 != number && $0 != replaced && connections[$0].isOpen && connections[$0].carriesInstruments
        }
        guard !isCarried else { return }
        requests += 1
        connections[number].carriesInstruments = true
        connections[number].outgoing.append(text)
        pumpTexts()
    }

    /// The instruments came over a connection: what they are now is followed.
    mutating func hearInstruments(_ number: Int) {
        if has(number) { connections[number].tellsInstruments = true }
        follow()
    }

    /// Asks for the list of instruments when it is time, unless a connection tells what changes of it.
    mutating func askForList() {
        if feed.wantsList {
            feed.wantsList = false
            if options.usesTimers { nextList = min(nextList, now) }
        }
        guard now >= nextList else { return }
        nextList = now + dialect.listInterval
        let isAsked = (fetches + flying).contains { $0.purpose == .instruments }
        let isTold = connections.contains { $0.isOpen && $0.tellsInstruments }
        if !isAsked, !isTold { ask(.instruments, dialect.instrumentsURL, weight: dialect.listWeight) }
    }

    /// Symbols asked for by name that the venue does not list, each with the names that it does.
    public func unlisted(_ names: [String]) -> [(name: String, others: [String])] {
        let unlisted = names.filter { asked in
            guard !Glob.isPattern(asked), asked != "all" else { return false }
            return !(0..<feed.listing.count).contains {
                Glob.matches(asked, feed.listing.canonical($0))
                    || Glob.matches(asked, feed.listing.instruments[$0].native)
            }
        }
        let others = unlisted.isEmpty ? [] : (0..<feed.listing.count).map { feed.listing.canonical($0) }
        return unlisted.map { ($0, others) }
    }

    /// Whether the list of instruments has come.
    public var isListed: Bool { feed.listing.count > 0 }

    /// Whether any symbol is followed, or nothing but the list was asked for.
    public var isFollowing: Bool {
        if options.channels == .instrument { return true }
        for index in 0..<feed.symbols.count where feed.symbols[index].isFollowed { return true }
        return false
    }

    /// Leaves the streams of a symbol; false when it was not followed.
    mutating func leave(_ name: String, out: inout Outbox) -> Bool {
        guard
            let index = (0..<feed.symbols.count).first(where: {
                feed.symbols[$0].isFollowed && (feed.canonical($0) == name || feed.symbols[$0].native == name)
            })
        else { return false }
        options.symbols.removeAll { Glob.matches($0, name) && !Glob.isPattern($0) }
        feed.options = options
        feed.drop(index, at: now, out: &out)
        for number in connections.indices where connections[number].symbols.contains(index) {
            connections[number].symbols.removeAll { $0 == index }
            guard connections[number].isOpen else { continue }
            subscribe([feed.symbols[index].native], connections[number].channels, number, leaving: true)
        }
        return true
    }

    mutating func subscribe(_ natives: [String], _ channels: ChannelSet, _ connection: Int, leaving: Bool = false) {
        let texts = dialect.subscriptions(
            natives, channels, depth: dialect.subscribedDepth(shown: options.depth), leaving: leaving,
            firstID: requests + 1)
        requests += texts.count
        connections[connection].outgoing += texts
        pumpTexts()
        hasNews = true
    }

    /// A book without a snapshot: fetches it, or leaves its stream and subscribes anew.
    mutating func askForSnapshots() {
        for index in feed.wanting where !feed.symbols[index].hasEnded {
            feed.symbols[index].awaitedSince = now
            if dialect.fetchesSnapshots {
                if isCutOff(index) {
                    feed.symbols[index].isAwaited = false
                } else {
                    askForSnapshot(index)
                }
                continue
            }
            guard feed.symbols[index].keeper?.state == .stale, !feed.symbols[index].isSuspended else { continue }
            // The first snapshot comes by itself, after subscribing; a lost connection subscribes anew when it is back.
            subscribeAnew(index)
        }
        feed.wanting.removeAll(keepingCapacity: true)
    }

    /// Leaves a book's stream and comes back: its snapshot comes anew.
    mutating func subscribeAnew(_ index: Int) {
        let connection = feed.symbols[index].bookConnection
        guard has(connection), connections[connection].isOpen else { return }
        let native = feed.symbols[index].native
        subscribe([native], .book, connection, leaving: true)
        subscribe([native], .book, connection)
    }

    /// Whether the connection that carries a symbol's changes is down. A snapshot would then grow old unnoticed: the first change on
    /// the new connection asks for one.
    func isCutOff(_ index: Int) -> Bool {
        let connection = feed.symbols[index].bookConnection
        return !options.discovers && !(has(connection) && connections[connection].isOpen)
    }
}
