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
    /// Performs what both sides want, and judges what was written.
    func settle() {
        imitation.emptyWitness {
            truth.take($0)
            return $0.byteCount
        }
        let directives = imitation.directives
        for directive in directives { perform(directive) }
        imitation.clear()
        if !session.actions.isEmpty {
            let actions = session.actions
            session.actions.removeAll()
            for action in actions { perform(action) }
        }
        if !session.notices.isEmpty {
            if notices.count < 10_000 { notices += session.notices }
            session.notices.removeAll()
        }
        outbox.empty {
            judge.take($0, truth, at: now)
            return $0.byteCount
        }
    }

    func perform(_ action: Action) {
        switch action {
        case .connect(let client, let url):
            connects += 1
            habits.connected(at: now)
            if let old = ofClient[client] { judge.complain("connection \(client) is taken by link \(old)", now) }
            let link = network.link(client, url)
            ofClient[client] = link
            // TCP and TLS first.
            network.links[link].lastUp = now + Nanos(network.links[link].latency.count * 4)
            network.up(link, .asksIn, at: now)
        case .send(let client, let text):
            guard let link = ofClient[client] else { return judge.complain("a text for no connection", now) }
            network.up(link, .textUp(Array(text.utf8)), at: now)
        case .ping(let client):
            guard let link = ofClient[client] else { return judge.complain("a ping for no connection", now) }
            network.up(link, .pingUp, at: now)
        case .disconnect(let client):
            guard let link = ofClient[client] else { return judge.complain("no connection to end", now) }
            network.up(link, .endUp, at: now)
            // A peer that does not answer is waited for.
            let wait = network.links[link].isFrozen ? Nanos.seconds(5) : Nanos(network.links[link].latency.count * 2)
            network.links[link].lastDown = max(network.links[link].lastDown, now + wait)
            network.down(link, .endDown, at: now)
        case .fetch(let url):
            habits.asked(url, at: now)
            network.send(.request(url: url), at: now)
        }
    }

    func perform(_ directive: Directive) {
        switch directive {
        case .text(let server, let piece):
            guard let link = ofServer[server] else { return }
            network.down(link, .textDown(bytes(piece)), at: now)
        case .ping(let server, _):
            guard let link = ofServer[server], !network.links[link].isFrozen else { return }
            network.down(link, .pingDown, at: now)
        case .close(let server, let code):
            closings.append("\(Judge.text(now)) close \(code)")
            let isDeaf = ofServer[server].map { network.links[$0].isFrozen || network.links[$0].isMute } ?? true
            if code == 1008, !isDeaf { judge.complain("the venue closed with 1008", now) }
            leave(server)
        case .reset(let server), .partial(let server, _, _), .raw(let server, _):
            closings.append("\(Judge.text(now)) \(directive)")
            imitation.closed(connection: server, at: now)
            leave(server)
        case .freeze(let server):
            guard let link = ofServer[server] else { return }
            network.links[link].isFrozen = true
        case .mutePongs(let server):
            guard let link = ofServer[server] else { return }
            network.links[link].isMute = true
        case .unmutePongs(let server):
            guard let link = ofServer[server] else { return }
            network.links[link].isMute = false
        }
    }

    func leave(_ server: Int) {
        guard let link = ofServer.removeValue(forKey: server) else { return }
        network.links[link].server = -1
        network.down(link, .endDown, at: now)
    }
}
