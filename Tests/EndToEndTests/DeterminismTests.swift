import Foundation
import Support
import Testing

@Suite("the same recording gives the same bytes", .timeLimit(.minutes(1)))
struct DeterminismTests {
    @Test("three runs, other folders, zones, locales and environments: one stream")
    func runs() throws {
        let expected = try Fixture.frames
        let lines = [
            "ingest binance --quiet --from-raw small.jsonl",
            "TZ=Asia/Tokyo ingest binance --quiet --from-raw small.jsonl",
            "LC_ALL=tr_TR.UTF-8 TZ=America/New_York ingest binance --quiet --from-raw small.jsonl",
            "cd / && ingest binance --quiet --from-raw \"$OLDPWD/small.jsonl\"",
            "env -i \"$(command -v ingest)\" binance --quiet --from-raw small.jsonl",
            "setarch -R \"$(command -v ingest)\" binance --quiet --from-raw small.jsonl",
        ]
        for line in lines {
            let run = try Fixture.run(line)
            #expect(run.output == expected, "\(line): \(run.errors)")
        }
    }

    @Test("no event bears a time that is not in the recording")
    func noWallClock() throws {
        let run = try Fixture.run(
            "tap small.frames --json | jq -r '[.received // \"0\", .happened // \"0\", .wallOffset // \"0\"] | .[]'")
        let times = run.text.split(separator: "\n").compactMap { Int($0) }
        #expect(times.count > 20)
        for time in times where time != 0 { #expect(abs(time - Fixture.start) < 1_000_000_000) }
    }

    @Test("hello carries neither boot nor build nor host")
    func hello() throws {
        let run = try Fixture.run("tap small.frames --limit 1 --json")
        #expect(
            run.text == #"{"kind":"hello","flags":["replay"],"timeBase":"recorded","producer":"ingest binance"}"# + "\n"
        )
    }

    @Test("what tap prints of a file does not depend on zone or locale either, unless asked")
    func views() throws {
        for view in ["", "--json", "--csv", "--count", "--book", "--check"] {
            let here = try Fixture.run("TZ=UTC tap small.frames \(view)")
            let there = try Fixture.run("LC_ALL=tr_TR.UTF-8 TZ=Asia/Tokyo tap small.frames \(view)")
            #expect(here.output == there.output && here.status == 0, "\(view)")
        }
        let local = try Fixture.run("TZ=Asia/Tokyo tap small.frames --local --kind kline")
        #expect(local.text.hasPrefix("2023-11-15 07:13:20"), "\(local.text)")
    }
}
