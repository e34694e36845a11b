import Foundation
import Support
import Testing

@Suite("ingest reads recordings as they come", .timeLimit(.minutes(1)))
struct IngestRecordingTests {
    private func ingest(_ lines: [String], end: String = "\n") throws -> Shell {
        let text = lines.joined(separator: "\n") + end
        return try Fixture.run("ingest binance --from-raw -", input: Data(text.utf8))
    }

    /// Kinds of the frames in some bytes.
    private func kinds(_ frames: Data) throws -> [String] {
        let run = try Fixture.run("tap --json | jq -r .kind", input: frames)
        #expect(run.status == 0, "\(run.errors)")
        return run.text.split(separator: "\n").map(String.init)
    }

    @Test("a pipe, a file and a descriptor give the same bytes, with or without the last line's end")
    func sources() throws {
        let expected = try Fixture.frames
        let forms = [
            "ingest binance --quiet --from-raw - < small.jsonl",
            "cat small.jsonl | ingest binance --quiet --from-raw=-",
            "ingest binance --quiet --from-raw fd:5 5< small.jsonl", "ingest binance --quiet --from-raw ./small.jsonl",
            "ingest binance --quiet --from-raw <(cat small.jsonl)", "ingest --quiet --from-raw small.jsonl -- binance",
            "head -c -1 small.jsonl | ingest binance --quiet --from-raw -",
            "(while IFS= read -r line; do printf '%s\\n\\n' \"$line\"; done) < small.jsonl | ingest binance --quiet --from-raw -",
        ]
        for form in forms {
            let run = try Fixture.run(form)
            #expect(run.status == 0 && run.output == expected, "\(form): \(run.errors)")
        }
    }

    @Test("an empty recording is a stream of nothing: hello and end, status 0")
    func empty() throws {
        for input in ["", "\n", " \n\n"] {
            let run = try Fixture.run("ingest binance --from-raw -", input: Data(input.utf8))
            #expect(run.status == 0)
            #expect(run.errors == "ingest: 0 records, 0 messages, 2 frames\n")
            #expect(try kinds(run.output) == ["hello", "end"])
        }
    }

    @Test("a recording that is cut anywhere in its last record ends with 74, and what came before is told")
    func truncated() throws {
        let lines = Fixture.lines
        for cut in [1, 20, 60, lines[5].utf8.count - 1] {
            let run = try ingest(Array(lines[..<5]) + [String(lines[5].prefix(cut))], end: "")
            #expect(run.status == 74 && run.errors.contains("standard input:6: the recording ends inside a record"))
            #expect(try kinds(run.output).contains("trade"))
        }
    }

    @Test("what is no record is refused with 65, its line, and what may be wrong with it")
    func notRecords() throws {
        let good = Fixture.lines[0]
        let cases: [(String, String)] = [
            ("hello", ":1: not a record; is it compressed?"), ("[1]\n[2]", ":1: not a record"),
            (good + "\n{\"ts\":1,}\n" + good, ":2: not a record\n"),
            (#"{"dir":"in","kind":"ws","body":""}"#, ":1: field conn is missing or wrong; is it a recording?"),
            (#"{"conn":"c","kind":"ws"}"#, ":1: field dir is missing or wrong"),
            (#"{"conn":"c","dir":"in"}"#, ":1: field kind is missing or wrong"),
            (#"{"conn":"c","dir":"up","kind":"ws"}"#, "field dir"),
            (#"{"conn":"c","dir":"in","kind":"udp"}"#, "field kind"),
            (#"{"conn":"c","dir":"in","kind":"ws","ts":-1}"#, "field ts"),
            (#"{"conn":"c","dir":"in","kind":"ws","ts":"soon"}"#, "field ts"),
            (#"{"conn":"c","conn":"d","dir":"in","kind":"ws"}"#, "field conn"),
        ]
        for (text, says) in cases {
            let run = try Fixture.run("ingest binance --from-raw -", input: Data((text + "\n").utf8))
            #expect(run.status == 65 && run.errors.contains(says), "\(text): \(run.errors)")
        }
    }

    @Test("what came before a line that is no record is told before the tool gives up")
    func goodLinesFirst() throws {
        let run = try ingest(Array(Fixture.lines[..<5]) + ["nonsense", Fixture.lines[6]])
        #expect(run.status == 65)
        #expect(try kinds(run.output).contains("trade"))
    }

    @Test("a compressed recording is refused with the way to read it")
    func compressed() throws {
        let run = try Fixture.run("gzip -c small.jsonl > small.jsonl.gz && ingest binance --from-raw small.jsonl.gz")
        #expect(run.status == 65 && run.errors.contains("is it compressed? zcat FILE | ingest … --from-raw -"))
        let mended = try Fixture.run("zcat small.jsonl.gz | ingest binance --quiet --from-raw -")
        #expect(try mended.status == 0 && mended.output == Fixture.frames)
    }

    /// A message of the connection that no JSON reader takes.
    private let broken =
        #"{"ts":1700000000100000000,"dir":"in","conn":"c","url":"","kind":"ws","body":"{\"e\":\"trade\",}"}"#

    @Test("a message that cannot be read is told, counted, and costs what it may have changed")
    func malformed() throws {
        let run = try ingest(Fixture.lines + [broken])
        #expect(run.status == 0)
        #expect(
            run.errors.contains("a message that cannot be read") && run.errors.contains(", 1 malformed, "),
            "\(run.errors)")
        #expect(run.errors.contains("ABCUSDT: the book is stale: malformed"))
        let last = try Fixture.run(
            "tap --json --symbol ABC-USDT | jq -r '.kind + (.status // .reason // \"\")' | tail -2", input: run.output)
        #expect(Set(last.text.split(separator: "\n")) == ["bookStatusstale", "gapmalformed"])
    }

    @Test("it costs each book that the connection carries, also one whose snapshot was the last that came of it")
    func malformedBesideSnapshot() throws {
        let run = try ingest(Fixture.lines + [broken])
        let last = try Fixture.run(
            "tap --json --kind bookStatus --symbol DEF-USDT | jq -r .status | tail -1", input: run.output)
        #expect(last.text == "stale\n")
    }

    @Test("a time that is not recorded repeats the last known one, and is 0 before the first")
    func nullTimes() throws {
        let lines = Fixture.lines.enumerated().map { index, line in
            index == 6 ? line : line.replacing(/"ts":\d+/, with: #""ts":null"#)
        }
        let run = try ingest(lines)
        let times = try Fixture.run("tap --json | jq -r '.received // 0' | sort -u", input: run.output)
        #expect(times.text == "0\n\(Fixture.start + 6_000_000)\n")
    }

    @Test("a recording without a snapshot never has a book")
    func noSnapshot() throws {
        let lines = Fixture.lines.filter { !$0.contains("/depth?") }
        let run = try ingest(lines)
        let states = try Fixture.run(
            "tap --json | jq -r 'select(.kind | startswith(\"book\")) | .kind + (.status // \"\")' | sort -u",
            input: run.output)
        #expect(states.text == "bookStatussyncing\n")
    }
}
