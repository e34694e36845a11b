import Foundation
import Recordings
import Support
import Testing
import Units

/// Records as somebody else's JSON writer writes them.
@Suite(.timeLimit(.minutes(1)))
struct RecordPropertyTests {
    private func text(_ dice: inout Dice) -> String {
        let pieces = [
            "a", "BTC-USDT", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "é", "日本", "🙂", "{", "}", ":", ",", "0.5",
        ]
        return (0..<dice.number(0...30)).map { _ in dice.pick(pieces) }.joined()
    }

    /// A body that is itself JSON, as nearly all are.
    private func message(_ dice: inout Dice) throws -> String {
        let object: [String: Any] = [
            "symbol": text(&dice), "levels": [[text(&dice), "1.50"], []], "n": dice.number(0...999),
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    @Test("what Foundation writes is read back, whole", arguments: 0..<60)
    func roundTrip(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        for _ in 0..<20 {
            let kinds: [(String, Record.Kind)] = [
                ("ws", .message), ("http", .answer), ("open", .opened), ("close", .closed),
            ]
            let kind = dice.pick(kinds)
            let time = dice.oneIn(4) ? nil : Nanos(Int64.random(in: 0...Nanos.range.upperBound.count, using: &dice))
            let expected = ReadLine(
                time: time, isIncoming: dice.oneIn(2), kind: kind.1, connection: text(&dice),
                url: dice.oneIn(3) ? "" : text(&dice), body: dice.oneIn(3) ? text(&dice) : try message(&dice))
            let object: [String: Any] = [
                "ts": time.map { NSNumber(value: $0.count) } ?? NSNull(), "dir": expected.isIncoming ? "in" : "out",
                "kind": kind.0, "conn": expected.connection, "body": expected.body,
                "url": expected.url.isEmpty ? NSNull() : expected.url as Any,
            ]
            let options: [JSONSerialization.WritingOptions] = [
                [], .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
            ]
            let line = try JSONSerialization.data(withJSONObject: object, options: dice.pick(options))
            #expect(read(String(decoding: line, as: UTF8.self)) == .success(expected))
        }
    }

    @Test("a line with any byte changed is read or refused, never trapped on", arguments: 0..<40)
    func damage(seed: UInt64) {
        var dice = Dice(seed: seed)
        let good = Array(
            #"{"ts": 17, "dir": "in", "conn": "1", "url": null, "kind": "ws", "body": "[\"\u00e9\",\"\\\"\"]"}"#.utf8)
        for index in good.indices {
            var line = good
            line[index] = UInt8(dice.number(0...255))
            if dice.oneIn(3) { line.insert(dice.pick(Array("\"\\,:{}u".utf8)), at: dice.number(0...line.count)) }
            let original = line
            Fence().change(&line) { span in
                guard case .success(let record) = Record.read(&span) else { return }
                for range in [record.connection, record.url, record.body] {
                    #expect(range.lowerBound >= 0 && range.upperBound <= original.count)
                }
            }
        }
    }
}
