import Foundation
import Support
import Testing

@Suite("control tells dispatch what to do, and says what came of it", .timeLimit(.minutes(2)))
struct ControlTests {
    /// Runs a line in a folder of its own, with a dispatch at `d.sock` that keeps what must not be lost.
    private func run(_ line: String, seconds: Int = 60) throws -> Shell {
        let folder = try Places.scratch("control")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = """
            begin() { dispatch --listen d.sock --listen-producers in.sock --spool spool --state state --quiet & D=$!
            until control d.sock stats > /dev/null 2>&1; do sleep 0.05; done; }
            begin
            """
        return try Shell.run("\(before)\n\(line)\nkill $D; wait $D", in: folder, seconds: seconds)
    }

    @Test("an answer is a line and status 0; a refusal a line on standard error and a status that says why")
    func statuses() throws {
        let run = try run(
            """
            control d.sock stats | grep -c routingVersion
            control d.sock forget nobody; echo $?
            control d.sock subscribe --kind book:x; echo $?
            control d.sock dead-letters --json | grep -o '"published\\\\":0'
            control none.sock stats; echo $?
            control d.sock rutes; echo $?
            control d.sock trading maybe; echo $?
            """)
        #expect(run.text == "1\n69\n64\n\"published\\\":0\n69\n64\n64\n", "\(run.text)\(run.errors)")
        #expect(run.errors.contains("control: refused: no durable consumer nobody"))
        #expect(run.errors.contains("try routes"))
    }

    @Test("who does not answer is given up, with status 75")
    func patience() throws {
        let run = try run(
            """
            kill -STOP $D; control d.sock stats --timeout 100ms; echo $?; kill -CONT $D
            """)
        #expect(run.text == "75\n", "\(run.errors)")
    }

