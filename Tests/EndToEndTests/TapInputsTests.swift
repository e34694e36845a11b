import Foundation
import Support
import Testing

@Suite("tap reads several endpoints side by side", .timeLimit(.minutes(1)))
struct TapInputsTests {
    /// The small market as another venue would have it.
    private static let other = """
        tap small.frames --json | sed 's/"venue":"binance"/"venue":"kraken"/' | tap --from-json > other.$$.frames
        """

    @Test("books, lines and counts are of all of them")
    func views() throws {
        let books = try Fixture.run("\(Self.other); tap --book small.frames other.$$.frames --levels 1")
        #expect(books.status == 0 && books.errors.isEmpty, "\(books.errors)")
        let titles = books.text.split(separator: "\n").filter { $0.contains("synced") }.map { $0.prefix { $0 != "s" } }
        #expect(titles == ["binance ABC-USDT  ", "binance DEF-USDT  ", "kraken ABC-USDT  ", "kraken DEF-USDT  "])
        let lines = try Fixture.run("\(Self.other); tap small.frames other.$$.frames --kind trade | sort")
        let alone = try Fixture.run("\(Self.other); cat small.frames other.$$.frames | tap --kind trade | sort")
        #expect(lines.text == alone.text && lines.text.split(separator: "\n").count == 6, "\(lines.text)")
        let count = try Fixture.run("\(Self.other); tap --count other.$$.frames < small.frames - | tail -1")
        let whole = try Fixture.run("\(Self.other); cat small.frames other.$$.frames | tap --count | tail -1")
        #expect(count.text == whole.text && count.text.contains("streams"), "\(count.text)")
    }

    @Test("none waits for another: a writer that says nothing holds up nobody, and a limit ends them all")
    func silence() throws {
        let run = try Fixture.run(
            """
            mkfifo silent.$$ loud.$$
            exec 8<>silent.$$; cat small.frames > loud.$$ & tap silent.$$ loud.$$ --kind trade --limit 3
            """)
        #expect(run.status == 0 && run.text.split(separator: "\n").count == 3, "\(run.status) \(run.errors)")
    }

    @Test("what is wrong with one is told behind what the others show")
    func defects() throws {
        let noFrames = try Fixture.run("tap small.jsonl small.frames --kind trade")
        #expect(noFrames.status == 65 && noFrames.text.split(separator: "\n").count == 3)
        #expect(noFrames.errors.hasPrefix("tap: small.jsonl: no frame begins here"), "\(noFrames.errors)")
        let cut = try Fixture.run("head -c 700 small.frames > cut.$$; tap small.frames cut.$$ --kind trade")
        #expect(cut.status == 74 && cut.errors.contains("ends inside a frame"), "\(cut.errors)")
        let nothing = try Fixture.run("tap small.frames small.frames --symbol X")
        #expect(nothing.errors == "tap: no event passed the filter; tap --count shows what there is\n")
    }
}
