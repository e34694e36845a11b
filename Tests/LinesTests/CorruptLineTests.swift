import Lines
import Support
import Testing
import Wire

/// Damaged lines end in a message or in good frames, never in a trap.
@Suite(.timeLimit(.minutes(2)))
struct CorruptLineTests {
    private static let pieces = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", "1e99", "null", "true", "\u{0}", "\\u0000", "\\ud800", "é",
        "\"kind\":\"trade\",", "99999999999999999999", "\"payload\":\"\",", "[[\"1\",\"2\"]]",
    ].map { Array($0.utf8) }

    @Test("random damage never traps, and what is still read is a good frame", arguments: 0..<UInt64(50))
    func damaged(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        var refused = 0
        for _ in 0..<60 {
            var line = Array(json(random.nextBytes()).utf8.prefix(6000))
            for _ in 0..<random.dice.number(1...4) where !line.isEmpty {
                let place = random.dice.number(0...(line.count - 1))
                switch random.dice.number(0...4) {
                case 0: line[place] = UInt8(random.dice.number(0...255))
                case 1: line.remove(at: place)
                case 2: line.insert(contentsOf: random.dice.pick(Self.pieces), at: place)
                case 3: line.removeSubrange(place..<min(place + random.dice.number(1...40), line.count))
                default: line[place] ^= 1 << UInt8(random.dice.number(0...7))
                }
            }
            refused += read(line) ? 0 : 1
        }
        #expect(refused > 10)
    }

    @Test("a line cut off anywhere is no event", arguments: FormatPage.page.examples.indices)
    func cutOff(index: Int) {
        let line = Array(json(FormatPage.page.examples[index].bytes).utf8)
        for count in 0..<line.count { #expect(!read(Array(line.prefix(count)))) }
    }

    @Test("a line with any one byte changed never traps", arguments: FormatPage.page.examples.indices)
    func anyByte(index: Int) {
        let line = Array(json(FormatPage.page.examples[index].bytes).utf8)
        for place in line.indices {
            for byte in [0x00, 0x22, 0x2C, 0x5C, 0x7B, 0x80, line[place] ^ 1] as [UInt8] {
                var damaged = line
                damaged[place] = byte
                _ = read(damaged)
            }
        }
    }

    @Test("deep nesting is refused, not followed")
    func deep() {
        for open in ["[", "{\"kind\":", "{\"kind\":\"merged\",\"fragments\":["] {
            #expect(!read(Array(String(repeating: open, count: 10_000).utf8)))
        }
    }

    /// Whether the line is an event; if so, its frames must be good, and nothing may be left behind of one that is refused.
    private func read(_ line: [UInt8]) -> Bool {
        var outbox = Outbox(capacity: 1 << 12)
        guard EventFromJSON.read(line.span.bytes, into: &outbox) == nil else {
            let isEmpty = outbox.isEmpty
            #expect(isEmpty)
            return false
        }
        for frame in outbox.bytes.frames {
            #expect(frame.front == .frame(frame.count))
            #expect(frame.payloadDefect == nil)
        }
        return true
    }
}
