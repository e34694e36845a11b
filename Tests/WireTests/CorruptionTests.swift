import Events
import Support
import Testing
import Wire

/// No damaged frame is taken for a good one, and what is said of it is what FORMAT.md says.
@Suite(.timeLimit(.minutes(1)))
struct CorruptionTests {
    static let frames: [[UInt8]] = {
        var random = RandomFrames(seed: 21)
        let kinds: [Kind] = [.instrument, .bookUpdate, .merged, .execReport, Kind(rawValue: 250)]
        return FormatPage.page.examples.map(\.bytes) + kinds.flatMap { RandomFrames.bytes(random.next($0)).frames }
    }()

    /// What must be said of `bytes`, of which the byte at `place` was damaged, as section 8 of the page has it.
    private func verdict(_ bytes: [UInt8], _ place: Int) -> Frame.Front {
        switch place {
        case 8, 9: return .defect(.magic)
        case 10: return .defect(.version(bytes[10]))
        case 0..<4:
            let length = UInt32(bytes.number(at: 0, width: 4))
            if length < 152 || length > 1 << 20 || length % 8 != 0 { return .defect(.length(length)) }
            return length > bytes.count ? .partial(Int(length)) : .defect(.checksum)
        default: return .defect(.checksum)
        }
    }

    @Test("each single bit, flipped, is noticed", arguments: frames.indices)
    func bits(index: Int) {
        let frame = CorruptionTests.frames[index]
        for bit in 0..<(frame.count * 8) {
            var bytes = frame
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let found = bytes.front
            if found != verdict(bytes, bit / 8) {
                Issue.record("bit \(bit): \(found)")
                return
            }
            // With more of the stream behind it a longer length has its bytes, and is no frame either.
            if case .frame = (bytes + frame + frame).front {
                Issue.record("bit \(bit) with more behind it")
                return
            }
        }
    }

    @Test("any two bytes damaged are noticed", arguments: 0..<UInt64(50))
    func bytes(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<400 {
            var bytes = dice.pick(CorruptionTests.frames)
            for _ in 0..<2 {
                let place = dice.number(0...(bytes.count - 1))
                bytes[place] ^= UInt8(dice.number(1...255))
            }
            guard !CorruptionTests.frames.contains(bytes) else { continue }
            if case .frame = bytes.front { Issue.record("a damaged frame passes: \(bytes)") }
        }
    }

    @Test(
        "a length that no frame has is refused, before the bytes are awaited",
        arguments: [0, 1, 7, 8, 144, 151, 153, 159, 1_048_577, 1_048_584, 1 << 24, 1 << 31, .max] as [UInt32])
    func lengths(length: UInt32) {
        for frame in CorruptionTests.frames {
            var bytes = frame
            bytes.put(UInt64(length), at: 0, width: 4)
            #expect(bytes.front == .defect(.length(length)))
            #expect(Array(bytes.prefix(16)).front == .defect(.length(length)))
        }
    }

    @Test("the smallest and the largest frame")
    func extremes() {
        let smallest = RandomFrames.bytes([Draft(Envelope(kind: .heartbeat, channel: .control), .none)])
        #expect(smallest.count == 152)
        #expect(smallest.front == .frame(152))
        var bytes = smallest
        bytes.put(1 << 20, at: 0, width: 4)
        #expect(bytes.front == .partial(1 << 20))
    }

    @Test("a frame cut off at any byte is partial, and says how many bytes it needs", arguments: frames.indices)
    func truncated(index: Int) {
        let frame = CorruptionTests.frames[index]
        for count in 0..<frame.count {
            let front = Array(frame.prefix(count)).front
            #expect(front == .partial(count < 16 ? 16 : frame.count))
        }
    }

    @Test("magic is looked at before version, version before length, length before checksum")
    func order() {
        var bytes = FormatPage.page.examples[1].bytes
        bytes[20] ^= 1
        #expect(bytes.front == .defect(.checksum))
        bytes.put(7, at: 0, width: 4)
        #expect(bytes.front == .defect(.length(7)))
        bytes[10] = 2
        #expect(bytes.front == .defect(.version(2)))
        bytes[9] = 0
        #expect(bytes.front == .defect(.magic))
    }

    @Test("a frame of another version is told by its version, even one with another header")
    func version() {
        var bytes = [UInt8](repeating: 0xEE, count: 16)
        bytes.put(0x5350, at: 8, width: 2)
        for version in 0...UInt8.max where version != 1 {
            bytes[10] = version
            #expect(bytes.front == .defect(.version(version)))
        }
    }

    @Test("each defect has a sentence of its own")
    func texts() {
        let defects: [Frame.Defect] = [.magic, .version(9), .length(7), .checksum, .range("happened")]
        #expect(
            defects.map(\.text) == [
                "no frame begins here", "format version 9, this tool reads version 1",
                "frame length 7 is out of bounds",
                "checksum mismatch", "happened is out of range",
            ])
    }

    @Test("random bytes are no frame and no trap", arguments: 0..<UInt64(20))
    func random(seed: UInt64) {
        var dice = Dice(seed: seed)
        for _ in 0..<500 {
            var bytes = dice.bytes(dice.number(0...400))
            // Beyond the first gate.
            if bytes.count > 16 {
                bytes.put(0x5350, at: 8, width: 2)
                bytes[10] = 1
                if bytes.count >= 152 { bytes = Array(bytes.prefix(bytes.count & ~7)).sealed() }
            }
            guard case .frame = bytes.front else { continue }
            _ = bytes.payloadDefect
        }
    }
}
