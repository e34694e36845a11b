import Foundation
import Support
import Testing

@Suite("text and frames are two forms of one thing", .timeLimit(.minutes(1)))
struct TapRoundTripTests {
    @Test(
        "--json and back gives the very same bytes, also after jq",
        arguments: ["cat", "jq -c .", "jq .", "jq -cS .", "tac | tac"])
    func back(_ between: String) throws {
        // jq without -c writes an event over many lines, which is not a line an event any more.
        let join = between == "jq ." ? "jq . | jq -c ." : between
        for file in ["small.frames", "every.frames"] {
            _ = Self.everyKind
            let run = try Fixture.run("tap \(file) --json | \(join) | tap --from-json | cmp - \(file)")
            #expect(run.status == 0, "\(file): \(run.text)\(run.errors)")
        }
    }

    /// One event of each kind, from the seeds of the fuzz targets.
    private static let everyKind: Void = {
        let seeds = Places.root.appendingPathComponent("Tests/fuzz/corpus/JsonEvents").path
        _ = try? Fixture.run("cat '\(seeds)'/* | tap --from-json > every.frames")
    }()

    @Test("one event of each kind is read, printed and passes --check or says why not")
    func kinds() throws {
        _ = Self.everyKind
        let run = try Fixture.run("tap every.frames --json | jq -r .kind | sort -u | wc -l")
        #expect(run.text == "25\n", "24 kinds and an unknown one")
    }

    @Test("a line that is no event is refused with its number and the reason, and what came before is written")
    func refuses() throws {
        let good = #"{"kind":"heartbeat","flags":[],"count":"1"}"#
        let cases = [
            ("{", "not a JSON object"), ("[]", "not a JSON object"), ("{}", "an event without a kind"),
            (#"{"kind":"trada"}"#, "unknown kind trada"),
            (#"{"kind":"heartbeat","price":"1"}"#, "a heartbeat has no field price"),
            (#"{"kind":"heartbeat","count":"1","count":"1"}"#, "field count comes twice"),
            (#"{"kind":"heartbeat","count":"-1"}"#, "count is not a whole number that fits"),
            (#"{"kind":"trade","price":"1e99"}"#, "price is not a number that fits"),
            (#"{"kind":"heartbeat","flags":["new"]}"#, "unknown flag new"), (#"{"kind":999}"#, "kind is out of range"),
            (#"{"kind":"trade","venue":"\#(String(repeating: "v", count: 33))"}"#, "venue or symbol is wrong"),
        ]
        for (line, says) in cases {
            let run = try Fixture.run("tap --from-json", input: Data("\(good)\n\(line)\n\(good)\n".utf8))
            #expect(run.status == 65 && run.errors == "tap: standard input:2: \(says)\n", "\(line): \(run.errors)")
            let before = try Fixture.run("tap --json", input: run.output)
            #expect(before.text == #"{"kind":"heartbeat","flags":[],"count":"1"}"# + "\n", "\(line)")
        }
    }

    @Test("frames are not for a terminal")
    func terminals() throws {
        let run = try Fixture.run(
            "script -qec 'tap --from-json /dev/null; echo $?; ingest binance --from-raw small.jsonl; echo $?' /dev/null"
        )
        guard run.status == 0 else { return print("skipped: script(1) is not installed") }
        #expect(
            run.text.contains("tap: frames are not for a terminal; ")
                && run.text.contains("ingest: frames are not for a terminal; "))
        #expect(run.text.components(separatedBy: "64").count == 3)
    }
}
