import Bytes
import Events
import Lines
import Support
import Testing
import Units
import Wire

/// Events larger than a frame, as JSON and back.
@Suite(.timeLimit(.minutes(2)))
struct PartsTests {
    private let name = StreamName(venue: "v", symbol: "s")!

    /// A book of `bids` and `asks` in as many full frames as it needs.
    private func book(_ bids: Int, _ asks: Int, _ flags: Flags, fixedWords: Int = 2, seed: UInt64 = 1) -> [UInt8] {
        var random = RandomFrames(seed: seed)
        let width = flags.contains(.mixed) ? 24 : 16
        let perPart = (1_048_576 - 160 - fixedWords * 8) / width
        let parts = (bids + asks + perPart - 1) / perPart
        return (0..<parts).flatMap { part -> [UInt8] in
            let window = (part * perPart)..<min((part + 1) * perPart, bids + asks)
            let bidCount = max(0, min(bids, window.upperBound) - window.lowerBound)
            var envelope = Envelope(kind: .bookSnapshot, channel: .book, flags: flags, epoch: 1, position: 1, id: 5)
            envelope.part = UInt16(part + 1)
            envelope.parts = UInt16(parts)
            if parts > 1 { envelope.flags.insert(.part) }
            var draft = Draft(envelope, name)
            while draft.words.count < fixedWords { draft.words.append(7) }
            draft.put(UInt64(bidCount), at: 0, width: 4)
            draft.put(UInt64(window.count - bidCount), at: 4, width: 4)
            if !flags.contains(.mixed) { draft.put(0xFE, at: 8, width: 1) }
            draft.put(3, at: 10, width: 2)
            draft.variable = window.flatMap { index in
                let exponents: [Int8] = flags.contains(.mixed) ? [index % 2 == 0 ? 2 : -3, 0] : []
                return RandomFrames.row(
                    price: Int64(truncatingIfNeeded: random.dice.next() >> 40), size: 1, exponents, 0)
            }
            return RandomFrames.bytes([draft])
        }
    }

    @Test(
        "a book in parts",
        arguments: [(60_000, 6_000, Flags.snapshot, 2), (10, 44_000, .mixed, 2), (66_000, 0, Flags(), 5)])
    func book(bids: Int, asks: Int, flags: Flags, fixedWords: Int) {
        let bytes = book(bids, asks, flags, fixedWords: fixedWords)
        #expect(bytes.frames.count == 2)
        let line = json(bytes)
        #expect(line.contains(#""parts":2,"#))
        let isSame = frames(line) == .success(bytes)
        #expect(isSame)
    }

    @Test("a merged event in parts, each filled with whole fragments")
    func merged() {
        var random = RandomFrames(seed: 4)
        // Of 100,000 bytes and more, so that a part holds ten.
        let fragments = (0..<25).map { index -> [UInt8] in
            var draft = Draft(Envelope(kind: Kind(rawValue: 44), channel: .book, id: UInt64(index)), random.name())
            draft.wordCount = 0
            draft.variable = [UInt8](repeating: UInt8(index), count: 100_000 + random.dice.number(0...100) * 8)
            return RandomFrames.bytes([draft])
        }
        var parts: [[[UInt8]]] = [[]]
        for fragment in fragments {
            let held = parts[parts.count - 1].reduce(0) { $0 + $1.count }
            if held + fragment.count > 1_048_576 - 160 - 32 { parts.append([]) }
            parts[parts.count - 1].append(fragment)
        }
        let drafts = parts.enumerated().map { index, fragments in
            var envelope = Envelope(kind: .merged, channel: .merged, flags: .part, epoch: 1, position: 9, id: 3)
            envelope.part = UInt16(index + 1)
            envelope.parts = UInt16(parts.count)
            var draft = Draft(envelope, name)
            draft.put(77, at: 0, width: 8)
            draft.put(2, at: 24, width: 1)
            draft.put(UInt64(fragments.reduce(0) { $0 + $1.count }), at: 28, width: 4)
            for fragment in fragments { draft.append(fragment) }
            return draft
        }
        let bytes = RandomFrames.bytes(drafts)
        #expect(drafts.count == 3)
        let isSame = frames(json(bytes)) == .success(bytes)
        #expect(isSame)
        #expect(line(bytes) == "- v s merged mergeId 77 endedBy count fragments 25")
    }

    @Test("an event of an unknown kind in parts is a list of payloads")
    func unknown() {
        let drafts = (1...3).map { part in
            var draft = Draft(
                Envelope(kind: Kind(rawValue: 99), channel: .risk, flags: .part, part: UInt16(part), parts: 3), name)
            draft.wordCount = 1
            draft.words = [UInt64(part)]
            return draft
        }
        let bytes = RandomFrames.bytes(drafts)
        let text = json(bytes)
        #expect(
            text.hasSuffix(
                #""parts":3,"flags":["part"],"fixedWords":1,"payload":["0100000000000000","0200000000000000","0300000000000000"]}"#
            ))
        #expect(frames(text) == .success(bytes))
        #expect(line(bytes) == "- v s kind-99 24 bytes")
    }

    @Test("what is refused midway leaves nothing behind")
    func nothingLeft() {
        let bytes = book(60_000, 6_000, [])
        let text = json(bytes)
        // Room for the first part only.
        var outbox = Outbox(capacity: 1 << 12, limit: 1_050_000)
        let defect = text.withBytes { EventFromJSON.read($0, into: &outbox) }
        let (isEmpty, frames) = (outbox.isEmpty, outbox.frames)
        #expect(defect?.text == "the event does not fit")
        #expect(isEmpty && frames == 0)
    }

    /// Long: it runs where a million frames are asked for.
    @Test("a book larger than an event is refused", .enabled(if: RandomFrames.count > 20_000))
    func tooLarge() {
        let levels = Array(repeating: #"["1","2"]"#, count: 530_000).joined(separator: ",")
        let text = #"{"kind":"bookSnapshot","flags":["part"],"parts":9,"bids":[\#(levels)],"asks":[]}"#
        #expect(refusal(text) == "the event does not fit")
    }

    @Test("parts that are said must be as many as the event takes", arguments: [0, 2, 65_535])
    func wrongParts(parts: Int) {
        for kind in [#""trade""#, #""bookUpdate""#, #""merged""#, #"200,"fixedWords":0,"payload":"""#] {
            let text = #"{"kind":\#(kind),"flags":["part"],"parts":\#(parts)}"#
            #expect(refusal(text) == "parts is \(parts), and the event takes 1")
        }
    }
}
