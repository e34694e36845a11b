import CCurl
public import Host
public import Units

/// Connections: libcurl makes them (`CONNECT_ONLY`), then bytes go through it and the socket is watched from here.
///
/// A connection's handle stays in the multi handle as long as the connection lives: to take it out closes the socket.
extension Connector {
    /// Begins to connect to the host of `url` (`wss:`, `ws:`); `.connected` or `.unconnected` tells what became of it.
    ///
    /// - Parameter number: the owner's, not in use for another connection.
    public mutating func connect(
        _ number: Int, to url: String, on poll: inout Poll, now: Nanos
    ) throws(Failure) {
        precondition(slots[number] == nil, "a number stands for one connection at a time")
        let place = Connector.place(of: url)
        guard let usual = Connector.spelling(url) else {
            events.append(.unconnected(number, Fault(.wrongURL, "\(place): not a wss: or ws: URL")))
            return
        }
        guard slots.count < options.connectionsMax, let handle = CurlHandle(options) else {
            events.append(
                .unconnected(number, Fault(.tooMany, "\(place): more than \(options.connectionsMax) connections")))
            return
        }
        handle.set(CURLOPT_URL, usual)
        handle.set(CURLOPT_CONNECT_ONLY, 1)
        // A server that is asked might choose HTTP/2.
        handle.set(CURLOPT_SSL_ENABLE_ALPN, 0)
        // Through a proxy as a tunnel, also without TLS.
        handle.set(CURLOPT_HTTPPROXYTUNNEL, 1)
        // Otherwise one that nothing went over is closed when another begins after 118 s. Ten years.
        handle.set(CURLOPT_MAXAGE_CONN, 315_360_000)
        handle.keepBuffers()
        dialing.watchClosing(of: handle)
        guard handle.defect == CURLE_OK, dialing.add(handle) else {
            events.append(.unconnected(number, Fault(handle, handle.defect, at: place)))
            return
        }
        let connection = Connection(number, handle, place: place)
        if let free = connections.firstIndex(where: { $0 == nil }) {
            connections[free] = connection
            slots[number] = free
        } else {
            slots[number] = connections.count
            connections.append(connection)
        }
        dialing.act()
        try settleDialing(on: &poll, now: now)
    }

    /// Ends a connection, or the attempt; nothing is told of it any more. Nothing happens where there is none.
    public mutating func close(_ number: Int, on poll: inout Poll, now: Nanos) throws(Failure) {
        withdraw { event in
            switch event {
            case .connected(number), .unconnected(number, _), .readable(number), .writable(number): true
            default: false
            }
        }
        guard let slot = slots[number] else { return }
        drop(slot: slot, on: &poll)
        try settleDialing(on: &poll, now: now)
    }

    /// Reads what has come, at most the span.
    public mutating func read(_ number: Int, into span: inout MutableRawSpan) -> Passage {
        guard let connection = open(number) else { return .failed(Fault(.broken, "not connected")) }
        let wasDrained = connection.isDrained
        let passage = connection.read(into: &span)
        if wasDrained != connection.isDrained { undrained += wasDrained ? 1 : -1 }
        return passage
    }

    /// Takes bytes of the span to be sent, as many as there is room for; after `.again` comes a `.writable`.
    public mutating func write(_ number: Int, _ span: RawSpan, on poll: inout Poll) throws(Failure) -> Passage {
        guard let connection = open(number), let slot = slots[number] else {
            return .failed(Fault(.broken, "not connected"))
        }
        let passage = connection.write(span)
        try watch(connection, slot: slot, on: &poll)
        return passage
    }

    /// Whether bytes that were taken are still on their way out.
    public func holdsUnsent(_ number: Int) -> Bool { open(number)?.holdsStaged ?? false }

    /// Stops or resumes telling that there is something to read: who has no room lets the peer wait.
    public mutating func want(_ isWanted: Bool, from number: Int, on poll: inout Poll) throws(Failure) {
        guard let connection = open(number), let slot = slots[number], connection.isWanted != isWanted else { return }
        connection.isWanted = isWanted
        try watch(connection, slot: slot, on: &poll)
        if isWanted {
            // What TLS has unpacked already wakes nobody.
            events.append(.readable(number))
        } else {
            withdraw { $0 == .readable(number) }
        }
    }

