import Support
import Testing

@testable import Bytes

@Suite(.timeLimit(.minutes(1)))
struct ChecksumTests {
    /// A CRC bit by bit, as the polynomial defines it.
    private func model(_ bytes: [UInt8], polynomial: UInt32, from register: UInt32 = ~0) -> UInt32 {
        var register = register
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1 }
        }
        return register
    }

    private func castagnoli(_ bytes: [UInt8]) -> UInt32 { ~CRC32C.add(bytes.span.bytes, to: CRC32C.start) }

    @Test("CRC-32C has the check value of its catalogue")
    func checkValue() {
        #expect(castagnoli(Array("123456789".utf8)) == 0xE306_9283)
        #expect(castagnoli([]) == 0)
    }

    /// Source: RFC 3720, section B.4.
    @Test("CRC-32C of the examples of RFC 3720")
    func examples() {
        #expect(castagnoli([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(castagnoli([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(castagnoli(Array(0..<32)) == 0x46DD_794E)
        #expect(castagnoli(Array((0..<32).reversed())) == 0x113F_DB5C)
        let command: [UInt8] =
            [0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14]
            + [0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0]
        #expect(castagnoli(command) == 0xD996_3A56)
    }

    @Test("CRC-32 has the check value of its catalogue")
    func ieee() {
        #expect(~CRC32.add(Array("123456789".utf8).span.bytes, to: CRC32.start) == 0xCBF4_3926)
    }

    @Test("instruction, tables and definition agree over any length, cut anywhere", arguments: 0..<60)
    func agreement(seed: UInt64) {
        var dice = Dice(seed: seed)
        let bytes = dice.bytes(dice.number(0...300))
        let (whole, ieee) = (model(bytes, polynomial: 0x82F6_3B78), model(bytes, polynomial: 0xEDB8_8320))
        Fence().lend(bytes) { span in
            #expect(CRC32C.add(span, to: CRC32C.start) == whole)
            #expect(CRC32C.addPortably(span, to: CRC32C.start) == whole)
            #expect(CRC32.add(span, to: CRC32.start) == ieee)
            var (hard, soft, other) = (CRC32C.start, CRC32C.start, CRC32.start)
            var at = 0
            while at < bytes.count {
                let next = dice.number(at...bytes.count)
                let piece = span.extracting(at..<next)
                hard = CRC32C.add(piece, to: hard)
                soft = CRC32C.addPortably(piece, to: soft)
                other = CRC32.add(piece, to: other)
                at = next
            }
            #expect(hard == whole && soft == whole && other == ieee)
        }
    }

    @Test("a word counts as its eight bytes, the lowest first", arguments: 0..<20)
    func words(seed: UInt64) {
        var dice = Dice(seed: seed)
        let word = dice.next()
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) }
        let register = UInt32(truncatingIfNeeded: dice.next())
        #expect(CRC32C.add(word, to: register) == model(bytes, polynomial: 0x82F6_3B78, from: register))
    }

    @Test("what three words change of a checksum is found without what is before them", arguments: 0..<40)
    func difference(seed: UInt64) {
        var dice = Dice(seed: seed)
        let (before, hole) = (dice.number(0...20), dice.number(0...5))
        let words = dice.number(0...(seed % 2 == 0 ? 40 : 300))
        var bytes = dice.bytes((before + 3 + hole + words) * 8)
        let old = model(bytes, polynomial: 0x82F6_3B78)
        let changes = [dice.next(), dice.next(), dice.next()]
        for (word, at) in zip(changes, [before, before + 1 + hole, before + 2 + hole]) {
            for byte in 0..<8 { bytes[at * 8 + byte] ^= UInt8(truncatingIfNeeded: word >> UInt64(byte * 8)) }
        }
        let change = CRC32C.difference(of: changes[0], hole: hole, changes[1], changes[2], words: words)
        #expect(old ^ change == model(bytes, polynomial: 0x82F6_3B78))
        #expect(
            CRC32C.difference(of: changes[0], words: hole)
                == CRC32C.difference(of: 0, hole: 0, 0, changes[0], words: hole))
    }

    @Test(
        "a text of any length has one checksum, in thirds or not, and so it has without its second four bytes",
        arguments: 0..<40)
    func lengths(seed: UInt64) {
        var dice = Dice(seed: seed)
        var bytes = dice.bytes(dice.number(8...(seed % 4 == 0 ? 3000 : 300)))
        let whole = ~model(bytes, polynomial: 0x82F6_3B78)
        #expect(castagnoli(bytes) == whole && ~CRC32C.addPortably(bytes.span.bytes, to: CRC32C.start) == whole)
        let sum = ~CRC32C.addAllButItself(bytes.span.bytes)
        for index in 4..<8 { bytes[index] = 0 }
        #expect(sum == ~model(bytes, polynomial: 0x82F6_3B78))
    }
}
