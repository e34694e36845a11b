import Books
import Bytes
import Events
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BookKeeperChecksumTests {
    @Test(
        "a book of limited depth equals the venue's after each message, and every checksum matches", arguments: 0..<12)
    func equalsCutVenue(seed: Int) {
        var dice = Dice(seed: UInt64(seed))
        let depth = [10, 25, 100][seed % 3]
        var venue = CutVenue(depth: depth, using: &dice)
        var watch = KeeperWatch(rule: .none, integrity: .checksum, shown: [0, 3, depth][seed / 3 % 3])
        if seed % 2 == 0 { watch.keeper.useDigits(price: 2, size: 8) }
        var sides = Sides()
        venue.snapshot(into: &sides)
        let first = venue.book
        watch.snapshot(0, sides, depth: depth, checksum: seed % 4 == 0 ? nil : venue.checksum) { _ in first }
        for step in 0..<80 {
            venue.change(dice.number(0...5), using: &dice, into: &sides)
            let truth = venue.book
            let outcome = watch.delta(DeltaHead(), sides, checksum: dice.oneIn(5) ? nil : venue.checksum) { _ in truth }
            #expect(outcome == .changed || outcome == .unchanged, "step \(step)")
            if seed % 4 == 1, step % 30 == 29 {
                venue.snapshot(into: &sides)
                #expect(watch.snapshot(0, sides, depth: depth, checksum: venue.checksum) { _ in truth } == .changed)
            }
        }
    }

    @Test(
        "when a message is lost, the best ten of a book that calls itself synced are still the venue's",
        arguments: 0..<20)
    func checksumVouchesForBestTen(seed: Int) {
        var dice = Dice(seed: UInt64(1000 + seed))
        let depth = [10, 25][seed % 2]
        var venue = CutVenue(depth: depth, using: &dice)
        var keeper = BookKeeper(rule: .none, integrity: .checksum)
        var sides = Sides()
        var effects = Sides()
        var lost = 0
        var found = 0
        for _ in 0..<120 {
            venue.change(dice.number(1...3), using: &dice, into: &sides)
            if dice.oneIn(8) {
                lost += 1
                continue
            }
            switch keeper.delta(DeltaHead(), sides, sides.whole, checksum: venue.checksum, effects: &effects) {
            case .broken(let status):
                found += 1
                #expect(status.reason == .checksum && status.expected == UInt64(venue.checksum))
            case .waiting:
                venue.snapshot(into: &sides)
                let outcome = keeper.snapshot(
                    DeltaHead(), sides, sides.whole, depth: depth, checksum: venue.checksum, effects: &effects)
                #expect(outcome == .changed)
            default:
                var best = Sides()
                keeper.book.copy(depth: 10, to: &best)
                #expect(PlainBook(best) == venue.book.cut(to: 10))
            }
        }
        #expect(lost > 0 && found > 0)
    }
}
