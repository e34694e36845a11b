import Bytes
import Events
import Support
import Testing
import Units
import Wire

/// Any legal frame: good, whole, and the same again.
@Suite(.timeLimit(.minutes(5)))
struct RandomFrameTests {
    @Test("an event of any kind is read as it was written", arguments: RandomFrames.seeds)
    func readsAsWritten(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        for index in 0..<RandomFrames.countPerSeed {
            let drafts = random.next()
            let frames = RandomFrames.bytes(drafts).frames
            #expect(frames.count == drafts.count)
            for (frame, draft) in zip(frames, drafts) {
                guard isGood(frame), isSame(frame, draft) else {
                    Issue.record("event \(index) of seed \(seed): \(draft)")
                    return
                }
            }
        }
    }

    private func isGood(_ frame: [UInt8]) -> Bool { frame.front == .frame(frame.count) && frame.payloadDefect == nil }

    private func isSame(_ frame: [UInt8], _ draft: Draft) -> Bool {
        let span = frame.span.bytes
        let header = Header(span)
        let (a, b) = (header.envelope, draft.envelope)
        let hasHeader =
            a.kind == b.kind && a.channel == b.channel && a.flags == b.flags && a.epoch == b.epoch
            && a.position == b.position && a.firstSequence == b.firstSequence && a.lastSequence == b.lastSequence
            && a.happened == b.happened && a.received == b.received && a.id == b.id && a.cause == b.cause
            && a.routingVersion == b.routingVersion && a.part == b.part && a.parts == b.parts
        let hops = Hop.allCases.map { Header.hop($0, of: span) }
        let payload = Payload(header)
        let words = draft.words.indices.map { payload.u64(span, $0 * 8) }
        return hasHeader && hops == draft.hops && words == draft.words
            && Array(frame[header.variable...]) == draft.variable
            && header.venueBytes == draft.name.venueBytes && header.symbolBytes == draft.name.symbolBytes
    }

    @Test("every kind comes, known and unknown, short, longer and in parts, and every flag")
    func everyKindComes() {
        var random = RandomFrames(seed: 7)
        var kinds: Set<UInt8> = []
        var flags: Flags = []
        var isShort = false
        var isLonger = false
        var hasParts = false
        for _ in 0..<2000 {
            let drafts = random.next()
            let draft = drafts[0]
            kinds.insert(draft.envelope.kind.rawValue)
            flags.formUnion(draft.envelope.flags)
            let known = Layout.of(draft.envelope.kind)?.fixedWords
            isShort = isShort || known.map { draft.words.count < $0 } ?? false
            isLonger = isLonger || known.map { draft.words.count > $0 } ?? false
            hasParts = hasParts || drafts.count > 1
        }
        #expect(Set(1...24).isSubset(of: kinds))
        #expect(kinds.count > 100)
        #expect(flags == Flags.known)
        #expect(isShort && isLonger && hasParts)
    }

    @Test("the same seed makes the same frames")
    func deterministic() {
        var first = RandomFrames(seed: 3)
        var second = RandomFrames(seed: 3)
        for _ in 0..<100 { #expect(first.nextBytes() == second.nextBytes()) }
    }
}
