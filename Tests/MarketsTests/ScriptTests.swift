import Markets
import Matching
import Testing
import Units

/// Scripts: what they say is what happens, and what is wrong with one is told with its line.
@Suite(.timeLimit(.minutes(1)))
struct ScriptTests {
    /// The tape of a script on an empty floor: `seconds content side price×size`, times since the start.
    private func play(_ text: String, for span: Nanos = .seconds(100)) throws -> (told: [String], troubles: [Trouble]) {
        let script = try Script.read(text).get()
        var floor = Floor(Plan(seed: 1, start: .zero))
        floor.play(script, from: .zero)
        var tape = Tape()
        floor.advance(to: span, tape: &tape)
        let told = tape.prints.map { print in
            let time = "\(print.time.count / 1000) \(print.market) \(print.content)"
            let isNews = print.content != .level && print.content != .trade
            return isNews ? time : time + " \(print.side) \(print.price.count)×\(print.size.count)"
        }
        return (told, floor.troubles)
    }

    @Test("each line happens at its time, in its order, one microsecond apart where they are at once")
    func sequence() throws {
        let (told, troubles) = try play(
            """
            # a book
            list A-B tick=0.01 lot=0.1
            +1.5s A-B sell 0.5 @ 100.10 as first
            A-B buy 0.2 market     # takes

            +20ms A-B buy 1 @ 100.10 ioc
            A-B sell 3 @ 101 as first
            A-B replace first 2 @ 101
            A-B sell 9 @ 100 post
            A-B buy 5 @ 101 fok
            A-B cancel first
            +1s halt A-B
            A-B buy 1 @ 1
            resume A-B
            A-B buy 1 @ 1.11
            tick A-B 0.1
            end A-B
            """)
        #expect(
            told == [
                "1 0 listed", "1500000 0 level ask 10010×5", "1500001 0 trade bid 10010×2",
                "1500001 0 level ask 10010×3", "1520000 0 trade bid 10010×3", "1520000 0 level ask 10010×0",
                "1520001 0 level ask 10100×30", "1520002 0 level ask 10100×20", "1520003 0 level ask 10000×90",
                "1520004 0 trade bid 10000×50", "1520004 0 level ask 10000×40",
                "1520005 0 level ask 10100×0", "2520000 0 halted", "2520002 0 resumed", "2520003 0 level bid 111×10",
                "2520004 0 level bid 111×0", "2520005 0 tick", "2520006 0 level ask 1000×0", "2520007 0 ended",
            ] && troubles.map(\.line) == [13],
            "\(told) \(troubles)")
    }

    @Test("a repeated block happens so many times, blocks inside blocks too")
    func repeating() throws {
        let (told, _) = try play(
            """
            list A-B tick=1 lot=1
            repeat 2
            repeat 3
            +1s A-B buy 1 @ 5
            done
            +1s A-B sell 3 market
            done
            """)
        #expect(told.count == 1 + 2 * (3 + 3 + 1))
        #expect(told.last == "8000000 0 level bid 5×0")
        let forever = try play("list A-B tick=1 lot=1\nrepeat forever\n+1s A-B buy 1 @ 5\ndone", for: .seconds(50))
        #expect(forever.told.count == 51)
    }

    @Test("what cannot be done is left out and told with its line")
    func troubles() throws {
        let (_, troubles) = try play(
            """
            A-B buy 1 @ 5
            list A-B tick=0.5 lot=1
            A-B buy 1 @ 5.1
            A-B buy 1.5 @ 5
            A-B buy 1 @ 5 as one
            A-B cancel one
            A-B cancel one
            list A-B tick=1 lot=1
            resume A-B
            list C-D tick=0.01 lot=1 mid=1.001
            A-B sell 1 @ 4 post
            A-B buy 1 @ 5 post
            """)
        #expect(troubles.map(\.line) == [1, 3, 4, 7, 8, 9, 10, 12])
        #expect(troubles.prefix(4).map(\.reason) == [.notTrading, .offTick, .offLot, .unknownOrder])
        #expect(troubles.last?.reason == .wouldTake)
    }

    @Test("a script beside a crowd: the crowd does not cancel its orders, and rates and mids change")
    func beside() throws {
        let script = try Script.read(
            """
            list X-Y tick=0.01 lot=0.001 mid=10 depth=20 weight=50 size=0.1 volatility=10
            rate 2000
            X-Y buy 0.777 @ 0.01
            +5s mid X-Y 10.10
            """
        ).get()
        var floor = Floor(Plan(seed: 1, start: .zero))
        floor.play(script, from: .zero)
        var tape = Tape()
        floor.advance(to: .seconds(10), tape: &tape)
        #expect(floor.troubles == [] && !floor.isPlaying && floor.rate == 2000)
        #expect(floor.eventCount > 19_000 && floor.size(0, .bid, at: Ticks(1)) == Lots(777))
        #expect((1000...1020).contains(floor.best(0, .bid)?.price.count ?? 0))
    }

    @Test("a rate holds from its own time on")
    func rate() throws {
        let script = try Script.read("rate 0\n+5s rate 1000\n+1s rate 0").get()
        var floor = Floor(plan(2))
        floor.play(script, from: .seconds(1_700_000_000))
        var tape = Tape()
        floor.advance(to: .seconds(1_700_000_020), tape: &tape)
        let times = tape.prints.map(\.time)
        #expect(times.allSatisfy { $0 >= .seconds(1_700_000_005) && $0 < .seconds(1_700_000_006) })
        #expect((870...1130).contains(floor.eventCount))
    }

    @Test(
        "a defect is told with its line",
        arguments: [
            ("list A-B tick=1", "1: list takes tick= and lot="),
            ("list AB tick=1 lot=1", "1: list takes a name as BTC-USDT"),
            ("\n\nfoo", "3: unknown step: foo"), ("+1x A-B buy 1 @ 1", "1: no span of time: +1x"),
            ("+1s", "1: nothing to do after the time"), ("+1.0000001s end A-B", "1: no span of time: +1.0000001s"),
            ("A-B", "1: what is to happen on A-B?"),
            ("A-B sell", "1: an order takes a size, and @ and a price or market"),
            ("A-B sell x @ 1", "1: no size: x"), ("A-B sell 1 @ 1.", "1: no price: 1."),
            ("A-B sell 1 @", "1: no price after @"),
            ("A-B sell 1 at 5", "1: neither @ nor market: at"),
            ("A-B sell 1 market post", "1: cannot be said of this order: post"),
            ("A-B sell 1 @ 1 ioc fok", "1: cannot be said of this order: fok"),
            ("A-B sell 1 @ 1 as", "1: cannot be said of this order: as"),
            ("A-B cancel x", "1: no order above is called x"),
            ("A-B cancel", "1: cancel takes an id"),
            ("A-B replace x 1 1", "1: replace takes an id, a size, @ and a price"),
            ("A-B shout", "1: unknown step: shout"), ("halt", "1: halt takes a name as BTC-USDT"),
            ("tick A-B 0", "1: tick takes a name as BTC-USDT and a price"),
            ("rate 100001", "1: rate takes events in a second, at most 100000"), ("done", "1: done without repeat"),
            ("repeat x", "1: repeat takes a number or forever"),
            ("repeat 2\nend A-B", "2: repeat in line 1 is never done"),
            ("repeat forever\nend A-B\ndone", "3: what repeats forever has to take time"),
            ("repeat 1000000000\nend A-B\ndone", "3: more than 10000000 steps at one moment"),
            ("list A-B tick=1 lot=1 tick=2", "1: said twice: tick"),
            ("list A-B tick=1 lot=1 foo=2", "1: unknown option: foo=2"),
            ("list A-B tick=1 lot=1 depth=1.5", "1: no whole number: depth"),
            ("list A-B tick=1e5 lot=1", "1: no number: tick=1e5"),
            ("rate 9999999999999999999", "1: rate takes events in a second, at most 100000"),
        ])
    func defects(text: String, told: String) {
        guard case .failure(let defect) = Script.read(text) else {
            Issue.record("no defect in \(text)")
            return
        }
        #expect(defect.description == told)
    }

    @Test("no text traps the reader", arguments: 0..<200 as Range<UInt64>)
    func anything(seed: UInt64) {
        var chance = SplitMix64(seed: seed)
        let words = [
            "A-B", "buy", "sell", "1", "@", "0.5", "market", "as", "x", "cancel", "replace", "list", "tick=1", "lot=1",
            "mid=5", "+1s", "+", "\n", "\n", "\n", "repeat", "done", "forever", "rate", "halt", "end", "tick", "é",
            "\r\n", "\0",
        ]
        let text = (0..<60).map { _ in words[Int.random(in: 0..<words.count, using: &chance)] }.joined(separator: " ")
        guard case .success(let script) = Script.read(text) else { return }
        var floor = Floor(Plan(seed: 1, start: .zero))
        floor.play(script, from: .zero)
        var tape = Tape()
        floor.advance(to: .seconds(20), tape: &tape)
    }
}
