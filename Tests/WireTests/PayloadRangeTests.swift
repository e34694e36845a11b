import Events
import Support
import Testing
import Units
import Wire

/// Each field of each payload that holds what it must not is refused by its name.
@Suite(.timeLimit(.minutes(1)))
struct PayloadRangeTests {
    /// A frame in which each field says something.
    static func full(_ kind: Kind) -> Draft {
        let layout = Layout.of(kind)!
        var draft = Draft(Envelope(kind: kind, channel: layout.channel ?? .book), .none)
        for field in layout.fields {
            var count: UInt64 = 1
            switch field.form {
            case .decimal(let exponent): draft.put(UInt64(UInt8(bitPattern: -2)), at: exponent, width: 1)
            case .hex16: draft.put(2, at: field.offset + 8, width: 8)
            case .text, .longText, .bytes: draft.append([0x61])
            case .frames:
                let heartbeat = RandomFrames.bytes([Draft(Envelope(kind: .heartbeat, channel: .control), .none)])
                draft.append(heartbeat)
                count = UInt64(heartbeat.count)
            case .levels: draft.append(RandomFrames.row(price: 5, size: 6, [], 0))
            case .venueLevels: draft.append(RandomFrames.row(price: 5, size: 6, [-1, -2], 3))
            default: break
            }
            draft.put(count, at: field.offset, width: min(field.form.width, 8))
        }
        return draft
    }

    private func refusal(_ draft: Draft) -> String? {
        var outbox = Outbox(capacity: 1 << 12)
        return outbox.write(draft)
    }

    private func expect(
        _ kind: Kind, _ field: Field, _ values: [UInt64], _ width: Int? = nil, at offset: Int? = nil,
        refused: Bool = true
    ) {
        for value in values {
            var draft = Self.full(kind)
            draft.put(value, at: offset ?? field.offset, width: width ?? field.form.width)
            #expect(refusal(draft) == (refused ? field.name : nil), "\(kind.name ?? "") \(field.name) \(value)")
        }
    }

    @Test("each field that says something makes a good frame", arguments: Kind.known)
    func good(kind: Kind) { #expect(refusal(Self.full(kind)) == nil) }

    @Test("fields of the fixed part", arguments: Kind.known)
    func fixed(kind: Kind) {
        let latest: UInt64 = 7_258_118_400_000_000_000
        for field in Layout.of(kind)!.fields {
            switch field.form {
            case .bool: expect(kind, field, Array(2...255))
            case .word(let words):
                expect(kind, field, (UInt64(words.count)...255).map { $0 })
                expect(kind, field, (0..<words.count).map { UInt64($0) }, refused: false)
            case .time:
                expect(kind, field, [latest + 1, 1 << 63, .max])
                expect(kind, field, [0, 1, latest], refused: false)
            case .decimal(let exponent):
                let bytes: [Int8] = [64, 127, -64, -127]
                expect(kind, field, bytes.map { UInt64(UInt8(bitPattern: $0)) }, 1, at: exponent)
                expect(
                    kind, field, ([63, -63] as [Int8]).map { UInt64(UInt8(bitPattern: $0)) }, 1, at: exponent,
                    refused: false)
                // Not given, and yet a number; and the mantissa that is none.
                expect(kind, field, [0x80], 1, at: exponent)
                expect(kind, field, [1 << 63])
                expect(kind, field, [1 << 63 + 1, 1 << 63 - 1, 0, .max], refused: false)
            case .u8, .u16, .u32, .u64, .span, .hex16: expect(kind, field, [0, 1, .max, 1 << 63], refused: false)
            case .text, .longText, .bytes, .frames, .levels, .venueLevels: break
            }
        }
    }

    @Test("a number that is not given has no mantissa", arguments: Kind.known)
    func notGiven(kind: Kind) {
        for field in Layout.of(kind)!.fields {
            guard case .decimal(let exponent) = field.form else { continue }
            var draft = Self.full(kind)
            draft.put(0x80, at: exponent, width: 1)
            draft.put(0, at: field.offset, width: 8)
            #expect(refusal(draft) == nil)
        }
    }

    @Test("bytes of the fixed part that belong to no field are 0", arguments: Kind.known)
    func unused(kind: Kind) throws {
        let layout = try #require(Layout.of(kind))
        var used: Set<Int> = []
        for field in layout.fields {
            used.formUnion(field.offset..<(field.offset + field.form.width))
            if case .decimal(let exponent) = field.form { used.insert(exponent) }
            if case .levels = field.form { used.formUnion([8, 9]) }
        }
        for byte in 0..<(layout.fixedWords * 8) where !used.contains(byte) {
            for bit in 0..<8 {
                var draft = Self.full(kind)
                draft.put(1 << UInt64(bit), at: byte, width: 1)
                #expect(refusal(draft) == "unused bytes", "\(kind.name ?? "") \(byte)")
            }
        }
        // Behind the last word that this version knows, a newer writer may put anything.
        var draft = Self.full(kind)
        draft.words += [.max, 0, 7]
        #expect(refusal(draft) == nil)
    }

    @Test("a kind belongs to its channel", arguments: Kind.known)
    func channel(kind: Kind) throws {
        let own = try #require(Layout.of(kind)).channel
        for channel in Channel.allCases {
            var draft = Self.full(kind)
            draft.envelope.channel = channel
            #expect(refusal(draft) == (own == nil || own == channel ? nil : "channel"))
        }
    }

    @Test("only books, merged events and unknown kinds go as parts", arguments: Kind.known)
    func parts(kind: Kind) {
        var draft = Self.full(kind)
        draft.envelope.parts = 2
        draft.envelope.flags.insert(.part)
        let mayBe: [Kind] = [.bookSnapshot, .bookUpdate, .merged]
        #expect(refusal(draft) == (mayBe.contains(kind) ? nil : "part"))
        var unknown = Draft(Envelope(kind: Kind(rawValue: 100), channel: .book, flags: .part, part: 2, parts: 2), .none)
        unknown.words = [.max]
        #expect(refusal(unknown) == nil)
    }

    @Test("payloads of unknown kinds are not looked into")
    func unknown() {
        var draft = Draft(Envelope(kind: Kind(rawValue: 25), channel: .risk), .none)
        draft.words = [UInt64](repeating: .max, count: 255)
        draft.variable = [UInt8](repeating: 0xFF, count: 800)
        #expect(refusal(draft) == nil)
    }
}
