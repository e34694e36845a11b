import Foundation
import Support
import Testing

@Suite("exchange refuses what it cannot do, with a status and a line", .timeLimit(.minutes(1)))
struct ExchangeUsageTests {
    static let refusals: [(line: String, status: Int32, says: String)] = [
        ("exchange mtgox", 64, "no venue mtgox to simulate; try binance, coinbase"),
        ("exchange kraken-v1", 64, "no venue kraken-v1 to simulate"),
        ("exchange --replay small.jsonl", 64, "which venue is the recording of?"),
        ("exchange kraken --port binance=1", 64, "--port binance=1: not VENUE=N of a venue that is simulated"),
        ("exchange kraken --port 70000", 64, "--port 70000: not VENUE=N"),
        ("exchange kraken --symbols 0", 64, "--symbols 0"),
        ("exchange kraken --rate 100001", 64, "--rate 100001"),
        ("exchange kraken --life 1ms", 64, "--life 1ms: not a time"),
        ("exchange kraken --certificate-fault ugly", 64, "--certificate-fault ugly: unknown; try wrong-host"),
        ("exchange kraken --plain --fault sulk", 64, "--fault sulk: no fault is called 'sulk'; there are drop"),
        ("exchange kraken --plain --fault drop:BTC-USDT", 64, "'BTC-USDT' is neither a market (BTC-USD"),
        ("exchange kraken --plain --fault drop@chance=2", 64, "is no chance; try chance=1/1000"),
        ("exchange kraken --plain --script absent", 66, "cannot open absent"),
        ("echo 'BTC-USD buy' > bad.$$; exchange kraken --plain --script bad.$$", 78, ":1: an order takes a size"),
        ("exchange kraken --plain --replay absent", 66, "cannot open absent"),
        ("exchange binance --plain --replay small.frames", 65, "small.frames holds no message"),
        ("exchange kraken --plain --witness absent/file", 73, "cannot open absent/file"),
        ("exchange kraken --state small.jsonl", 73, "small.jsonl: Not a directory"),
        ("mkdir -m 777 open.$$; chmod 777 open.$$; exchange kraken --state open.$$", 77, "others may write in open"),
    ]

    @Test("each refusal has its status, one line, and nothing on standard output", arguments: refusals.indices)
    func refuses(_ index: Int) throws {
        let (line, status, says) = Self.refusals[index]
        let run = try Fixture.run(line, seconds: 10)
        #expect(run.status == status, "\(line): \(run.errors)")
        #expect(run.errors.hasPrefix("exchange: ") && run.errors.contains(says), "\(line) said: \(run.errors)")
        #expect(run.errors.split(separator: "\n").count == 1 && run.output.isEmpty)
    }

    @Test("a fault of the command line may name a market, also one of a script")
    func faults() throws {
        let run = try Fixture.run(
            """
            echo 'list ABC-USD tick=0.01 lot=0.1' > one.$$
            exec 6< <(exec env --default-signal exchange kraken --plain --script one.$$ --fault drop:ABC-USD)
            read -r line <&6; kill -TERM $!; wait $!; echo $? "$line"
            """, seconds: 10)
        #expect(run.text.hasPrefix("0 kraken http://localhost:") && run.errors.isEmpty, "\(run.text)\(run.errors)")
    }
}