    private func open(_ number: Int) -> Connection? {
        guard let slot = slots[number], let connection = connections[slot], connection.isOpen else { return nil }
        return connection
    }

    /// An open connection became ready.
    mutating func passage(slot: Int, _ ready: Poll.Ready, on poll: inout Poll) throws(Failure) {
        // A slot may be empty or another's by now: what is told of it is then only a little early.
        guard slot < connections.count, let connection = connections[slot], connection.isOpen else { return }
        if ready.isReadable, connection.isWanted { events.append(.readable(connection.number)) }
        if ready.isHungUp, !connection.isWanted {
            // The end of a socket is told whatever it is watched for, again and again: it keeps until somebody wants it.
            poll.remove(connection.descriptor ?? -1)
            connection.isWatched = false
            return
        }
        guard ready.isWritable || ready.isHungUp, connection.holdsStaged else { return }
        let isBroken = connection.flush() != nil
        // A broken one tells why when it is read.
        if isBroken { events.append(.readable(connection.number)) }
        if isBroken || !connection.holdsStaged { events.append(.writable(connection.number)) }
        try watch(connection, slot: slot, on: &poll)
    }

    /// Takes note of what libcurl did in its last call.
    mutating func settleDialing(on poll: inout Poll, now: Nanos) throws(Failure) {
        for descriptor in dialing.closed {
            for case let connection? in connections where connection.descriptor == descriptor {
                // When another connection begins libcurl closes those that the peer has left and nothing went over yet.
                connection.descriptor = nil
                events.append(.readable(connection.number))
            }
        }
        dialing.forgetClosed()
        var opened: [Int] = []
        var ended: [(slot: Int, code: CURLcode)] = []
        dialing.drainEnded { handle, code in
            let found = connections.firstIndex { $0?.handle.identity == handle }
            if let found { ended.append((found, code)) }
        }
        for (slot, code) in ended {
            guard let connection = connections[slot] else { continue }
            if code == CURLE_OK, connection.open() {
                opened.append(slot)
            } else {
                let fault = Fault(connection.handle, code, at: connection.place)
                drop(slot: slot, on: &poll)
                events.append(.unconnected(connection.number, fault))
            }
        }
        try dialing.apply(to: &poll, token: tokens | Connector.dialToken)
        dialingDeadline = deadline(of: dialing, now: now)
        // Only now, since libcurl has just asked to watch these sockets no more.
        for slot in opened {
            guard let connection = connections[slot], let descriptor = connection.descriptor else { continue }
            try poll.add(descriptor, token: tokens | Connector.openToken | UInt64(slot), .read)
            connection.watched = .read
            // What came with the end of the handshake may be unpacked already, and wakes nobody.
            events += [.connected(connection.number), .readable(connection.number)]
        }
    }

    private func watch(_ connection: Connection, slot: Int, on poll: inout Poll) throws(Failure) {
        guard connection.isWatched, let descriptor = connection.descriptor else { return }
        var interest: Poll.Interest = connection.isWanted ? .read : []
        if connection.holdsStaged { interest.insert(.write) }
        guard interest != connection.watched else { return }
        connection.watched = interest
        try poll.change(descriptor, token: tokens | Connector.openToken | UInt64(slot), interest)
    }

    private mutating func drop(slot: Int, on poll: inout Poll) {
        guard let connection = connections[slot] else { return }
        if connection.isOpen, let descriptor = connection.descriptor { poll.remove(descriptor) }
        if !connection.isDrained { undrained -= 1 }
        connection.descriptor = nil
        dialing.remove(connection.handle)
        connections[slot] = nil
        slots[connection.number] = nil
    }

    /// A URL as libcurl 7.88 understands it, which has no WebSockets.
    private static func spelling(_ url: String) -> String? {
        if url.hasPrefix("wss://") { return "https" + url.dropFirst(3) }
        if url.hasPrefix("ws://") { return "http" + url.dropFirst(2) }
        return nil
    }
}
