import Clients
import Host
import Support
import Testing
import Units
import WebSockets

@Suite(.timeLimit(.minutes(1)))
struct WebSocketClientTests {
    private let peer = Peer.shared

    @Test(
        "messages of any size go there and back, over TLS and plain; then both sides close", arguments: [true, false])
    func echo(isEncrypted: Bool) throws {
        var talk = try Talk((isEncrypted ? peer.socket : peer.plainSocket) + "/ws")
        try talk.open()
        var dice = Dice(seed: 3)
        let messages = [0, 1, 125, 126, 65535, 65536, 300_000].map { dice.bytes($0) }
        for message in messages { #expect(try talk.send(.binary, message)) }
        #expect(try talk.send(.text, Array("grüße".utf8)))
        try talk.receive(8)
        #expect(
            talk.lent.prefix(7).map(\.bytes) == messages && talk.lent.prefix(7).allSatisfy { $0.arrival == .binary })
        #expect(talk.lent.last == Talk.Lent(.text, "grüße"))
        #expect(try talk.close(.normal, "done") == .none)
        #expect(try talk.end() == .closed(.normal, reason: "done"))
        let (state, deadline) = (talk.client.state, talk.client.deadline)
        #expect(state == .over && deadline == nil)
    }

    @Test("what comes with the answer to the upgrade is lent, a ping is answered; all of it also byte by byte")
    func greeting() throws {
        var talk = try Talk(peer.socket + "/ws-greets")
        try talk.receive(3)
        #expect(talk.lent == [Talk.Lent(.text, "hello"), Talk.Lent(.ping, "p"), Talk.Lent(.text, "pong p")])
        var slow = try Talk(peer.socket + "/ws-drips")
        try slow.receive(1)
        #expect(slow.isOpen && slow.lent == [Talk.Lent(.text, "hello")])
    }

    @Test("an upgrade that is refused ends with the server's status, and when it may be asked again")
    func refused() throws {
        var limited = try Talk(peer.socket + "/limited")
        guard case .refused(let answer) = try limited.end() else { return #expect(Bool(false), "not refused") }
        #expect(answer.status == 429 && answer.retryAfter == .seconds(7))
        var banned = try Talk(peer.socket + "/banned?x=1")
        guard case .refused(let ban) = try banned.end() else { return #expect(Bool(false), "not refused") }
        #expect(ban.status == 418 && ban.retryAfter == .seconds(3600))
        for status in [404, 503] {
            var talk = try Talk(peer.socket + "/status?\(status)")
            guard case .refused(let answer) = try talk.end() else { return #expect(Bool(false), "not refused") }
            #expect(answer.status == status && answer.retryAfter == nil)
        }
    }

    @Test("an answer with the wrong key, none of HTTP, one that is cut, one too large: each is the end, told in a line")
    func wrongAnswers() throws {
        let wanted: [(String, Fault.Kind)] = [
            ("/ws-wrong", .malformed), ("/garbage", .malformed), ("/head", .malformed), ("/ws-cut", .broken),
            ("/ws-malformed", .malformed),
        ]
        for (path, kind) in wanted {
            var talk = try Talk(peer.plainSocket + path)
            guard case .broken(let fault) = try talk.end() else { return #expect(Bool(false), "\(path)") }
            #expect(
                fault.kind == kind && fault.reason.hasPrefix("localhost:\(peer.port("plain")): "), "\(path): \(fault)")
        }
    }

    @Test("no answer to the upgrade, or to a close, is waited for only so long")
    func silence() throws {
        var upgrade = try Talk(peer.socket + "/ws-silent") { $0.upgradeTime = .milliseconds(50) }
        guard case .broken(let fault) = try upgrade.end() else { return #expect(Bool(false), "no fault") }
        #expect(fault.kind == .timedOut && fault.reason.hasSuffix("no answer to the upgrade in time"))
        var closing = try Talk(peer.socket + "/ws-deaf") { $0.closeTime = .milliseconds(50) }
        try closing.open()
        #expect(try closing.close(.goingAway, "") == .none)
        guard case .broken(let late) = try closing.end() else { return #expect(Bool(false), "no fault") }
        #expect(late.kind == .timedOut && late.reason.hasSuffix("the closing handshake has not ended in time"))
    }

    @Test("a message beyond the limit is the end; what waits to be sent is bounded, and more is refused")
    func limits() throws {
        var talk = try Talk(peer.socket + "/ws") { $0.messageBytesMax = 100 }
        try talk.open()
        #expect(try talk.send(.binary, [UInt8](repeating: 1, count: 101)))
        guard case .broken(let fault) = try talk.end() else { return #expect(Bool(false), "no fault") }
        #expect(fault.kind == .tooLarge)
        var full = try Talk(peer.socket + "/ws") { $0.sendBytesMax = 1000 }
        try full.open()
        #expect(try !full.send(.binary, [UInt8](repeating: 1, count: 1000)))
        #expect(try full.send(.binary, [UInt8](repeating: 1, count: 900)))
        try full.receive(1)
    }

    @Test("who sends without reading is refused at the bound, and nothing that was taken is lost")
    func outbox() throws {
        var talk = try Talk(peer.plainSocket + "/ws") { $0.sendBytesMax = 100_000 }
        try talk.open()
        var sent = 0
        let message = [UInt8](repeating: 7, count: 60_000)
        // The peer answers before it reads on: with nobody reading here, both directions fill.
        while try talk.send(.binary, message) { sent += 1 }
        let waiting = talk.client.waitingBytes
        #expect(sent > 1 && waiting <= 100_000)
        try talk.receive(sent)
        #expect(talk.lent.allSatisfy { $0.bytes == message })
        #expect(try talk.close(.normal, "") == .none)
        #expect(try talk.end() == .closed(.normal, reason: ""))
    }

    @Test(
        "given up before it is open it ends at once; no connection is told as such; a URL that cannot be sent is refused"
    )
    func early() throws {
        var talk = try Talk(peer.socket + "/ws")
        #expect(try talk.close(.normal, "") == .over(.closed(nil, reason: "")))
        let after = try talk.loop.next(until: talk.loop.now)
        #expect(after == nil)
        var nowhere = try Talk("wss://localhost:1/ws")
        guard case .unconnected(let fault) = try nowhere.end() else { return #expect(Bool(false), "no fault") }
        #expect(fault.kind == .unreachable)
        var injected = try Talk(peer.socket + "/ws", fields: [("X-Bad", "a\r\nb")])
        guard case .unconnected(let wrong) = try injected.end() else { return #expect(Bool(false), "no fault") }
        #expect(wrong.kind == .wrongURL)
    }
}
