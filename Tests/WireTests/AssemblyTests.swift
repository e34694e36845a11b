import Bytes
import Events
import Support
import Testing
import Wire

/// Parts of events, put together.
@Suite(.timeLimit(.minutes(1)))
struct AssemblyTests {
    private static func event(_ parts: Int, id: UInt64 = 7, bytes: Int = 8) -> [[UInt8]] {
        (1...parts).map { part in
            var envelope = Envelope(kind: Kind(rawValue: 60), channel: .book, epoch: 1, position: id, id: id)
            if parts > 1 { envelope.flags = .part }
            envelope.part = UInt16(part)
            envelope.parts = UInt16(parts)
            var draft = Draft(envelope, StreamName(venue: "v", symbol: "s")!)
            draft.wordCount = 0
            draft.variable = [UInt8](repeating: UInt8(part), count: bytes)
            return RandomFrames.bytes([draft])
        }
    }

    /// What is said of each frame, and the events that came out.
    private func run(_ frames: [[UInt8]]) -> (
        verdicts: [Assembly.Verdict], events: [[UInt8]], lost: UInt64, isOpen: Bool
    ) {
        var assembly = Assembly()
        var verdicts: [Assembly.Verdict] = []
        var events: [[UInt8]] = []
        for frame in frames {
            let verdict = assembly.take(frame.span.bytes)
            verdicts.append(verdict)
            if verdict == .single { events.append(frame) }
            if verdict == .complete { events.append(assembly.read { $0.withUnsafeBytes { [UInt8]($0) } }) }
        }
        return (verdicts, events, assembly.lost, assembly.isOpen)
    }

    private let single = event(1, id: 99)[0]

    @Test("parts that follow each other are one event")
    func whole() {
        let parts = Self.event(3)
        let result = run([single] + parts + [single] + Self.event(2, id: 8))
        #expect(result.verdicts == [.single, .more, .more, .complete, .single, .more, .complete])
        #expect(result.events == [single, parts.flatMap(\.self), single, Self.event(2, id: 8).flatMap(\.self)])
        #expect(result.lost == 0)
        #expect(!result.isOpen)
    }

    @Test("an event of which any part is missing does not come out, and counts as lost", arguments: 0..<4)
    func missing(index: Int) {
        var parts = Self.event(4)
        parts.remove(at: index)
        let result = run(parts + [single])
        #expect(result.events == [single])
        // Without its first part it never began.
        #expect(result.lost == (index == 0 ? 0 : 1))
        #expect(result.verdicts.contains(.stray) == (index < 3))
        #expect(!result.isOpen)
    }

    @Test("a part that comes twice breaks its event", arguments: 0..<3)
    func repeated(index: Int) {
        var parts = Self.event(3)
        parts.insert(parts[index], at: index)
        let result = run(parts + [single])
        // The first part begins the event anew; the last one again is a stray behind a whole event.
        #expect(result.events.count == (index == 1 ? 1 : 2))
        #expect(result.events.last == single)
        #expect(result.lost == (index == 2 ? 0 : 1))
    }

    @Test("parts of two events, interleaved, are neither")
    func interleaved() {
        let (a, b) = (Self.event(3, id: 7), Self.event(3, id: 8))
        let result = run(zip(a, b).flatMap { [$0, $1] })
        #expect(result.events.isEmpty)
        #expect(result.lost == 2)
    }

    @Test("another frame in the midst of an event breaks it")
    func between() {
        let parts = Self.event(3)
        let result = run([parts[0], parts[1], single, parts[2]])
        #expect(result.verdicts == [.more, .more, .single, .stray])
        #expect(result.events == [single])
        #expect(result.lost == 1)
    }

    @Test(
        "a part with another header belongs to another event",
        arguments: [11, 16, 24, 32, 40, 48, 56, 64, 72, 76, 82, 86, 152, 153])
    func otherHeader(offset: Int) {
        var parts = Self.event(3)
        var bytes = parts[1]
        bytes[offset] ^= 4
        // Sequences are in order.
        if offset == 24 { bytes[32] = 9 }
        parts[1] = bytes.sealed()
        #expect(parts[1].front == .frame(parts[1].count))
        let result = run(parts)
        #expect(result.events.isEmpty)
        #expect(result.lost == 1)
    }

    @Test("parts of one event may be stamped at different times")
    func hops() {
        var parts = Self.event(3)
        parts[1].put(77, at: 88, width: 8)
        parts[1] = parts[1].sealed()
        #expect(run(parts).events.count == 1)
    }

    @Test("an event is open until its last part")
    func open() {
        let parts = Self.event(3)
        #expect(run([]).isOpen == false)
        #expect(run(Array(parts.prefix(1))).isOpen)
        #expect(run(Array(parts.prefix(2))).isOpen)
        #expect(!run(parts).isOpen)
    }

    @Test("an event of 8 MiB passes, a larger one does not, and what follows does")
    func largest() {
        let full = Frame.bytesMax - 160
        let exact = Self.event(8, bytes: full)
        #expect(run(exact).events == [exact.flatMap(\.self)])
        let result = run(Self.event(9, bytes: full) + [single] + exact)
        #expect(result.verdicts.prefix(9) == [.more, .more, .more, .more, .more, .more, .more, .more, .stray])
        #expect(result.events == [single, exact.flatMap(\.self)])
        #expect(result.lost == 1)
    }

    @Test("whatever comes, each event that comes out is one that was sent", arguments: 0..<UInt64(100))
    func anyOrder(seed: UInt64) {
        var dice = Dice(seed: seed)
        let sent = (0..<6).map { Self.event(dice.number(1...4), id: UInt64($0)) }
        var frames = sent.flatMap(\.self)
        for _ in 0..<dice.number(0...4) {
            let place = dice.number(0...(frames.count - 1))
            switch dice.number(0...2) {
            case 0: frames.remove(at: place)
            case 1: frames.insert(frames[place], at: dice.number(0...frames.count))
            default: frames.swapAt(place, dice.number(0...(frames.count - 1)))
            }
            if frames.isEmpty { return }
        }
        let whole = Set(sent.map { $0.flatMap(\.self) })
        #expect(run(frames).events.allSatisfy(whole.contains))
    }
}
