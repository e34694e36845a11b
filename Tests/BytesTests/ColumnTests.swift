import Bytes
import Support
import Testing

/// Rows against arrays: the same operations, the same elements.
@Suite(.timeLimit(.minutes(1)))
struct ColumnTests {
    private func contents(_ column: borrowing Column<Int>) -> [Int] {
        var elements: [Int] = []
        for index in 0..<column.count { elements.append(column[index]) }
        return elements
    }

    /// Moves some elements of both within the row.
    private func slide(_ column: inout Column<Int>, _ model: inout [Int], _ dice: inout Dice) {
        let start = dice.number(0...model.count)
        let count = dice.number(0...(model.count - start))
        let target = dice.number(0...(model.count - count))
        column.slide(start..<(start + count), to: target)
        model.replaceSubrange(target..<(target + count), with: Array(model[start..<(start + count)]))
    }

    /// One random change of both.
    private func change(_ column: inout Column<Int>, _ model: inout [Int], _ dice: inout Dice) {
        let value = Int(truncatingIfNeeded: dice.next())
        switch dice.number(0...9) {
        case 0...3:
            column.append(value)
            model.append(value)
        case 4, 5:
            let index = dice.number(0...model.count)
            column.insert(value, at: index)
            model.insert(value, at: index)
        case 6 where !model.isEmpty:
            let index = dice.number(0...(model.count - 1))
            column.remove(at: index)
            model.remove(at: index)
        case 7 where !model.isEmpty:
            let index = dice.number(0...(model.count - 1))
            column[index] = value
            model[index] = value
        case 8 where dice.oneIn(3):
            let count = dice.number(0...min(model.count, 5))
            column.removeFirst(count)
            model.removeFirst(count)
        case 9 where dice.oneIn(4):
            let count = dice.number(max(0, model.count - 5)...model.count)
            column.truncate(to: count)
            model.removeLast(model.count - count)
        default:
            slide(&column, &model, &dice)
            guard dice.oneIn(20) else { return }
            let count = dice.number(0...20)
            column.append(repeating: value, count: count)
            model += [Int](repeating: value, count: count)
            guard dice.oneIn(3) else { return }
            column.removeAll()
            model.removeAll()
        }
    }

    @Test("a column holds what an array holds after the same changes", arguments: 0..<50)
    func model(seed: UInt64) {
        var dice = Dice(seed: seed)
        var column = Column<Int>(capacity: dice.number(0...8))
        var model: [Int] = []
        for _ in 0..<300 {
            change(&column, &model, &dice)
            #expect(column.count == model.count && column.count <= column.capacity)
            if let last = model.last { #expect(column.last == last) }
            #expect(contents(column) == model)
        }
    }

    @Test("growth is by half, so that appending costs a constant number of moves")
    func growth() {
        var column = Column<UInt8>()
        var growths = 0
        for _ in 0..<100_000 {
            let before = column.capacity
            column.append(1)
            if column.capacity != before {
                growths += 1
                #expect(column.capacity >= before + before / 2)
            }
        }
        #expect(growths < 30)
        column.removeAll()
        #expect(column.capacity >= 100_000, "forgetting keeps the room")
    }

    @Test("room is given back only by an empty column, down to what is asked")
    func release() {
        var column = Column<Int>(capacity: 1000)
        column.append(7)
        column.release(beyond: 10)
        #expect(column.capacity == 1000 && column[0] == 7)
        column.removeAll()
        column.release(beyond: 2000)
        #expect(column.capacity == 1000)
        column.release(beyond: 10)
        #expect(column.capacity == 10)
        column.release(beyond: 0)
        #expect(column.capacity == 4)
        for value in 0..<20 { column.append(value) }
        #expect(contents(column) == Array(0..<20))
    }

    @Test("of eight elements at a stride, those below one are counted", arguments: 0..<50)
    func eightBelow(seed: UInt64) {
        var dice = Dice(seed: seed)
        var column = Column<Int>()
        let model = (0..<100).map { _ in dice.number(0...9) }
        for element in model { column.append(element) }
        for _ in 0..<50 {
            let stride = dice.number(1...14)
            let start = dice.number(0...(99 - 7 * stride))
            let sought = dice.number(0...10)
            let below = (0..<8).count { model[start + $0 * stride] < sought }
            #expect(column.eightBelow(sought, from: start, stride: stride) == below)
        }
    }

    @Test("an index outside the count traps, also inside the capacity")
    func traps() async {
        await #expect(processExitsWith: .failure) { _ = Column<Int>(capacity: 8)[0] }
        await #expect(processExitsWith: .failure) { _ = Column<Int>(capacity: 8).last }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column[0] = 1
        }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column.insert(1, at: 1)
        }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column.remove(at: 0)
        }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column.append(1)
            column.removeFirst(2)
        }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column.truncate(to: 1)
        }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column.append(repeating: 1, count: 8)
            column.slide(4..<8, to: 5)
        }
        await #expect(processExitsWith: .failure) {
            var column = Column<Int>()
            column.append(repeating: 1, count: 8)
            _ = column.eightBelow(1, from: 1, stride: 1)
        }
    }
}
