import Foundation
import Support
import Testing

@Suite("dispatch passes orders to the process of their venue, while the switch is on", .timeLimit(.minutes(10)))
struct OrdersTests {
    private static let folder = Places.root.appendingPathComponent("Tests/EndToEndTests").path

    /// Runs a line in a folder of its own; `begin` starts a dispatch at `d.sock` that passes orders for Kraken to `o.sock`.
    private func run(_ line: String, seconds: Int = 60) throws -> Shell {
        let folder = try Places.scratch("orders")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = """
            echo "$(id -u) * all commands=100000" > table
            begin() { dispatch --listen d.sock --listen-producers in.sock --order kraken=o.sock --state state "$@" & D=$!
            until control d.sock stats > /dev/null 2>&1; do sleep 0.05; done; }
            """
        return try Shell.run(
            "\(before)\n\(line)\nkill $D; wait $D", in: folder, seconds: seconds,
            environment: [
                "tests": OrdersTests.folder, "golden": Places.root.appendingPathComponent("Tests/Golden").path,
            ])
    }

    @Test(
        "an intent goes to the process of its venue, and its report comes back; who is not there is connected to again")
    func passes() throws {
        let run = try run(
            """
            begin --spool spool --quiet; python3 $tests/order.py o.sock & O=$!
            control d.sock trading on grid > /dev/null
            want() { python3 $tests/intent.py d.sock grid "$@" | tee said; }
            until want | grep taken; do grep -q noGateway said || exit 1; done
            kill -9 $O; wait $O; until want | grep -q noGateway; do cat said; done
            python3 $tests/order.py o.sock & O=$!
            until want | grep taken; do grep -q noGateway said || exit 1; done
            want other; control d.sock trading off grid > /dev/null
            want; kill $O; wait $O
            """)
        let lines = run.text.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(
            lines.filter { !$0.isEmpty } == ["taken -", "taken -", "rejected authentication", "rejected tradingOff"],
            "\(run.text)\(run.errors)")
        #expect(run.errors.contains("dispatch: orders for kraken are refused: o.sock: No such file"))
    }

    @Test("orders go on while a consumer with the right to block holds up all market data")
    func blocked() throws {
        let run = try run(
            #"""
            begin --spool spool --quiet; python3 $tests/order.py o.sock & O=$!
            control d.sock trading on grid > /dev/null
            python3 $tests/holder.py d.sock > held & H=$!
            until grep -q true held; do sleep 0.05; done
            line=$(tap "$golden/binance.frames" --json --kind trade | head -1)
            seq 80000 | awk -v line="$line" '{ l = line; sub(/"position":"[0-9]+"/, "\"position\":\"" $1 "\"", l); print l }' |
              tap --from-json > many.frames
            python3 -c 'import socket; s = socket.socket(1); s.connect("in.sock"); s.sendall(open("many.frames", "rb").read())' & M=$!
            until control d.sock consumers | grep -q 'backlog 1[0-9]\{7\}'; do sleep 0.05; done
            want() { python3 $tests/intent.py d.sock grid "$@" | tee said; }
            until want | grep taken; do grep -q noGateway said || exit 1; done
            kill -0 $M && echo held up
            kill $H; wait $H; wait $M; echo $?; kill $O; wait $O
            """#)
        let lines = run.text.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(lines == ["taken -", "held up", "0"], "\(run.text)\(run.errors)")
    }

    @Test("no intent passes once off is acknowledged, none is refused while on, and each is either passed or refused")
    func switches() throws {
        let trials = ProcessInfo.processInfo.environment["PENSTOCK_TRIALS"].flatMap(Int.init) ?? 200
        let run = try run(
            """
            begin --consumers table --quiet
            python3 $tests/switches.py d.sock o.sock \(trials) 7
            """, seconds: 60 + trials / 20)
        #expect(
            run.text == "\(trials) trials: 0 passed after off, 0 refused while on, 0 lost or doubled\n",
            "\(run.text)\(run.errors)")
    }

    @Test(
        "what it cannot do it refuses with a status and a line",
        arguments: [
            ("--order kraken", "--order kraken: not VENUE=SOCKET"), ("--order =o.sock", "not VENUE=SOCKET"),
            ("--order a=b --order a=c", "--order has a twice"),
            ("--order a=b --clock frames", "a replay orders nothing"),
        ])
    func refuses(options: String, says: String) throws {
        let run = try Fixture.run("dispatch --listen no.sock \(options) < /dev/null")
        #expect(run.status == 64 && run.errors.contains(says), "\(run.errors)")
    }
}
