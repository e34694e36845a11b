import Foundation
import Support
import Testing

@Suite("ingest on a simulated exchange over TLS", .timeLimit(.minutes(2)))
struct LiveTests {
    @Test(
        "books, trades and tickers are what the venue published, SIGTERM drains, and the recording gives the same events",
        arguments: ["binance", "kraken", "coinbase", "coinbase-exchange"])
    func truth(_ venue: String) throws {
        let run = try LiveStage.run(
            """
            begin \(venue) --rate 1000 --witness witness.frames || exit
            listen live \(venue) all --record-raw live.raw
            hear 600 '"kind"'
            finish; leave
            tap live.frames --json | jq -r '.kind + (.reason // "")' | tail -1
            tap live.frames --check | grep -c ', 0 faults'
            witness live.frames witness.frames
            awk 'NR == 2 { print ($3 > 50), ($6 > 20), ($9 > 10) }' verdict
            ingest \(venue) --from-raw live.raw --quiet > again.frames
            tap --diff live.frames again.frames --ignore received,hops,hello | cut -d: -f1
            """)
        #expect(run.text == "0\nendstopped\n1\n0 differences\n1 1 1\nsame\n", "\(run.text)\(run.errors)")
    }

    @Test("SIGINT ends it as SIGTERM does, and a recording of many files, put together, gives the same events")
    func rotated() throws {
        let run = try LiveStage.run(
            """
            begin kraken --rate 500 || exit
            listen live kraken all --record-raw live.raw --rotate 1s
            until set -- live.raw.*; [[ -e ${2-} ]]; do hear 50 '"kind"'; done
            finish INT; leave
            tap live.frames --json | jq -r '.kind + (.reason // "")' | tail -1
            ls live.raw.* | awk 'END { print (NR >= 2) }'
            cat live.raw.* live.raw | ingest kraken --from-raw - --quiet > again.frames
            tap --diff live.frames again.frames --ignore received,hops,hello | cut -d: -f1
            """)
        #expect(run.text == "0\nendstopped\n1\nsame\n", "\(run.text)\(run.errors)")
    }

    @Test(
        "a symbol that the venue does not list ends it with 64 and the nearest names", arguments: ["binance", "kraken"])
    func unknown(_ venue: String) throws {
        let run = try LiveStage.run(
            """
            begin \(venue) --rate 10 || exit
            ingest \(venue) BTC-USDX --endpoint $(at \(venue)) --ca $(at ca) > /dev/null; echo $?
            """)
        let near = venue == "binance" ? "BTC-USDT" : "BTC-USD"
        #expect(run.text == "64\n", "\(run.errors)")
        #expect(run.errors.hasPrefix("ingest: \(venue) lists no BTC-USDX; did you mean \(near)"), "\(run.errors)")
    }

    @Test("where nobody is it tries again and again, and ends well")
    func nobody() throws {
        let run = try LiveStage.run(
            """
            mkfifo told
            ingest binance BTC-USDT --endpoint https://localhost:1 > none.frames 2> told & ingest=$!
            exec 9< told; grep -m 2 Failed <&9 | wc -l
            kill -TERM $ingest; cat <&9 > rest & wait $ingest; echo $?
            tap none.frames --json | jq -r .kind
            """)
        #expect(run.text == "2\n0\nhello\nend\n", "\(run.text)\(run.errors)")
    }

    @Test(
        "a bad certificate is refused with a line that says why, and nothing is told",
        arguments: [
            ("wrong-host", "does not match|no alternative certificate subject name"), ("expired", "has expired"),
            ("not-yet-valid", "not yet valid"), ("self-signed", "self-signed"),
            ("wrong-authority", "it does not bear its issuer.s signature"),
            ("issuer-not-authority", "invalid CA certificate"),
            ("not-for-servers", "unsuitable certificate purpose"), ("weak-key", "key too weak"),
        ])
    func certificate(_ fault: String, _ reason: String) throws {
        let run = try LiveStage.run(
            """
            begin binance --certificate-fault \(fault) || exit
            mkfifo told
            ingest binance BTC-USDT --endpoint $(at binance) --ca $(at ca) > none.frames 2> told & ingest=$!
            exec 9< told; head -1 <&9
            kill -TERM $ingest; cat <&9 > rest & wait $ingest; echo $?
            tap none.frames --json | jq -r .kind
            """)
        let lines = run.text.split(separator: "\n")
        #expect(lines.dropFirst() == ["0", "hello", "end"], "\(run.text)\(run.errors)")
        #expect(lines.first?.contains(try Regex(reason)) == true, "\(run.text)")
    }

    @Test("the exchange goes and comes back on the same port: books are stale, then stand again in a new epoch")
    func restart() throws {
        let run = try LiveStage.run(
            """
            begin kraken --rate 200 || exit
            listen live kraken all
            hear 5 '"status":"synced"'
            leave
            hear 5 '"reason":"disconnected"'
            port=$(at kraken); begin kraken --rate 200 --port kraken=${port##*:} || exit
            hear 5 '"status":"synced"'
            hear 3 '"bookUpdate".*"epoch":2,'
            finish; leave
            tap live.frames --check | tail -1 | grep -c ', 0 faults'
            """)
        #expect(run.text == "0\n1\n", "\(run.text)\(run.errors)")
    }

    @Test("symbols are added and removed at run time")
    func control() throws {
        let run = try LiveStage.run(
            """
            begin binance --rate 300 || exit
            listen live binance BTC-USDT --control door
            hear 3 '"bookUpdate".*"BTC-USDT"'
            say door 'add ETH-USDT' 'add NOPE-USDT' 'dance'
            hear 3 '"bookUpdate".*"ETH-USDT"'
            say door 'remove BTC-USDT'
            hear 1 '"bookStatus".*"BTC-USDT".*"stale"'
            hear 3 '"bookUpdate".*"ETH-USDT"'
            finish; leave
            """)
        #expect(
            run.text == "ok\nrefused: no NOPE-USDT\nrefused: no command dance; add, remove, state\nok\n0\n",
            "\(run.text)\(run.errors)")
    }

    @Test("telemetry comes as datagrams of frames: states and counters")
    func telemetry() throws {
        let monitor = """
            import socket
            monitor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            monitor.bind("monitor")
            print("ready", flush=True)
            with open("told.frames", "wb", buffering=0) as file:
                while True:
                    frame = monitor.recv(1 << 20)
                    file.write(frame)
                    print("counters" if b"understood" in frame else "state", flush=True)
            """
        let run = try LiveStage.run(
            """
            begin kraken --rate 200 || exit
            exec 6< <(exec python3 -c '\(monitor)'); other=$!
            read -r -u 6
            listen live kraken all --telemetry monitor
            grep -m 2 counters <&6
            finish; leave; kill $other
            tap told.frames --json | jq -r 'select(.type == "state") | .metadata' | head -1
            tap told.frames --json | jq -r 'select(.type == "counters") | .metadata' | tail -1 | jq '.messages > 0'
            """)
        #expect(
            run.text == "counters\ncounters\n0\n{\"state\":\"WARM-UP\"}\ntrue\n", "\(run.text)\(run.errors)")
    }
}
