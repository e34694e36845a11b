import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Merges

@Suite("one book across venues", .timeLimit(.minutes(1)))
struct ConsolidationTests {
    /// A row as it is shown: venue, price, size.
    private typealias Row = (venue: String, level: PlainBook.Row)

    private func bench(levels: Int, dropsQuiet: Bool = false) -> Bench {
        var work = Merger.Work()
        work.levels = levels
        work.leavesOutQuiet = dropsQuiet
        return Bench(work, inputs: 3)
    }

    /// The bids and asks of a consolidated book.
    private func rows(_ frame: [UInt8]) -> (venues: [String], bids: [String], asks: [String]) {
        frame.payload { bytes, header in
            let payload = Payload(header)
            let (bids, asks) = (Int(payload.u32(bytes, 0)), Int(payload.u32(bytes, 4)))
            let at = header.variable
            let text = at + (bids + asks) * 24
            let venues = String(bytes, text..<(text + Int(payload.u16(bytes, 8)))).split(separator: "\n")
            let all = (0..<(bids + asks)).map { index in
                let place = at + index * 24
                let level = Level(
                    price: bytes.i64(place), size: bytes.i64(place + 8), priceExponent: bytes.i8(place + 16),
                    sizeExponent: bytes.i8(place + 17))
                return "\(venues[Int(bytes.byte(place + 18))]) \(PlainBook.Row(level))"
            }
            return (venues.map(String.init), Array(all[..<bids]), Array(all[bids...]))
        }
    }

    /// The same by a plain model: all levels of all venues, sorted; at one price in the order of venues.
    private func model(_ books: [(String, PlainBook)], _ levels: Int) -> (
        venues: [String], bids: [String], asks: [String]
    ) {
        func side(_ side: PlainBook.Side) -> [String] {
            let all: [Row] = books.flatMap { venue, book in book.best(side).map { (venue, $0) } }
            let sorted = all.enumerated().sorted { a, b in
                let (x, y) = (a.element.level.level.exactPrice, b.element.level.level.exactPrice)
                if x == y { return a.offset < b.offset }
                return side == .bids ? y < x : x < y
            }
            return sorted.prefix(levels).map { "\($0.element.venue) \($0.element.level)" }
        }
        return (books.map(\.0), side(.bids), side(.asks))
    }

    @Test("it equals a plain model at every change; what is not shown is not told again", arguments: 0..<20)
    func property(_ seed: UInt64) {
        var dice = Dice(seed: seed)
        let levels = dice.pick([1, 3, 100])
        var bench = bench(levels: levels)
        let names = ["binance", "coinbase", "kraken"]
        var writers = names.map { Writer($0) }
        // Their prices overlap: they cross, and that is shown.
        var markets = (0..<3).map { TrueMarket(start: 1, middle: 10_000 + Int64($0), reach: 8, sizeDigits: 3) }
        var stands = [false, false, false]
        var seen: [Int] = []
        var sides = Sides()
        var shown: (venues: [String], bids: [String], asks: [String])?
        for step in 1...300 {
            let venue = dice.number(0...2)
            if !stands[venue] {
                for _ in 0..<5 { markets[venue].change(using: &dice) }
                markets[venue].snapshot(at: markets[venue].number, into: &sides)
                bench.take(writers[venue].status(.synced, .snapshot, at: Int64(step)), venue)
                bench.take(
                    writers[venue].book(
                        .bookSnapshot, sides, at: Int64(step), sequence: markets[venue].number...markets[venue].number),
                    venue)
                stands[venue] = true
                if !seen.contains(venue) { seen.append(venue) }
            } else if dice.oneIn(50) {
                bench.take(writers[venue].status(.stale, .gap, at: Int64(step)), venue)
                stands[venue] = false
            } else if dice.oneIn(80) {
                bench.end(venue)
                stands[venue] = false
                // Another writer comes in its place.
                writers[venue].beginEpoch(.book)
            } else {
                let before = markets[venue].number
                for _ in 0..<dice.number(1...3) { markets[venue].change(using: &dice) }
                markets[venue].changes(in: (before + 1)...markets[venue].number, into: &sides)
                bench.take(
                    writers[venue].book(
                        .bookUpdate, sides, at: Int64(step), sequence: (before + 1)...markets[venue].number), venue)
            }
            let told = bench.frames().filter { $0.kind == .consolidatedBook }
            for frame in told {
                #expect(frame.payloadDefect == nil && frame.symbol == "BTC-USDT")
                let now = rows(frame)
                #expect(shown.map { $0 != now } ?? true, "seed \(seed), step \(step): told twice")
                shown = now
            }
            let books = seen.filter { stands[$0] }.map { (names[$0], markets[$0].book) }
            let expected = model(books, levels)
            #expect((shown ?? ([], [], [])) == expected, "seed \(seed), step \(step)")
        }
        #expect(bench.conserves == true)
    }

    @Test("a quiet venue stays, as its book stands, unless it is asked to go", arguments: [false, true])
    func quiet(_ drops: Bool) {
        var bench = bench(levels: 5, dropsQuiet: drops)
        var writer = Writer("kraken")
        var sides = Sides()
        sides.bids.append(Level(price: 100, size: 1, priceExponent: 0, sizeExponent: 0))
        bench.take(writer.status(.synced, .snapshot) + writer.book(.bookSnapshot, sides, sequence: 0...0))
        bench.take(writer.status(.quiet, .silence))
        let frames = bench.frames().filter { $0.kind == .consolidatedBook }
        #expect(frames.map { rows($0).bids.count } == (drops ? [1, 0] : [1]))
        bench.take(writer.status(.synced, .resumed))
        #expect(bench.frames().filter { $0.kind == .consolidatedBook }.count == (drops ? 1 : 0))
    }

    @Test("a book that misses an event is left out until its next snapshot")
    func missing() {
        var bench = bench(levels: 5)
        var writer = Writer("kraken")
        var sides = Sides()
        sides.asks.append(Level(price: 100, size: 1, priceExponent: 0, sizeExponent: 0))
        bench.take(writer.status(.synced, .snapshot) + writer.book(.bookSnapshot, sides, sequence: 0...0))
        writer.skip(.book)
        bench.take(writer.book(.bookUpdate, sides, sequence: 0...0))
        let frames = bench.frames().filter { $0.kind == .consolidatedBook }
        #expect(frames.map { rows($0).asks.count } == [1, 0])
    }

    @Test("a writer that begins anew with lower counts is heard again")
    func restart() {
        var bench = bench(levels: 5)
        var sides = Sides()
        sides.asks.append(Level(price: 100, size: 1, priceExponent: 0, sizeExponent: 0))
        var (old, new) = (Writer("kraken"), Writer("kraken"))
        old.beginEpoch(.book)
        bench.take(old.status(.synced, .snapshot) + old.book(.bookSnapshot, sides, sequence: 0...0))
        bench.end(0)
        bench.take(new.status(.syncing, .start) + new.status(.synced, .snapshot))
        bench.take(new.book(.bookSnapshot, sides, sequence: 0...0))
        sides.removeAll()
        sides.asks.append(Level(price: 101, size: 1, priceExponent: 0, sizeExponent: 0))
        bench.take(new.book(.bookUpdate, sides, sequence: 0...0))
        let frames = bench.frames().filter { $0.kind == .consolidatedBook }
        #expect(frames.map { rows($0).asks.count } == [1, 0, 1, 2])
    }
}
