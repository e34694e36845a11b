import Foundation
import Support
import Testing

@Suite("dispatch gives each consumer what it asked for", .timeLimit(.minutes(2)))
struct DispatchTests {
    private static let consumer = Places.root.appendingPathComponent("Tests/EndToEndTests/consumer.py").path

    /// Runs a line in a folder of its own, beside the frames of the small market; `$consumer` is a consumer in Python.
    private func run(_ line: String, seconds: Int = 60) throws -> Shell {
        let folder = try Places.scratch("dispatch")
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = ["small.frames", "many.frames"]
        for name in names {
            let target = Fixture.folder.appendingPathComponent(name)
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(name), withDestinationURL: target)
        }
        let environment = ["consumer": "python3 \(DispatchTests.consumer) d.sock"]
        return try Shell.run(line, in: folder, seconds: seconds, environment: environment)
    }

    @Test("what a consumer gets is what came, but for the route, and ends with the reason")
    func passes() throws {
        let run = try run(
            """
            dispatch --listen d.sock --clock frames --await 1 --quiet < small.frames &
            $consumer '{}' frames > got.frames; wait $!
            tap --json got.frames | grep -v -e '"kind":"hello"' -e '"kind":"end"' -e acknowledgement |
              sed 's/"routingVersion":[0-9]*,//' > got.json
            tap --json small.frames | grep -v -e '"kind":"hello"' -e '"kind":"end"' > sent.json
            diff sent.json got.json && tap --check got.frames && tap --json got.frames | tail -n 1
            """)
        #expect(run.status == 0, "\(run.errors)\(run.text)")
        #expect(run.text.contains(#""kind":"end""#) && run.text.contains(#""reason":"finished""#))
    }

    @Test("three consumers get the same bytes, on every run")
    func same() throws {
        let line = """
            dispatch --listen d.sock --clock frames --await 3 --quiet < many.frames & D=$!
            for n in 1 2 3; do $consumer '{"kind":["book","trade"]}' frames hash > $n.txt & done
            wait; cat 1.txt 2.txt 3.txt | sort -u
            """
        let runs = [try run(line), try run(line)]
        #expect(runs[0].text.split(separator: "\\n").count == 1 && runs[0].text == runs[1].text)
        #expect(runs[0].text.count == 65, "\(runs[0].text) \(runs[0].errors)")
    }

    @Test("--await counts who came: one that leaves again holds up nobody")
    func awaited() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --await 2 --clock frames --quiet < in & D=$!
            exec 3> in
            subscribed() { control d.sock stats 3>&- | grep -q '"subscribed":'$1; }
            $consumer '{}' frames 3>&- > got.frames & C=$!
            until subscribed 1; do :; done
            $consumer '{}' frames die 3>&-
            until subscribed 1; do :; done
            cat small.frames >&3; exec 3>&-
            wait $C $D; echo $?; tap got.frames --kind trade | wc -l
            """)
        #expect(run.text == "0\n3\n", "\(run.text)\(run.errors)")
    }

    @Test("a consumer that speaks lines gets lines: its answer first, then what it asked for, and no more")
    func lines() throws {
        let run = try run(
            """
            dispatch --listen d.sock --clock frames --await 1 --quiet < small.frames &
            $consumer '{"verb":"subscribe","messageId":9,"symbol":"ABC-*","kind":["book:1","trade"]}'; wait
            """)
        let lines = run.text.split(separator: "\n")
        #expect(lines.count > 5 && lines[0].contains(#""kind":"hello""#))
        #expect(lines[1].contains(#""messageId":"9","accepted":true"#))
        let events = lines.dropFirst(2).dropLast()
        #expect(events.allSatisfy { $0.contains(#""symbol":"ABC-USDT""#) })
        #expect(!run.text.contains("ticker") && !run.text.contains("kline"))
        let snapshots = events.filter { $0.contains("bookSnapshot") }
        #expect(snapshots.count == 1 && snapshots[0].contains(#""bids":[["#))
    }

    @Test("a consumer that comes late is told what is true: the books as they stand, the last ticker")
    func late() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --quiet < in & D=$!
            exec 3> in; cat small.frames >&3
            until $consumer '{"verb":"query"}' | grep -q '"streams'; do :; done & Q=$!
            python3 - <<'END'
            import json, socket, time
            while True:
                s = socket.socket(socket.AF_UNIX); s.connect("d.sock")
                s.sendall(b'{"verb":"query"}\\n')
                f = s.makefile()
                f.readline()
                if json.loads(json.loads(f.readline())["text"])["streams"] >= 5: break
            s.sendall(b'{"verb":"subscribe","symbol":"ABC*","kind":["book","ticker"]}\\n')
            for line in f:
                event = json.loads(line)
                if event["kind"] == "bookSnapshot":
                    print([level[0] for level in event["bids"]], event["flags"]); break
            END
            kill $Q; kill $D; wait $D; echo $?
            """)
        #expect(run.text.contains("['9.95', '9.90', '9.80'] ['snapshot'"), "\(run.text)\(run.errors)")
        #expect(run.text.hasSuffix("0\n"), "SIGTERM ends it well")
    }

    @Test("one that takes nothing, one that dies and ten that send garbage: the others notice nothing")
    func crowd() throws {
        let run = try run(
            """
            mkfifo in hold; dispatch --listen d.sock --quiet < in & D=$!
            exec 3> in 4<> hold
            $consumer '{}' frames idle < hold 3>&- & I=$!
            $consumer '{}' frames die 3>&- &
            for n in 1 2 3 4 5 6 7 8 9 10; do $consumer '{}' frames garbage 3>&- & G="$G $!"; done
            $consumer '{}' frames > got.frames 3>&- & C=$!
            wait $G
            python3 - 3>&- <<'END'
            import json, socket, time
            while True:
                s = socket.socket(socket.AF_UNIX); s.connect("d.sock"); s.sendall(b'{"verb":"query"}\\n')
                f = s.makefile(); f.readline()
                if json.loads(json.loads(f.readline())["text"])["subscribed"] >= 2: break
                time.sleep(0.02)
            END
            cat small.frames >&3; exec 3>&-
            wait $C; wait $D; echo status $?; kill $I
            tap --check got.frames && echo good
            """)
        #expect(run.text.contains("status 0") && run.text.contains("good"), "\(run.text)\(run.errors)")
    }

    @Test(
        "what it cannot do it refuses with a status and a line",
        arguments: [
            ("dispatch", 64, "where do consumers connect?"), ("dispatch --listen ''", 64, "--listen is empty"),
            ("dispatch --listen d.sock file", 64, "dispatch reads standard input"),
            ("dispatch --listen d.sock --clock sun", 64, "--clock sun: not frames or machine"),
            ("dispatch --listen d.sock --sequence kraken=odd", 64, "not VENUE=contiguous"),
            ("dispatch --listen fd:77", 66, "descriptor 77 is no socket that listens"),
            ("dispatch --listen nowhere/d.sock", 73, "nowhere"),
            ("dispatch --listen d.sock < /etc/passwd", 65, "offset 0; frames come from ingest"),
            ("head -c 1000 small.frames | dispatch --listen d.sock", 74, "ends inside a frame"),
        ] as [(String, Int32, String)])
    func refuses(line: String, status: Int32, says: String) throws {
        let run = try run(line)
        #expect(run.status == status && run.errors.contains(says), "\(line) said: \(run.errors)")
        #expect(run.errors.hasPrefix("dispatch: ") && run.errors.split(separator: "\n").count == 1)
    }

    @Test("where there is nothing to read it ends well")
    func nothing() throws {
        let empty = try run("dispatch --listen d.sock < /dev/null")
        #expect(empty.status == 0 && empty.errors == "dispatch: 0 events, 0 streams, 0 repeated, 0 late, 0 missing\n")
    }

    @Test("a command that makes no sense is answered in a sentence, and the consumer stays")
    func nonsense() throws {
        let run = try run(
            """
            mkfifo in; dispatch --listen d.sock --quiet < in & exec 3> in
            python3 - <<'END'
            import socket, time
            s = socket.socket(socket.AF_UNIX)
            while s.connect_ex("d.sock"): time.sleep(0.02)
            for line in [b'{"verb":"dance"}', b'{"kind":"book:x"}', b'{"verb":"unsubscribe","symbol":"X"}', b'{"verb":"setRisk"}', b'{']:
                s.sendall(line + b"\\n")
            f = s.makefile()
            for n in range(6): print(f.readline(), end="")
            END
            exec 3>&-; wait
            """)
        for words in [
            "no such command: dance", "kind book:x: not a kind", "no active subscription", "is not done here yet",
            "not a JSON object",
        ] {
            #expect(run.text.contains(words), "\(run.text)\(run.errors)")
        }
    }
}
