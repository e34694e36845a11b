import Foundation
import Support
import Testing

@Suite("dispatch holds streams to a rate, and says what became of what it does not deliver", .timeLimit(.minutes(2)))
struct DispatchRateTests {
    /// Runs a line beside a dispatch that lets one event a second pass of each stream, and a burst of frames in `many.frames`.
    private func run(_ line: String, seconds: Int = 60) throws -> Shell {
        let folder = try Places.scratch("rate")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("many.frames"),
            withDestinationURL: Fixture.folder.appendingPathComponent("many.frames"))
        let tests = Places.root.appendingPathComponent("Tests/EndToEndTests").path
        let before = """
            exec 6< <(exec python3 \(tests)/watcher.py monitor told.frames); W=$!; read -r -u 6
            echo "$(id -u) - subscribe
            $(id -u) ops control
            $(id -u) thin subscribe=*/DEF-*/trade" > table
            dispatch --listen d.sock --listen-producers in.sock --rate-limit 1/s,1 --telemetry monitor --quiet \\
              --consumers table & D=$!
            until control d.sock stats > /dev/null 2>&1; do sleep 0.05; done
            python3 \(tests)/consumer.py d.sock '{}' frames > got.frames & C=$!
            until control d.sock stats | grep -q '"subscribed":1'; do sleep 0.05; done
            burst() { exec python3 -c 'import socket, sys
            line = socket.socket(socket.AF_UNIX); line.connect("in.sock")
            line.sendall(open("many.frames", "rb").read()); sys.stdin.read()'; }
            mkfifo hold; exec 9<> hold; burst < hold & B=$!
            until control d.sock dead-letters | head -n 1 | grep -q ' rate'; do sleep 0.05; done
            """
        return try Shell.run(
            "\(before)\n\(line)\nkill $B $W; kill $D 2> /dev/null; wait $D $C", in: folder, seconds: seconds)
    }

    @Test("control reads the dead letters, as lines or as one JSON object; a consumer is told of them as gaps")
    func letters() throws {
        let run = try run(
            """
            control d.sock dead-letters > lines
            head -n 1 lines | grep -c '^[0-9]* dead letters, [0-9]* rate, [0-9]* full'
            sed -n '2,$p' lines | cut -d ' ' -f 1,4-6 | sort -u
            control d.sock dead-letters --json | jq -r .text > letters.json
            jq '.published == .evicted + (.letters | length) or (.letters | length) > 50' letters.json
            jq -r '.letters[] | "\\(.reason) \\(.event.kind)"' letters.json | sort -u
            control d.sock dead-letters --as ops > other; cmp lines other && echo all
            control d.sock dead-letters --as thin | sed -n '2,$p' | cut -d ' ' -f 4-6 | sort -u
            kill $D; wait $D; wait $C; tap --json got.frames | grep -c '"reason":"rate"'
            """)
        let lines = run.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "1", "\(run.text)\(run.errors)")
        #expect(lines.contains("full binance ABC-USDT trade") || lines.contains("rate binance ABC-USDT trade"))
        #expect(lines.suffix(3).dropLast() == ["all", "binance DEF-USDT trade"], "\(run.text)\(run.errors)")
        #expect(
            lines.contains("true") && lines.contains("rate trade") && (Int(lines.last ?? "") ?? 0) > 0, "\(run.text)")
    }

    @Test("what a consumer gets of streams above their rate is without a fault: folded, or told as gaps")
    func live() throws {
        let run = try LiveStage.run(
            """
            begin binance --rate 2000 || exit
            dispatch --listen d.sock --listen-producers in.sock --rate-limit 5/s,2 --quiet & D=$!
            until control d.sock stats > /dev/null 2>&1; do sleep 0.05; done
            python3 \(Places.root.path)/Tests/EndToEndTests/consumer.py d.sock '{}' frames > got.frames & C=$!
            ingest binance all --endpoint "$(at binance)" --ca "$(at ca)" --to in.sock 2> /dev/null & ingest=$!
            until control d.sock dead-letters | head -n 1 | grep -q ' rate'; do sleep 0.05; done
            kill $D; wait $D $C; tap --check got.frames || echo faults
            tap --json got.frames > got.json
            grep -c bookSnapshot got.json | grep -v '^0'; grep -c coalesced got.json | grep -v '^0'
            """)
        let lines = run.text.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasSuffix(" 0 faults"), "\(run.text)\(run.errors)")
    }

    @Test("telemetry names what was folded, held back and left out, and is told once a second at most")
    func telemetry() throws {
        let run = try run(
            """
            control d.sock trading off ops --as ops > /dev/null
            for n in 1 2; do while read -r -u 6 -t 0.01; do :; done; read -r -u 6; done
            tap --json told.frames > told.json
            jq -r .type told.json | sort -u | tr '\\n' ' '; echo
            jq -r 'select(.type == "deadLetterPublished") | .metadata | fromjson? // . | .reason' told.json | sort -u | tr '\\n' ' '; echo
            jq -r 'select(.type == "tradingSwitch") | .metadata | fromjson? // . | .consumer_id' told.json
            jq -s '[.[] | select(.type == "coalescingApplied")] | length < 20' told.json
            """)
        let lines = run.text.split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(run.text)\(run.errors)")
        let types = ["backpressureApplied", "coalescingApplied", "counters", "deadLetterPublished", "tradingSwitch"]
        #expect(types.allSatisfy { lines[0].contains($0) }, "\(lines[0])")
        #expect(lines[1].contains("full") && lines[1].contains("rate") && lines[2] == "ops" && lines[3] == "true")
    }

    @Test("a rate that is none is refused")
    func refuses() throws {
        let run = try Shell.run("dispatch --listen d.sock --rate-limit fast", in: try Places.scratch("rate"))
        #expect(run.status == 64 && run.errors.contains("--rate-limit fast: not a rate; 1000/s"), "\(run.errors)")
    }
}
