import Foundation
import Support
import Testing

@Suite("merged events and their rules by way of dispatch", .timeLimit(.minutes(2)))
struct MergedTests {
    /// Runs a line in a folder of its own: a merge that listens for producers at `in.sock`, and a dispatch behind it at `d.sock`.
    private func run(_ line: String, _ options: String = "--merge merge.sock", seconds: Int = 60) throws -> Shell {
        let folder = try Places.scratch("merged")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = """
            merge --listen in.sock --control merge.sock --quiet > pipe & M=$!
            dispatch --listen d.sock --quiet \(options) < pipe & D=$!
            until control d.sock stats > /dev/null 2>&1 && [ -S merge.sock ]; do sleep 0.05; done
            """
        return try Shell.run(
            "mkfifo pipe\n\(before)\n\(line)\nkill $M; wait $M $D", in: folder, seconds: seconds)
    }

    @Test("merge-rule is passed on: set, listed, taken away; what merge refuses is refused with its reason")
    func rules() throws {
        let run = try run(
            """
            control d.sock merge-rule 'BTC-USDT:ticker=binance,kraken;5s'; control d.sock merge-rule
            control d.sock merge-rule 'BTC-USDT:ticker=binance'; echo $?
            control merge.sock merge-rule --line; control d.sock merge-rule off BTC-USDT:ticker
            control d.sock merge-rule off BTC-USDT:ticker; echo $?; control d.sock merge-rule
            kill -STOP $M; control d.sock merge-rule --timeout 20s; echo $?; kill -CONT $M
            control d.sock merge-rule
            """)
        #expect(
            run.text == """
                BTC-USDT:ticker=binance,kraken;5s;1000
                1 rules | BTC-USDT:ticker=binance,kraken;5s;1000
                69
                ok 1 rules | BTC-USDT:ticker=binance,kraken;5s;1000
                ok, routing version 1
                69
                0 rules
                69
                0 rules

                """, "\(run.text)\(run.errors)")
        #expect(run.errors.contains("refused: a merge is of two venues at least"))
        #expect(run.errors.contains("no rule BTC-USDT:ticker") && run.errors.contains("does not answer"))
    }

    @Test("without --merge it is said where rules are to be set")
    func elsewhere() throws {
        let run = try run("control d.sock merge-rule 'A:ticker=a,b'; echo $?", "")
        #expect(run.text == "69\n" && run.errors.contains("control ITS-SOCKET merge-rule RULE --line"), "\(run.errors)")
    }

    @Test("mergedSubscribe makes a rule of its venues, and gives the merged events of the symbol alone")
    func subscribes() throws {
        let run = try run(
            """
            cat > say.py <<'END'
            import json, socket, subprocess
            s = socket.socket(socket.AF_UNIX); s.connect("d.sock"); f = s.makefile()
            def ask(**words):
                s.sendall((json.dumps(words) + "\\n").encode())
                while True:
                    answer = json.loads(f.readline())
                    if answer["kind"] == "acknowledgement": return answer
            print(ask(verb="mergedSubscribe", symbol="A-B", providers=["a"], event_types=["trade"])["text"])
            print(ask(verb="mergedSubscribe", providers=["a", "b"], event_types=["trade"])["code"])
            first = ask(verb="mergedSubscribe", symbol="A-B", providers=["a", "b"], event_types=["trade"],
                        merge_config=dict(window_duration="60s", max_events=2, partial_policy="suppress"))
            print(first["accepted"], first["text"])
            again = ask(verb="mergedSubscribe", symbol="C-D", kind="ticker")
            print(again["text"], again["routingVersion"] - first["routingVersion"])
            trade = dict(kind="trade", channel="trade", symbol="A-B", price="1", size="2", received="1", epoch=1)
            lines = [dict(trade, venue="a", position=1), dict(trade, venue="b", position=1), dict(trade, venue="c", position=1)]
            hello = dict(kind="hello", producer="test", timeBase="monotonic")
            frames = subprocess.run(["tap", "--from-json"], stdout=subprocess.PIPE,
                                    input="".join(json.dumps(x) + "\\n" for x in [hello] + lines).encode()).stdout
            p = socket.socket(socket.AF_UNIX); p.connect("in.sock"); p.sendall(frames)
            event = json.loads(f.readline())
            while event["kind"] in ("hello",): event = json.loads(f.readline())
            print(event["kind"], event["venue"], event["symbol"], len(event["fragments"]))
            print(ask(verb="mergedUnsubscribe", symbol="A-B")["accepted"], ask(verb="mergedUnsubscribe", symbol="A-B")["code"])
            END
            python3 say.py
            """)
        #expect(
            run.text == """
                a merge is of two venues at least
                invalid
                True A-B:trade=a,b;60s;2
                a stream of merged events is told whole, whatever their kinds 1
                merged merge A-B 2
                True refused

                """, "\(run.text)\(run.errors)")
    }
}
