import Lanes
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FairShareTests {
    @Test(
        "of three consumers that want more than there is each gets 30 % of the bytes at least, whatever their events' sizes",
        arguments: 0..<20)
    func thirds(seed: UInt64) {
        var dice = Dice(seed: seed)
        var share = FairShare(quantum: 65_536)
        let sizes = [65_536, dice.pick([1000, 65_536, 8 << 20]), dice.number(1...100_000)]
        var taken = [0, 0, 0]
        // A second of a gigabyte.
        while taken.reduce(0, +) < 1 << 30 {
            share.begin(3)
            for place in 0..<3 {
                let consumer = share.consumer(at: place, of: 3)
                while share.mayTake(consumer) {
                    share.took(sizes[consumer], consumer)
                    taken[consumer] += sizes[consumer]
                }
            }
        }
        #expect(taken.allSatisfy { $0 * 10 >= taken.reduce(0, +) * 3 }, "\(sizes): \(taken)")
    }

    @Test("who was idle has saved nothing up, and the first place goes round")
    func idle() {
        var share = FairShare(quantum: 10)
        for _ in 0..<100 { share.begin(2) }
        share.took(10, 0)
        #expect(!share.mayTake(0) && share.mayTake(1))
        var firsts: Set<Int> = []
        for _ in 0..<4 {
            share.begin(2)
            firsts.insert(share.consumer(at: 0, of: 2))
        }
        #expect(firsts == [0, 1])
    }
}
