import Bytes
import Events
import Flow
import Support
import Testing
import Units

/// The table of the dispatcher's ordering, and what other systems got wrong in it.
@Suite(.timeLimit(.minutes(1)))
struct ReorderTests {
    /// A stream's events told apart by (epoch, position), as they come out: `gap` before those that something is missing before.
    struct Line: ~Copyable {
        var reorder: Reorder
        var out: [String] = []
        var verdicts: [Reorder.Verdict] = []

        init(_ options: Reorder.Options = Reorder.Options(), mode: SequenceMode = .position) {
            reorder = Reorder(options)
            reorder.setMode(mode, of: 0)
        }

        mutating func take(_ epoch: UInt32, _ position: UInt64, stream: Int = 0, at now: Int64 = 0) {
            take(Envelope(kind: .trade, channel: .trade, epoch: epoch, position: position), stream, now)
        }

        mutating func take(_ envelope: Envelope, _ stream: Int, _ now: Int64) {
            let name = envelope.position > 0 ? "\(envelope.epoch).\(envelope.position)" : "\(envelope.lastSequence)"
            let verdict = Array(name.utf8).withBytes {
                reorder.take(stream, envelope, $0, now: .milliseconds(now))
            }
            verdicts.append(verdict)
            if verdict == .next { out.append(name) }
            drain()
        }

        mutating func flush(_ now: Int64) {
            reorder.flush(now: .milliseconds(now))
            drain()
        }

        mutating func drain() {
            while let released = reorder.pop() {
                if released.missing > 0 { out.append("gap \(released.from)+\(released.missing)") }
                out.append(reorder.read(released) { String($0) })
            }
        }
    }

    @Test("what comes in order passes at once, wherever it begins: the first position seen is the first")
    func inOrder() {
        var line = Line()
        for position in 1_000_000_000...1_000_000_004 { line.take(1, UInt64(position)) }
        #expect(line.verdicts.allSatisfy { $0 == .next } && line.out.count == 5)
        #expect(line.reorder.held == 0 && line.reorder.deadline == nil)
    }

    @Test("what comes too early waits for what is missing, and then goes with it")
    func early() {
        var line = Line()
        for position in [1, 3, 4, 2, 5] as [UInt64] { line.take(1, position) }
        #expect(line.out == ["1.1", "1.2", "1.3", "1.4", "1.5"])
        #expect(line.verdicts == [.next, .held, .held, .next, .next])
    }

    @Test("what is missing is given up after the lateness, counted, and late from then on")
    func lateness() {
        var line = Line()
        line.take(1, 1, at: 0)
        line.take(1, 4, at: 10)
        line.take(1, 6, at: 100)
        #expect(line.reorder.deadline == .milliseconds(160))
        line.flush(159)
        #expect(line.out == ["1.1"])
        line.flush(160)
        #expect(line.out == ["1.1", "gap 2+2", "1.4"])
        line.take(1, 2, at: 161)
        line.take(1, 1, at: 161)
        #expect(line.verdicts.suffix(2) == [.late, .repeated])
        line.flush(249)
        line.flush(250)
        #expect(line.out == ["1.1", "gap 2+2", "1.4", "gap 5+1", "1.6"])
    }

    @Test("an emptied buffer forgets nothing: a repeat stays one")
    func emptied() {
        var line = Line()
        for position in [5, 7, 6] as [UInt64] { line.take(1, position) }
        #expect(line.reorder.held == 0)
        for position in [5, 6, 7, 1] as [UInt64] { line.take(1, position) }
        #expect(line.verdicts.suffix(4).allSatisfy { $0 == .repeated })
        #expect(line.out == ["1.5", "1.6", "1.7"])
        line.take(1, 9, at: 1)
        line.take(1, 9, at: 2)
        #expect(line.verdicts.suffix(2) == [.held, .repeated], "one that waits is known, too")
    }

    @Test(
        "no more wait than may: the first one goes, and what is missing before it is a gap; a far position is no mistake"
    )
    func full() {
        var options = Reorder.Options()
        options.heldMax = 3
        var line = Line(options)
        for position in [1, 300, 301, 302, 1000] as [UInt64] { line.take(1, position) }
        #expect(line.out == ["1.1", "gap 2+298", "1.300", "1.301", "1.302"])
        #expect(line.reorder.held == 1)
        line.reorder.flushAll()
        line.drain()
        #expect(line.out.suffix(2) == ["gap 303+697", "1.1000"])
    }

