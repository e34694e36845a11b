import Bytes
import Events
import Units
import Wire

extension Session {
    func has(_ connection: Int) -> Bool { connection >= 0 && connection < connections.count }

    mutating func grow(to connection: Int) {
        while connections.count <= connection { connections.append(Connection()) }
    }

    /// Begins a connection that carries these symbols, under a number that is free.
    @discardableResult
    mutating func connect(_ url: String, _ channels: ChannelSet, _ symbols: [Int], replaces: Int? = nil) -> Int {
        let number = connections.firstIndex { $0.phase == .free } ?? connections.count
        grow(to: number)
        connections[number] = Connection()
        connections[number].url = url
        connections[number].channels = channels
        connections[number].symbols = symbols
        connections[number].phase = .waiting
        connections[number].due = now
        connections[number].replaces = replaces
        connections[number].pacer = dialect.sendPacer
        hasNews = true
        return number
    }

    /// Connects those whose time has come, as fast as the venue bears.
    mutating func pumpConnections() {
        for number in connections.indices where connections[number].phase == .waiting {
            guard connections[number].due <= now else { continue }
            guard connectPacer.take(at: now) else { break }
            connections[number].phase = .connecting
            actions.append(.connect(connection: number, url: connections[number].url))
        }
    }

    /// Sends texts whose turn it is.
    mutating func pumpTexts() {
        for number in connections.indices where connections[number].isOpen {
            var sent = 0
            for text in connections[number].outgoing {
                guard connections[number].pacer?.take(at: now) ?? true else { break }
                actions.append(.send(connection: number, text: text))
                sent += 1
            }
            connections[number].outgoing.removeFirst(sent)
        }
    }

    mutating func open(_ number: Int) {
        connections[number].phase = .open
        connections[number].sequence = nil
        connections[number].lastPing = now
        connections[number].lastHeard = now
        connections[number].openedAt = now
        connections[number].isQuestioned = false
        if options.usesTimers { connections[number].expires = expiry() }
        feed.setOpen(number, true, replaces: connections[number].replaces, connections[number].symbols)
        let natives = connections[number].symbols.map { feed.symbols[$0].native }
        subscribe(natives, connections[number].channels, number)
        subscribeInstruments(number)
    }

    /// When a connection made now is to be replaced: before the venue ends it; where snapshots come with subscribing, that is also
    /// how a book is compared.
    private mutating func expiry() -> Nanos {
        let age =
            dialect.fetchesSnapshots
            ? dialect.connectionAge : min(dialect.connectionAge, options.refreshInterval)
        return now + jittered(age)
    }

    /// Between three quarters of a span and the whole.
    mutating func jittered(_ span: Nanos) -> Nanos {
        Nanos(span.count / 4 * 3 + Int64(dice.next() % UInt64(max(1, span.count / 4))))
    }

    mutating func close(_ number: Int, _ after: Nanos?, out: inout Outbox) {
        let connection = connections[number]
        connections[number].phase = .free
        if let successor = connection.successor, has(successor), connections[successor].isOpen {
            feed.handOverCarried(connection.symbols, from: number, to: successor)
        }
        feed.setOpen(number, false)
        feed.lose(connection: number, .disconnected, at: now, out: &out)
        guard !options.discovers, !connection.url.isEmpty, !connection.symbols.isEmpty else {
            if let predecessor = connection.replaces, has(predecessor) { connections[predecessor].successor = nil }
            return
        }
        if let successor = connection.successor, has(successor), connections[successor].phase != .free {
            // It is on its way already.
            connections[successor].replaces = nil
            feed.setOpen(successor, connections[successor].isOpen)
            return
        }
        comeBack(as: number, connection, after ?? .zero)
    }

    /// A connection that is gone is made anew: soon where it had lived for a while, else later and later.
    private mutating func comeBack(as number: Int, _ gone: Connection, _ pause: Nanos) {
        let lived = gone.phase == .open || gone.phase == .leaving ? now - gone.openedAt : .zero
        connections[number] = gone
        connections[number].phase = .waiting
        connections[number].successor = nil
        connections[number].outgoing = []
        connections[number].pacer = dialect.sendPacer
        connections[number].failures = lived >= .seconds(5) ? 0 : gone.failures + 1
        // A venue that lets us in is not down: its books should not wait for long.
        if lived.count > 0 { connections[number].failures = min(connections[number].failures, 3) }
        let delay =
            connections[number].failures == 0
            ? Nanos(Int64(dice.next() % 200_000_000))
            : Backoff.delay(after: connections[number].failures, first: .milliseconds(500), using: &dice)
        connections[number].due = now + max(delay, pause)
        hasNews = true
    }

