import Bytes
import Support
import Testing

/// The loads of a scanner against loads that are written byte by byte.
@Suite(.timeLimit(.minutes(1)))
struct LoadsTests {
    /// `count` bytes at `offset`, the lowest first; what lies outside is 0.
    private func model(_ bytes: [UInt8], _ offset: Int, count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<count where bytes.indices.contains(offset + index) {
            word |= UInt64(bytes[offset + index]) << UInt64(index * 8)
        }
        return word
    }

    @Test("peek and window see zeros beyond either end and never touch what lies there", arguments: 0..<40)
    func lookAhead(length: Int) {
        var dice = Dice(seed: UInt64(length))
        let bytes = dice.bytes(length)
        Fence().lend(bytes) { span in
            for offset in -20...(length + 20) {
                #expect(span.peek(offset) == UInt8(model(bytes, offset, count: 1)))
                // In front of the text a window holds nothing, even where its end would lie inside.
                #expect(span.window(offset) == (offset < 0 ? 0 : model(bytes, offset, count: 8)), "offset \(offset)")
            }
            for offset in [Int.min, Int.min + 7, -1 << 32, 1 << 32, Int.max - 7, Int.max] {
                #expect(span.peek(offset) == 0)
                #expect(span.window(offset) == 0)
            }
        }
    }

    @Test("loads at every offset are little-endian, aligned or not", arguments: 0..<20)
    func fixedLoads(seed: UInt64) {
        var dice = Dice(seed: seed)
        let bytes = dice.bytes(dice.number(8...40))
        Fence().lend(bytes) { span in
            for offset in 0..<bytes.count {
                #expect(span.byte(offset) == bytes[offset])
                #expect(span.i8(offset) == Int8(bitPattern: bytes[offset]))
                if offset + 2 <= bytes.count { #expect(span.u16(offset) == UInt16(model(bytes, offset, count: 2))) }
                if offset + 4 <= bytes.count { #expect(span.u32(offset) == UInt32(model(bytes, offset, count: 4))) }
                if offset + 8 <= bytes.count {
                    #expect(span.u64(offset) == model(bytes, offset, count: 8))
                    #expect(span.i64(offset) == Int64(bitPattern: model(bytes, offset, count: 8)))
                }
            }
        }
    }

    @Test("a word of any count up to eight is zero-filled above, also at the very end", arguments: 0..<24)
    func words(length: Int) {
        var dice = Dice(seed: 100 + UInt64(length))
        let bytes = dice.bytes(length)
        Fence().lend(bytes) { span in
            for offset in 0...length {
                for count in -3...min(8, length - offset) {
                    #expect(span.word(offset, count: count) == model(bytes, offset, count: max(count, 0)))
                }
            }
        }
    }

    @Test("firstOffset finds the first of many, whatever stands around it", arguments: 0..<200)
    func firstOffset(seed: UInt64) {
        var dice = Dice(seed: seed)
        // Neighbours of the byte that is sought, and bytes that differ in the top bit only, would betray a careless trick.
        let sought = UInt8(truncatingIfNeeded: dice.next())
        let choices = [sought, sought &+ 1, sought &- 1, sought ^ 0x80, 0, 0xFF, 0x01]
        let rare = dice.oneIn(2)
        let bytes = dice.bytes(dice.number(0...50), of: rare ? Array(choices.dropFirst()) : choices)
        Fence().lend(bytes) { span in
            for start in 0...bytes.count {
                let found = span.extracting(start..<bytes.count).firstOffset(of: sought)
                #expect(found == bytes[start...].firstIndex(of: sought).map { $0 - start })
            }
        }
    }

    @Test("holdsSameBytes tells spans that differ in one bit or in length", arguments: 0..<30)
    func sameBytes(length: Int) {
        var dice = Dice(seed: UInt64(length))
        let bytes = dice.bytes(length)
        let (left, right) = (Fence(), Fence())
        left.lend(bytes) { span in
            let itself = right.lend(bytes) { span.holdsSameBytes(as: $0) }
            let longer = right.lend(bytes + [0]) { span.holdsSameBytes(as: $0) }
            #expect(itself && !longer)
            for index in bytes.indices {
                var other = bytes
                other[index] ^= 1 << UInt8(dice.number(0...7))
                let changed = right.lend(other) { span.holdsSameBytes(as: $0) }
                #expect(!changed, "bit of byte \(index)")
            }
        }
    }

    @Test("a load outside the span traps")
    func traps() async {
        await #expect(processExitsWith: .failure) { _ = [UInt8](repeating: 1, count: 4).span.bytes.byte(4) }
        await #expect(processExitsWith: .failure) { _ = [UInt8](repeating: 1, count: 9).span.bytes.u64(2) }
        await #expect(processExitsWith: .failure) { _ = [UInt8](repeating: 1, count: 9).span.bytes.u64(-1) }
    }
}
