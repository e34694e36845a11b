import Host
import Testing
import Tool

/// A command of the shape that the real ones have.
let sample = Command(
    "sample",
    operands: "FILE… [OPTION…]",
    summary: "Does what a sample does.",
    examples: ["sample day.frames --limit 3 | wc -l", "cat day.frames | sample -"],
    options: [
        .flag("json", "one JSON object a line"),
        .flag("quiet", "no notices"),
        .value("symbol", "NAME", "only these; may come again"),
        .value("since", "TIME", "from this time on"),
        .value("limit", "N", "end after N events"),
    ])

/// The failure that reading `words` ends with; nil when it ends well.
func failure(_ words: String...) -> Failure? {
    do throws(Failure) {
        _ = try sample.parse(words)
        return nil
    } catch {
        return error
    }
}

@Suite(.timeLimit(.minutes(1)))
struct CommandTests {
    private func parse(_ words: String...) throws -> Arguments { try sample.parse(words) }

    @Test("operands and options may stand in any order")
    func order() throws {
        for words in [
            ["a", "b", "--json", "--limit", "3"], ["--limit", "3", "a", "--json", "b"],
            ["--json", "a", "--limit=3", "b"],
        ] {
            let arguments = try sample.parse(words)
            #expect(arguments.operands == ["a", "b"])
            #expect(arguments.has("json") && !arguments.has("quiet"))
            #expect(arguments.value("limit") == "3" && arguments.value("since") == nil)
        }
        let nothing = try parse()
        #expect(nothing.operands.isEmpty && !nothing.has("json") && nothing.value("limit") == nil)
    }

    @Test("a value is the next word, whatever it looks like, or what follows the first =")
    func values() throws {
        #expect(try parse("--since", "--json").value("since") == "--json")
        #expect(try parse("--since", "-").value("since") == "-")
        #expect(try parse("--since", "--").value("since") == "--")
        #expect(try parse("--since=").value("since") == "")
        #expect(try parse("--since=a=b").value("since") == "a=b")
        #expect(try parse("--since", "").value("since") == "")
    }

    @Test("- is an operand, and behind -- everything is")
    func dashes() throws {
        #expect(try parse("-", "--json").operands == ["-"])
        let arguments = try parse("a", "--", "--json", "--", "-x", "--nonsense")
        #expect(arguments.operands == ["a", "--json", "--", "-x", "--nonsense"] && !arguments.has("json"))
        #expect(try parse("", "--json").operands == [""])
    }

    @Test("of an option that comes again the last value counts, and a list has them all, split at commas")
    func repeated() throws {
        let arguments = try parse("--symbol", "a", "--json", "--symbol=b,c", "--json", "--symbol", ",d,")
        #expect(arguments.value("symbol") == ",d,")
        #expect(arguments.list("symbol") == ["a", "b", "c", "d"])
        #expect(arguments.list("since").isEmpty && arguments.has("json"))
    }

    @Test("an unknown option is refused, and the nearest one named")
    func unknown() {
        #expect(failure("--jsn") == Failure(.usage, "unknown option --jsn", mend: "did you mean --json?"))
        #expect(failure("--simbols=x") == Failure(.usage, "unknown option --simbols", mend: "did you mean --symbol?"))
        #expect(failure("-quiet") == Failure(.usage, "unknown option -quiet", mend: "did you mean --quiet?"))
        #expect(failure("--hepl") == Failure(.usage, "unknown option --hepl", mend: "did you mean --help?"))
        #expect(failure("--verion") == Failure(.usage, "unknown option --verion", mend: "did you mean --version?"))
        #expect(failure("--telemetry") == Failure(.usage, "unknown option --telemetry", mend: sample.usage))
        #expect(failure("-x9z") == Failure(.usage, "unknown option -x9z", mend: sample.usage))
        #expect(failure("--=x")?.what == "unknown option --")
        #expect(failure("a", "--json", "b") == nil)
    }

    @Test("a value that is missing, or one that a flag cannot take, is refused with the usage line")
    func wrong() {
        #expect(failure("--limit") == Failure(.usage, "--limit needs a value (N)", mend: sample.usage))
        #expect(failure("a", "--since") == Failure(.usage, "--since needs a value (TIME)", mend: sample.usage))
        #expect(failure("--json=1") == Failure(.usage, "--json takes no value", mend: sample.usage))
        #expect(failure("--json=") == Failure(.usage, "--json takes no value", mend: sample.usage))
    }

    @Test("a number is whole and within its bounds, or refused by its name")
    func numbers() throws {
        #expect(try parse("--limit", "3").number("limit", 1...5) == 3)
        #expect(
            try parse("--limit", "1").number("limit", 1...5) == 1 && parse("--limit", "5").number("limit", 1...5) == 5)
        #expect(try parse().number("limit", 1...5) == nil)
        for text in ["0", "6", "-1", "3.0", "x", "", "1e1", "99999999999999999999", " 3"] {
            let arguments = try sample.parse(["--limit", text])
            let expected = Failure(.usage, "--limit \(text): not a whole number from 1 to 5")
            #expect(throws: expected) { try arguments.number("limit", 1...5) }
        }
    }
}
