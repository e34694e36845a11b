import Bytes
import Support
import Testing
import WebSockets

@Suite(.timeLimit(.minutes(1)))
struct WebSocketTests {
    /// Gives `stream` to a socket; returns what it lent.
    private func give(_ stream: [UInt8], to socket: inout WebSocket, _ dice: inout Dice) -> [Heard] {
        var heard: [Heard] = []
        socket.take(stream.span.bytes)
        _ = socket.drain(using: &dice) { arrival, bytes in
            heard.append(Heard(arrival, bytes.array))
            return true
        }
        return heard
    }

    private func empty(_ socket: inout WebSocket, _ dice: inout Dice) -> [UInt8] {
        var bytes: [UInt8] = []
        while socket.waitingBytes > 0 {
            socket.empty(using: &dice) { span in
                bytes += span.array
                return span.byteCount
            }
        }
        return bytes
    }

    /// What the peer of `role` hears of what waits in `socket`.
    private func said(_ socket: inout WebSocket, _ role: Role, _ dice: inout Dice) -> [Heard] {
        let hearing = Hearing(empty(&socket, &dice), as: role == .client ? .server : .client)
        #expect(hearing.defect == nil)
        return hearing.heard
    }

    @Test("a ping is answered by a pong of the same bytes, each", arguments: [Role.client, .server])
    func pings(role: Role) {
        var dice = Dice(seed: 1)
        var socket = WebSocket(role)
        let peer = Peer(role: role)
        let heard = give(
            peer.frame(9, [1]) + peer.text("a") + peer.frame(9, Cases.bytes(125)) + peer.frame(10), to: &socket, &dice)
        #expect(heard == [Heard(.ping, [1]), Heard(.text, "a"), Heard(.ping, Cases.bytes(125)), Heard(.pong)])
        #expect(said(&socket, role, &dice) == [Heard(.pong, [1]), Heard(.pong, Cases.bytes(125))])
    }

    @Test(
        "while nothing can be sent, of a flood of pings the last alone is answered", arguments: [Role.client, .server])
    func flood(role: Role) {
        var dice = Dice(seed: 1)
        var socket = WebSocket(role, sendLimit: 64)
        let peer = Peer(role: role)
        #expect(socket.send(.binary, Cases.bytes(58).span.bytes, using: &dice) == true)
        for number in 0..<1000 { _ = give(peer.frame(9, [UInt8(number & 255), 1, 2]), to: &socket, &dice) }
        let waiting = socket.waitingBytes
        #expect(waiting <= 64)
        #expect(said(&socket, role, &dice) == [Heard(.binary, Cases.bytes(58)), Heard(.pong, [231, 1, 2])])
    }

