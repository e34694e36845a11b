import Bytes
import Foundation
import Recordings
import Support
import Testing
import Text

@testable import Venues

/// What a venue's usual reader accepts it must read as the other one does, also of messages that chance has changed.
@Suite(.timeLimit(.minutes(1)))
struct UsualSpellingSeedTests {
    /// Dialects with a reader for the usual spelling, and the recordings of each, where they are there.
    static let recordings: [(dialect: Dialect, files: [String])] = [
        (.binance, ["binance_spot_2021.jsonl.gz", "binance_spot_btcusdt_20260704.jsonl"]),
        (.binanceUsdm, ["binance_usdm_2021.jsonl", "binance_usdm_btcusdt_20240808.jsonl.gz"]),
        (.binanceCoinm, ["binance_coinm_btcusd_20240808.jsonl.gz"]),
        (.coinbase, ["coinbase_advanced_ccxt_202608.jsonl"]),
        (.coinbaseExchange, ["coinbase_exchange_2021_a.jsonl.gz"]),
        (.kraken, ["kraken_v2_sdk_2023.jsonl"]),
        (.krakenV1, ["kraken_v1_2021_a.jsonl.gz"]),
        (.krakenFutures, ["kraken_futures_2021_a.jsonl.gz"]),
    ]

    /// Whether the usual reader takes the message.
    private func isUsual(_ dialect: Dialect, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            let text = RawSpan(_unsafeBytes: buffer)
            var batch = Batch()
            switch dialect {
            case .binance, .binanceUsdm, .binanceCoinm:
                var fields = BinanceMessages.Fields()
                return BinanceMessages.readUsual(text, &fields, &batch)
            case .coinbase: return CoinbaseMessages.readUsual(text, side: .unknown, &batch)
            case .coinbaseExchange: return CoinbaseExchangeMessages.readUsual(text, &batch)
            case .kraken: return KrakenMessages.readUsual(text, &batch)
            case .krakenV1: return KrakenV1Messages.readUsual(text, &batch)
            case .krakenFutures: return KrakenFuturesMessages.readUsual(text, &batch)
            }
        }
    }

    /// Records an issue where the readers differ.
    private func expectAlike(_ dialect: Dialect, _ bytes: [UInt8], _ note: String) {
        let (usual, other) = (Reading(dialect, bytes), UsualSpellingTests().piecewise(dialect, bytes))
        if usual != other {
            Issue.record("\(note): \(String(decoding: bytes, as: Unicode.UTF8.self)): \(usual), \(other)")
        }
    }

    @Test("the usual reader takes the usual messages", arguments: UsualSpellingTests.messages)
    func accepted(dialect: Dialect, text: String) { #expect(isUsual(dialect, Array(text.utf8))) }

    @Test("both readers find the same in messages that chance has changed", arguments: recordings.map(\.dialect))
    func mutated(dialect: Dialect) {
        let messages = UsualSpellingTests.messages.filter { $0.0 == dialect }.map(\.1) + Self.golden(dialect)
        #expect(messages.contains { isUsual(dialect, Array($0.utf8)) })
        for (index, text) in messages.enumerated() {
            for seed in 0..<300 {
                var dice = Dice(seed: UInt64(index * 1000 + seed))
                expectAlike(dialect, mutate(text, using: &dice), "seed \(index * 1000 + seed)")
            }
        }
    }

    // Not without the shared recordings: then it says so and checks nothing.
    @Test("both readers find the same in recorded messages, and when these are changed", arguments: recordings)
    func recorded(dialect: Dialect, files: [String]) throws {
        guard let shared = Places.shared else { return print("skipped: no shared recordings for \(dialect.rawValue)") }
        var usual = 0
        for file in files {
            let path = shared.appendingPathComponent("captures/\(file)").path
            let lines = try Shell.run("\(file.hasSuffix(".gz") ? "zcat" : "cat") '\(path)' | head -n 4000").text
            var dice = Dice(seed: 1)
            for line in lines.split(separator: "\n") {
                guard let body = Self.message(line) else { continue }
                let bytes = Array(body.utf8)
                // Whole books are long and spelt in one way only.
                guard bytes.count < 4000 else { continue }
                usual += isUsual(dialect, bytes) ? 1 : 0
                expectAlike(dialect, bytes, file)
                expectAlike(dialect, mutate(body, using: &dice), "changed, of \(file)")
            }
        }
        #expect(usual > 0)
    }

    /// The messages of the dialect's small recording.
    private static func golden(_ dialect: Dialect) -> [String] {
        let file = Places.root.appendingPathComponent("Tests/Golden/\(dialect.rawValue).jsonl")
        let text = String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: Unicode.UTF8.self)
        return text.split(separator: "\n").compactMap(message)
    }

    /// The message that a record holds; nil when it holds another thing.
    private static func message(_ line: Substring) -> String? {
        var bytes = Array(line.utf8)
        return bytes.withUnsafeMutableBytes { buffer in
            var span = MutableRawSpan(_unsafeBytes: buffer)
            guard case .success(let record) = Record.read(&span), record.kind == .message, record.isIncoming else {
                return nil
            }
            return String(span.bytes, record.body)
        }
    }

    /// The message with one to three changes of any kind.
    private func mutate(_ text: String, using dice: inout Dice) -> [UInt8] {
        var bytes =
            dice.oneIn(5) && JSON.isValid(text) ? Array(Tree(text).shuffled(using: &dice).text.utf8) : Array(text.utf8)
        for _ in 0..<dice.number(1...3) where !bytes.isEmpty {
            let at = dice.number(0...(bytes.count - 1))
            switch dice.number(0...5) {
            case 0: bytes[at] ^= 1 << UInt8(dice.number(0...7))
            case 1: bytes.removeSubrange(at..<min(at + dice.number(1...6), bytes.count))
            case 2:
                bytes.insert(
                    contentsOf: dice.bytes(dice.number(1...3), of: Array(#"0159.-+eE",:[]{} \tfn"#.utf8)), at: at)
            case 3:
                // A slice comes twice: a field, a level, some digits.
                let slice = bytes[at..<min(at + dice.number(1...24), bytes.count)]
                bytes.insert(contentsOf: slice, at: at)
            case 4:
                let other = dice.number(0...(bytes.count - 1))
                bytes.swapAt(at, other)
            default:
                // A number grows, at either end of its digits or in the middle.
                guard let digit = bytes[at...].firstIndex(where: { (0x30...0x39).contains($0) }) else { continue }
                bytes.insert(contentsOf: dice.bytes(dice.number(1...20), of: Array("0123456789".utf8)), at: digit)
            }
        }
        return bytes
    }
}

extension JSON {
    fileprivate static func isValid(_ text: String) -> Bool { text.withBytes { JSON.isValid($0) } }
}
