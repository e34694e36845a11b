import Bytes
import Edges
import Events
import Host
import Lanes
import Units
import Wire

/// Intents on their way to the `order` process of their venue.
extension Dispatch {
    /// Passes an intent on, or refuses it with a report.
    mutating func order(_ index: Int, _ intent: [UInt8]) throws(Failure) {
        guard let head = intent.withBytes({ IntentHead($0) }) else { return dismiss(index, "an intent that is none") }
        let name = visitors[index].name
        // Who speaks for another one, and who may not trade, is no more than who has no key.
        let isItsOwn = head.consumer == name && mayTrade(index)
        let isOn = standing.isTrading(name)
        guard isItsOwn, isOn, let place = gateway(of: head.venue), gateways[place].hasRoom else {
            return refuse(intent, name, at: index, !isOn ? .tradingOff : isItsOwn ? .noGateway : .authentication)
        }
        gateways[place].waiting.append(Gateway.Waiting(name: name, consumer: index, bytes: intent))
        if gateways[place].waiting.count == 1 { try send(place) }
    }

    func mayTrade(_ index: Int) -> Bool {
        let (user, name) = (visitors[index].user, visitors[index].name)
        return grants.map { $0.mayClaim(name, user: user) && $0.may(.trade, user: user, name: name) } ?? true
    }

    private func gateway(of venue: String) -> Int? {
        for place in 0..<gateways.count where gateways[place].venue == venue { return place }
        return nil
    }

    /// When the next try to connect to an `order` process is due.
    var gatewayDeadline: Nanos? {
        var soonest: Nanos?
        for place in 0..<gateways.count where gateways[place].producer == nil {
            soonest = min(soonest ?? gateways[place].nextTry, gateways[place].nextTry)
        }
        return soonest
    }

    /// Connects where that is due, and sends what waits.
    mutating func serveGateways() throws(Failure) {
        for place in 0..<gateways.count {
            if gateways[place].producer == nil { try dial(place) }
            if !gateways[place].waiting.isEmpty { try send(place) }
        }
    }

    private mutating func dial(_ place: Int) throws(Failure) {
        guard Clock.monotonic() >= gateways[place].nextTry else { return }
        let made = gateways[place].redialer.dial(now: Clock.monotonic(), using: &dice)
        switch consume made {
        case .some(let descriptor):
            gateways[place].tellPresence()
            let index = admit(FrameInput(descriptor, gateways[place].path, .socket, payloads: .none), isVisitor: true)
            producers[index].isGateway = true
            gateways[place].producer = index
            var page = Outbox(capacity: 512)
            page.put(hello, Envelope(kind: .hello, channel: .control))
            let bytes = page.read { span in (0..<span.byteCount).map { span.byte($0) } }
            gateways[place].waiting = [Gateway.Waiting(name: "", consumer: nil, bytes: bytes)]
        case .none: gateways[place].tellAbsence(gateways[place].redialer.reason ?? "not there")
        }
    }

    /// Sends what waits for an `order` process, and watches it for room where it does not take all.
    private mutating func send(_ place: Int) throws(Failure) {
        guard let index = gateways[place].producer else { return }
        // Words of the lane of which a part is sent go first.
        guard try producers[index].tell() else { return letGo(index) }
        var isThere = true
        if producers[index].link.words.isEmpty { isThere = try Dispatch.send(&gateways[place], &producers[index]) }
        guard isThere else { return letGo(index) }
        producers[index].isInIntent = gateways[place].sent > 0
        guard producers[index].isWatched else { return }
        let isWaiting = !gateways[place].waiting.isEmpty
        guard isWaiting != producers[index].isWatchedForRoom else { return }
        producers[index].isWatchedForRoom = isWaiting
        try poll.change(
            producers[index].number, token: Token.producers + UInt64(index), isWaiting ? [.read, .write] : .read)
    }

    private static func send(_ gateway: inout Gateway, _ producer: inout Producer) throws(Failure) -> Bool {
        try gateway.send(by: producer.input)
    }

    /// The connection to an `order` process has ended. What it has not got whole it has not got.
    mutating func loseGateway(of index: Int) {
        for place in 0..<gateways.count where gateways[place].producer == index {
            gateways[place].tellAbsence("the connection has ended")
            let left = gateways[place].lose()
            for one in left where !one.name.isEmpty { refuse(one.bytes, one.name, at: one.consumer, .noGateway) }
        }
    }

    /// A consumer's intents that have not left are refused: once its trading is told to be off, none leaves any more.
    mutating func withdraw(_ name: String, _ reason: RejectReason) throws(Failure) {
        // Without a name: our own words.
        guard !name.isEmpty else { return }
        for place in 0..<gateways.count {
            let all = gateways[place].waiting
            guard all.contains(where: { $0.name == name }) else { continue }
            // One of which a part is sent ends with the connection; the others can only follow it.
            let isCut = gateways[place].sent > 0 && all[0].name == name
            gateways[place].waiting.removeAll { $0.name == name }
            for one in all where one.name == name { refuse(one.bytes, name, at: one.consumer, reason) }
            // What is watched for changes, too.
            guard isCut, let index = gateways[place].producer else {
                try send(place)
                continue
            }
            letGo(index)
        }
    }

    /// No intent leaves after the end.
    mutating func endGateways() throws(Failure) {
        for place in 0..<gateways.count {
            try send(place)
            guard let index = gateways[place].producer else { continue }
            if !gateways[place].waiting.isEmpty { letGo(index) }
        }
    }
}

/// What decides an intent's way.
private struct IntentHead {
    let venue: String
    let consumer: String

    /// Nil where the frame's payload is not what it should be.
    init?(_ intent: RawSpan) {
        guard Layout.defect(in: intent) == nil else { return nil }
        let header = Header(intent)
        venue = String(intent, header.venue)
        let count = Int(Payload(header).u16(intent, 40))
        guard header.variable + count <= header.end else { return nil }
        consumer = String(intent, header.variable..<(header.variable + count))
    }
}