    /// Gives up a connection that cannot be trusted any more, and makes another in its place without waiting for its end.
    mutating func giveUp(_ number: Int, out: inout Outbox) {
        let connection = connections[number]
        actions.append(.disconnect(connection: number))
        connections[number].phase = .leaving
        connections[number].symbols = []
        connections[number].successor = nil
        connections[number].replaces = nil
        if let successor = connection.successor, has(successor), connections[successor].isOpen {
            feed.handOverCarried(connection.symbols, from: number, to: successor)
        }
        feed.setOpen(number, false)
        feed.lose(connection: number, .disconnected, at: now, out: &out)
        guard !connection.symbols.isEmpty else { return }
        if let successor = connection.successor, has(successor), connections[successor].phase != .free {
            connections[successor].replaces = nil
            return feed.setOpen(successor, connections[successor].isOpen)
        }
        let fresh = connections.firstIndex { $0.phase == .free } ?? connections.count
        grow(to: fresh)
        comeBack(as: fresh, connection, .zero)
        if let old = connection.replaces, has(old) { connections[old].successor = fresh }
    }

    /// Makes a second connection that carries the same; the first ends when the second has taken over.
    mutating func replace(_ number: Int) {
        guard has(number), connections[number].isOpen, connections[number].successor == nil,
            connections[number].replaces == nil, !connections[number].symbols.isEmpty
        else { return }
        let old = connections[number]
        connections[number].successor = connect(old.url, old.channels, old.symbols, replaces: number)
    }

    /// How long a successor stands beside its predecessor at least, so that all its subscriptions are in force; and at most.
    static let overlap = (least: Nanos.seconds(2), most: Nanos.seconds(30))

    /// Ends connections whose successors carry all that they did.
    mutating func finishReplacements() {
        for number in connections.indices {
            guard connections[number].isOpen, let old = connections[number].replaces,
                connections[number].outgoing.isEmpty, now >= connections[number].openedAt + Session.overlap.least
            else { continue }
            let isLate = now >= connections[number].openedAt + Session.overlap.most
            let channels = connections[number].channels
            let carriesBooks =
                !channels.contains(.book)
                || connections[number].symbols.allSatisfy { feed.isBookCarried($0, by: number) }
            let carriesTrades =
                !channels.contains(.trade)
                || connections[number].symbols.allSatisfy { feed.areTradesCarried($0) }
            guard carriesBooks, carriesTrades || isLate else {
                if isLate { abandon(number) }
                continue
            }
            // What one of them has not told yet is no difference.
            if !isLate, connections[number].symbols.contains(where: { feed.isComparing($0, at: now) }) { continue }
            connections[number].replaces = nil
            feed.setOpen(number, true)
            feed.judgeTakeovers(connections[number].symbols)
            guard has(old), connections[old].isOpen else { continue }
            connections[old].successor = nil
            connections[old].symbols = []
            connections[old].phase = .leaving
            feed.handOver(from: old, to: number)
            actions.append(.disconnect(connection: old))
        }
    }

    /// A successor that does not come to carry what it should goes; the one before it stays, and is replaced later.
    private mutating func abandon(_ number: Int) {
        if let old = connections[number].replaces, has(old) { connections[old].successor = nil }
        connections[number].symbols = []
        connections[number].replaces = nil
        connections[number].phase = .leaving
        actions.append(.disconnect(connection: number))
    }

    /// Something was heard of a connection.
    @inline(__always)
    mutating func hear(_ number: Int) {
        guard has(number) else { return }
        connections[number].lastHeard = now
        connections[number].isQuestioned = false
    }

    /// Asks connections that have been silent whether they live, gives up those that do not answer, and replaces those that are old.
    mutating func watchSilence(out: inout Outbox) {
        let limit = dialect.silenceLimit
        for number in connections.indices where connections[number].isOpen {
            let silence = now - connections[number].lastHeard
            if silence >= limit {
                notices.append(.silent(connection: number))
                // It may take its time to end.
                giveUp(number, out: &out)
            } else if silence.count >= limit.count / 2, !connections[number].isQuestioned {
                connections[number].isQuestioned = true
                actions.append(.ping(connection: number))
            } else if now >= connections[number].expires {
                connections[number].expires = now + .seconds(60)
                replace(number)
            }
        }
    }

    /// Keeps alive connections whose venue closes them when nothing is said.
    mutating func ping() {
        let interval = Nanos.seconds(30)
        for index in 0..<connections.count where connections[index].isOpen {
            guard now >= connections[index].lastPing + interval else { continue }
            connections[index].lastPing = now
            switch dialect {
            case .kraken:
                requests += 1
                actions.append(.send(connection: index, text: #"{"method":"ping","req_id":\#(requests)}"#))
            case .krakenV1:
                requests += 1
                actions.append(.send(connection: index, text: #"{"event":"ping","reqid":\#(requests)}"#))
            case .krakenFutures, .coinbase, .coinbaseExchange: actions.append(.ping(connection: index))
            // Binance pings itself, and counts what is sent.
            case .binance, .binanceUsdm, .binanceCoinm: break
            }
        }
    }
}
