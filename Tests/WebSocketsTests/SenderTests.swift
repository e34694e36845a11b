import Bytes
import Support
import Testing
import WebSockets

@Suite(.timeLimit(.minutes(1)))
struct SenderTests {
    private func bytes(_ sender: borrowing Sender) -> [UInt8] { sender.read { $0.array } }

    @Test("the examples of RFC 6455, 5.7")
    func examples() {
        let hello = Array("Hello".utf8)
        var server = Sender(.server)
        server.put(.text, hello.span.bytes, key: 0)
        #expect(bytes(server) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        var client = Sender(.client)
        client.put(.text, hello.span.bytes, key: 0x3D21_FA37)
        client.put(.pong, hello.span.bytes, key: 0x3D21_FA37)
        #expect(
            bytes(client) == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
                + [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        var binary = Sender(.server)
        binary.put(.binary, Cases.bytes(256).span.bytes, key: 0)
        binary.put(.binary, Cases.bytes(65536).span.bytes, key: 0)
        let large: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]
        #expect(bytes(binary) == [0x82, 0x7E, 0x01, 0x00] + Cases.bytes(256) + large + Cases.bytes(65536))
    }

    @Test("what one side sends the other receives, however it is emptied", arguments: 0..<UInt64(20))
    func roundTrip(seed: UInt64) {
        var dice = Dice(seed: seed)
        let role = dice.pick([Role.client, .server])
        var sender = Sender(role, capacity: dice.pick([0, 100, 4096]), limit: 100_000)
        var sent: [Heard] = []
        var stream: [UInt8] = []
        var refused = 0
        for _ in 0..<60 {
            let kind = dice.pick([Outgoing.text, .binary, .ping, .pong])
            let size = dice.pick(kind == .text || kind == .binary ? Cases.sizes : [0, 1, 7, 125])
            let payload = kind == .text ? Cases.letters(size) : Cases.bytes(size)
            let arrival: Arrival =
                switch kind {
                case .text: .text
                case .binary: .binary
                case .ping: .ping
                case .pong: .pong
                }
            if sender.put(kind, payload.span.bytes, using: &dice) {
                sent.append(Heard(arrival, payload))
            } else {
                refused += 1
            }
            let (count, memory) = (sender.byteCount, sender.memoryBytes)
            #expect(count <= 100_000 && memory <= 100_000)
            if dice.oneIn(2) {
                sender.empty { span in
                    let count = dice.number(0...span.byteCount)
                    stream += span.extracting(0..<count).array
                    return count
                }
            }
        }
        stream += bytes(sender)
        let hearing = Hearing(stream, as: role == .client ? .server : .client) { _ in dice.number(1...30_000) }
        #expect(hearing.heard == sent && hearing.defect == nil && !hearing.holdsPartial)
        #expect(refused < 60)
    }

    @Test("a refused frame leaves nothing behind, and what fits still goes")
    func full() {
        var sender = Sender(.server, capacity: 0, limit: 300)
        let payload = Cases.letters(200)
        #expect(sender.put(.text, payload.span.bytes, key: 0) == true)
        let before = bytes(sender)
        #expect(sender.put(.text, payload.span.bytes, key: 0) == false)
        #expect(sender.put(whole: [UInt8](repeating: 0, count: 97).span.bytes) == false)
        #expect(bytes(sender) == before)
        #expect(sender.put(whole: [UInt8](repeating: 0, count: 96).span.bytes) == true)
        #expect(bytes(sender).count == 300)
        sender.empty { _ in 204 }
        #expect(sender.put(.text, payload.span.bytes, key: 0) == true)
    }

    @Test("a close says its code and as much of its reason as fits, in whole letters")
    func close() {
        for (role, other) in [(Role.client, Role.server), (.server, .client)] {
            for (reason, said) in [
                ("", ""), ("bye", "bye"), (String(repeating: "x", count: 124), String(repeating: "x", count: 123)),
                (String(repeating: "x", count: 122) + "é", String(repeating: "x", count: 122)),
                (String(repeating: "日", count: 42), String(repeating: "日", count: 41)),
                (String(repeating: "𝄞", count: 40), String(repeating: "𝄞", count: 30)),
            ] {
                var sender = Sender(role)
                let isTaken = reason.withBytes { sender.put(close: .goingAway, reason: $0, key: 77) }
                #expect(isTaken)
                #expect(Hearing(bytes(sender), as: other).heard == [Heard(.close(.goingAway), said)])
            }
            var sender = Sender(role)
            let isTaken = "".withBytes { sender.put(close: nil, reason: $0, key: 77) }
            #expect(isTaken)
            #expect(Hearing(bytes(sender), as: other).heard == [Heard(.close(nil))])
        }
    }

    @Test("every frame of a client has a key of its own, and a server throws no dice")
    func keys() {
        var dice = Dice(seed: 5)
        var client = Sender(.client)
        for _ in 0..<3 { client.put(.ping, [UInt8](repeating: 0, count: 4).span.bytes, using: &dice) }
        let sent = bytes(client)
        let keys = (0..<3).map { Array(sent[($0 * 10 + 2)..<($0 * 10 + 6)]) }
        #expect(Set(keys).count == 3)
        for index in 0..<3 { #expect(Array(sent[(index * 10 + 6)..<(index * 10 + 10)]) == keys[index]) }
        var (before, after) = (Dice(seed: 5), Dice(seed: 5))
        var server = Sender(.server)
        server.put(.ping, [UInt8](repeating: 0, count: 1).span.bytes, using: &after)
        let (one, other) = (before.next(), after.next())
        #expect(one == other)
    }

    @Test("a frame made once goes to many")
    func once() {
        var once = Sender(.server)
        once.put(.text, Cases.letters(500).span.bytes, key: 0)
        for _ in 0..<3 {
            var peer = Sender(.server)
            let isTaken = once.read { peer.put(whole: $0) }
            #expect(isTaken)
            #expect(Hearing(bytes(peer), as: .client).heard == [Heard(.text, Cases.letters(500))])
        }
    }
}
