import Markets
import Matching
import Support
import Testing
import Units

@testable import Imitations
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct FloorTests {
    private static let terms = [
        Terms(base: "BTC", quote: "USDT", tick: Decimal(1, exponent: -2), lot: Decimal(1, exponent: -5)),
        Terms(base: "ETH", quote: "USDT", tick: Decimal(5, exponent: -2), lot: Decimal(1, exponent: -4)),
        Terms(base: "PEPE", quote: "USDT", tick: Decimal(1, exponent: -8), lot: Decimal(1, exponent: 0)),
    ]

    @Test(
        "an imitation's book is its floor's, also when markets are listed, halted and ended, and their ticks change",
        arguments: Imitation.dialects)
    func follows(dialect: Dialect) {
        var plan = Plan(seed: 5, start: .seconds(1_760_000_000))
        plan.rate = 1000
        plan.listings = FloorTests.terms.map { Listing($0, mid: Ticks(20_000)) }
        var floor = Floor(plan)
        var tape = Tape()
        var imitation = Imitation(dialect, seed: 1)
        imitation.take(tape, floor, at: floor.time)
        imitation.opened(connection: 0, target: "/", at: floor.time)
        for step in 1...200 {
            let now = plan.start + .milliseconds(Int64(step) * 10)
            switch step {
            case 50: #expect(floor.changeTick(0, to: Decimal(1, exponent: -3), at: now, tape: &tape))
            case 80: #expect(floor.changeTick(1, to: Decimal(1, exponent: -1), at: now, tape: &tape))
            case 100:
                let new = Terms(
                    base: "NEW", quote: "USDT", tick: Decimal(1, exponent: -1), lot: Decimal(1, exponent: -1))
                #expect(floor.list(Listing(new, mid: Ticks(5000)), at: now, tape: &tape) == 3)
            case 120: #expect(floor.halt(1, at: now, tape: &tape))
            case 150: #expect(floor.end(2, at: now, tape: &tape))
            case 170: #expect(floor.list(Listing(FloorTests.terms[2], mid: Ticks(9000)), at: now, tape: &tape) == 4)
            default: floor.advance(to: now, tape: &tape)
            }
            imitation.take(tape, floor, at: now)
            imitation.tick(at: now)
            tape.clear()
            imitation.clear()
        }
        #expect(imitation.boards.count == 5)
        for market in 0..<5 {
            let terms = floor.markets[market].terms
            let status = imitation.boards[imitation.places[market]].status
            #expect(status == floor.markets[market].status)
            for side in BookSide.allCases {
                var truth: [(Decimal, Decimal)] = []
                floor.levels(market, side, limit: .max) { truth.append((terms.price($0), terms.size($1))) }
                let shown = levels(imitation, imitation.places[market], side)
                #expect(shown.count == truth.count && (shown.count > 20 || market == 2))
                #expect(zip(shown, truth).allSatisfy { $0.0 == $1.0 && $0.1 == $1.1 })
            }
        }
        let native = dialect.native("PEPE-USDT") ?? ""
        let name = dialect == .binance ? native.lowercased() : native
        let named = imitation.board(named: name)
        #expect(named == imitation.places[4])
    }

    private func levels(_ imitation: borrowing Imitation, _ board: Int, _ side: BookSide) -> [(Decimal, Decimal)] {
        let count = side == .bid ? imitation.boards[board].bids.count : imitation.boards[board].asks.count
        return (0..<count).map { rank in
            let rung = side == .bid ? imitation.boards[board].bids[rank] : imitation.boards[board].asks[rank]
            return (
                imitation.boards[board].decimal(price: rung.price), imitation.boards[board].decimal(size: rung.size)
            )
        }
    }
}