    @Test("a close is answered with its code, then all is said", arguments: [Role.client, .server])
    func closedByPeer(role: Role) {
        for code in [nil, CloseCode.normal, .goingAway, CloseCode(rawValue: 4321)] {
            var dice = Dice(seed: 1)
            var socket = WebSocket(role)
            let peer = Peer(role: role)
            let close = code.map { peer.close($0.rawValue, Array("why".utf8)) } ?? peer.frame(8)
            #expect(
                give(close + peer.text("late"), to: &socket, &dice) == [Heard(.close(code), code == nil ? "" : "why")])
            let (state, peerCode, before) = (socket.state, socket.peerCode, socket.isFinished)
            #expect(state == .closed && peerCode == code && !before)
            #expect(socket.send(.text, [UInt8]().span.bytes, using: &dice) == false)
            #expect(said(&socket, role, &dice) == [Heard(.close(code))])
            let isFinished = socket.isFinished
            #expect(isFinished)
        }
    }

    @Test(
        "our close is sent once and awaits the peer's; what comes until then is lent",
        arguments: [Role.client, .server])
    func closedByUs(role: Role) {
        var dice = Dice(seed: 1)
        var socket = WebSocket(role)
        let peer = Peer(role: role)
        socket.close(.goingAway, "enough", using: &dice)
        socket.close(.policy, "again", using: &dice)
        #expect(socket.send(.text, [UInt8]().span.bytes, using: &dice) == false)
        #expect(give(peer.text("a") + peer.frame(9), to: &socket, &dice) == [Heard(.text, "a"), Heard(.ping)])
        #expect(said(&socket, role, &dice) == [Heard(.close(.goingAway), "enough")])
        let (state, early) = (socket.state, socket.isFinished)
        #expect(state == .closing && !early)
        #expect(give(peer.close(1001), to: &socket, &dice) == [Heard(.close(.goingAway))])
        let (last, isFinished, waiting) = (socket.state, socket.isFinished, socket.waitingBytes)
        #expect(last == .closed && isFinished && waiting == 0)
    }

    @Test(
        "a defect is answered with its code and its sentence, once, and nothing more is read",
        arguments: [Role.client, .server])
    func failed(role: Role) {
        let peer = Peer(role: role)
        for (stream, defect) in [
            (peer.frame(3), Defect.unknownOpcode), (peer.frame(1, [0xFF]), .invalidText),
            (peer.frame(2, announced: 1 << 30), .tooLarge), (peer.frame(8, [1]), .closeLength),
        ] {
            var dice = Dice(seed: 1)
            var socket = WebSocket(role)
            #expect(give(stream, to: &socket, &dice).isEmpty)
            #expect(give(peer.text("a") + peer.frame(9), to: &socket, &dice).isEmpty)
            let (found, state) = (socket.defect, socket.state)
            #expect(found == defect && state == .closed)
            #expect(said(&socket, role, &dice) == [Heard(.close(defect.code), "\(defect.text)")])
        }
    }

    @Test("a defect while we are closing ends it without a second close")
    func failedWhileClosing() {
        var dice = Dice(seed: 1)
        var socket = WebSocket(.client)
        socket.close(.normal, using: &dice)
        _ = give(Peer(role: .client).frame(3), to: &socket, &dice)
        #expect(said(&socket, .client, &dice) == [Heard(.close(.normal))])
        let isFinished = socket.isFinished
        #expect(isFinished)
    }

    @Test(
        "a close finds its way out when there is room again, and goes before an owed pong",
        arguments: [Role.client, .server])
    func owed(role: Role) {
        var dice = Dice(seed: 1)
        var socket = WebSocket(role, sendLimit: 64)
        let peer = Peer(role: role)
        socket.send(.binary, Cases.bytes(58).span.bytes, using: &dice)
        _ = give(peer.frame(9, [1, 2, 3]) + peer.close(1000), to: &socket, &dice)
        let early = socket.isFinished
        #expect(!early)
        #expect(said(&socket, role, &dice) == [Heard(.binary, Cases.bytes(58)), Heard(.close(.normal))])
        let isFinished = socket.isFinished
        #expect(isFinished)
    }

    @Test(
        "two sockets of this room talk, whatever is cut and however small their bounds are", arguments: 0..<UInt64(40))
    func conversation(seed: UInt64) {
        var dice = Dice(seed: seed)
        var client = WebSocket(.client, sendLimit: dice.pick([400, 5000]), readBytes: 256)
        var server = WebSocket(.server, sendLimit: dice.pick([400, 5000]), readBytes: 256)
        var (sent, heard, pings, pongs): ([[UInt8]], [[UInt8]], Int, Int) = ([], [], 0, 0)
        func move(_ from: inout WebSocket, _ to: inout WebSocket, _ body: (Arrival, [UInt8]) -> Void) {
            var bytes: [UInt8] = []
            let most = dice.number(0...300)
            from.empty(using: &dice) { span in
                bytes = span.extracting(0..<min(span.byteCount, most)).array
                return bytes.count
            }
            to.take(bytes.span.bytes)
            _ = to.drain(using: &dice) { arrival, span in
                body(arrival, span.array)
                return true
            }
        }
        for turn in 0..<400 {
            let payload = Cases.letters(dice.number(0...200))
            if turn < 300, client.send(.text, payload.span.bytes, using: &dice) { sent.append(payload) }
            if turn < 300, client.send(.ping, [UInt8(turn & 255)].span.bytes, using: &dice) { pings += 1 }
            if turn == 300 { client.close(.normal, "done", using: &dice) }
            move(&client, &server) { arrival, bytes in if arrival == .text { heard.append(bytes) } }
            move(&server, &client) { arrival, _ in if arrival == .pong { pongs += 1 } }
        }
        #expect(heard == sent && pongs <= pings && pongs > 0)
        let (isOver, isServerOver) = (client.isFinished, server.isFinished)
        #expect(isOver && isServerOver)
    }
}
