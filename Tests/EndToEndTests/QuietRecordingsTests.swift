import Foundation
import Support
import Testing

/// Recordings of healthy markets, by their own clock.
@Suite(.timeLimit(.minutes(10)))
struct QuietRecordingsTests {
    static let recordings = [
        ("binance", "binance_spot_2021.jsonl.gz"), ("binance", "binance_spot_btcusdt_20240808.jsonl.gz"),
        ("binance", "binance_spot_ethusdt_20240808.jsonl.gz"), ("binance", "binance_spot_btcusdt_20260704.jsonl"),
        ("binance-usdm", "binance_usdm_2021.jsonl"), ("binance-usdm", "binance_usdm_btcusdt_20240808.jsonl.gz"),
        ("binance-coinm", "binance_coinm_btcusd_20240808.jsonl.gz"),
        ("binance-coinm", "binance_coinm_ethusd_20240808.jsonl.gz"),
        ("coinbase", "coinbase_advanced_ccxt_202608.jsonl"), ("coinbase-exchange", "coinbase_exchange_2021_a.jsonl.gz"),
        ("kraken", "kraken_v2_sdk_2023.jsonl"), ("kraken-v1", "kraken_v1_2021_a.jsonl.gz"),
        ("kraken-futures", "kraken_futures_2021_a.jsonl.gz"),
    ]

    // Not without the shared recordings: then it says so and checks nothing.
    @Test("no book of a healthy recording is said to be quiet", arguments: recordings)
    func isNotQuiet(venue: String, file: String) throws {
        guard let shared = Places.shared else { return print("skipped: no shared recordings for \(file)") }
        let path = shared.appendingPathComponent("captures/\(file)").path
        let run = try Fixture.run(
            """
            \(file.hasSuffix(".gz") ? "zcat" : "cat") '\(path)' |
                ingest \(venue) --quiet --from-raw - --timers --channels book | tap --json --kind bookStatus
            """, seconds: 300)
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.text.split(separator: "\n")
        #expect(lines.allSatisfy { !$0.contains("\"status\":\"quiet\"") }, "\(lines.filter { $0.contains("quiet") })")
        // Books there were.
        #expect(venue == "coinbase" || lines.contains { $0.contains("\"status\":\"synced\"") })
    }
}
