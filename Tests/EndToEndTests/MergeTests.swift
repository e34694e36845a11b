import Foundation
import Support
import Testing

@Suite("merge on files, pipes and sockets", .timeLimit(.minutes(2)))
struct MergeTests {
    /// The small market as another venue would have it, under the name of the shell that runs.
    private static let other = """
        tap small.frames --json | sed 's/"venue":"binance"/"venue":"kraken"/' | tap --from-json > other.$$.frames
        """

    @Test("what passes through is as it was, but for the hop; the tally says how much")
    func passes() throws {
        let run = try Fixture.run(
            """
            merge small.frames > passed.$$
            tap --diff small.frames passed.$$ --ignore hello,end,hops; tap --check passed.$$
            """)
        #expect(run.status == 0 && run.text.contains("same: ") && run.text.contains("0 faults"), "\(run.text)")
        #expect(run.errors == "merge: 18 frames in, 17 passed, 2 made\n", "\(run.errors)")
        let pipe = try Fixture.run("cat many.frames | merge --quiet | tap --count | tail -1")
        #expect(pipe.text.contains(" 8502 events, ") && pipe.errors.isEmpty, "\(pipe.text)")
    }

    @Test("streams of several inputs stay in order, each event of each is there, and one end is the last")
    func joins() throws {
        let run = try Fixture.run(
            """
            \(Self.other); merge --quiet <(cat small.frames) other.$$.frames - < small.frames > all.$$
            tap all.$$ --json | jq -r .kind | tail -1; tap all.$$ --json | jq -r .kind | grep -c '^end$'
            told() { tap "$1" --json --venue kraken | jq -c '[.symbol, .kind, .position]'; }
            cmp <(told all.$$) <(told other.$$.frames) && echo same
            tap all.$$ --venue binance --kind trade | wc -l
            """)
        #expect(run.text == "end\n1\nsame\n6\n", "\(run.text) \(run.errors)")
    }

    @Test("one that says nothing, or has no writer yet, holds up nobody")
    func silence() throws {
        let run = try Fixture.run(
            """
            mkfifo never.$$ silent.$$; exec 8<>silent.$$
            merge never.$$ silent.$$ <(cat small.frames) 2> told.$$ > out.$$ & pid=$!
            until [ "$(tap out.$$ --json 2> /dev/null | jq -r .kind | grep -c trade)" = 3 ]; do :; done
            kill -TERM $pid; wait $pid; echo $?; tap out.$$ --json | jq -r 'select(.kind == "end").reason'
            """)
        #expect(run.text == "0\nstopped\n", "\(run.text) \(run.errors)")
    }

    @Test("an input that is cut inside a frame is told; the others are read to their ends, and the status is 74")
    func cut() throws {
        let run = try Fixture.run(
            """
            merge <(head -c 1000 small.frames) small.frames > cut.$$; echo $?; tap cut.$$ --check | tail -1
            tap cut.$$ --json | jq -r 'select(.kind == "end").reason'; tap cut.$$ --kind trade | wc -l
            """)
        #expect(run.text.hasPrefix("74\n") && run.text.hasSuffix("failed\n3\n"), "\(run.text)")
        #expect(run.errors.contains("ends inside a frame, at offset "), "\(run.errors)")
        #expect(run.errors.contains("; was its writer killed, or does it still write?\n"), "\(run.errors)")
    }

    @Test("a producer that is killed in the midst of a frame: the others go on")
    func killed() throws {
        let run = try Fixture.run(
            """
            mkfifo killed.$$ good.$$
            (head -c 1000 small.frames; exec sleep 60) > killed.$$ & victim=$!
            exec 8<>good.$$
            merge killed.$$ good.$$ > out.$$ 2> told.$$ & pid=$!
            until grep -q . out.$$; do :; done
            until kill -KILL $victim; do :; done
            until grep -q 'ends inside a frame' told.$$; do :; done
            cat small.frames >&8
            until [ "$(tap out.$$ --kind trade 2> /dev/null | wc -l)" -ge 3 ]; do :; done
            kill -TERM $pid; wait $pid; echo $?
            """)
        #expect(run.text == "74\n", "\(run.text) \(run.errors)")
    }

    @Test("who dies leaves no book that looks right, behind dispatch neither; who has finished does")
    func left() throws {
        let run = try Fixture.run(
            """
            mkfifo dies.$$
            tap small.frames --json | grep -v '"kind":"end"' | tap --from-json > part.$$
            (cat part.$$; exec sleep 60) > dies.$$ & victim=$!
            merge dies.$$ --quiet | tap --through --count 2> count.$$ | dispatch --listen left.$$ --quiet & pid=$!
            until [ -S left.$$ ]; do :; done
            tap left.$$ --json --kind bookStatus > told.$$ & tap=$!
            until [ "$(grep -c '"status":"synced"' told.$$)" -ge 2 ]; do :; done
            kill -KILL $victim; wait $pid $tap
            jq -r 'select(.reason == "disconnected") | .symbol' told.$$ | sort
            cat small.frames | merge --quiet | tap --book | grep -c synced
            """)
        #expect(run.text == "ABC-USDT\nDEF-USDT\n2\n", "\(run.text) \(run.errors)")
    }

