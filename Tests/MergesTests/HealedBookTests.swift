import Books
import Bytes
import Events
import Support
import Testing
import Units
import Wire

@testable import Merges

@Suite("one book out of several inputs", .timeLimit(.minutes(1)))
struct HealedBookTests {
    /// A consumer of the healed stream: it must never be told what it must not, and equal the venue's book at each number.
    private struct Consumer: ~Copyable {
        var follower = Follower()
        private var sides = Sides()
        private var effects = Sides()
        var place: (epoch: UInt32, position: UInt64) = (0, 0)
        var number: UInt64 = 0
        var faults: [String] = []

        mutating func take(_ frame: [UInt8]) {
            let envelope = frame.header.envelope
            if envelope.epoch != place.epoch ? envelope.position != 1 : envelope.position != place.position + 1 {
                faults.append("position \(envelope.position) of epoch \(envelope.epoch) after \(place)")
            }
            place = (envelope.epoch, envelope.position)
            if frame.payloadDefect != nil { faults.append("payload") }
            switch envelope.kind {
            case .bookStatus: follower.take(frame.payload { BookStatus($0, $1) })
            case .bookSnapshot:
                frame.withBytes { bytes in
                    sides.removeAll()
                    sides.append(levelsOf: bytes)
                }
                if let complaint = follower.replace(with: sides) { faults.append("\(complaint)") }
                number = envelope.lastSequence
            case .bookUpdate:
                frame.withBytes { bytes in
                    sides.removeAll()
                    sides.append(levelsOf: bytes)
                }
                if let complaint = follower.apply(sides, effects: &effects) { faults.append("\(complaint)") }
                number = envelope.lastSequence
            default: faults.append("kind \(envelope.kind.rawValue)")
            }
        }
    }

    private func bench(inputs: Int) -> Bench {
        var work = Merger.Work()
        work.heals = true
        return Bench(work, inputs: inputs)
    }

    @Test("a book stands as long as one input's does, and equals the venue's at every number", arguments: 0..<30)
    func property(_ seed: UInt64) {
        var dice = Dice(seed: seed)
        var market = TrueMarket(start: 1000, reach: 12, priceDigits: 2, sizeDigits: 3)
        for _ in 0..<30 { market.change(using: &dice) }
        var bench = bench(inputs: 2)
        var consumer = Consumer()
        var writers = [Writer("binance"), Writer("binance")]
        // How far each input is; nil: without a book.
        var at: [UInt64?] = [nil, nil]
        var hasBegun = [false, false]
        var sides = Sides()
        var wasUp = false
        for step in 0..<800 {
            if dice.oneIn(2) { market.change(using: &dice) }
            let input = dice.number(0...1)
            let time = Int64(step + 1) * 1000
            if let number = at[input] {
                if dice.oneIn(60) {
                    // The input says that it lost its book, or loses a frame without a word.
                    if dice.oneIn(2) {
                        bench.take(writers[input].status(.stale, .gap, at: time), input)
                        at[input] = nil
                    } else if number < market.number {
                        writers[input].skip(.book)
                        at[input] = number + 1
                        // Later its session notices.
                        if dice.oneIn(2), number + 1 < market.number {
                            market.changes(in: (number + 2)...(number + 2), into: &sides)
                            bench.take(
                                writers[input].book(
                                    .bookUpdate, sides, at: time, sequence: (number + 2)...(number + 2)), input)
                        }
                        bench.take(writers[input].status(.stale, .disconnected, at: time), input)
                        at[input] = nil
                    }
                } else if number < market.number {
                    let last = min(market.number, number + UInt64(dice.number(1...3)))
                    market.changes(in: (number + 1)...last, into: &sides)
                    bench.take(
                        writers[input].book(.bookUpdate, sides, at: time, sequence: (number + 1)...last), input)
                    at[input] = last
                }
            } else if dice.oneIn(8) {
                if hasBegun[input] { writers[input].beginEpoch(.book) }
                hasBegun[input] = true
                let number = market.number
                market.snapshot(at: number, into: &sides)
                bench.take(writers[input].status(.synced, .snapshot, at: time), input)
                bench.take(writers[input].book(.bookSnapshot, sides, at: time, sequence: number...number), input)
                at[input] = number
            }
            for frame in bench.frames() { consumer.take(frame) }
            let isUp = consumer.follower.isValid
            if isUp {
                copy(consumer.follower.book, &sides)
                #expect(PlainBook(sides) == market.book(at: consumer.number), "seed \(seed), step \(step)")
            }
            #expect(isUp || at == [nil, nil], "seed \(seed), step \(step): no book, although an input has one")
            wasUp = wasUp || isUp
        }
        #expect(consumer.faults.isEmpty && wasUp, "seed \(seed): \(consumer.faults.prefix(3))")
        #expect(bench.conserves == true, "seed \(seed): \(bench.merger.tally)")
    }

    private func copy(_ book: borrowing Book, _ sides: inout Sides) {
        sides.removeAll()
        book.copy(to: &sides)
    }

    @Test("when the input that is followed ends, the other one goes on without a void book")
    func end() {
        var dice = Dice(seed: 1)
        var market = TrueMarket(start: 10, reach: 5)
        for _ in 0..<20 { market.change(using: &dice) }
        var sides = Sides()
        var bench = bench(inputs: 2)
        var writers = [Writer("binance"), Writer("binance")]
        for input in 0...1 {
            market.snapshot(at: market.number, into: &sides)
            bench.take(writers[input].status(.synced, .snapshot), input)
            bench.take(
                writers[input].book(.bookSnapshot, sides, sequence: market.number...market.number), input)
        }
        #expect(bench.frames().map(\.kind) == [.bookStatus, .bookSnapshot])
        let before = market.number
        for _ in 0..<3 { market.change(using: &dice) }
        market.changes(in: (before + 1)...market.number, into: &sides)
        bench.take(writers[1].book(.bookUpdate, sides, sequence: (before + 1)...market.number), 1)
        #expect(bench.frames().isEmpty)
        bench.end(0)
        let frames = bench.frames()
        #expect(frames.map(\.kind) == [.bookUpdate] && frames[0].header.envelope.flags.contains(.coalesced))
        bench.end(1)
        let last = bench.frames()
        #expect(last.map(\.kind) == [.bookStatus])
        #expect(last[0].payload { BookStatus($0, $1).state } == .stale && bench.conserves)
    }
}
