import Bytes
import Support
import Testing

/// The stores against an array that is changed byte by byte: what was asked for is written, and nothing else.
@Suite(.timeLimit(.minutes(1)))
struct StoresTests {
    @Test("each store writes its bytes, the lowest first, and no others", arguments: 0..<50)
    func stores(seed: UInt64) {
        var dice = Dice(seed: seed)
        var bytes = dice.bytes(dice.number(8...32))
        var model = bytes
        let fence = Fence()
        for _ in 0..<50 {
            let value = dice.next()
            let width = dice.pick([1, 2, 4, 8])
            let offset = dice.number(0...(bytes.count - width))
            for index in 0..<width { model[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8)) }
            let signed = dice.oneIn(2)
            fence.change(&bytes) { span in
                switch width {
                case 1 where signed: span.put(Int8(truncatingIfNeeded: value), at: offset)
                case 1: span.put(UInt8(truncatingIfNeeded: value), at: offset)
                case 2: span.put(UInt16(truncatingIfNeeded: value), at: offset)
                case 4: span.put(UInt32(truncatingIfNeeded: value), at: offset)
                case 8 where signed: span.put(Int64(bitPattern: value), at: offset)
                default: span.put(value, at: offset)
                }
            }
            #expect(bytes == model)
        }
    }

    @Test("a copy of bytes fits exactly to the end, and an empty one anywhere", arguments: 0..<20)
    func copies(length: Int) {
        var dice = Dice(seed: UInt64(length))
        let source = dice.bytes(length)
        let fence = Fence()
        for offset in 0...4 {
            var bytes = [UInt8](repeating: 0xEE, count: offset + length)
            fence.change(&bytes) { $0.put(source.span.bytes, at: offset) }
            #expect(bytes == [UInt8](repeating: 0xEE, count: offset) + source)
        }
    }

    @Test("clear sets a range of any length to zero and leaves its neighbours")
    func clear() {
        let fence = Fence()
        for lower in 0..<10 {
            for upper in lower...30 {
                var bytes = [UInt8](repeating: 0xEE, count: 30)
                fence.change(&bytes) { $0.clear(lower..<upper) }
                let model = (0..<30).map { UInt8($0 >= lower && $0 < upper ? 0 : 0xEE) }
                #expect(bytes == model)
            }
        }
    }

    @Test("a store outside the span traps")
    func traps() async {
        await #expect(processExitsWith: .failure) {
            var bytes = [UInt8](repeating: 0, count: 8)
            var span = bytes.mutableSpan
            var raw = span.mutableBytes
            raw.put([1, 2].span.bytes as RawSpan, at: 7)
        }
        await #expect(processExitsWith: .failure) {
            var bytes = [UInt8](repeating: 0, count: 8)
            var span = bytes.mutableSpan
            var raw = span.mutableBytes
            raw.put(1 as UInt64, at: 1)
        }
    }
}
