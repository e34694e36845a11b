import Foundation
import Support
import Testing

@Suite("dispatch says how far it has come", .timeLimit(.minutes(2)))
struct DispatchReadinessTests {
    private static let before: String = {
        let tests = Places.root.appendingPathComponent("Tests/EndToEndTests").path
        return """
            exec 6< <(exec python3 \(tests)/watcher.py notify.sock); W=$!; read -r -u 6
            # Starts dispatch; `told PATTERN` waits until its manager has been told something.
            start() {
              NOTIFY_SOCKET=$PWD/notify.sock dispatch --listen d.sock --listen-producers in.sock --quiet "$@" & D=$!
              until control d.sock stats > /dev/null 2>&1; do sleep 0.05; done
            }
            told() { local line; while read -r -u 6 line; do [[ $line == *$1* ]] || continue; echo "${line%%:*}"; return; done; }
            feed() { ingest "$1" all --endpoint "$(at "$1")" --ca "$(at ca)" --to in.sock 2> /dev/null & }

            """
    }()

    @Test("READY when all books stand, DEGRADED when a venue dies, READY when it is back; before READY all bear warmUp")
    func venues() throws {
        let run = try LiveStage.run(
            DispatchReadinessTests.before + """
                begin binance kraken --rate 200 || exit
                start
                consumer=\(Places.root.appendingPathComponent("Tests/EndToEndTests/consumer.py").path)
                python3 $consumer d.sock '{"kind":["book:1","ticker"]}' frames > got.frames & C=$!
                until control d.sock stats | grep -q '"subscribed":1'; do sleep 0.05; done
                feed binance; B=$!; feed kraken; K=$!
                told WARM-UP; told READY=1
                kill $K; wait $K; told DEGRADED
                feed kraken; K=$!; told READY=1
                # An ingest warms up by itself, too, and its events say so.
                events() { tap --json got.frames 2> /dev/null | grep -e ticker -e book; }
                until [ "$(events | grep -cv warmUp)" -gt 0 ]; do sleep 0.1; done
                kill $D; wait $D $C; kill $B $K $W; leave
                events | head -n 1 | grep -c warmUp
                """)
        #expect(
            run.text == "STATUS=WARM-UP\nREADY=1 STATUS=READY\nSTATUS=DEGRADED\nREADY=1 STATUS=READY\n1\n",
            "\(run.text)\(run.errors)")
    }

    @Test("what a durable consumer had asked for in an earlier run is waited for")
    func restored() throws {
        let run = try LiveStage.run(
            DispatchReadinessTests.before + """
                begin kraken --rate 200 || exit
                start --spool spool --state state.d
                consumer d.sock 'BTC-*' --as grid --state grid > heard & C=$!
                until control d.sock routes | grep -q '^grid.*BTC'; do sleep 0.05; done
                control d.sock subscribe 'NOPE-*' --for grid > /dev/null
                kill -9 $D; wait $D; kill $C; wait $C
                start --spool spool --state state.d
                feed kraken; K=$!
                told 'grid waits for * NOPE-\\* *'
                control d.sock unsubscribe 'NOPE-*' --for grid > /dev/null
                told READY=1
                kill $D; wait $D; kill $K $W; leave
                """)
        #expect(run.text == "STATUS=WARM-UP\nREADY=1 STATUS=READY\n", "\(run.text)\(run.errors)")
    }
}
