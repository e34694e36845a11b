import WebSockets

extension Cases {
    static let fragments: [Case] = {
        var cases: [Case] = []
        for opcode in [8, 9, 10] {
            cases.refuses("5.1 fragmented control \(opcode)", .fragmentedControl) { $0.frame(opcode, [], final: false) }
        }
        cases.accepts("5.2 two fragments", [Heard(.text, "ab")]) { $0.text("a", final: false) + $0.frame(0, [0x62]) }
        cases.accepts("5.3 binary fragments", [Heard(.binary, [1, 2, 3])]) {
            $0.frame(2, [1], final: false) + $0.frame(0, [2], final: false) + $0.frame(0, [3])
        }
        cases.accepts("5.4 a ping between", [Heard(.ping, "p"), Heard(.text, "ab")]) {
            $0.text("a", final: false) + $0.frame(9, [0x70]) + $0.frame(0, [0x62])
        }
        cases.accepts("5.5 a pong between", [Heard(.pong, bytes(125)), Heard(.text, "ab")]) {
            $0.text("a", final: false) + $0.frame(10, bytes(125)) + $0.frame(0, [0x62])
        }
        cases.accepts("5.6 pings between many", pinged(bytes(900), 100)) {
            split(bytes(900), 100, 2, $0, between: $0.frame(9, [0x70]))
        }
        cases.accepts("5.7 empty fragments", [Heard(.text)]) {
            $0.frame(1, final: false) + $0.frame(0, final: false) + $0.frame(0)
        }
        cases.accepts("5.8 empty fragments around", [Heard(.text, "middle")]) {
            $0.frame(1, final: false) + $0.frame(0, Array("middle".utf8), final: false) + $0.frame(0)
        }
        cases.accepts(
            "5.9 fragmented, then whole, then fragmented",
            [Heard(.text, "ab"), Heard(.text, "c"), Heard(.binary, [1, 2])]
        ) {
            $0.text("a", final: false) + $0.frame(0, [0x62]) + $0.text("c") + $0.frame(2, [1], final: false)
                + $0.frame(0, [2])
        }
        cases.refuses("5.10 a continuation of nothing", .strayContinuation) { $0.frame(0, [0x61]) }
        cases.refuses("5.11 one that is not final", .strayContinuation) { $0.frame(0, [0x61], final: false) }
        cases.refuses("5.12 one behind a whole message", .strayContinuation, after: [Heard(.text, "a")]) {
            $0.text("a") + $0.frame(0, [0x62])
        }
        cases.refuses("5.13 one behind the last fragment", .strayContinuation, after: [Heard(.text, "ab")]) {
            $0.text("a", final: false) + $0.frame(0, [0x62]) + $0.frame(0, [0x63])
        }
        cases.refuses("5.14 one behind a ping", .strayContinuation, after: [Heard(.ping)]) { $0.frame(9) + $0.frame(0) }
        cases.refuses("5.15 text in the middle of a text", .missingContinuation) {
            $0.text("a", final: false) + $0.text("b")
        }
        cases.refuses("5.16 binary in the middle of a text", .missingContinuation, after: [Heard(.ping)]) {
            $0.text("a", final: false) + $0.frame(9) + $0.frame(2, [1], final: false)
        }
        cases.accepts("5.17 the end inside a message", [Heard(.ping)]) { $0.text("a", final: false) + $0.frame(9) }
        cases.accepts("5.18 a close inside a message", [Heard(.close(.normal))]) {
            $0.text("a", final: false) + $0.close(1000) + $0.frame(0, [0x62])
        }
        return cases
    }()

