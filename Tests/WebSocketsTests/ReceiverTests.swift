import Bytes
import Support
import Testing
import WebSockets

@Suite(.timeLimit(.minutes(1)))
struct ReceiverTests {
    /// Frames that a peer could send, most of them right.
    private func stream(_ dice: inout Dice, _ role: Role, frames: Int) -> [UInt8] {
        var peer = Peer(role: role)
        var stream: [UInt8] = []
        var isInside = false
        for _ in 0..<frames {
            peer.key = dice.bytes(4)
            let payload = dice.oneIn(3) ? dice.bytes(dice.number(0...8)) : Array(text(&dice).utf8)
            let isWrong = dice.oneIn(40)
            if dice.oneIn(4) {
                stream += peer.frame(dice.pick([9, 10]), Array(payload.prefix(125)))
            } else {
                let isFinal = !dice.oneIn(3)
                let opcode = isInside != isWrong ? 0 : payload.count < 9 ? 2 : dice.pick([1, 2])
                stream += peer.frame(opcode, payload, final: isFinal)
                isInside = !isFinal
            }
            if isWrong, dice.oneIn(4) { stream[dice.number(0...(stream.count - 1))] ^= UInt8(1 << dice.number(0...7)) }
        }
        return stream + (dice.oneIn(3) ? peer.close(dice.pick(Cases.codes + Cases.badCodes), Array("why".utf8)) : [])
    }

    private func text(_ dice: inout Dice) -> String {
        let words = ["a", "price", "é", "日本", "𝄞", "\u{0}", String(repeating: "0123456789", count: 30)]
        return (0..<dice.number(3...12)).map { _ in dice.pick(words) }.joined()
    }

    @Test(
        "what the plainest reader makes of a stream, the receiver makes of it, cut anywhere", arguments: 0..<UInt64(150)
    )
    func model(seed: UInt64) {
        var dice = Dice(seed: seed)
        for role in [Role.client, .server] {
            let stream = stream(&dice, role, frames: dice.pick([3, 30]))
            let limit = dice.pick([100, 700, 1 << 20])
            let plain = PlainReceiver(stream, as: role, limit: limit)
            let most = dice.pick([1, 3, 50, 5000])
            let hearing = Hearing(stream, as: role, limit: limit, readBytes: dice.pick([0, 300, 4096])) { _ in
                dice.number(1...most)
            }
            #expect(hearing.heard == plain.heard)
            #expect(hearing.defect == plain.defect)
        }
    }

    @Test(
        "any bytes at all: no trap, the plain reader's verdict, and no more memory than the limit",
        arguments: 0..<UInt64(100))
    func anyBytes(seed: UInt64) {
        var dice = Dice(seed: seed)
        for role in [Role.client, .server] {
            for _ in 0..<20 {
                // The first bytes are likely heads, so that something comes of it.
                let head: [UInt8] = [
                    dice.pick([0x01, 0x81, 0x82, 0x02, 0x89, 0x88, 0x80]), role == .server ? 0x84 : 0x04,
                ]
                let stream = head + dice.bytes(dice.number(0...40))
                let plain = PlainReceiver(stream, as: role, limit: 1000)
                let hearing = Hearing(stream, as: role, limit: 1000, readBytes: 256) { _ in dice.number(1...7) }
                #expect(hearing.heard == plain.heard && hearing.defect == plain.defect, "\(Case.hex(stream))")
                #expect(hearing.memoryBytes <= 1256)
            }
        }
    }

