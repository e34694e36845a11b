import Bytes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ByteQueueTests {
    private func contents(_ queue: borrowing ByteQueue) -> [UInt8] {
        queue.read { span in (0..<span.byteCount).map { span.byte($0) } }
    }

    @Test("what comes out is what went in, in order, within the limit", arguments: 0..<100)
    func model(seed: UInt64) {
        var dice = Dice(seed: seed)
        let limit = dice.pick([0, 1, 63, 64, 65, 300])
        var queue = ByteQueue(capacity: dice.number(0...400), limit: limit)
        var model: [UInt8] = []
        for _ in 0..<300 {
            switch dice.number(0...4) {
            case 0:
                let bytes = dice.bytes(dice.number(0...limit + 1))
                let fits = model.count + bytes.count <= limit
                let isTaken = queue.append(bytes.span.bytes)
                #expect(isTaken == fits)
                if fits { model += bytes }
            case 1:
                // Less is written than there was room for.
                let most = dice.number(0...limit + 1)
                let bytes = dice.bytes(dice.number(0...most))
                let isTaken = queue.append(upTo: most) { room in
                    room.put(bytes.span.bytes, at: 0)
                    return bytes.count
                }
                #expect(isTaken == (model.count + most <= limit))
                if isTaken { model += bytes }
            case 2:
                let count = dice.number(0...model.count)
                queue.empty { span in
                    #expect(span.byteCount == model.count)
                    return count
                }
                model.removeFirst(count)
            case 3 where !model.isEmpty:
                let (place, byte) = (dice.number(0...model.count - 1), UInt8(dice.number(0...255)))
                queue.write { $0.put(byte, at: place) }
                model[place] = byte
            default:
                if dice.oneIn(20) {
                    queue.removeAll()
                    model = []
                }
            }
            let (count, isEmpty, memory) = (queue.count, queue.isEmpty, queue.memoryBytes)
            #expect(count == model.count && isEmpty == model.isEmpty && memory <= max(limit, 64))
            #expect(contents(queue) == model)
        }
    }
}