    static let codes: [UInt16] = [
        1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
    ]
    static let badCodes: [UInt16] = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]

    static let closes: [Case] = {
        var cases: [Case] = []
        for code in codes {
            cases.accepts("7.1 close \(code)", [Heard(.close(CloseCode(rawValue: code)))]) { $0.close(code) }
            cases.accepts("7.2 close \(code) with a reason", [Heard(.close(CloseCode(rawValue: code)), "bye κ")]) {
                $0.close(code, Array("bye κ".utf8))
            }
        }
        for code in badCodes {
            cases.refuses("7.3 close \(code)", .closeCode) { $0.close(code) }
            cases.refuses("7.4 close \(code) with a reason", .closeCode) { $0.close(code, Array("bye".utf8)) }
        }
        cases.accepts("7.5 close that says nothing", [Heard(.close(nil))]) { $0.frame(8) }
        cases.refuses("7.6 close of one byte", .closeLength) { $0.frame(8, [3]) }
        cases.accepts("7.7 the longest reason", [Heard(.close(.normal), letters(123))]) { $0.close(1000, letters(123)) }
        cases.refuses("7.8 a longer one", .longControl) { $0.close(1000, letters(124)) }
        cases.refuses("7.9 a reason that is no text", .invalidText) { $0.close(1000, [0x61, 0xFF]) }
        cases.refuses("7.10 a reason that is cut", .invalidText) { $0.close(1000, [0xCE]) }
        cases.refuses("7.11 a surrogate as a reason", .invalidText) { $0.close(1000, [0xED, 0xA0, 0x80]) }
        cases.accepts("7.12 messages, close, and what nobody reads", [Heard(.text, "a"), Heard(.close(.goingAway))]) {
            $0.text("a") + $0.close(1001) + $0.text("b") + $0.frame(9) + $0.close(1000)
        }
        cases.accepts("7.13 rubbish behind a close", [Heard(.close(nil))]) { $0.frame(8) + bytes(300) }
        cases.refuses("7.14 messages behind a defect", .unknownOpcode) { $0.frame(3) + $0.text("a") + $0.close(1000) }
        return cases
    }()

    /// Of the receivers of the table.
    static let limit = 1 << 18

    static let limits: [Case] = {
        var cases: [Case] = []
        for size in [1 << 16, 1 << 17, limit] {
            cases.accepts("9.1 text of \(size)", [Heard(.text, letters(size))]) { $0.frame(1, letters(size)) }
            cases.accepts("9.2 binary of \(size)", [Heard(.binary, bytes(size))]) { $0.frame(2, bytes(size)) }
            cases.accepts("9.3 \(size) in fragments of 64 KiB", [Heard(.binary, bytes(size))]) {
                split(bytes(size), 1 << 16, 2, $0)
            }
        }
        cases.refuses("9.4 a byte too many, none of them sent", .tooLarge, isFast: true) {
            $0.frame(2, announced: UInt64(limit) + 1)
        }
        cases.refuses("9.5 a length of 2^63 - 1", .tooLarge, isFast: true) { $0.frame(1, announced: 1 << 63 - 1) }
        cases.refuses("9.6 a byte too many in the second fragment", .tooLarge, isFast: true) {
            $0.frame(2, bytes(1000), final: false) + $0.frame(0, announced: UInt64(limit) - 999)
        }
        cases.refuses("9.7 a byte too many in the last of many", .tooLarge, isFast: true) { peer in
            let full: [UInt8] = bytes(limit / 2)
            return peer.frame(2, full, final: false) + peer.frame(0, full, final: false) + peer.frame(0, announced: 1)
        }
        cases.accepts("9.8 an empty last fragment at the limit", [Heard(.binary, bytes(limit))]) {
            $0.frame(2, bytes(limit), final: false) + $0.frame(0)
        }
        return cases
    }()

    /// Many small fragments.
    static let pieces: [Case] = {
        var cases: [Case] = []
        for size in [1, 2, 3, 4, 7, 8, 63, 64, 65, 125, 126, 255, 256] {
            cases.accepts("10.1 300 bytes in fragments of \(size)", [Heard(.text, letters(300))]) {
                split(letters(300), size, 1, $0)
            }
            cases.accepts("10.2 binary, pings between, by \(size)", pinged(bytes(300), size)) { peer in
                split(bytes(300), size, 2, peer, between: peer.frame(9, [0x70]))
            }
        }
        return cases
    }()

    static func split(_ payload: [UInt8], _ size: Int, _ opcode: Int, _ peer: Peer, between: [UInt8] = []) -> [UInt8] {
        stride(from: 0, to: payload.count, by: size).flatMap { start in
            let end = min(payload.count, start + size)
            let isLast = end == payload.count
            return peer.frame(start == 0 ? opcode : 0, Array(payload[start..<end]), final: isLast)
                + (isLast ? [] : between)
        }
    }

    static func pinged(_ payload: [UInt8], _ size: Int) -> [Heard] {
        Array(repeating: Heard(.ping, "p"), count: (payload.count + size - 1) / size - 1) + [Heard(.binary, payload)]
    }
}
