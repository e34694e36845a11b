import Support
import Units

/// What lies between a session and its venue: connections that take time to be made, latency that varies, messages of one connection
/// in order. Deterministic from its seed.
struct Network {
    /// One WebSocket, by both ends' numbers.
    struct Link {
        /// The session's number of it, and the venue's; -1: that end is gone.
        var client: Int
        var server = -1
        let latency: Nanos
        var lastDown = Nanos.zero
        var lastUp = Nanos.zero
        var isFrozen = false
        var isMute = false
        let url: String
    }

    enum Content {
        /// The client's handshake is at the venue; the venue's at the client.
        case asksIn, isIn
        case textUp([UInt8])
        case textDown([UInt8])
        case pingUp, pongUp, pingDown, pongDown
        /// The venue learns that the connection is over; the client does.
        case endUp, endDown
        case request(url: String)
        case answer(url: String, status: Int, after: Nanos?, weight: Int?, body: [UInt8])
    }

    struct Parcel {
        let at: Nanos
        let serial: Int
        let link: Int
        let content: Content
    }

    var links: [Link] = []
    private var parcels: [Parcel] = []
    private var serial = 0
    var dice: Dice

    init(seed: UInt64) { dice = Dice(seed: seed &* 0x9E37_79B9 &+ 17) }

    var next: Nanos? { parcels.first?.at }

    mutating func link(_ client: Int, _ url: String) -> Int {
        links.append(Link(client: client, latency: .milliseconds(Int64(dice.number(2...60))), url: url))
        return links.count - 1
    }

    /// A little more than the usual, and rarely much more.
    private mutating func delay(_ base: Nanos) -> Nanos {
        if dice.oneIn(500) { return base + .milliseconds(Int64(dice.number(50...400))) }
        return base + Nanos(Int64(dice.number(0...5_000_000)))
    }

    mutating func up(_ link: Int, _ content: Content, at now: Nanos) {
        let at = max(links[link].lastUp, now + delay(links[link].latency))
        links[link].lastUp = at
        put(link, content, at)
    }

    mutating func down(_ link: Int, _ content: Content, at now: Nanos) {
        let at = max(links[link].lastDown, now + delay(links[link].latency))
        links[link].lastDown = at
        put(link, content, at)
    }

    /// A request or an answer: of no connection, in no order.
    mutating func send(_ content: Content, at now: Nanos, later: Nanos = .zero) {
        put(-1, content, delay(now + later + .milliseconds(Int64(dice.number(5...60)))))
    }

    mutating func put(_ link: Int, _ content: Content, _ at: Nanos) {
        serial += 1
        parcels.append(Parcel(at: at, serial: serial, link: link, content: content))
        var child = parcels.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            parcels.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The next parcel that has arrived.
    mutating func take(at now: Nanos) -> Parcel? {
        guard let first = parcels.first, first.at <= now else { return nil }
        let last = parcels.removeLast()
        guard !parcels.isEmpty else { return first }
        parcels[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < parcels.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return first }
            parcels.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        (parcels[a].at, parcels[a].serial) < (parcels[b].at, parcels[b].serial)
    }
}
