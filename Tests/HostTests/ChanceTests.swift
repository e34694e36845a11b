import Host
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ChanceTests {
    @Test("the system's chance does not repeat itself, in one generator or in two")
    func fresh() {
        var (first, second) = (SystemChance(), SystemChance())
        var seen: Set<UInt64> = []
        for _ in 0..<500 {
            seen.insert(first.next())
            seen.insert(second.next())
        }
        #expect(seen.count == 1000)
    }
}