    @Test("switches, subscriptions and the routing version outlive dispatch, however it dies")
    func restart() throws {
        let run = try run(
            """
            consumer d.sock 'BTC-*' --as grid --state grid > heard & C=$!
            until control d.sock consumers | grep -q '^grid durable connected'; do sleep 0.05; done
            until control d.sock routes | grep -q '^grid.*BTC'; do sleep 0.05; done
            control d.sock consumers | grep -o 'trading off'
            control d.sock trading on grid
            control d.sock subscribe 'ETH-*' --kind book:5 --for grid > /dev/null
            kill $C; wait $C
            until control d.sock consumers | grep -q '^grid durable away'; do sleep 0.05; done
            control d.sock subscribe 'XRP-*' --for grid > /dev/null
            control d.sock stats > before; kill -9 $D; wait $D; begin
            control d.sock consumers | grep -o 'trading on'
            consumer d.sock --as grid --state grid > heard & C=$!
            until control d.sock routes | grep -q '^grid.*XRP'; do sleep 0.05; done
            control d.sock routes | grep -c 'BTC.*"depth":1}\\|ETH.*"depth":5}'
            control d.sock stats > after
            cat before after | sed 's/.*routingVersion":\\([0-9]*\\).*/\\1/' | sort -n -C && echo higher
            kill $C; wait $C
            control d.sock forget grid; control d.sock consumers | grep -c durable
            """)
        #expect(
            run.text == "trading off\ntrading on: grid\ntrading on\n2\nhigher\nforgotten: grid\n0\n",
            "\(run.text)\(run.errors)")
    }

    @Test("off is off for all at once, also where it cannot be kept, and dispatch goes on")
    func unkept() throws {
        let run = try run(
            """
            for name in grid maker; do
            consumer d.sock 'BTC-*' --as $name --state $name > heard & C=$!
            until control d.sock routes | grep -q "^$name.*BTC"; do sleep 0.05; done
            kill $C; wait $C
            done
            control d.sock trading on > /dev/null; control d.sock consumers | grep -c 'trading on'
            rm -r state; control d.sock trading off; echo $?
            control d.sock consumers | grep -c 'trading off'
            control d.sock trading on grid; echo $?
            control d.sock consumers | grep -c 'trading off'
            control d.sock subscribe 'ETH-*' --for grid; echo $?
            """)
        #expect(run.text == "2\n69\n2\n69\n2\n69\n", "\(run.text)\(run.errors)")
        #expect(run.errors.contains("trading off, but not for the next run: cannot write in state"), "\(run.errors)")
    }

    @Test("a durable consumer that is away is subscribed by the same rules as one that is there")
    func away() throws {
        let run = try run(
            """
            consumer d.sock 'BTC-*' --as grid --state grid > heard & C=$!
            until control d.sock routes | grep -q '^grid.*BTC'; do sleep 0.05; done
            control d.sock unsubscribe 'XRP-*' --for grid; echo $?
            kill $C; wait $C
            until control d.sock consumers | grep -q '^grid durable away'; do sleep 0.05; done
            control d.sock unsubscribe 'XRP-*' --for grid; echo $?
            control d.sock subscribe 'ETH-*' --kind book:5 --for grid > /dev/null
            control d.sock unsubscribe 'ETH-*' --kind book:5 --for grid > /dev/null; echo $?
            for symbols in {1..5}; do
            control d.sock subscribe $(seq -f "S$symbols-%g" 60) --for grid > /dev/null 2>> many; echo $?
            done; cat many
            """)
        #expect(
            run.text == "69\n69\n0\n0\n0\n0\n0\n69\ncontrol: refused: more than 256 subscriptions\n",
            "\(run.text)\(run.errors)")
    }

    @Test(
        "where the machine has ended without warning trading is off, and that is said; a kill or an end takes nothing")
    func boots() throws {
        let run = try run(
            """
            consumer d.sock 'BTC-*' --as grid --state grid > heard & C=$!
            until control d.sock routes | grep -q '^grid.*BTC'; do sleep 0.05; done
            kill $C; wait $C
            until control d.sock consumers | grep -q '^grid durable away'; do sleep 0.05; done
            control d.sock trading on grid > /dev/null; cat state/running | wc -w
            kill $D; wait $D; ls state; begin
            control d.sock consumers | grep -o 'trading .*'
            kill -9 $D; wait $D; begin
            control d.sock consumers | grep -o 'trading .*'
            kill -9 $D; wait $D; echo 1 2 > state/running; begin
            control d.sock consumers | grep -o 'trading .*'
            kill -9 $D; wait $D; echo 1 2 > state/running; echo half > state/standing.frames; begin
            control d.sock consumers | grep -o 'trading .*'
            kill -9 $D; wait $D; echo half > state/standing.frames; dispatch --listen d.sock --state state; echo $?
            """)
        #expect(
            run.text == "2\nstanding.frames\nversion.frames\n" + "trading on waiting 0\n" + "trading on waiting 0\n"
                + "trading off waiting 0\ntrading off waiting 0\n65\n", "\(run.text)\(run.errors)")
        let said = run.errors.split(separator: "\n").count {
            $0.hasPrefix("dispatch: the machine ended without warning")
        }
        #expect(said == 2 && run.errors.contains("state/standing.frames is damaged"), "\(run.errors)")
    }

    @Test("an intent that nobody takes is refused with a report at once, and the reason is the switch while it is off")
    func intents() throws {
        let script = Places.root.appendingPathComponent("Tests/EndToEndTests/intent.py").path
        let run = try run(
            """
            python3 \(script) d.sock grid; control d.sock trading on grid > /dev/null
            python3 \(script) d.sock grid; python3 \(script) d.sock ''
            """)
        #expect(
            run.text == "rejected tradingOff o-1\nrejected noGateway o-2\nrejected tradingOff o-1\n", "\(run.errors)")
    }

    @Test("a second consumer of the same name takes the first one's place")
    func replaced() throws {
        let run = try run(
            """
            consumer d.sock --as grid --state one > heard 2> said & C=$!
            until control d.sock consumers | grep -q '^grid durable connected'; do sleep 0.05; done
            consumer d.sock --as grid --state two > heard 2> /dev/null & E=$!
            until grep -q 'connecting again' said; do sleep 0.05; done; echo replaced
            kill $C $E; wait $C; echo $?
            """)
        #expect(run.text == "replaced\n0\n", "\(run.text)\(run.errors)")
    }
}
