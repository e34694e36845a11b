import Bytes
import Events
import Support
import Testing

@testable import Books

@Suite(.timeLimit(.minutes(1)))
struct LadderTests {
    @Test("keys ascend, counts agree and no node is empty after each change", arguments: 0..<12)
    func invariantHolds(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        var ladder = Ladder(asks: seed % 2 == 1)
        var model: [Int64: Int64] = [:]
        let span = [40, 300, 4000][seed % 3]
        for step in 0..<1500 {
            // Grows, then shrinks, then grows again: nodes are split, joined and used anew.
            let isShrinking = step / 300 % 2 == 1
            let key = Int64(dice.number(-span...span))
            let size = dice.oneIn(isShrinking ? 5 : 2) ? Int64(dice.number(1...9)) : isShrinking ? 0 : 1
            let effect = ladder.set(key, size: size, digits: 0)
            let before = model.updateValue(size, forKey: key)
            if size == 0 { model[key] = nil }
            switch effect.change {
            case .inserted: #expect(before == nil && size != 0)
            case .changed: #expect(before != nil && size != 0 && before != size)
            case .removed: #expect(before != nil && size == 0)
            case .none: #expect(size == 0 ? before == nil : before == size)
            }
            if step % 25 == 0 { ladder.checkInvariant() }
        }
        ladder.checkInvariant()
        let count = ladder.count
        #expect(count == model.count)
        let keys = model.keys.sorted(by: >)
        for (rank, key) in keys.enumerated() {
            let place = ladder.place(rank)
            #expect(ladder.key(place) == key && ladder.size(place) == model[key])
        }
        let walked = walk(ladder)
        #expect(walked == keys)
    }

    @Test("the best level is where the largest key is, and the worst are cut off first")
    func cutsWorst() {
        var ladder = Ladder(asks: false)
        for key in 1...500 { _ = ladder.set(Int64(key * 7 % 501), size: 1, digits: 0) }
        ladder.removeBeyond(70)
        ladder.checkInvariant()
        let keys = walk(ladder)
        #expect(keys == (431...500).reversed().map(Int64.init))
        #expect(keys.first == 500)
        ladder.removeBeyond(0)
        let (key, place) = (ladder.bestKey, ladder.best)
        #expect(key == nil && place == nil)
        ladder.checkInvariant()
    }

    @Test("scaling multiplies all keys, or none where one would not fit")
    func scalesAllOrNone() {
        var ladder = Ladder(asks: false)
        for key in [1, 2, Int64.max / 10, Int64.min / 10] { _ = ladder.set(key, size: 1, digits: 0) }
        var fits = ladder.scale(by: 100)
        var keys = walk(ladder)
        #expect(!fits && keys == [Int64.max / 10, 2, 1, Int64.min / 10])
        fits = ladder.scale(by: 10)
        keys = walk(ladder)
        #expect(fits && keys == [Int64.max / 10 * 10, 20, 10, Int64.min / 10 * 10])
        ladder.checkInvariant()
    }

    private func walk(_ ladder: borrowing Ladder) -> [Int64] {
        var keys: [Int64] = []
        var place = ladder.best
        while let here = place {
            keys.append(ladder.key(here))
            place = ladder.worse(than: here)
        }
        return keys
    }
}