    @Test("by the frames' clock, too, who dies leaves no book that looks right; a file does, which has not died")
    func leftByFrames() throws {
        let run = try Fixture.run(
            """
            tap small.frames --json | grep -v '"kind":"end"' | tap --from-json > part.$$
            told() { tap --json --kind bookStatus | jq -r 'select(.reason == "disconnected") | .symbol' | sort; }
            merge --clock frames --quiet <(cat small.frames) <(cat part.$$) | told
            merge --clock frames --quiet part.$$ <(cat small.frames) | told
            """)
        #expect(run.text == "ABC-USDT\nDEF-USDT\n", "\(run.text) \(run.errors)")
    }

    @Test("under --listen producers come and go, and what kills one concerns nobody else")
    func listens() throws {
        let run = try Fixture.run(
            """
            merge --listen place.$$ > out.$$ 2> told.$$ & pid=$!
            until [ -S place.$$ ]; do :; done
            send() { python3 -c 'import socket,sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
            s.sendall(sys.stdin.buffer.read())' place.$$; }
            send < small.frames; head -c 1000 small.frames | send
            echo garbage of sixteen bytes or more | send; send < small.frames
            until [ "$(grep -c 'has ended' told.$$)" = 2 ]; do :; done
            kill -TERM $pid; wait $pid; echo $?
            tap out.$$ --kind trade | wc -l; ls place.$$ 2> /dev/null; grep -c 'has come' told.$$
            grep -cE 'ends inside a frame|no frame begins here' told.$$
            """)
        #expect(run.text.hasPrefix("0\n"), "\(run.text) \(run.errors)")
        #expect(run.text.hasSuffix("\n4\n2\n"), "\(run.text)")
    }

    @Test("with --clock frames three runs give one SHA-256, whatever the speed of the inputs")
    func deterministic() throws {
        let run = try Fixture.run(
            """
            \(Self.other)
            slowly() { while dd bs=997 count=1 status=none; [ "$((n += 1))" -lt 9 ]; do :; done; cat; }
            work="--clock frames --quiet --rule ABC-USDT:trade=binance,kraken;1s --consolidate --klines 1s,1m"
            merge $work small.frames other.$$.frames | sha256sum
            merge $work <(slowly < small.frames) other.$$.frames | sha256sum
            merge $work small.frames <(slowly < other.$$.frames) | tee det.$$ | sha256sum
            tap det.$$ --check --venue 'merge*' | tail -1
            tap det.$$ --json | jq -r .kind | sort | uniq -c | awk '{ print $2 }' | tr '\\n' ' '
            """)
        let lines = run.text.split(separator: "\n")
        #expect(lines.count == 5 && Set(lines.prefix(3)).count == 1, "\(run.text) \(run.errors)")
        let kinds = lines.last ?? ""
        #expect(kinds.contains("consolidatedBook") && kinds.contains("merged"), "\(run.text)")
        #expect(lines.dropLast().last?.hasSuffix(", 0 faults") == true, "\(run.text)")
    }

    @Test("by the frames' clock, what was received first goes first, and at one time the first input")
    func order() throws {
        let run = try Fixture.run(
            """
            \(Self.other)
            merge --clock frames --quiet other.$$.frames small.frames | tap --json > sorted.$$
            jq -r 'select(.kind == "trade") | .venue' sorted.$$ | tr '\\n' ' '
            jq -r 'select(.received and .kind != "end").received' sorted.$$ | sort -n -c && echo sorted
            """)
        #expect(run.text == "kraken binance kraken binance kraken binance sorted\n", "\(run.text) \(run.errors)")
    }

    @Test("a reader that goes: one line and 74; a disk that is full likewise")
    func gone() throws {
        let run = try Fixture.run("merge --quiet many.frames | head -c 100 > /dev/null; echo ${PIPESTATUS[0]}")
        #expect(run.text == "74\n" && run.errors == "merge: cannot write to standard output: its reader is gone\n")
        let full = try Fixture.run("merge --quiet many.frames > /dev/full; echo $?")
        #expect(full.text == "74\n" && full.errors.hasSuffix("No space left on device\n"), "\(full.errors)")
    }

    @Test("a reader that stops stops the reading: what waits is bounded, and nothing is lost")
    func blocks() throws {
        let run = try Fixture.run(
            """
            mkfifo slow.$$; merge --quiet many.frames > slow.$$ & pid=$!
            exec 8< slow.$$; head -c 1000 <&8 > begun.$$
            until [ "$(awk '{ print $3 }' /proc/$pid/stat)" = S ]; do :; done
            [ "$(awk '/^VmRSS/ { print $2 }' /proc/$pid/status)" -lt 65536 ] || echo much
            cat begun.$$ - <&8 | tap --count | tail -1; wait $pid; echo $?
            """)
        #expect(run.text.contains(" 8502 events, ") && run.text.hasSuffix("\n0\n"), "\(run.text) \(run.errors)")
    }
}
