import Testing
import WebSockets

/// One line of the table of conformance: a stream, and what must come of it in either role, whole and byte by byte.
struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var stream: @Sendable (Peer) -> [UInt8]
    var heard: [Heard]
    var defect: Defect?
    /// The defect must be found with the last byte of the stream, not before and not later.
    var isFast = false

    var testDescription: String { name }

    /// As bytes: what a test prints of a sequence.
    static func hex(_ bytes: [UInt8]) -> String { bytes.map { String($0, radix: 16) }.joined(separator: " ") }
}

extension [Case] {
    mutating func accepts(_ name: String, _ heard: [Heard], _ stream: @escaping @Sendable (Peer) -> [UInt8]) {
        append(Case(name: name, stream: stream, heard: heard))
    }

    mutating func refuses(
        _ name: String, _ defect: Defect, after heard: [Heard] = [], isFast: Bool = false,
        _ stream: @escaping @Sendable (Peer) -> [UInt8]
    ) {
        append(Case(name: name, stream: stream, heard: heard, defect: defect, isFast: isFast))
    }
}

/// The sections that Autobahn's suite has, for the protocol without extensions.
enum Cases {
    static let all: [Case] = [framing, pings, reserved, opcodes, fragments, texts, closes, limits, pieces].flatMap(
        \.self)

    static func bytes(_ count: Int, _ seed: Int = 1) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ seed) }
    }

    static func letters(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(0x20 + $0 % 95) } }

    static let sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 124, 125, 126, 127, 128, 255, 256, 65535, 65536, 65537]

    static let framing: [Case] = {
        var cases: [Case] = []
        for size in sizes {
            cases.accepts("1.1 text of \(size)", [Heard(.text, letters(size))]) { $0.frame(1, letters(size)) }
            cases.accepts("1.2 binary of \(size)", [Heard(.binary, bytes(size))]) { $0.frame(2, bytes(size)) }
        }
        for size in [0, 1, 125] {
            cases.refuses("1.3 \(size) in two bytes of length", .wastefulLength) {
                $0.frame(1, letters(size), form: .two)
            }
            cases.refuses("1.4 \(size) in eight", .wastefulLength) { $0.frame(1, letters(size), form: .eight) }
        }
        cases.refuses("1.5 126 in eight", .wastefulLength) { $0.frame(1, letters(126), form: .eight) }
        cases.refuses("1.6 65535 in eight", .wastefulLength) { $0.frame(2, bytes(65535), form: .eight) }
        cases.refuses("1.7 the highest bit of a length", .lengthRange) { $0.frame(2, [1], announced: 1 << 63) }
        cases.refuses("1.8 all bits of a length", .lengthRange) { $0.frame(2, [1], announced: .max) }
        cases.refuses("1.9 the wrong mask", .unexpectedMask, after: [Heard(.text, "a")]) {
            // In the server's role the same thing has another name.
            $0.text("a") + $0.frame(1, [0x62], masked: $0.role == .client)
        }
        cases.refuses("1.10 the wrong mask on a ping", .unexpectedMask) { $0.frame(9, [], masked: $0.role == .client) }
        cases.refuses("1.11 the wrong mask on a close", .unexpectedMask) { $0.frame(8, [], masked: $0.role == .client) }
        return cases
    }()

    static let pings: [Case] = {
        var cases: [Case] = []
        for size in [0, 1, 2, 8, 124, 125] {
            cases.accepts("2.1 ping of \(size)", [Heard(.ping, bytes(size))]) { $0.frame(9, bytes(size)) }
            cases.accepts("2.2 pong of \(size)", [Heard(.pong, bytes(size))]) { $0.frame(10, bytes(size)) }
        }
        for size in [126, 127, 65536] {
            cases.refuses("2.3 ping of \(size)", .longControl) { $0.frame(9, bytes(size)) }
            cases.refuses("2.4 pong of \(size)", .longControl) { $0.frame(10, bytes(size)) }
            cases.refuses("2.5 close of \(size)", .longControl) { $0.frame(8, bytes(size)) }
        }
        cases.accepts("2.6 ping that is no text", [Heard(.ping, [0, 0xFF, 0xFE, 0xFD])]) {
            $0.frame(9, [0, 0xFF, 0xFE, 0xFD])
        }
        cases.accepts("2.7 ten pings", (0..<10).map { Heard(.ping, [UInt8($0)]) }) { peer in
            (0..<10).flatMap { peer.frame(9, [UInt8($0)]) }
        }
        cases.accepts("2.8 a pong nobody asked for, then a ping", [Heard(.pong, "x"), Heard(.ping, "y")]) {
            $0.frame(10, [0x78]) + $0.frame(9, [0x79])
        }
        return cases
    }()

    static let reserved: [Case] = {
        var cases: [Case] = []
        for bits in 1...7 {
            for opcode in [1, 2, 8, 9, 10] {
                cases.refuses("3.\(bits) reserved bits on opcode \(opcode)", .reservedBits, after: [Heard(.text, "a")])
                {
                    $0.text("a") + $0.frame(opcode, [], reserved: UInt8(bits)) + $0.text("b")
                }
            }
            cases.refuses("3.\(bits) reserved bits on a continuation", .reservedBits) {
                $0.text("a", final: false) + $0.frame(0, [], reserved: UInt8(bits))
            }
        }
        return cases
    }()

    static let opcodes: [Case] = {
        var cases: [Case] = []
        for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
            cases.refuses("4.1 opcode \(opcode)", .unknownOpcode) { $0.frame(opcode) }
            cases.refuses("4.2 opcode \(opcode) with bytes", .unknownOpcode, after: [Heard(.ping)]) {
                $0.frame(9) + $0.frame(opcode, [1, 2, 3]) + $0.frame(9)
            }
            cases.refuses("4.3 opcode \(opcode) between fragments", .unknownOpcode) {
                $0.text("a", final: false) + $0.frame(opcode)
            }
        }
        return cases
    }()
}
