import Foundation
import Support
import Testing

@Suite("tap on the socket of a dispatch", .timeLimit(.minutes(2)))
struct TapSocketTests {
    /// Runs a line in a folder of its own, beside the frames of the small market.
    private func run(_ line: String) throws -> Shell {
        let folder = try Places.scratch("tapsocket")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("small.frames"),
            withDestinationURL: Fixture.folder.appendingPathComponent("small.frames"))
        return try Shell.run(line, in: folder, seconds: 60)
    }

    /// Serves connections from files; frames of the market without their end, and an end alone.
    private static let serving = """
        serve() { python3 '\(Places.root.path)/Tests/EndToEndTests/server.py' "$@"; }
        tap small.frames --json | grep -v '"kind":"end"' > open.json; tap --from-json < open.json > open.frames
        tap small.frames --json --kind hello --kind end | tap --from-json > end.frames

        """

    @Test("it asks for what its filter lets pass, and for nothing else, and ends when the stream does")
    func asks() throws {
        let run = try run(
            """
            kinds() { jq -r .kind | sort | uniq -c | tr -s ' '; }
            dispatch --listen d.sock --clock frames --await 1 --quiet < small.frames & D=$!
            until [ -S d.sock ]; do sleep 0.05; done
            tap d.sock --through --kind trade --kind ticker --symbol 'ABC*' > got.frames 2> /dev/null; echo $?
            wait $D; echo $?
            tap got.frames --json | kinds
            tap small.frames --json --kind trade --kind ticker --symbol 'ABC*' | kinds
            """)
        let lines = run.text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(2) == ["0", "0"], "\(run.text)\(run.errors)")
        let got = lines.dropFirst(2).filter { !$0.hasSuffix("hello") && !$0.hasSuffix("end") }
        let (heard, sent) = (got.filter { !$0.hasSuffix("acknowledgement") }.prefix(2), got.suffix(2))
        #expect(Array(heard) == Array(sent) && sent.count == 2, "\(run.text)")
        #expect(!run.text.contains("book"), "\(run.text)")
    }

    @Test("it follows books from the snapshot that it is told first, and shows no answers to what it asked")
    func views() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --quiet < in & D=$!
            exec 3> in; cat small.frames >&3; until [ -S d.sock ]; do sleep 0.05; done
            tap d.sock --json --kind bookSnapshot --limit 1 3>&- | jq -c '[.kind, .flags[0]]'
            tap d.sock --json 3>&- > all.json & T=$!
            until grep -q bookSnapshot all.json; do sleep 0.05; done
            exec 3>&-; wait $T; echo $?; wait $D
            grep -c acknowledgement all.json
            """)
        #expect(run.text == "[\"bookSnapshot\",\"snapshot\"]\n0\n0\n", "\(run.text)\(run.errors)")
    }

    @Test("when the dispatch dies it says so once, and goes on with the next one; --check does not")
    func again() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --clock frames --await 2 --quiet < in & D=$!
            exec 3> in; cat small.frames >&3; until [ -S d.sock ]; do sleep 0.05; done
            sent=$(tap small.frames --json --kind trade | wc -l)
            tap d.sock --json 3>&- > all.json 2> words & T=$!
            tap d.sock --check 3>&- > verdict & C=$!
            until [ "$(grep -c '"kind":"trade"' all.json)" = "$sent" ]; do sleep 0.05; done
            kill -9 $D; wait $D; wait $C; echo $?
            # The one that judges a whole stream has ended; the other one comes back.
            dispatch --listen d.sock --clock frames --await 1 --quiet < small.frames &
            wait $T; echo $?
            cat words; echo $(($(grep -c '"kind":"trade"' all.json) - 2 * sent))
            """)
        let lines = run.text.split(separator: "\n").map(String.init)
        #expect(lines.count == 4 && lines[0] == "0" && lines[1] == "0", "\(run.text)\(run.errors)")
        #expect(lines[2] == "tap: d.sock is gone; connecting again", "\(run.text)")
        #expect(lines[3] == "0", "each gave all of its trades: \(run.text)")
    }

    @Test("told to end while its socket is gone, it ends")
    func stopped() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --quiet < in & D=$!
            exec 3> in; until [ -S d.sock ]; do sleep 0.05; done
            tap d.sock --count 3>&- > table 2> words & T=$!
            until control d.sock stats 3>&- | grep -q '"subscribed":1'; do sleep 0.05; done
            kill -9 $D; wait $D; until grep -q gone words; do sleep 0.05; done
            kill -TERM $T; wait $T; echo $?
            """)
        #expect(run.text == "0\n", "\(run.text)\(run.errors)")
    }

    @Test("--check finds nothing wrong with what a newcomer is told first")
    func newcomer() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --quiet < in & D=$!
            exec 3> in; until [ -S d.sock ]; do sleep 0.05; done
            # The first one says that all of it has come.
            tap d.sock --json 3>&- > all.json & T=$!
            cat small.frames >&3
            until grep -q bookSnapshot all.json; do sleep 0.05; done
            tap d.sock --through --check 3>&- 2> verdict | tap --json 3>&- > new.json & N=$!
            until grep -q bookSnapshot new.json; do sleep 0.05; done
            exec 3>&-; wait $N; wait $D; cat verdict
            """)
        #expect(run.text.hasSuffix(" 0 faults\n") && !run.text.hasPrefix("0 events"), "\(run.text)\(run.errors)")
    }

    @Test("a connection that is lost voids the books that came over it, and no others", arguments: ["--top", "--book"])
    func cut(view: String) throws {
        let run = try run(
            """
            \(Self.serving)
            sed 's/"venue":"binance"/"venue":"kraken"/' open.json | tap --from-json > other.frames
            serve d.sock open.frames end.frames & until [ -S d.sock ]; do sleep 0.05; done
            tap d.sock other.frames \(view) | grep -E -o '^(binance|kraken) +[A-Z]+|synced|stale' | tr -s ' \\n' ' '
            """)
        let expected = "binance ABC stale binance DEF stale kraken ABC synced kraken DEF synced "
        #expect(run.text == expected, "\(run.text)\(run.errors)")
        #expect(run.errors == "tap: d.sock is gone; connecting again\n")
    }

    @Test(
        "one that ends each connection at once is asked again with pauses, and that is said once; and why, where it says so"
    )
    func turnedAway() throws {
        let run = try run(
            """
            \(Self.serving)
            sed '/"kind":"end"/!d; s/"reason":"finished"/"reason":"failed","text":"user 1002 has\\\\t8 connections"/' \
                <(tap small.frames --json) | tap --from-json > away.frames
            serve d.sock - - away.frames away.frames - - end.frames &
            until [ -S d.sock ]; do sleep 0.05; done
            B=${EPOCHREALTIME//./}; tap d.sock --count > table; echo $?; echo $((${EPOCHREALTIME//./} - B))
            """)
        let lines = run.text.split(separator: "\n")
        // Five pauses, the shortest 25, 50, 100, 200 and 400 ms, whatever the machine does; the first time it is asked at once.
        #expect(lines.first == "0" && (lines.last.flatMap { Int($0) } ?? 0) >= 700_000, "\(run.text)")
        #expect(
            run.errors == """
                tap: d.sock is gone; connecting again
                tap: d.sock has ended: user 1002 has 8 connections; connecting again

                """)
    }

    @Test("what gives no frames is told at the end though another connection has its place, and is not asked again")
    func garbage() throws {
        let run = try run(
            """
            \(Self.serving)
            echo 'neither frames nor anything like them, but long enough to be looked at' > garbage
            serve a.sock garbage & A=$!; serve b.sock open.frames again,open.frames end.frames & B=$!
            until [ -S a.sock ] && [ -S b.sock ]; do sleep 0.05; done
            # The first place is free when the second connection is lost; who comes then takes it.
            (wait_for() { until grep -q "$1" words 2> /dev/null; do sleep 0.05; done; }; wait_for gone; touch again) &
            tap a.sock b.sock --count > table 2> words; echo $?
            wait $A $B; cat words; tail -1 table | cut -d, -f1-2
            """)
        #expect(
            run.text == """
                65
                tap: b.sock is gone; connecting again
                tap: b.sock is gone; connecting again
                tap: a.sock: no frame begins here, at offset 0; \
                frames come from ingest, or of JSON lines from tap --from-json
                8 streams, 36 events

                """, "\(run.text)\(run.errors)")
    }

    @Test("a consumer of the room, too, says why it was let go")
    func farewell() throws {
        let run = try run(
            """
            \(Self.serving)
            sed '/"kind":"end"/!d; s/"reason":"finished"/"reason":"stopped","text":"nothing taken for 300 s"/' \
                <(tap small.frames --json) | tap --from-json > away.frames
            serve d.sock away.frames end.frames & until [ -S d.sock ]; do sleep 0.05; done
            consumer d.sock 2> words & C=$!
            until grep -q again words; do sleep 0.05; done; kill $C; wait $C; head -1 words
            """)
        #expect(
            run.text == "d.sock: it has ended: nothing taken for 300 s; connecting again\n",
            "\(run.text)\(run.errors)")
    }

    @Test("all that it wants of a socket is one command; --diff, which would ask for nothing there, wants none")
    func oneCommand() throws {
        let run = try run(
            """
            \(Self.serving)
            serve d.sock end.frames & until [ -S d.sock ]; do sleep 0.05; done
            timeout 10 tap --diff small.frames d.sock; echo $?
            timeout 10 tap --from-json d.sock; echo $?
            tap d.sock --venue a,b --symbol C,D,E --kind trade,ticker > /dev/null 2>&1; wait
            tap asked.1 --json --kind command | jq -r .arguments
            """)
        let asked = #"{"venue":["a","b"],"symbol":["C","D","E"],"kind":["trade","ticker"]}"#
        #expect(run.text == "64\n64\n\(asked)\n", "\(run.text)\(run.errors)")
        let refusals = ["--diff", "--from-json"].map {
            "tap: \($0) reads no socket: d.sock; tap SOCKET --through > FILE keeps one\n"
        }
        #expect(run.errors == refusals.joined())
    }
}
