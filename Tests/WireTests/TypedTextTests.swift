import Bytes
import Events
import Support
import Testing
import Units
import Wire

/// The encoders of typed events that hold texts.
@Suite(.timeLimit(.minutes(1)))
struct TypedTextTests {
    private static let seeds = 0..<UInt64(200)

    @Test("an instrument", arguments: seeds)
    func instrument(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        let envelope = random.header(.instrument, .instrument)
        let name = random.name()
        var instrument = Instrument(
            native: random.text(atMost: 64), base: random.text(atMost: 64), quote: random.text(atMost: 64),
            type: random.dice.pick(InstrumentType.allCases))
        instrument.settle = random.text(atMost: 64)
        instrument.status = random.dice.pick(InstrumentStatus.allCases)
        instrument.expiry = random.time()
        instrument.isInverse = random.dice.oneIn(2)
        let paths: [(String, WritableKeyPath<Instrument, Units.Decimal>)] = [
            ("tick", \.tick), ("lot", \.lot), ("minimumSize", \.minimumSize), ("maximumSize", \.maximumSize),
            ("minimumValue", \.minimumValue), ("contractSize", \.contractSize),
        ]
        var expected = DraftByName(envelope, name)
        for (field, path) in paths {
            instrument[keyPath: path] = random.decimal()
            expected.put(field, instrument[keyPath: path])
        }
        expected.put("type", instrument.type)
        expected.put("status", instrument.status)
        expected.put("expiry", instrument.expiry)
        expected.put("inverse", instrument.isInverse)
        expected.put("native", instrument.native)
        expected.put("base", instrument.base)
        expected.put("quote", instrument.quote)
        expected.put("settle", instrument.settle)
        #expect(written { $0.put(instrument, envelope, name) } == expected.bytes)
    }

    @Test("an instrument with a name too long is refused")
    func longInstrument() {
        let instrument = Instrument(native: String(repeating: "x", count: 65), base: "A", quote: "B", type: .spot)
        let envelope = Envelope(kind: .instrument, channel: .instrument)
        #expect(written { $0.put(instrument, envelope, .none) }.isEmpty)
    }

    @Test("a hello", arguments: seeds)
    func hello(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        let envelope = random.header(.hello, .control)
        let hello = Hello(
            producer: random.text(atMost: 256), build: random.text(atMost: 256), host: random.text(atMost: 256),
            boot: (random.number(), random.number()), timeBase: random.dice.pick(TimeBase.allCases),
            wallOffset: Nanos(Int64(bitPattern: random.number())))
        var expected = DraftByName(envelope, .none)
        expected.put("wallOffset", hello.wallOffset)
        expected.draft.put(hello.boot.high, at: 8, width: 8)
        expected.draft.put(hello.boot.low, at: 16, width: 8)
        expected.put("timeBase", hello.timeBase)
        expected.put("producer", hello.producer)
        expected.put("build", hello.build)
        expected.put("host", hello.host)
        #expect(written { $0.put(hello, envelope) } == expected.bytes)
    }

    @Test("an end says how many frames went before it", arguments: EndReason.allCases)
    func end(reason: EndReason) {
        let envelope = Envelope(kind: .end, channel: .control, received: Nanos(5))
        let heartbeat = RandomFrames.bytes([Draft(Envelope(kind: .heartbeat, channel: .control), .none)])
        let bytes = written { outbox in
            outbox.put(whole: heartbeat.span.bytes)
            outbox.put(whole: heartbeat.span.bytes)
            return outbox.put(end: reason, text: "so it was", envelope)
        }
        var expected = DraftByName(envelope, .none)
        expected.put("reason", reason)
        expected.put("frames", 2)
        expected.put("text", "so it was")
        #expect(bytes.frames.last == expected.bytes)
    }

    @Test("a text too long is cut between characters, so that the frame is good", arguments: 1...4)
    func cut(width: Int) throws {
        let character = ["x", "é", "漢", "🦀"][width - 1]
        for shift in 0..<4 {
            let text = String(repeating: "a", count: shift) + String(repeating: character, count: 1200)
            let end = written { $0.put(end: .failed, text: text, Envelope(kind: .end, channel: .control)) }
            #expect(end.front == .frame(end.count))
            #expect(end.payloadDefect == nil)
            let length = Int(end.number(at: 154, width: 2))
            #expect(length == shift + (1024 - shift) / width * width)
            let start = Header(end.span.bytes).variable
            #expect(text.hasPrefix(String(decoding: end[start...].prefix(length), as: UTF8.self)))
            let hello = Hello(producer: text, timeBase: .recorded)
            let bytes = written { $0.put(hello, Envelope(kind: .hello, channel: .control)) }
            #expect(bytes.payloadDefect == nil)
            #expect(Int(bytes.number(at: 180, width: 2)) == shift + (256 - shift) / width * width)
        }
    }

    @Test("the identity of a trade is at most 64 bytes long")
    func longId() {
        let trade = Trade(price: .zero, size: .zero, side: .buy)
        let envelope = Envelope(kind: .trade, channel: .trade)
        for count in [64, 65] {
            let id = String(repeating: "7", count: count)
            let bytes = written { outbox in id.withBytes { outbox.put(trade, id: $0, envelope, .none) } }
            #expect(bytes.isEmpty == (count == 65))
        }
    }
}
