import Events
import Foundation
import Lines
import Support
import Testing
import Units
import Wire

/// Events as people read them.
@Suite(.timeLimit(.minutes(1)))
struct EventLineTests {
    private static let second: UInt64 = 1_723_161_255_208_000_000

    /// An event, and its line behind the venue and symbol.
    private static let golden: [(event: [UInt8], line: String)] = [
        (make(.hello, ["producer": "ingest kraken", "timeBase": 1]), "hello timeBase recorded producer ingest kraken"),
        (
            make(.hello, ["build": "0.1", "host": "h", "formatMinor": 2, "wallOffset": 5]),
            "hello formatMinor 2 build 0.1 host h"
        ),
        (
            make(
                .instrument,
                ["tick": .decimal(1, -2), "type": 1, "status": 1, "native": "XBT/USD", "base": "BTC", "quote": "USD"]),
            "instrument tick 0.01 type spot trading native XBT/USD base BTC quote USD"
        ),
        (
            make(.instrument, ["inverse": 1, "expiry": .number(second)]),
            "instrument unknown expiry 2024-08-08T23:54:15.208000000Z inverse"
        ),
        (
            make(
                .bookSnapshot,
                ["bids": .bytes(row(632_105, 5) + row(632_100, 7), 2), "asks": .bytes(row(632_106, 3), 1)]
            ) {
                $0.put(0xFEFF, at: 8, width: 2)
            }, "bookSnapshot bids 0.05@63210.5 0.07@63210.0 asks 0.03@63210.6"
        ),
        (make(.bookUpdate), "bookUpdate"),
        (make(.bookUpdate, ["asks": .bytes(row(3, 0), 1)]), "bookUpdate asks 0@3"),
        (
            make(.bookUpdate, ["bids": .bytes((1...8).flatMap { row($0, 1) }, 8)]),
            "bookUpdate bids 1@1 1@2 1@3 1@4 1@5 +3"
        ),
        (make(.bookStatus, ["status": 0, "reason": 1]), "bookStatus syncing reason start"),
        (
            make(.bookStatus, ["status": 2, "reason": 2, "integrity": 1, "depth": 10, "expected": 5, "actual": 9]),
            "bookStatus stale reason gap integrity sequence depth 10 expected 5 actual 9"
        ),
        (
            make(.trade, ["price": .decimal(632_105, -1), "size": .decimal(125, -3), "side": 1, "tradeId": "t-7"]),
            "trade buy 0.125 @ 63210.5 id t-7"
        ),
        (
            make(.trade, ["price": .decimal(5, 3), "size": .decimal(-1, 0), "side": 2, "count": 3]),
            "trade sell -1 @ 5e3 of 3"
        ),
        (make(.trade, ["count": 1]), "trade unknown - @ -"),
        (
            make(.ticker, ["bid": .decimal(1, 0), "ask": .decimal(20, -1), "volume": .decimal(0, -2)]),
            "ticker bid 1 ask 2.0 volume 0.00"
        ),
        (make(.ticker), "ticker"),
        (
            make(.kline, ["opened": .number(second), "open": .decimal(1, 0), "trades": 4, "final": 1]),
            "kline opened 2024-08-08T23:54:15.208000000Z open 1 trades 4 final"
        ),
        (
            make(
                .merged,
                [
                    "mergeId": 7, "endedBy": 1,
                    "fragments": .bytes(make(.trade) + make(.gap), make(.trade).count + make(.gap).count),
                ]),
            "merged mergeId 7 endedBy time fragments 2"
        ),
        (
            make(
                .consolidatedBook,
                ["bids": .bytes(RandomFrames.row(price: 1, size: 2, [0, 0], 1), 1), "venues": "kraken\nbinance"]),
            "consolidatedBook bids 1 venues kraken binance"
        ),
        (
            make(.gap, ["reason": 3, "missed": 7, "fromSequence": 5, "toSequence": 11]),
            "gap reason disconnected missed 7 fromSequence 5 toSequence 11"
        ),
        (
            make(.intent, ["action": 0, "side": 1, "postOnly": 1, "price": .decimal(10, 0), "clientOrderId": "c1"]),
            "intent side buy postOnly price 10 clientOrderId c1"
        ),
        (
            make(.intent, ["action": 2, "orderType": 1, "timeInForce": 2]),
            "intent action replace orderType market timeInForce fillOrKill"
        ),
        (
            make(
                .execReport,
                ["state": 1, "liquidity": 1, "filled": .decimal(5, -1), "venueOrderId": "v", "text": "so so"]),
            "execReport partial liquidity maker filled 0.5 venueOrderId v text so so"
        ),
        (make(.balance, ["total": .decimal(3, 0), "asset": "BTC"]), "balance total 3 asset BTC"),
        (make(.position, ["size": .decimal(-4, 0), "account": "main"]), "position size -4 account main"),
        (
            make(.command, ["messageId": 9, "verb": 5, "target": "kraken"]),
            "command messageId 9 verb cancelAll target kraken"
        ),
        (
            make(.acknowledgement, ["messageId": 9, "accepted": 1, "text": "done"]),
            "acknowledgement messageId 9 accepted text done"
        ),
        (
            make(.resume, ["lane": 8, "fromEpoch": 1, "fromPosition": 3, "name": "grid"]),
            "resume lane order fromEpoch 1 fromPosition 3 name grid"
        ),
        (make(.cursor, ["synced": 1, "atPosition": 4]), "cursor synced atPosition 4"),
        (
            make(.riskControl, ["status": 2, "breach": 4, "killSwitch": 1, "limit": .decimal(7, 0)]),
            "riskControl breached breach priceBand killSwitch limit 7"
        ),
        (make(.extension, ["name": "mine", "data": .bytes([1, 2, 3], 3)]), "extension name mine data 3 bytes"),
        (
            make(.heartbeat, ["count": 12, "wallTime": .number(second)]),
            "heartbeat count 12 wallTime 2024-08-08T23:54:15.208000000Z"
        ),
        (make(.end, ["reason": 1, "frames": 100, "text": "bye"]), "end reason stopped frames 100 text bye"),
        (
            make(.telemetry, ["type": 1, "severity": 1, "value": 5, "metadata": "{}"]),
            "telemetry type bookResync severity warning value 5 metadata {}"
        ),
    ]

