import Support
import Units

@testable import Venues

/// Faults drawn at random from a seed.
struct Mischief {
    private var dice: Dice
    private let dialect: Dialect
    private let symbols: [String]

    /// What may go wrong between `from` and `until`, mixed.
    static func draw(_ dialect: Dialect, seed: UInt64, from: Nanos, until: Nanos) -> [(at: Nanos, text: String)] {
        var mischief = Mischief(dice: Dice(seed: seed &* 31 &+ 7), dialect: dialect, symbols: ["BTC", "ETH", "SOL"])
        let count = mischief.dice.number(1...6)
        return (0..<count).map { _ in
            let at = from + Nanos(Int64.random(in: 0...max(1, (until - from).count * 3 / 4), using: &mischief.dice))
            return (at, mischief.text())
        }
    }

    private mutating func text() -> String {
        switch dice.number(0...20) {
        // What nothing shows at a venue without numbers or checksums is another test.
        case 0, 1: return dialect == .coinbaseExchange ? cut() : "drop\(target())@\(when(200))"
        case 2: return "repeat\(target())@\(when(50))"
        case 3: return dialect == .coinbaseExchange ? cut() : "reorder\(target())@\(when(200))"
        case 4:
            return dialect == .kraken ? "checksum\(target())@every=\(dice.number(10...60))s" : "crossed@\(when(400))"
        case 5: return "crossed\(target())@\(when(400))"
        case 6: return "stall\(channel())@every=\(dice.number(15...60))s,for=\(dice.number(1...14))s"
        case 7: return "mute@every=\(dice.number(50...90))s,for=\(dice.number(5...40))s"
        case 8, 9: return cut()
        case 10: return "cut-inside@chance=1/\(dice.number(200...3000))"
        case 11: return "half-open@every=\(dice.number(30...90))s"
        case 12: return "slow@chance=1/\(dice.number(1...4)),by=\(dice.number(100...9000))ms"
        case 13: return "429@every=\(dice.number(20...60))s,retry=\(dice.number(1...20))s"
        case 14: return "418@every=\(dice.number(60...100))s,retry=\(dice.number(5...40))s"
        case 15: return "5xx@chance=1/\(dice.number(1...5))"
        case 16: return "old-snapshot@chance=1/\(dice.number(1...3))"
        case 17: return "daily-cut@every=\(dice.number(15...60))s"
        case 18: return "shutdown@every=\(dice.number(15...60))s,by=\(dice.number(1...10))s"
        default:
            let payload = dice.pick(["utf8", "deep", "types", "truncated", "frame"])
            return "hostile@every=\(dice.number(5...60))s,payload=\(payload)"
        }
    }

    private mutating func cut() -> String { "cut@every=\(dice.number(8...60))s" }

    private mutating func when(_ rarity: Int) -> String {
        dice.oneIn(2) ? "chance=1/\(dice.number((rarity / 4)...(rarity * 4)))" : "every=\(dice.number(3...40))s"
    }

    private mutating func target() -> String {
        dice.oneIn(2) ? "" : ":" + dice.pick(symbols) + (dialect == .binance ? "-USDT" : "-USD")
    }

    private mutating func channel() -> String {
        ":"
            + dice.pick([
                "book", "trade", "ticker", "book+" + dice.pick(symbols) + (dialect == .binance ? "-USDT" : "-USD"),
            ])
    }
}
