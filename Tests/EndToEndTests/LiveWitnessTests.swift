import Foundation
import Support
import Testing

@Suite("what tap --witness and tap --diff --ignore judge", .timeLimit(.minutes(1)))
struct LiveWitnessTests {
    /// A small truth: a book that changes three times, four trades, two tickers.
    private static let truth: [String] = [
        book("bookSnapshot", 1, "10", [("9", "1"), ("8", "2")], [("11", "3"), ("12", "4")]),
        trade(1, 101, "10", "1"),
        book("bookUpdate", 2, "11", [("9", "1.5")], []),
        ticker(1, "11", "9", "11"),
        trade(2, 102, "10.5", "2"),
        book("bookUpdate", 3, "12", [], [("11", "0")]),
        trade(3, 103, "11", "1"),
        book("bookUpdate", 4, "13", [("9", "0")], [("13", "1")]),
        ticker(2, "13", "8", "12"),
        trade(4, 104, "11", "2"),
    ]

    private static let synced = status(1, "synced")

    private static func line(_ kind: String, _ position: Int, _ rest: String, channel: String = "") -> String {
        #"{"kind":"\#(kind)","venue":"kraken","symbol":"A-B"\#(channel),"epoch":1,"position":"\#(position)",\#(rest)}"#
    }

    private static func book(
        _ kind: String, _ position: Int, _ sequence: String, _ bids: [(String, String)], _ asks: [(String, String)],
        depth: Int = 0
    ) -> String {
        func rows(_ levels: [(String, String)]) -> String {
            levels.map { #"["\#($0.0)","\#($0.1)"]"# }.joined(separator: ",")
        }
        let said = depth > 0 ? #","depth":\#(depth)"# : ""
        return line(
            kind, position,
            #""sequence":"\#(sequence)","flags":[],"bids":[\#(rows(bids))],"asks":[\#(rows(asks))]\#(said)"#)
    }

    private static func status(_ position: Int, _ word: String) -> String {
        line("bookStatus", position, #""flags":[],"status":"\#(word)","reason":"none","integrity":"sequence""#)
    }

    private static func trade(_ position: Int, _ id: Int, _ price: String, _ size: String, flags: String = "") -> String
    {
        line(
            "trade", position,
            #""sequence":"\#(id)","flags":[\#(flags)],"price":"\#(price)","size":"\#(size)","side":"buy","tradeId":"\#(id)""#
        )
    }

    private static func ticker(_ position: Int, _ sequence: String, _ bid: String, _ ask: String) -> String {
        line("ticker", position, #""sequence":"\#(sequence)","flags":[],"bid":"\#(bid)","ask":"\#(ask)""#)
    }

    private static func gap(_ position: Int, _ rest: String) -> String {
        line("gap", position, #""flags":[],"reason":"sequence"\#(rest)"#, channel: #","channel":"trade""#)
    }

    /// What `tap` says of these lines, beside the truth.
    private func judge(_ lines: [String], _ truth: [String] = Self.truth, arguments: String = "") throws -> Shell {
        let folder = try Places.scratch("witness")
        for (name, lines) in [("heard", lines), ("truth", truth)] {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appendingPathComponent(name))
        }
        return try Shell.run(
            "for f in heard truth; do tap $f --from-json > $f.frames || exit 99; done; tap heard.frames --witness truth.frames \(arguments)",
            in: folder)
    }

    private func heard(_ change: (inout [String]) -> Void) -> [String] {
        var lines = [Self.synced] + Self.truth
        change(&lines)
        return lines
    }

    @Test("what was published and nothing else is right, from any moment on")
    func right() throws {
        let run = try judge([Self.synced] + Self.truth)
        #expect(run.status == 0 && run.text.hasSuffix("\n0 differences\n"), "\(run.text)\(run.errors)")
        #expect(
            run.text.split(separator: "\n")[1].split(separator: " ")
                == ["kraken", "1", "4", "0", "0", "4", "0", "0", "2", "0", "0"], "\(run.text)")
        let late = try judge([
            Self.synced, Self.book("bookSnapshot", 1, "12", [("9.0", "1.50"), ("8.0", "2.00")], [("12.0", "4.00")]),
            Self.trade(1, 103, "11.0", "1"), Self.trade(2, 104, "11", "2"),
        ])
        #expect(late.status == 0, "\(late.text)")
    }

    @Test("a book of fewer levels is compared with as many of the venue's")
    func depth() throws {
        let some = [
            Self.synced, Self.book("bookSnapshot", 1, "10", [("9", "1")], [("11", "3")], depth: 1),
            Self.book("bookUpdate", 2, "11", [("9", "1.5")], []),
            Self.book("bookUpdate", 3, "12", [], [("11", "0"), ("12", "4")]),
        ]
        #expect(try judge(some).status == 0)
        let wrong = some.dropLast() + [Self.book("bookUpdate", 3, "12", [], [("11", "0"), ("13", "4")])]
        #expect(try judge(Array(wrong)).status == 65)
    }

    @Test("with --wrong-for a book may be wrong for so long as it is received, and no longer")
    func patience() throws {
        // Wrong from 1 s to 3 s, then right again.
        let times = ["1", "1", "1", "2", "3", "4"].map { #""received":"\#($0)000000000","# }
        let books = [
            Self.synced, Self.truth[0], Self.book("bookUpdate", 2, "11", [("9", "1.4")], []), Self.truth[5],
            Self.book("bookUpdate", 4, "13", [("9", "0")], [("13", "1")]),
        ]
        let lines = zip(books, times).map { $0.replacing(#","flags":[]"#, with: "," + $1 + #""flags":[]"#) }
        for (patience, status, span) in [
            ("", 65, "2000"), ("--wrong-for 1s", 65, "2000"), ("--wrong-for 2s", 0, "2000"),
        ] {
            let run = try judge(lines, arguments: patience)
            #expect(run.status == status, "\(patience): \(run.text)\(run.errors)")
            #expect(run.text.split(separator: "\n")[1].hasSuffix(" " + span), "\(patience): \(run.text)")
        }
        #expect(try Fixture.run("tap small.frames --wrong-for 2s").status == 64)
    }

    @Test("a snapshot between two changes is compared with the next one")
    func between() throws {
        let snapshot = Self.book(
            "bookSnapshot", 1, "12", [("9", "1.5"), ("8", "2.0")], [("11", "3.0"), ("12", "4.0")])
        let lines = [Self.synced, snapshot, Self.book("bookUpdate", 2, "13", [("9", "0")], [("13", "1")])]
        let truth = Self.truth.filter { !$0.contains(#""sequence":"12""#) }
        #expect(try judge(lines, truth).status == 0)
        let wrong = lines.map { $0.replacing(#"["8","2.0"]"#, with: #"["8","3.0"]"#) }
        #expect(try judge(wrong, truth).status == 65)
    }

    static let faults: [(name: String, said: String, change: @Sendable (inout [String]) -> Void)] = [
        (
            "a size of a level", "book at sequence 11: the book differs",
            { $0[3] = book("bookUpdate", 2, "11", [("9", "1.4")], []) }
        ),
        ("an update left out", "book at sequence 12: the book differs", { $0.remove(at: 3) }),
        (
            "a moment that was not", "nothing was published then",
            { $0[3] = book("bookUpdate", 2, "99", [("9", "1.5")], []) }
        ),
        ("a book's event while it is void", "an event of a void book", { $0.insert(status(9, "stale"), at: 6) }),
        ("a trade left out", "1 trades from 102 to 102 are missing", { $0.remove(at: 5) }),
        ("a trade twice", "a trade comes a second time", { $0.insert($0[5], at: 6) }),
        ("a trade's price", "trade 102 was another", { $0[5] = trade(2, 102, "10.4", "2") }),
        ("a trade's side", "trade 102 was another", { $0[5] = $0[5].replacing("buy", with: "sell") }),
        ("trades in the wrong order", "trade 103 comes too early", { $0.swapAt(5, 7) }),
        ("a trade that never was", "a trade that never was", { $0.append(trade(9, 999, "1", "1")) }),
        (
            "a gap that names others", "1 trades from 102 to 102 are missing",
            { $0[5] = gap(2, #","fromSequence":"103","toSequence":"104""#) }
        ),
        ("a ticker's price", "ticker: its bid was another", { $0[4] = ticker(1, "11", "9.5", "11") }),
        ("a ticker that never was", "ticker: none was published then", { $0[4] = ticker(1, "12", "9", "11") }),
        ("tickers in the wrong order", "a ticker comes too late", { $0.swapAt(4, 9) }),
    ]

    @Test("each kind of wrongness is seen", arguments: faults.map(\.name))
    func wrong(_ name: String) throws {
        let fault = try #require(Self.faults.first { $0.name == name })
        let run = try judge(heard(fault.change))
        #expect(run.status == 65 && run.text.contains(fault.said), "\(run.text)\(run.errors)")
    }

    @Test("a gap names trades by their ids, whatever the sequence of the messages that told them")
    func toldByID() throws {
        let other = { (line: String) in line.replacing(/"sequence":"10(.)"/) { #""sequence":"7\#($0.1)""# } }
        let lines = heard { $0[5] = Self.gap(2, #","fromSequence":"102","toSequence":"102""#) }
        let run = try judge(lines.map(other), Self.truth.map(other))
        #expect(run.status == 0 && run.text.split(separator: "\n")[1].split(separator: " ")[7] == "1", "\(run.text)")
    }

    @Test("a trade that a gap names is told, and one that is fetched later is not late")
    func told() throws {
        for rest in ["", #","fromSequence":"102","toSequence":"102""#] {
            let run = try judge(heard { $0[5] = Self.gap(2, rest) })
            #expect(
                run.status == 0 && run.text.split(separator: "\n")[1].split(separator: " ")[7] == "1", "\(run.text)")
        }
        let fetched = try judge(
            heard {
                $0.remove(at: 5)
                $0.insert(Self.trade(3, 102, "10.5", "2", flags: #""backfilled""#), at: 8)
            })
        #expect(fetched.status == 0, "\(fetched.text)")
    }

    @Test("--ignore leaves out fields and kinds, and refuses a name that is neither")
    func ignore() throws {
        let lines = """
            tap small.frames --json | sed 's/"received":"[0-9]*",//' | grep -v '"kind":"end"' | tap --from-json > other.frames
            """
        let run = try Fixture.run(
            lines + "; tap --diff small.frames other.frames > /dev/null; echo $?; "
                + "tap --diff small.frames other.frames --ignore received,end; echo $?; "
                + "tap --diff small.frames other.frames --ignore received > /dev/null; echo $?")
        #expect(run.text == "1\nsame: 17 events\n0\n1\n", "\(run.text)\(run.errors)")
        let wrong = try Fixture.run("tap --diff small.frames small.frames --ignore recieved")
        #expect(wrong.status == 64 && wrong.errors.contains("received"), "\(wrong.errors)")
        #expect(try Fixture.run("tap small.frames --ignore hops").status == 64)
    }
}