    private static func row(_ price: Int64, _ size: Int64) -> [UInt8] {
        RandomFrames.row(price: price, size: size, [], 0)
    }

    @Test("each kind has its line", arguments: golden.indices)
    func goldenLine(index: Int) {
        let (event, expected) = Self.golden[index]
        #expect(line(event) == "- kraken BTC-USD " + expected)
    }

    @Test("there is a line for every kind")
    func everyKind() {
        let kinds = Set(Self.golden.map { $0.event[11] })
        #expect(kinds == Set(1...24))
    }

    @Test("an event of an unknown kind is shown by its number")
    func unknown() {
        #expect(
            line(FormatPage.page.examples[6].bytes) == "1970-01-01 00:16:44.000000 kraken BTC-USD kind-200 16 bytes")
    }

    @Test("flags that say something are shown")
    func flags() {
        let bytes = make(.heartbeat) {
            $0.envelope.flags = [.critical, .snapshot, .backfilled, .coalesced, .warmUp, .replay, .mixed]
        }
        #expect(line(bytes) == "- kraken BTC-USD heartbeat (critical) (backfilled) (coalesced) (warmUp)")
    }

    @Test("without venue and symbol there is none")
    func nameless() {
        let bytes = make(.heartbeat) { $0.name = .none }
        #expect(line(bytes) == "- heartbeat")
    }

    @Test("the time is the venue's, or else ours with the wall clock's offset, in the zone that is asked for")
    func times() {
        let happened = make(.heartbeat) { $0.envelope.happened = Nanos(Int64(Self.second)) }
        #expect(line(happened) == "2024-08-08 23:54:15.208000 kraken BTC-USD heartbeat")
        let received = make(.heartbeat) { $0.envelope.received = Nanos.seconds(5) }
        #expect(line(received) == "1970-01-01 00:00:05.000000 kraken BTC-USD heartbeat")
        var style = LineStyle()
        style.offset = Nanos(Int64(Self.second))
        style.zone = { _ in 7200 }
        #expect(line(received, style) == "2024-08-09 01:54:20.208000 kraken BTC-USD heartbeat")
        #expect(
            line(make(.heartbeat, ["wallTime": .number(Self.second)]), style).hasSuffix(
                "wallTime 2024-08-09T01:54:15.208000000+02:00"))
    }

    @Test("so many levels are shown as are asked for")
    func levels() {
        var style = LineStyle()
        style.levels = 1
        let book = FormatPage.page.examples[3].bytes
        #expect(line(book, style).hasSuffix("bookSnapshot bids 0.01250000@63210.5 +1 asks 0.50000000@63210.6"))
        style.levels = 0
        #expect(line(book, style).hasSuffix("bookSnapshot bids +2 asks +1"))
    }

    @Test("colours go around what they colour, and only where they are asked for")
    func colours() {
        var style = LineStyle()
        style.isColoured = true
        let trade = make(.trade, ["price": .decimal(1, 0), "size": .decimal(2, 0), "side": 2])
        #expect(
            line(trade, style)
                == "- kraken \u{1B}[1mBTC-USD\u{1B}[0m \u{1B}[36mtrade\u{1B}[0m \u{1B}[31msell 2 @ 1\u{1B}[0m")
        for (event, _) in Self.golden {
            let plain = line(event)
            let coloured = line(event, style)
            #expect(coloured != plain)
            #expect(coloured.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == plain)
            #expect(
                coloured.components(separatedBy: "\u{1B}[0m").count - 1
                    == (coloured.components(separatedBy: "\u{1B}[").count - 1) / 2)
        }
    }
}
