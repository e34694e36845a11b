import Foundation
import Support
import Testing

@Suite("a table says who may do what at a dispatch", .timeLimit(.minutes(2)))
struct RightsTests {
    /// Runs a line in a folder of its own, with a dispatch at `d.sock` that goes by `table`, of this user; `ops` may direct others.
    private func run(_ table: String, _ line: String, seconds: Int = 60) throws -> Shell {
        let folder = try Places.scratch("rights")
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = """
            table() { sed "s/ME/$(id -u)/" > table; }
            table <<'END'
            ME ops control
            \(table)
            END
            dispatch --listen d.sock --listen-producers in.sock --spool spool --state state --consumers table \
            2> told & D=$!
            until control d.sock stats --as ops > /dev/null 2>&1; do sleep 0.05; done
            """
        let environment = ["tests": Places.root.appendingPathComponent("Tests/EndToEndTests").path]
        return try Shell.run(
            "\(before)\n\(line)\nkill $D; wait $D", in: folder, seconds: seconds, environment: environment)
    }

    @Test("who may not is answered notPermitted, with status 77; who may is obeyed")
    func refusals() throws {
        let run = try run(
            "ME grid durable subscribe=*/*/trade",
            """
            control d.sock stats; echo $?; control d.sock stats --as nobody; echo $?
            control d.sock stats --json | grep -o '"code":"notPermitted"'
            for verb in 'trading on grid' 'forget grid' 'subscribe X --for grid' 'merge-rule off A:b' reload stop; do
            control d.sock $verb --as grid 2>/dev/null; echo $?; done
            control d.sock trading off grid --as grid; control d.sock trading on grid --as ops
            control d.sock subscribe --kind trade --as grid > /dev/null; echo $?
            control d.sock subscribe --kind 't*' --as grid; echo $?
            control d.sock subscribe --kind trade --policy block --as grid; echo $?
            consumer d.sock X --as grid --state grid > heard; echo $?
            consumer d.sock --as ops --state ops > heard; echo $?
            """)
        #expect(
            run.text == """
                77
                77
                "code":"notPermitted"
                77
                77
                77
                77
                77
                77
                trading off: grid
                trading on: grid
                0
                77
                77
                77
                77

                """, "\(run.text)\(run.errors)")
        #expect(run.errors.contains("may not be without a name") && run.errors.contains("may not be nobody"))
        #expect(run.errors.contains("as grid may not have {\"venue\":\"*\",\"symbol\":\"*\",\"kind\":\"t*\""))
        #expect(run.errors.contains("may not be durable as ops"))
    }

    @Test("an intent of who may not trade is refused with a report, though its switch is on")
    func trade() throws {
        let run = try run(
            "ME grid durable",
            "control d.sock trading on grid --as ops > /dev/null; python3 $tests/intent.py d.sock grid")
        #expect(run.text == "rejected authentication o-1\n", "\(run.text)\(run.errors)")
    }

    @Test(
        "a wrong table is refused whole when it is read again; a right one holds, and lets go who has what it may not")
    func reload() throws {
        let run = try run(
            "ME grid* all",
            """
            consumer d.sock 'BTC-*' --as grid --state grid > heard 2> said & C=$!
            until control d.sock consumers --as ops | grep -q '^grid durable connected'; do sleep 0.05; done
            printf 'ME ops control\\nME grid everything\\n' | table
            control d.sock reload --as ops; echo $?
            kill -HUP $D; until grep -q 'stays as it was' told; do sleep 0.05; done
            control d.sock consumers --as ops | grep -o '^grid durable connected'
            printf 'ME ops control\\nME grid durable\\n' | table
            control d.sock reload --as ops; wait $C; echo $?
            printf 'ME ops control\\nME grid all\\n' | table
            kill -HUP $D; until grep -q 'table read again' told; do sleep 0.05; done; control d.sock stop --as grid
            wait $D; echo $?
            """)
        #expect(run.text == "69\ngrid durable connected\nread again\n77\nstopping\n0\n", "\(run.text)\(run.errors)")
        #expect(run.errors.contains("table:2: everything is no right; these are: subscribe, durable"))
    }

    @Test("connections, subscriptions and commands of a user have limits, and who meets one is told so")
    func limits() throws {
        let run = try run(
            "ME grid subscribe connections=2 subscriptions=3 commands=1",
            """
            sleep 1
            python3 - <<'END'
            import json, socket
            def line():
                s = socket.socket(socket.AF_UNIX); s.connect("d.sock"); return s, s.makefile()
            s, f = line()
            s.sendall(b'{"as":"grid","verb":"subscribe","symbol":["A","B","C"]}\\n'); f.readline(); print(f.readline())
            s.sendall(b'{"verb":"subscribe","symbol":["A","D"]}\\n'); print(f.readline())
            s.sendall(b'{"verb":"subscribe","symbol":["A","B","C"]}\\n'); print(f.readline())
            t, g = line()
            u, h = line()
            print(b"has 2 connections" in u.recv(65536))
            for n in range(6): s.sendall(b'{"verb":"query"}\\n')
            print([json.loads(f.readline())["code"] for n in range(6)][-1])
            END
            control d.sock stats --as ops; echo $?
            until grep -q 'turned away: user' told; do sleep 0.05; done
            """)
        #expect(run.text.contains(#""accepted":true"#) && run.text.contains("too many subscriptions: 3"), "\(run.text)")
        #expect(run.text.hasSuffix("True\nrefused\n69\n"), "\(run.text)\(run.errors)")
        #expect(run.errors.contains("too many commands: 1 a second"))
    }

    @Test("--check-config says what is wrong with a table, as file:line, and does nothing else")
    func check() throws {
        let run = try Fixture.run(
            """
            printf '# all\\n1000 * all\\nnobody-of-that-name * all\\n' > table.$$
            dispatch --consumers table.$$ --check-config; echo $?
            dispatch --listen never.$$ --consumers table.$$ < /dev/null; echo $?
            printf 'root grid trade\\n' > table.$$; dispatch --consumers table.$$ --check-config; echo $?
            dispatch --check-config; echo $?; dispatch --consumers none.$$ --check-config; echo $?; [ -e never.$$ ]
            """)
        #expect(run.text == "78\n78\n0\n64\n66\n" && run.status == 1, "\(run.text)\(run.errors)")
        #expect(run.errors.contains(":3: no user nobody-of-that-name"))
    }
}
