import Events
import Foundation
import Lines
import Support
import Testing
import Wire

/// Frames as JSON and back: the very same bytes.
@Suite(.timeLimit(.minutes(20)))
struct RoundTripTests {
    @Test(
        "frames of every kind, as JSON, valid by the schema, are read back as they were", arguments: RandomFrames.seeds)
    func anyFrame(seed: UInt64) throws {
        var random = RandomFrames(seed: seed)
        for index in 0..<RandomFrames.countPerSeed {
            let bytes = random.nextBytes()
            let line = json(bytes)
            guard case .success(bytes) = frames(line) else {
                Issue.record("event \(index) of seed \(seed): \(refusal(line) ?? "other frames"): \(line.prefix(2000))")
                return
            }
            guard let value = JSONValue(line) else {
                Issue.record("event \(index) of seed \(seed) is no JSON: \(line.prefix(2000))")
                return
            }
            if let defect = Schema.event.defect(in: value) {
                Issue.record("event \(index) of seed \(seed): \(defect): \(line.prefix(2000))")
                return
            }
        }
    }

    @Test("however the keys are sorted and the white space is put", arguments: 0..<UInt64(50))
    func otherSpelling(seed: UInt64) throws {
        var random = RandomFrames(seed: seed + 1000)
        for index in 0..<(RandomFrames.countPerSeed / 8) {
            let bytes = random.nextBytes()
            let line = json(bytes)
            // Foundation loses byte order marks at the beginning of a string and behind an escape.
            if bytes.indices.contains(where: { bytes[$0...].starts(with: [0xEF, 0xBB, 0xBF]) }) { continue }
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            for options in [[.sortedKeys], [.prettyPrinted, .sortedKeys], []] as [JSONSerialization.WritingOptions] {
                let other = try JSONSerialization.data(withJSONObject: object, options: options)
                guard case .success(bytes) = frames(String(decoding: other, as: UTF8.self)) else {
                    Issue.record("event \(index) of seed \(seed): \(line)")
                    return
                }
            }
        }
    }

    @Test("an event is one line: no control character stands in its JSON", arguments: 0..<UInt64(20))
    func oneLine(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        for _ in 0..<100 {
            let line = json(random.nextBytes())
            #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        }
    }

    @Test(
        "the examples of FORMAT.md are printed as the page has them, and read back",
        arguments: FormatPage.page.examples.indices)
    func examples(index: Int) {
        let example = FormatPage.page.examples[index]
        #expect(json(example.bytes) == example.json.replacing("\n ", with: ""))
        #expect(frames(example.json) == .success(example.bytes))
    }

    @Test("a book that begins with sequence 0 keeps it, in whatever order its fields come")
    func zeroSequence() {
        var draft = Draft(Envelope(kind: .heartbeat, channel: .control, firstSequence: 0, lastSequence: 5), .none)
        draft.words = []
        let bytes = RandomFrames.bytes([draft])
        #expect(json(bytes) == #"{"kind":"heartbeat","sequence":"5","firstSequence":"0","flags":[]}"#)
        for text in [#""sequence":"5","firstSequence":"0""#, #""firstSequence":"0","sequence":"5""#] {
            #expect(frames(#"{"kind":"heartbeat","flags":[],\#(text)}"#) == .success(bytes))
        }
    }

    @Test("numbers come bare or in quotes")
    func bareNumbers() {
        let quoted = frames(#"{"kind":"heartbeat","position":"18446744073709551615","epoch":"7","count":"3"}"#)
        let bare = frames(#"{"kind":"heartbeat","position":18446744073709551615,"epoch":7,"count":3}"#)
        #expect(quoted == bare)
        guard case .success(let bytes) = quoted else { return #expect(Bool(false)) }
        #expect(bytes.number(at: 16, width: 8) == .max)
    }
}