    @Test(
        "every first two bytes of a text sequence, and every third and fourth at the edges, as the standard library judges"
    )
    func sequences() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        let peer = Peer(role: .client)
        for first in UInt8(0x7F)...0xFF {
            for second in edges {
                for rest in [[], [0x7F], [0x80], [0xBF], [0xC0], [0x80, 0x80], [0xBF, 0xBF], [0x80, 0xC0]] as [[UInt8]]
                {
                    let text = [first, second] + rest
                    let isText = String(validating: text, as: UTF8.self) != nil
                    let hearing = Hearing(peer.frame(1, text), as: .client)
                    #expect((hearing.defect == nil) == isText, "\(Case.hex(text))")
                }
            }
        }
    }

    @Test("a message is lent in place, and memory grows for the largest alone")
    func memory() {
        var dice = Dice(seed: 3)
        for role in [Role.client, .server] {
            let peer = Peer(role: role)
            let small = (0..<200).flatMap { _ in peer.frame(1, Cases.letters(dice.number(0...400))) }
            #expect(Hearing(small, as: role, readBytes: 1024).memoryBytes == 1024)
            let large = peer.frame(2, Cases.bytes(10_000)) + small
            let (once, twice) = (
                Hearing(large, as: role, readBytes: 1024), Hearing(large + large, as: role, readBytes: 1024)
            )
            #expect(once.memoryBytes == twice.memoryBytes && once.memoryBytes <= 1 << 15)
            // The word of a head alone moves nothing.
            let promise = Hearing(peer.frame(2, [1], announced: 1 << 20), as: role, readBytes: 1024)
            #expect(promise.memoryBytes == 1024 && promise.defect == nil && promise.holdsPartial)
        }
    }

    @Test("a stream that ends inside a frame or a message is known to")
    func partial() {
        let peer = Peer(role: .client)
        let frame = peer.text("abc")
        for count in 0...frame.count {
            #expect(Hearing(Array(frame.prefix(count)), as: .client).holdsPartial == (0 < count && count < frame.count))
        }
        #expect(Hearing(peer.text("a", final: false), as: .client).holdsPartial)
        #expect(!Hearing(peer.close(1000) + [1], as: .client).holdsPartial)
    }

    @Test("who has enough stops, and goes on later where it stopped")
    func stops() {
        var receiver = Receiver(.client)
        let peer = Peer(role: .client)
        receiver.take((peer.text("a") + peer.text("b") + peer.frame(9)).span.bytes)
        var heard: [Heard] = []
        for count in 1...4 {
            let defect = receiver.drain { arrival, bytes in
                heard.append(Heard(arrival, bytes.array))
                return false
            }
            #expect(defect == nil && heard.count == min(count, 3))
        }
        #expect(heard == [Heard(.text, "a"), Heard(.text, "b"), Heard(.ping)])
    }

    @Test("what came behind the upgrade's head is taken, however much, and goes before what is read")
    func take() {
        var receiver = Receiver(.server, readBytes: 256)
        let peer = Peer(role: .server)
        let stream = peer.frame(2, Cases.bytes(5000)) + peer.text("next")
        let (first, rest) = (Array(stream[..<3000]), Array(stream[3000...]))
        receiver.take(first.span.bytes)
        receiver.take(rest.span.bytes)
        var heard: [Heard] = []
        _ = receiver.drain { arrival, bytes in
            heard.append(Heard(arrival, bytes.array))
            return true
        }
        #expect(heard == [Heard(.binary, Cases.bytes(5000)), Heard(.text, "next")])
    }

    @Test("after the end everything is read and forgotten, however much")
    func over() {
        var receiver = Receiver(.client, messageLimit: 100, readBytes: 256)
        receiver.take(Peer(role: .client).frame(3).span.bytes)
        #expect(receiver.drain { _, _ in true } == .unknownOpcode)
        for _ in 0..<1000 { _ = receiver.fill { room -> Int? in room.byteCount } }
        let (held, memory, isOver) = (receiver.byteCount, receiver.memoryBytes, receiver.isOver)
        #expect(held == 0 && memory == 256 && isOver)
        #expect(receiver.drain { _, _ in true } == .unknownOpcode)
    }

    @Test("each defect has a code that may be sent, and a sentence that fits into a close frame")
    func defects() {
        for defect in Defect.allCases {
            #expect(defect.code.isSendable && defect.text.utf8CodeUnitCount <= 123)
        }
        #expect(Defect.tooLarge.code == .tooLarge && Defect.invalidText.code == .invalidText)
        #expect(Defect.reservedBits.code == .protocolError)
        let sendable = (0...65535).filter { CloseCode(rawValue: UInt16($0)).isSendable }
        #expect(sendable == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
    }
}