    @Test("an epoch begins at 1; its events wait as long as something of the one before waits")
    func epochs() {
        var line = Line()
        line.take(1, 1)
        line.take(2, 1)
        line.take(1, 2)
        line.take(2, 2)
        #expect(line.out == ["1.1", "2.1", "2.2"] && line.verdicts[2] == .repeated)
        line.take(2, 4, at: 5)
        line.take(3, 1, at: 6)
        line.take(3, 2, at: 7)
        #expect(line.verdicts.suffix(3).allSatisfy { $0 == .held })
        line.take(2, 3, at: 8)
        #expect(line.out.suffix(4) == ["2.3", "2.4", "3.1", "3.2"])
        line.take(4, 3, at: 9)
        line.flush(159)
        #expect(line.out.suffix(2) == ["gap 1+2", "4.3"])
    }

    @Test("streams do not wait for each other")
    func streams() {
        var line = Line()
        line.take(1, 1)
        line.take(1, 3)
        for position in 1...3 as ClosedRange<UInt64> { line.take(1, position, stream: 7) }
        #expect(line.out == ["1.1", "1.1", "1.2", "1.3"])
    }

    private func range(_ first: UInt64, _ last: UInt64) -> Envelope {
        Envelope(kind: .bookUpdate, channel: .book, epoch: 1, firstSequence: first, lastSequence: last)
    }

    @Test("venues' numbers: contiguous ones may be ranges, monotone ones wait for nobody, and none says nothing")
    func modes() {
        var contiguous = Line(mode: .contiguous)
        for (first, last) in [(5, 9), (20, 22), (10, 19), (8, 12), (23, 23)] as [(UInt64, UInt64)] {
            contiguous.take(range(first, last), 0, 0)
        }
        #expect(contiguous.out == ["9", "19", "22", "23"])
        var monotone = Line(mode: .monotone)
        for last in [5, 9, 7, 9, 30] as [UInt64] { monotone.take(range(last, last), 0, 0) }
        #expect(monotone.out == ["5", "9", "30"])
        var none = Line(mode: .none)
        for last in [5, 9, 7, 9, 30] as [UInt64] { none.take(range(last, last), 0, 0) }
        #expect(none.out == ["5", "9", "7", "9", "30"])
    }

    @Test(
        "shuffled within the lateness and repeated at random: every event once, in order, none missing",
        arguments: 0..<200)
    func shuffled(seed: UInt64) {
        var dice = Dice(seed: seed)
        var arrivals: [(time: Int64, epoch: UInt32, position: UInt64)] = []
        var sent: [String] = []
        var time: Int64 = 0
        for epoch in 1...UInt32(dice.number(1...3)) {
            for position in 1...UInt64(dice.number(1...150)) {
                time += Int64(dice.number(0...20))
                sent.append("\(epoch).\(position)")
                // What is first in its epoch comes first: what is missing at an epoch's end nobody can see.
                let delay = position == 1 || arrivals.isEmpty ? 0 : Int64(dice.number(0...149))
                arrivals.append((time + delay, epoch, position))
                if dice.oneIn(20) { arrivals.append((time + delay + Int64(dice.number(0...400)), epoch, position)) }
            }
            time += 150
        }
        var line = Line()
        for event in arrivals.sorted(by: { ($0.time, $0.epoch, $0.position) < ($1.time, $1.epoch, $1.position) }) {
            line.flush(event.time)
            line.take(event.epoch, event.position, at: event.time)
        }
        line.reorder.flushAll()
        line.drain()
        #expect(line.out == sent, "seed \(seed)")
        #expect(arrivals.count == sent.count + line.verdicts.filter { $0 == .repeated }.count)
    }

    @Test(
        "with losses: every event that came is given once or named, and gaps count exactly what is missing",
        arguments: 0..<200)
    func losses(seed: UInt64) {
        var dice = Dice(seed: seed)
        var line = Line()
        var came = 0
        var time: Int64 = 0
        for position in 1...400 as ClosedRange<UInt64> {
            time += Int64(dice.number(0...30))
            line.flush(time)
            if position > 1, dice.oneIn(6) { continue }
            let shifted = position > 5 && dice.oneIn(5) ? position - UInt64(dice.number(0...4)) : position
            line.take(1, shifted, at: time)
            came += 1
        }
        line.reorder.flushAll()
        line.drain()
        let given = line.out.filter { !$0.hasPrefix("gap") }
        let refused = line.verdicts.filter { $0 == .repeated || $0 == .late }.count
        #expect(given.count + refused == came)
        let positions = given.compactMap { UInt64($0.dropFirst(2)) }
        #expect(positions == positions.sorted() && Set(positions).count == positions.count)
        var told = 0
        for line in line.out where line.hasPrefix("gap") { told += Int(line.split(separator: "+")[1]) ?? 0 }
        #expect(positions.count + told == Int(positions.last ?? 0) - Int(positions.first ?? 1) + 1)
    }
}
