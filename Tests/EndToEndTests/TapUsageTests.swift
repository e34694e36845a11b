import Foundation
import Support
import Testing

@Suite("tap refuses what it cannot do, with a status and a line", .timeLimit(.minutes(1)))
struct TapUsageTests {
    static let refusals: [(line: String, status: Int32, says: String)] = [
        ("tap --jsn", 64, "did you mean --json?"),
        ("tap --json --csv small.frames", 64, "one view at a time: --json or --csv?"),
        ("tap absent.frames", 66, "cannot open absent.frames: No such file or directory"),
        ("tap .", 66, ". is a directory"),
        ("tap ''", 64, "an empty operand"),
        ("tap --check small.frames small.frames", 64, "one endpoint at a time; cat joins files"),
        ("tap --through small.frames small.frames", 64, "one endpoint at a time; cat joins files"),
        ("tap $(printf 'small.frames %.0s' $(seq 65))", 64, "more than 64 endpoints; cat joins files"),
        ("tap --diff small.frames", 64, "--diff compares two endpoints"),
        ("tap --schema small.frames", 64, "--schema takes no endpoint"),
        ("tap --through --schema", 64, "--through goes with a view of one stream"),
        ("tap --through --from-json", 64, "--through goes with a view"), ("tap fd:77", 66, "descriptor 77 is not open"),
        (
            "tap unix:absent.sock", 75,
            "cannot connect to absent.sock: No such file or directory; is its server running?"
        ),
        ("tap small.frames --limit -1", 64, "--limit -1: not a whole number"),
        ("tap small.frames --levels 0", 64, "--levels 0"),
        ("tap small.frames --since yesterday", 64, "--since yesterday: not a time; as 2024-08-08T23:54:15Z"),
        ("tap small.frames --until 2024-13-01", 64, "--until 2024-13-01: not a time"),
        ("tap small.frames --kind", 64, "--kind needs a value"),
        ("tap fd:x", 64, "fd:x: no endpoint; -, a path, unix:PATH or fd:N"), ("tap unix:", 64, "unix:: no endpoint"),
        ("tap small.frames --kind trades", 64, "unknown kind trades; try trade"),
        ("tap absent.frames --book", 66, "cannot open absent.frames"),
        ("tap small.jsonl", 65, "tap: small.jsonl: no frame begins here, at offset 0"),
    ]

    @Test("each refusal has its status and one line", arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        let (line, status, says) = Self.refusals[index]
        let run = try Fixture.run(line)
        #expect(run.status == status, "\(line)")
        #expect(run.errors.hasPrefix("tap: ") && run.errors.contains(says), "\(line) said: \(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1 && run.output.isEmpty)
    }

    @Test("an endpoint has the same forms everywhere")
    func endpoints() throws {
        let expected = try Fixture.run("tap --json < small.frames").output
        let forms = [
            "tap --json small.frames", "tap --json - < small.frames", "cat small.frames | tap --json",
            "tap --json fd:9 9< small.frames",
            "tap --json <(cat small.frames)", "tap -- small.frames --json || tap --json -- small.frames",
            "mkfifo fifo.$$; cat small.frames > fifo.$$ & tap --json fifo.$$", Self.served("tap --json unix:SOCKET"),
            Self.served("tap --json SOCKET"), Self.served("tap --json ./SOCKET"),
        ]
        for form in forms {
            let run = try Fixture.run(form)
            #expect(run.output == expected, "\(form): \(run.errors)")
        }
    }

    /// The line beside a server that sends the frames to whoever connects to SOCKET.
    private static func served(_ line: String) -> String {
        let server = """
            import socket, sys
            server = socket.socket(socket.AF_UNIX); server.bind(sys.argv[1]); server.listen()
            print("ready", flush=True)
            server.accept()[0].sendall(open("small.frames", "rb").read())
            """
        return """
            socket=$(mktemp -u served.XXXXXX); exec 6< <(exec python3 -c '\(server)' $socket); read -r <&6
            \(line.replacing("SOCKET", with: "$socket"))
            """
    }

    @Test("a filter that lets nothing pass is told, and is no failure")
    func nothingPasses() throws {
        for filter in [
            "--symbol X", "--venue kraken", "--kind 200", "--since 2030-01-01", "--book X", "--json --until 2000-01-01",
        ] {
            let run = try Fixture.run("tap small.frames \(filter)")
            #expect(
                run.status == 0 && run.errors == "tap: no event passed the filter; tap --count shows what there is\n")
        }
        let kinds = try Fixture.run("tap small.frames --json --kind 'BOOK*',trade | jq -r .kind | sort -u")
        #expect(kinds.text == "bookSnapshot\nbookStatus\nbookUpdate\ntrade\n" && kinds.errors.isEmpty)
    }

    @Test("whoever stops a tool that waits for a FIFO's writer ends it well")
    func waitingForWriter() throws {
        // It waits once it catches the signal (bit 1 of SigCgt) and then sleeps.
        let run = try Fixture.run(
            """
            mkfifo lonely; env --default-signal tap lonely & pid=$!
            until ((0x$(awk '/^SigCgt/ { print $2 }' /proc/$pid/status) & 2)); do :; done
            until [ "$(awk '{ print $3 }' /proc/$pid/stat)" = S ]; do :; done
            kill -INT $pid; wait $pid
            """)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.status) \(run.errors)")
    }

    @Test("a socket's path that the system cannot hold is refused")
    func longSocket() throws {
        let run = try Fixture.run("tap unix:/\(String(repeating: "s", count: 120))")
        #expect(run.status == 64 && run.errors.contains("longer than 107 bytes"))
    }
}
