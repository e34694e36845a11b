import Foundation
import Support
import Testing

/// `make run`, with the tools that the tests are built with.
@Suite(.timeLimit(.minutes(3)))
struct RunTests {
    private static let script = Places.root.appendingPathComponent("scripts/run").path

    /// Runs a line with a folder for temporary files; what the line leaves in it, and processes that know it, are its leavings.
    private func run(_ line: String, _ variables: [String: String] = [:]) throws -> (run: Shell, leavings: String) {
        let folder = try Places.scratch("run")
        let environment = variables.merging(["PENSTOCK_TOOLS": Places.products.path, "TMPDIR": folder.path]) { $1 }
        let run = try Fixture.run(line, seconds: 120, environment: environment)
        let leavings = try Fixture.run(
            "ls -A '\(folder.path)'; pgrep -f '^[^ ]*/(exchange|ingest|merge|dispatch|tap) .*\(folder.path)'")
        return (run, leavings.text)
    }

    @Test("where there is no terminal it prints what three live venues sent, ends by itself, and leaves nothing behind")
    func plain() throws {
        let (run, leavings) = try run("\(Self.script) 1")
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.status) \(run.errors)")
        let lines = run.text.split(separator: "\n")
        #expect(lines.first?.hasPrefix("15 symbols, ") == true, "\(run.text)")
        for symbol in ["binance   BTC-USDT", "coinbase  BTC-USD", "kraken    BTC-USD"] {
            let row = lines.first { $0.hasPrefix(symbol) }
            #expect(row?.hasSuffix("synced") == true, "\(symbol) in \(run.text)")
        }
        #expect(leavings.isEmpty, "\(leavings)")
    }

    @Test("on a terminal it shows all three until Ctrl-C, and leaves nothing behind")
    func terminal() throws {
        // The key is pressed as soon as all books stand on the screen.
        let (run, leavings) = try run(
            """
            typescript=$TMPDIR.typescript
            shows() { grep -aq "$1" $typescript 2> /dev/null; }
            {
                until shows 'binance.*synced' && shows 'coinbase.*synced' && shows 'kraken.*synced'; do sleep 0.1; done
                printf '\\003'
                until shows 'Those were'; do sleep 0.1; done
            } | script -qefc 'stty cols 100 rows 30; \(Self.script)' $typescript > /dev/null
            cat $typescript; rm $typescript
            """, ["TERM": "xterm"])
        #expect(run.text.contains("Those were three simulated venues"), "\(run.status) \(run.text.suffix(2000))")
        #expect(leavings.isEmpty, "\(leavings)")
    }

    @Test("whoever ends it in its middle finds nothing left either")
    func ended() throws {
        let (run, leavings) = try run(
            """
            env --default-signal \(Self.script) 60 & pid=$!
            until compgen -G "$TMPDIR/*/binance.errors" > /dev/null; do :; done
            kill -TERM $pid; wait $pid
            """)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.status) \(run.errors)")
        #expect(leavings.isEmpty, "\(leavings)")
    }

    @Test(
        "only its reader holds the end of a pipe; what dies in its middle is named with its status, which is a failure")
    func dies() throws {
        let (run, leavings) = try run(
            """
            \(Self.script) 60 & pid=$!
            until compgen -G "$TMPDIR/*/table" > /dev/null; do sleep 0.1; done
            for one in $pid $(pgrep -P $pid); do
                echo "$(cat /proc/$one/comm) $(find /proc/$one/fd -lname '*/pipe (deleted)' -perm -u=r ! -perm -u=w \
                    -exec stat -Lc %i {} + | sort -u | wc -l)"
            done | grep -v ' 0$' | sort
            kill -KILL $(pgrep -P $pid -x dispatch); wait $pid; echo $?
            """)
        #expect(run.text == "dispatch 1\nmerge 3\n74\n", "\(run.text) \(run.errors)")
        #expect(run.errors.hasPrefix("run: dispatch has ended with status 137"), "\(run.errors)")
        #expect(leavings.isEmpty, "\(leavings)")
    }

    @Test("on a terminal, too, what dies ends it, is named and is a failure")
    func diesOnTerminal() throws {
        let (run, leavings) = try run(
            """
            typescript=$TMPDIR.typescript
            {
                until grep -aq 'kraken.*synced' $typescript 2> /dev/null; do sleep 0.1; done
                kill -KILL $(pgrep -f "^[^ ]*/dispatch .*$TMPDIR")
            } | script -qefc 'stty cols 100 rows 30; \(Self.script)' $typescript > /dev/null
            echo $?; tr -d '\r' < $typescript | grep -ao 'run: .*'; rm $typescript
            """, ["TERM": "xterm"])
        #expect(
            run.text.hasPrefix("74\nrun: ") && run.text.contains("dispatch has ended with status 137"), "\(run.text)")
        #expect(leavings.isEmpty, "\(leavings)")
    }
}
