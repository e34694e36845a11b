import Foundation
import Support
import Testing

@Suite("how tools end", .timeLimit(.minutes(1)))
struct EndingTests {
    /// Waits in the shell until a file holds so many events.
    private static let until =
        #"until_events() { until [ "$(tap "$1" --json 2> /dev/null | wc -l)" -ge "$2" ]; do :; done; }; "#

    @Test(
        "the first SIGTERM or SIGINT ends ingest well, with whole frames and a last one that says why",
        arguments: ["TERM", "INT"])
    func drains(_ signal: String) throws {
        let run = try Fixture.run(
            Self.until + """
                out=drained.\(signal); mkfifo $out.in; exec 7<> $out.in
                env --default-signal ingest binance --from-raw $out.in > $out & pid=$!
                cat small.jsonl >&7; until_events $out 17
                kill -\(signal) $pid; wait $pid; echo $?
                tap $out --json | jq -r '.kind + (.reason // "")' | tail -1; tap $out --check | tail -1
                """)
        #expect(run.text == "0\nendstopped\n18 events of 8 streams, 0 faults\n", "\(run.text)\(run.errors)")
    }

    @Test("the first ends tap well, which shows what it has", arguments: ["TERM", "INT"])
    func tapDrains(_ signal: String) throws {
        let run = try Fixture.run(
            """
            in=tapped.\(signal); mkfifo $in; exec 7<> $in; cat small.frames >&7
            env --default-signal tap --count --through < $in > $in.out 2> $in.err & pid=$!
            until cmp -s small.frames $in.out; do :; done
            kill -\(signal) $pid; wait $pid; echo $?; tail -1 $in.err
            """)
        #expect(run.text.hasPrefix("0\n8 streams, 18 events, "), "\(run.text)\(run.errors)")
    }

    @Test("a second one ends at once a tool that cannot drain, as its reader takes nothing")
    func secondSignal() throws {
        let run = try Fixture.run(
            """
            mkfifo stuck; exec 8<> stuck
            ingest binance --quiet --from-raw long.jsonl > stuck & pid=$!
            until [ "$(awk '{ print $3 }' /proc/$pid/stat)" = S ]; do :; done
            kill -TERM $pid
            until [ "$(grep -cE '^(Sig|Shd)Pnd:\\s*0+$' /proc/$pid/status)" = 2 ]; do :; done
            kill -TERM $pid; wait $pid; echo $?
            """)
        #expect(run.text == "130\n", "\(run.text)\(run.errors)")
    }

    static let closed: [(line: String, status: String, says: String)] = [
        ("ingest binance --from-raw small.jsonl >&-", "74", "ingest: cannot write to standard output: "),
        ("ingest binance --from-raw small.jsonl > /dev/full", "74", "No space left on device; free some space"),
        ("tap small.frames > /dev/full", "74", "tap: cannot write to standard output: No space left on device"),
        ("tap small.frames --json >&-", "74", "tap: cannot write to standard output: "),
        ("tap small.frames --book > /dev/full", "74", "No space left on device"),
        ("tap small.frames --through --count > /dev/full", "74", "No space left on device"),
        ("tap --from-json <(tap small.frames --json) > /dev/full", "74", "No space left on device"),
        ("tap --help > /dev/full", "74", "No space left on device"),
        ("tap --count <&-", "74", "tap: cannot read standard input: Bad file descriptor"),
        ("ingest binance --from-raw - <&-", "74", "ingest: cannot read standard input: Bad file descriptor"),
    ]

    @Test("what cannot be read or written is one line and 74", arguments: closed.indices)
    func cannot(_ index: Int) throws {
        let (line, status, says) = Self.closed[index]
        let run = try Fixture.run("timeout 5 bash -c '\(line)'; echo $?")
        #expect(run.text.hasSuffix("\(status)\n"), "\(line): \(run.text)")
        #expect(run.errors.contains(says) && run.errors.split(separator: "\n").count == 1, "\(line): \(run.errors)")
    }

    @Test("a reader that is gone: ingest says so, tap dies as cat does")
    func goneReader() throws {
        let ingest = try Fixture.run("ingest binance --from-raw long.jsonl | true; echo ${PIPESTATUS[0]}")
        #expect(
            ingest.text == "74\n" && ingest.errors == "ingest: cannot write to standard output: its reader is gone\n")
        for view in ["", "--json", "--csv", "--through --check"] {
            let tap = try Fixture.run(
                "tap many.frames \(view) 2> /dev/null | head -1 > /dev/null; echo ${PIPESTATUS[0]}")
            #expect(tap.text == "141\n", "\(view): \(tap.text)")
        }
        let quiet = try Fixture.run("set +o pipefail; tap many.frames --json | head -1 | jq -r .kind")
        #expect(quiet.text == "hello\n" && quiet.errors.isEmpty)
    }

    @Test(
        "whatever the parent did with SIGPIPE, each tool does the same",
        arguments: ["--default-signal=PIPE", "--ignore-signal=PIPE"])
    func inheritedSignal(_ option: String) throws {
        let run = try Fixture.run(
            """
            env \(option) ingest binance --quiet --from-raw long.jsonl 2> /dev/null | true; echo ${PIPESTATUS[0]}
            env \(option) tap many.frames | true; echo ${PIPESTATUS[0]}
            """)
        #expect(run.text == "74\n141\n")
    }
}
