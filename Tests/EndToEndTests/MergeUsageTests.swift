import Foundation
import Support
import Testing

@Suite("how merge takes its arguments", .timeLimit(.minutes(2)))
struct MergeUsageTests {
    static let refusals: [(arguments: String, status: Int32, says: String)] = [
        ("--clock sun", 64, "--clock sun: not frames or live"),
        (
            "--rule x", 64,
            "--rule x: no '=' between the key and its venues; as 'BTC-USDT:ticker=binance,kraken;10s;1000'"
        ),
        ("--rule A-B:ticker=a", 64, "a merge is of two venues at least"),
        ("--rule A-B:execReport=a,b", 64, "execreport cannot be merged; these can: ticker, trade, kline"),
        ("--rule A-B:ticker=a,b --rule A-B:ticker=c,d", 64, "two rules for A-B:ticker"),
        ("--levels 5", 64, "--levels goes with --consolidate"), ("--drop-quiet", 64, "goes with --consolidate"),
        ("--patience 1s", 64, "--patience goes with --dedupe"), ("--with-singles", 64, "goes with rules"),
        ("--klines 5x", 64, "--klines 5x: no interval; 250ms, 1s, 1m"), ("--klines ,", 64, "--klines is empty"),
        ("--klines 1s,1s", 64, "--klines has 1s twice"), ("--listen ''", 64, "--listen is empty"),
        ("--clock frames --listen x.socket", 64, "--listen has no meaning with --clock frames"),
        ("small.frames small.frames", 64, "small.frames is given twice"), ("''", 64, "an empty operand: no endpoint"),
        ("--quite", 64, "did you mean --quiet?"), ("nowhere.frames", 66, "cannot open nowhere.frames: No such file"),
        (". | cat", 66, ". is a directory"), ("small.jsonl", 65, "small.jsonl: no frame begins here, at offset 0"),
        ("--rules nowhere", 66, "cannot open nowhere"), ("--listen no/where.socket", 73, "cannot open the folder no: "),
        ("--rules bad.rules", 78, "bad.rules:3: there is a rule for A-B:ticker already"),
        ("--check-config --rules bad.rules", 78, "bad.rules:3: "),
    ]

    @Test("what is wrong with arguments is one line that helps, and a status", arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        let (arguments, status, says) = Self.refusals[index]
        let run = try Fixture.run(
            """
            # Whole at once: others read it meanwhile.
            printf '# two\\nA-B:ticker=a,b\\nA-B:ticker=a,b\\n' > rules.\(index); mv rules.\(index) bad.rules
            merge --quiet \(arguments) > refused.\(index)
            """)
        let lines = try Fixture.run("merge \(arguments) > /dev/null")
        #expect(run.status == status, "\(arguments): \(run.status)")
        let told = lines.errors.split(separator: "\n").filter { !$0.contains(" frames in, ") }
        #expect(told.count == 1 && lines.errors.hasPrefix("merge: ") && lines.errors.contains(says), "\(lines.errors)")
    }

    @Test("--check-config prints the rules as they are understood")
    func check() throws {
        let run = try Fixture.run(
            """
            printf 'A-B:TICKER = a , b # x\\n' > good.rules
            merge --check-config --rules good.rules --rule 'C-D:trade=x,y;250ms'
            """)
        #expect(run.text == "C-D:trade=x,y;250ms;1000\nA-B:ticker=a,b;10s;1000\n" && run.status == 0, "\(run.errors)")
    }

    @Test("the help is short, and a terminal gets no frames")
    func help() throws {
        let run = try Fixture.run("merge --help | wc -l; merge --help | awk 'length > 100' | wc -l")
        let counts = run.text.split(separator: "\n").compactMap { Int($0) }
        #expect(counts.count == 2 && counts[0] <= 24 && counts[1] == 0, "\(run.text)")
        let terminal = try Fixture.run("script -qec 'merge small.frames' /dev/null")
        #expect(terminal.text.contains("merge: frames are not for a terminal; pipe them: "), "\(terminal.text)")
    }
}
