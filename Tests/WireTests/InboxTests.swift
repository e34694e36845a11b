import Bytes
import Events
import Support
import Testing
import Wire

@Suite(.timeLimit(.minutes(1)))
struct InboxTests {
    private static let stream: [[UInt8]] = {
        var random = RandomFrames(seed: 11)
        let kinds: [Kind] = [.hello, .trade, .bookUpdate, .ticker, .merged, Kind(rawValue: 99), .gap]
        return FormatPage.page.examples.map(\.bytes) + kinds.flatMap { RandomFrames.bytes(random.next($0)).frames }
    }()

    @Test("a stream cut at any byte gives the same frames")
    func cutAnywhere() {
        let stream = InboxTests.stream.flatMap(\.self)
        for cut in 0...stream.count {
            var pieces = [cut, stream.count - cut].filter { $0 > 0 }
            let feeding = Feeding(stream) { _ in pieces.isEmpty ? 0 : pieces.removeFirst() }
            guard feeding.frames == InboxTests.stream, feeding.offset == UInt64(stream.count),
                !feeding.holdsPartialFrame
            else {
                Issue.record("cut at \(cut)")
                return
            }
        }
    }

    @Test("a stream that comes byte by byte gives the same frames", arguments: [1, 2, 63, 1 << 16])
    func byteByByte(readBytes: Int) {
        let stream = InboxTests.stream.flatMap(\.self)
        let feeding = Feeding(stream, readBytes: readBytes) { _ in 1 }
        #expect(feeding.frames == InboxTests.stream)
        #expect(feeding.defect == nil)
    }

    @Test("random cuts, whatever is asked for at once", arguments: 0..<UInt64(40))
    func randomCuts(seed: UInt64) {
        var random = RandomFrames(seed: seed)
        let frames = (0..<40).flatMap { _ in random.nextBytes().frames }
        let readBytes = random.dice.pick([1, 16, 100, 256, 4096, 1 << 16])
        var dice = random.dice
        let feeding = Feeding(frames.flatMap(\.self), readBytes: readBytes) { _ in
            dice.number(1...dice.pick([3, 200, 5000]))
        }
        #expect(feeding.frames == frames)
        #expect(feeding.offset == UInt64(frames.reduce(0) { $0 + $1.count }))
    }

    @Test("frames of 1 MiB pass, and what is held stays bounded", arguments: [1, 1000, 1 << 16])
    func largest(readBytes: Int) {
        var draft = Draft(Envelope(kind: Kind(rawValue: 77), channel: .book), .none)
        draft.variable = [UInt8](repeating: 0x5A, count: Frame.bytesMax - Frame.headerBytes)
        let frame = RandomFrames.bytes([draft])
        #expect(frame.count == 1 << 20)
        let heartbeat = RandomFrames.bytes([Draft(Envelope(kind: .heartbeat, channel: .control), .none)])
        let frames = [heartbeat, frame, frame, heartbeat, frame]
        let feeding = Feeding(frames.flatMap(\.self), readBytes: readBytes) { max($0, 1) }
        #expect(feeding.frames == frames)
        #expect(feeding.room <= Frame.bytesMax + max(readBytes, 64))
    }

    @Test("whatever is left of a frame, the next read begins on a line of the cache")
    func lines() {
        let stream = (0..<10).flatMap { _ in InboxTests.stream.flatMap(\.self) }
        var inbox = Inbox()
        var (at, judged, offset) = (0, 0, UInt64(0))
        while at < stream.count {
            let count = min(1000 + at % 127 * 8, stream.count - at)
            let hasLent = inbox.offset > offset
            offset = inbox.offset
            _ = inbox.fill { span -> Int? in
                let place = span.withUnsafeMutableBytes { UInt(bitPattern: $0.baseAddress) }
                // Of a frame that has come in several reads what is there stays where it is.
                if hasLent {
                    judged += 1
                    #expect(place % 64 == 0)
                }
                for index in 0..<count { span.put(stream[at + index], at: index) }
                return count
            }
            at += count
            #expect(inbox.drain { _ in true } == nil)
        }
        #expect(judged > 10 && inbox.byteCount == 0)
    }

    @Test("a length damaged upwards holds the stream back, and no more memory than a frame's")
    func lengthUpwards() {
        var stream = InboxTests.stream.flatMap(\.self)
        stream.put(1 << 20, at: 0, width: 4)
        let feeding = Feeding(stream, readBytes: 256) { $0 }
        #expect(feeding.frames.isEmpty)
        #expect(feeding.defect == nil)
        #expect(feeding.holdsPartialFrame)
        #expect(feeding.offset == 0)
        #expect(feeding.room <= Frame.bytesMax + 256)
    }

    @Test("a stream that ends inside a frame holds a partial one, at every byte")
    func endsInside() {
        let bytes = InboxTests.stream[1]
        for count in 0...bytes.count {
            let feeding = Feeding(Array(bytes.prefix(count))) { $0 }
            #expect(feeding.holdsPartialFrame == (count > 0 && count < bytes.count))
            #expect(feeding.offset == (count == bytes.count ? UInt64(count) : 0))
        }
    }

    @Test("a broken frame ends the stream, and the offset says where it stands", arguments: 0..<InboxTests.stream.count)
    func broken(index: Int) {
        var frames = InboxTests.stream
        frames[index][frames[index].count - 1] ^= 1
        let feeding = Feeding(frames.flatMap(\.self)) { _ in 100 }
        #expect(feeding.defect == .checksum)
        #expect(feeding.frames == Array(frames.prefix(index)))
        #expect(feeding.offset == UInt64(frames.prefix(index).reduce(0) { $0 + $1.count }))
    }

    @Test("who has enough stops, and goes on later where it stopped")
    func stops() {
        var inbox = Inbox()
        let stream = InboxTests.stream.flatMap(\.self)
        let filled = inbox.give(stream)
        #expect(filled == stream.count)
        var frames: [[UInt8]] = []
        while inbox.byteCount > 0 {
            let before = frames.count
            let defect = inbox.drain { frame in
                frames.append(frame.withUnsafeBytes { [UInt8]($0) })
                return false
            }
            #expect(defect == nil)
            #expect(frames.count == before + 1)
        }
        #expect(frames == InboxTests.stream)
    }

    @Test("what is discarded counts into the offset, and is gone")
    func discard() {
        var inbox = Inbox()
        inbox.give(Array(InboxTests.stream[0].prefix(100)))
        inbox.discard()
        let (offset, count, isPartial) = (inbox.offset, inbox.byteCount, inbox.holdsPartialFrame)
        #expect(offset == 100 && count == 0 && !isPartial)
    }

    @Test("nothing to read yet and the end of the stream are handed on")
    func nothing() {
        var inbox = Inbox()
        let later = inbox.fill { _ -> Int? in nil }
        let end = inbox.fill { _ -> Int? in 0 }
        #expect(later == nil)
        #expect(end == 0)
    }

    @Test("an inbox that is filled and never drained stops the program, where it would look like the stream's end")
    func neverDrained() async {
        await #expect(processExitsWith: .failure) {
            var inbox = Inbox(readBytes: 64)
            for _ in 0..<10_000 { _ = inbox.fill { span -> Int? in span.byteCount } }
        }
    }
}
