import Support
import Testing
import Text

@Suite(.timeLimit(.minutes(1)))
struct UTF8Tests {
    private func isValid(_ bytes: [UInt8], _ fence: Fence) -> Bool {
        fence.lend(bytes) { Text.UTF8.isValid($0, 0..<bytes.count) }
    }

    @Test("each scalar's encoding is valid, at its full length and at no shorter one")
    func scalars() {
        let fence = Fence()
        let edges: [UInt32] = [
            0, 0x7F, 0x80, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF,
        ]
        let all = edges + Array(stride(from: 1, to: 0x11_0000, by: 997))
        for scalar in all.compactMap(Unicode.Scalar.init) {
            let bytes = Array(String(scalar).utf8)
            #expect(isValid(bytes, fence))
            for count in 1..<max(bytes.count, 1) { #expect(!isValid(Array(bytes[..<count]), fence)) }
        }
    }

    @Test("first and second bytes are allowed together exactly where RFC 3629 allows them")
    func pairs() {
        let fence = Fence()
        for first in UInt8.min...UInt8.max {
            for second in stride(from: 0, through: 255, by: 5).map({ UInt8($0) }) + [
                0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
            ] {
                for tail in [[], [0x80], [0x80, 0xBF], [0x41]] as [[UInt8]] {
                    let bytes = [first, second] + tail
                    let isGood = String(validating: bytes, as: Unicode.UTF8.self) != nil
                    if isValid(bytes, fence) != isGood { Issue.record("\(bytes) is \(isGood)") }
                }
            }
        }
    }

    @Test("a text is valid where the standard library says so, with the fault at any place", arguments: 0..<60)
    func random(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<50 {
            var bytes = Array(dice.text().utf8)
            if dice.oneIn(2) {
                bytes[dice.number(0...(bytes.count - 1))] = dice.pick([0x80, 0xBF, 0xC0, 0xE0, 0xED, 0xF4, 0xF5])
            }
            if dice.oneIn(4) {
                bytes += dice.bytes(dice.number(0...20), of: [0x41, 0x80, 0x9F, 0xA0, 0xC3, 0xE0, 0xED, 0xF0, 0xF4])
            }
            #expect(isValid(bytes, fence) == (String(validating: bytes, as: Unicode.UTF8.self) != nil), "\(bytes)")
        }
    }

    @Test("a part of a text is judged by itself: what follows does not complete it")
    func parts() {
        let bytes = Array("12345678é".utf8)
        let span = bytes.span.bytes
        let verdicts = (0...bytes.count).map { Text.UTF8.isValid(span, 0..<$0) }
        #expect(verdicts == (0...bytes.count).map { $0 != 9 })
        let tail = Text.UTF8.isValid(span, 9..<10)
        let length = Text.UTF8.sequenceLength(span, 8, 9)
        #expect(!tail && length == nil)
    }
}
