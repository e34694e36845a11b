import Bytes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShelfTests {
    @Test("what is under a number is what was put there last, whatever comes and goes beside it", arguments: 0..<20)
    func numbers(seed: UInt64) {
        var dice = Dice(seed: seed)
        var shelf = Shelf()
        var held: [Int: [UInt8]] = [:]
        var most = 0
        for _ in 0..<400 {
            let size = dice.number(0...9) == 0 ? dice.number(60_000...70_000) : dice.number(0...900)
            let bytes = [UInt8](repeating: UInt8(dice.number(0...255)), count: size)
            let old = held.keys.sorted().dropFirst(dice.number(0...20)).first
            switch dice.number(0...4) {
            case 0...1:
                let number = shelf.put(bytes.span.bytes)
                #expect(held[number] == nil)
                held[number] = bytes
            case 2:
                guard let old else { continue }
                shelf.put(bytes.span.bytes, at: old)
                held[old] = bytes
            default:
                guard let old else { continue }
                shelf.remove(old)
                held[old] = nil
            }
            most = max(most, held.count)
            #expect(shelf.byteCount == held.values.reduce(0) { $0 + $1.count })
            for (number, bytes) in held where dice.number(0...9) == 0 {
                let found = shelf.read(number) { span in (0..<span.byteCount).map { span.byte($0) } }
                #expect(found == bytes)
            }
        }
        #expect(shelf.count == most)
    }
}
