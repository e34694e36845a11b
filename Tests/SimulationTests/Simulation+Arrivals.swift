import Bytes
import Events
import Imitations
import Markets
import Support
import Text
import Units
import Wire

@testable import Venues

extension Simulation {
    func arrive(_ parcel: Network.Parcel) {
        overhears?(parcel)
        let link = parcel.link
        switch parcel.content {
        case .request(let url): answer(url)
        case .answer(let url, let status, let after, let weight, let body): take(url, status, after, weight, body)
        case .asksIn: letIn(link)
        case .endUp:
            let server = network.links[link].server
            guard server >= 0 else { return }
            network.links[link].server = -1
            ofServer[server] = nil
            imitation.closed(connection: server, at: now)
        case .textUp(let text):
            guard network.links[link].server >= 0, !network.links[link].isFrozen else { return }
            habits.sent(link, at: now)
            text.withUnsafeBytes {
                imitation.message(
                    RawSpan(_unsafeBytes: $0), connection: network.links[link].server, at: now)
            }
        case .pingUp:
            guard network.links[link].server >= 0, !network.links[link].isFrozen, !network.links[link].isMute else {
                return
            }
            network.down(link, .pongDown, at: now)
        case .pongUp:
            guard network.links[link].server >= 0, !network.links[link].isFrozen else { return }
            habits.sent(link, at: now)
            imitation.pong(connection: network.links[link].server, at: now)
        case .isIn, .textDown, .pingDown, .pongDown, .endDown: arriveDown(link, parcel.content)
        }
    }

    func arriveDown(_ link: Int, _ content: Network.Content) {
        let client = network.links[link].client
        guard client >= 0 else { return }
        switch content {
        case .isIn: session.opened(connection: client, at: now, out: &outbox)
        case .textDown(let text): hear(link, client, text)
        case .pingDown:
            session.heard(connection: client, at: now)
            network.up(link, .pongUp, at: now)
        case .pongDown: session.heard(connection: client, at: now)
        default: end(link)
        }
    }

    /// A message has arrived whole. What a WebSocket refuses ends the connection.
    func hear(_ link: Int, _ client: Int, _ text: [UInt8]) {
        let isGood =
            text.count <= 16 << 20
            && text.withUnsafeBytes { UTF8.isValid(RawSpan(_unsafeBytes: $0), 0..<$0.count) }
        guard isGood else {
            network.up(link, .endUp, at: now)
            return end(link)
        }
        text.withUnsafeBytes {
            session.message(RawSpan(_unsafeBytes: $0), connection: client, at: now, out: &outbox)
        }
    }

    /// The client has learnt that a connection is over.
    func end(_ link: Int) {
        let client = network.links[link].client
        guard client >= 0 else { return }
        network.links[link].client = -1
        ofClient[client] = nil
        session.closed(connection: client, at: now, out: &outbox)
    }

    func letIn(_ link: Int) {
        let target = Simulation.target(network.links[link].url)
        guard imitation.accepts(target: target) else { return network.down(link, .endDown, at: now) }
        let server = (0...).first { ofServer[$0] == nil } ?? 0
        network.links[link].server = server
        ofServer[server] = link
        network.down(link, .isIn, at: now)
        imitation.opened(connection: server, target: target, at: now)
    }

    static func target(_ url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard let slash = parts[2].firstIndex(of: "/") else { return "/" }
        return String(parts[2][slash...])
    }

    func answer(_ url: String) {
        let reply = imitation.answer(method: "GET", target: Simulation.target(url), from: 1, at: now)
        let after = reply.headers.first { $0.name == "Retry-After" }.flatMap { Int64($0.value) }.map {
            Nanos.seconds($0)
        }
        let weight = reply.headers.first { $0.name == "X-MBX-USED-WEIGHT-1M" }.flatMap { Int($0.value) }
        let body = bytes(reply.body)
        network.send(
            .answer(url: url, status: reply.status, after: after, weight: weight, body: body), at: now,
            later: reply.delay)
    }

    func take(_ url: String, _ status: Int, _ after: Nanos?, _ weight: Int?, _ body: [UInt8]) {
        if let weight { habits.heard(weight, at: now) }
        let isText = body.withUnsafeBytes { UTF8.isValid(RawSpan(_unsafeBytes: $0), 0..<$0.count) }
        guard status == 200, isText, body.count <= 16 << 20 else {
            habits.refused(status, after, at: now)
            return session.failed(
                url: url, status: status, after: after, usedWeight: weight, at: now, out: &outbox)
        }
        body.withUnsafeBytes {
            session.answer(url: url, RawSpan(_unsafeBytes: $0), usedWeight: weight, at: now, out: &outbox)
        }
    }

    /// Somebody else behind the same address, who asks for a tenth of a minute's weight at once.
    func askAsNeighbour() {
        guard scenario.neighbour > 0, now >= neighbourDue else { return }
        neighbourDue = now + .seconds(6)
        for _ in 0..<(scenario.neighbour / 200) {
            _ = imitation.answer(method: "GET", target: "/api/v3/exchangeInfo", from: 1, at: now)
        }
        imitation.clear()
    }

    func bytes(_ piece: Piece) -> [UInt8] {
        imitation.page.read { page in piece.range.map { page.byte($0) } }
    }
}
