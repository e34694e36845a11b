import Foundation
import Support
import Testing

/// Small recordings made by hand, one for each dialect, and the frames that they must become: whatever changes in them is seen by
/// whoever reads the change. `make golden` makes them anew.
@Suite("golden recordings", .timeLimit(.minutes(1)))
struct GoldenTests {
    private static let folder = Places.root.appendingPathComponent("Tests/Golden")

    static let dialects = [
        "binance", "binance-usdm", "binance-coinm", "coinbase", "coinbase-exchange", "kraken", "kraken-v1",
        "kraken-futures",
    ]

    private func run(_ line: String) throws -> Shell {
        try Fixture.run("cd '\(Self.folder.path)' && \(line)")
    }

    @Test("there is one for each venue that ingest knows")
    func complete() throws {
        let help = try Fixture.run("ingest --help")
        let venues = try #require(help.text.firstMatch(of: /venues: ([a-z0-9 \n-]+?)\n\n/)).1.split {
            $0.isWhitespace
        }.map(String.init)
        #expect(venues.sorted() == Self.dialects.sorted())
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let expected = Self.dialects.flatMap { ["\($0).jsonl", "\($0).frames", "\($0).json"] }
        #expect(names.sorted() == expected.sorted())
    }

    @Test("a recording becomes these very frames", arguments: dialects)
    func frames(dialect: String) throws {
        let made = try run(
            "ingest \(dialect) --quiet --from-raw \(dialect).jsonl | tap --json | diff \(dialect).json -")
        let hint = "if this is meant: make golden, and read git diff Tests/Golden/\(dialect).json"
        #expect(made.status == 0, "\(made.text)\(made.errors)\(hint)")
        let same = try run("ingest \(dialect) --quiet --from-raw \(dialect).jsonl | cmp - \(dialect).frames")
        #expect(same.status == 0, "\(same.text)\(same.errors)\(hint)")
    }

    @Test("these frames are good, and their text becomes them again", arguments: dialects)
    func roundTrip(dialect: String) throws {
        let check = try run("tap \(dialect).frames --check")
        #expect(check.status == 0 && check.text.hasSuffix(" 0 faults\n"), "\(check.text)\(check.errors)")
        let back = try run("tap --from-json \(dialect).json | cmp - \(dialect).frames")
        #expect(back.status == 0, "\(back.text)\(back.errors)")
    }

    @Test("each tells of a book that breaks and recovers, and of what else the venue sends", arguments: dialects)
    func contents(dialect: String) throws {
        let line = "jq -r '.kind + \" \" + (.status // .reason // \"\")' \(dialect).json | sort -u"
        let kinds = Set(try run(line).text.split(separator: "\n").map(String.init))
        let expected = [
            "hello ", "instrument trading", "bookStatus syncing", "bookStatus synced", "bookStatus stale",
            "bookSnapshot ", "bookUpdate ", "trade ", "ticker ", "end finished",
        ]
        #expect(kinds.isSuperset(of: expected), "\(kinds)")
        #expect(kinds.contains("kline ") == !["coinbase-exchange", "kraken-futures"].contains(dialect))
        let epochs = try run("jq -r 'select(.kind == \"bookSnapshot\") | .epoch' \(dialect).json")
        #expect(epochs.text.hasPrefix("1\n2\n"), "\(epochs.text)\(epochs.errors)")
    }
}
