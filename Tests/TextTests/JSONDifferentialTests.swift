import Foundation
import Support
import Testing
import Text

/// The scanner, Foundation's and the judge over random texts and all their one-byte corruptions.
@Suite(.timeLimit(.minutes(1)))
struct JSONDifferentialTests {
    private func foundationAccepts(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil
    }

    /// Foundation guesses UTF-16 and UTF-32 by zeros and byte order marks in front; RFC 8259 has UTF-8 only.
    private func isGuessedEncoding(_ bytes: [UInt8]) -> Bool {
        let front = bytes.prefix(4)
        return front.contains(0)
            || [[0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE]].contains { front.starts(with: $0) }
    }

    /// The text without commas right before a closing bracket, which Foundation allows.
    private func withoutTrailingCommas(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        var isInside = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            let rest = bytes[(index + 1)...].drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
            if !isInside, byte == 0x2C, rest.first == 0x5D || rest.first == 0x7D { continue }
            kept.append(byte)
            if byte == 0x22, !isEscaped { isInside.toggle() }
            isEscaped = byte == 0x5C && !isEscaped
        }
        return kept
    }

    /// What Foundation refuses though it is JSON: half a surrogate pair, and numbers beyond a Double.
    private func isBeyondFoundation(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: Unicode.UTF8.self).lowercased()
        if text.contains("\\ud") { return true }
        let numerals = text.split { !"0123456789+-.e".contains($0) }
        return numerals.contains { Double($0).map { !$0.isFinite } ?? false }
    }

    private func compare(_ bytes: [UInt8], _ fence: Fence) {
        let verdict = isAccepted(bytes, fence)
        let text = String(decoding: bytes, as: Unicode.UTF8.self)
        if verdict != Judge.accepts(bytes) { Issue.record("the judge says \(!verdict) of \(text) \(bytes)") }
        if isGuessedEncoding(bytes) { return }
        let other = foundationAccepts(bytes)
        guard other != verdict else { return }
        let isKnown = other ? isAccepted(withoutTrailingCommas(bytes), fence) : isBeyondFoundation(bytes)
        if !isKnown { Issue.record("Foundation says \(other) of \(text) \(bytes)") }
    }

    @Test("random texts are accepted", arguments: 0..<50)
    func documents(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<50 {
            let document = dice.document()
            #expect(isAccepted(Array(document.utf8), fence), "\(document)")
            #expect(foundationAccepts(Array(document.utf8)), "\(document)")
        }
    }

    @Test("each one-byte corruption is judged as Foundation and RFC 8259 judge it", arguments: 0..<50)
    func corruptions(seed: UInt64) {
        var dice = Dice(seed: 1000 + seed)
        let fence = Fence()
        let document = Array(dice.document().utf8.prefix(300))
        let telling = Array("\",:[]{}\\eE+-.0123456789 \n\u{0}\u{1F}tfnu/".utf8) + [0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        for index in document.indices {
            compare(Array(document[..<index]), fence)
            var shorter = document
            shorter.remove(at: index)
            compare(shorter, fence)
            for _ in 0..<3 {
                var changed = document
                changed[index] = dice.oneIn(3) ? UInt8(truncatingIfNeeded: dice.next()) : dice.pick(telling)
                compare(changed, fence)
                var longer = document
                longer.insert(dice.pick(telling), at: index)
                compare(longer, fence)
            }
        }
    }

    @Test("random bytes of JSON's own alphabet are judged alike", arguments: 0..<20)
    func noise(seed: UInt64) {
        var dice = Dice(seed: seed)
        let fence = Fence()
        for _ in 0..<300 { compare(dice.bytes(dice.number(0...8), of: Array("[]{},:\"\\a01.-e n".utf8)), fence) }
        for _ in 0..<100 { compare(dice.bytes(dice.number(0...20)), fence) }
    }
}
