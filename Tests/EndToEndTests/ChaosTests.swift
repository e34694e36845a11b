import Foundation
import Support
import Testing

@Suite("chaos makes an edge bad on purpose", .timeLimit(.minutes(1)))
struct ChaosTests {
    private func tally(_ run: Shell) -> [Int] {
        run.errors.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
    }

    @Test("nothing that was not asked for: the very same bytes")
    func untouched() throws {
        let run = try Fixture.run("chaos --clock frames < many.frames | cmp - many.frames && echo same")
        #expect(run.text == "same\n" && run.errors.hasPrefix("chaos: 9000 events, 0 dropped, 0 repeated, 0 damaged"))
        let live = try Fixture.run("cat many.frames | chaos --quiet | cmp - many.frames && echo same")
        #expect(live.text == "same\n" && live.errors.isEmpty)
    }

    @Test("a seed is a run: the same bytes again, others with another one, and the tally adds up")
    func seeds() throws {
        let rates = "--clock frames --drop 2% --repeat 1/50 --reorder 3ms --delay 1ms"
        let run = try Fixture.run("chaos \(rates) --seed 7 < many.frames > one.frames")
        let counts = tally(run)
        try #require(counts.count == 6 && run.status == 0)
        #expect((60...360).contains(counts[1]) && (60...360).contains(counts[2]), "\(run.errors)")
        #expect(counts[5] == counts[0] - counts[1] + counts[2])
        let events = try Fixture.run("tap one.frames --json | wc -l")
        #expect(Int(events.text.trimmingCharacters(in: .whitespacesAndNewlines)) == counts[5])
        #expect(try Fixture.run("chaos \(rates) --seed 7 < many.frames | cmp - one.frames").status == 0)
        #expect(try Fixture.run("chaos \(rates) --seed 8 < many.frames | cmp -s - one.frames").status == 1)
    }

    @Test("damage and cuts are found by whoever reads")
    func damage() throws {
        #expect(try Fixture.run("chaos --quiet --clock frames --flip 5% < many.frames | tap --count").status == 65)
        #expect(try Fixture.run("chaos --quiet --clock frames --truncate 1% < many.frames | tap --count").status == 74)
        let check = try Fixture.run("chaos --quiet --clock frames --drop 5% < many.frames | tap --check")
        #expect(check.status == 65 && check.text.contains("events missing before position"))
    }

    @Test("wrong words are told in one line, a gone reader without one")
    func usage() throws {
        let wrong = try Fixture.run("chaos --drop often < small.frames")
        #expect(wrong.status == 64 && wrong.errors == "chaos: --drop often: no rate; 1%, 0.05% or 1/1000\n")
        #expect(try Fixture.run("chaos --drop 101% < small.frames").status == 64)
        #expect(try Fixture.run("chaos --drop 0.05% --repeat 1/3 --quiet < small.frames > /dev/null").status == 0)
        #expect(try Fixture.run("chaos < many.frames | head -c 10 | wc -c").text == "10\n")
        #expect(try Fixture.run("head -c 1000 small.frames | chaos --quiet > /dev/null").status == 74)
    }
}
