import Bytes
import Events
import Support
import Testing
import Units
import Wire

@Suite(.timeLimit(.minutes(1)))
struct OutboxTests {
    private let name = StreamName(venue: "kraken", symbol: "BTC-USD")!
    private let envelope = Envelope(kind: .gap, channel: .book, epoch: 1, position: 1)
    private let gap = Gap(reason: .slow)
    /// Of a gap that says nothing but its reason.
    private let gapBytes = 152 + 16 + 8

    @Test("it takes frames up to its limit, and no byte more")
    func limit() {
        for spare in [0, 8, gapBytes - 8] {
            // The fixed part is written at its full length first.
            var outbox = Outbox(capacity: 0, limit: 10 * gapBytes + 56 + spare)
            var taken = 0
            while outbox.put(gap, envelope, name) { taken += 1 }
            #expect(taken == 10)
            let (count, frames) = (outbox.byteCount, outbox.frames)
            #expect(count == 10 * gapBytes)
            #expect(frames == 10)
        }
    }

    @Test("a refused frame leaves nothing behind")
    func refused() {
        var outbox = Outbox(capacity: 64, limit: 4 * gapBytes)
        outbox.put(gap, envelope, name)
        let before = outbox.bytes
        var sides = Sides()
        for price in 0..<100 {
            sides.bids.append(Level(price: Int64(price), size: 1, priceExponent: 0, sizeExponent: 0))
        }
        let book = Envelope(kind: .bookSnapshot, channel: .book)
        let isTaken = outbox.put(.bookSnapshot, sides, depth: 0, checksum: 0, book, name)
        let isWholeTaken = outbox.put(whole: [UInt8](repeating: 1, count: 4 * gapBytes).span.bytes)
        let (bytes, frames) = (outbox.bytes, outbox.frames)
        #expect(!isTaken && !isWholeTaken)
        #expect(bytes == before)
        #expect(frames == 1)
        // There is still room for what fits.
        let isNextTaken = outbox.put(gap, envelope, name)
        #expect(isNextTaken)
    }

    @Test("it grows from nothing, and keeps what is in it")
    func grows() {
        var outbox = Outbox(capacity: 0, limit: 1 << 20)
        var expected: [UInt8] = []
        var random = RandomFrames(seed: 5)
        for _ in 0..<200 {
            let bytes = random.nextBytes()
            guard outbox.put(whole: bytes.span.bytes) else { break }
            expected += bytes
        }
        #expect(outbox.bytes == expected)
    }

    @Test("however it is emptied, what comes out is what went in", arguments: 0..<UInt64(50))
    func emptied(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        var outbox = Outbox(capacity: 100, limit: 20_000)
        var expected: [UInt8] = []
        var actual: [UInt8] = []
        var refused = 0
        for _ in 0..<200 {
            let bytes = random.nextBytes()
            if outbox.put(whole: bytes.span.bytes, frames: 1) { expected += bytes } else { refused += 1 }
            if random.dice.oneIn(3) {
                outbox.empty { span in
                    let count = random.dice.number(0...span.byteCount)
                    actual += span.extracting(0..<count).withUnsafeBytes { [UInt8]($0) }
                    return count
                }
            }
            let count = outbox.byteCount
            #expect(count == expected.count - actual.count && count <= 20_000)
        }
        outbox.empty { span in
            actual += span.withUnsafeBytes { [UInt8]($0) }
            return span.byteCount
        }
        let isEmpty = outbox.isEmpty
        #expect(isEmpty)
        #expect(actual == expected)
        #expect(refused < 200)
    }

    @Test("a frame larger than 1 MiB is refused")
    func tooLarge() {
        var draft = Draft(Envelope(kind: Kind(rawValue: 77), channel: .book), .none)
        draft.variable = [UInt8](repeating: 0, count: Frame.bytesMax - Frame.headerBytes + 8)
        var outbox = Outbox()
        #expect(outbox.write(draft) == "length")
        draft.variable.removeLast(8)
        #expect(outbox.write(draft) == nil)
        draft.wordCount = 1
        #expect(outbox.write(draft) == "length")
    }

    @Test("a draft that is no good frame is refused by the name of the field")
    func draft() {
        var draft = Draft(Envelope(kind: .heartbeat, channel: .control), .none)
        var outbox = Outbox()
        draft.envelope.happened = Nanos(-1)
        #expect(outbox.write(draft) == "happened")
        draft.envelope.happened = .zero
        draft.put(UInt64.max, at: 8, width: 8)
        #expect(draft.value(at: 8, width: 2) == 0xFFFF)
        #expect(draft.value(at: 14, width: 8) == 0xFFFF)
        #expect(outbox.write(draft) == "wallTime")
        draft.wordCount = 1
        #expect(outbox.write(draft) == "fixedWords")
        draft.wordCount = 256
        #expect(outbox.write(draft) == "fixedWords")
        draft.put(0, at: 8, width: 8)
        draft.wordCount = nil
        draft.variable = [1, 2, 3]
        #expect(outbox.write(draft) == "length")
        let isEmpty = outbox.isEmpty
        #expect(isEmpty)
        var small = Outbox(capacity: 0, limit: 100)
        draft.variable = []
        #expect(small.write(draft) == "length")
    }

    #if DEBUG
        @Test("what was lent and taken back is poisoned: who kept a pointer sees it")
        func poison() {
            var outbox = Outbox()
            outbox.put(gap, envelope, name)
            outbox.put(gap, envelope, name)
            var kept: UnsafeRawBufferPointer?
            outbox.empty { span in
                kept = span.withUnsafeBytes { $0 }
                return gapBytes
            }
            // Sound: the outbox lives on, and with it the memory.
            #expect(kept?.prefix(gapBytes).allSatisfy { $0 == 0xDB } == true)
            #expect(kept?.dropFirst(gapBytes).contains { $0 != 0xDB } == true)
            outbox.put(gap, envelope, name)

            var inbox = Inbox()
            inbox.give(outbox.bytes)
            _ = inbox.drain { frame in
                kept = frame.withUnsafeBytes { $0 }
                return false
            }
            #expect(kept?.count == gapBytes)
            #expect(kept?.allSatisfy { $0 == 0xDB } == true)
            let rest = inbox.byteCount
            #expect(rest == gapBytes)
        }
    #endif
}
