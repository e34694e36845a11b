import Events
import Support
import Testing
import Units
import Wire

/// Holds the tables of FORMAT.md against the code.
@Suite(.timeLimit(.minutes(1)))
struct FormatPageTests {
    private let page = FormatPage.page

    @Test("FORMAT.md has each kind with its number, channel and words")
    func kinds() {
        let kinds = page.kinds.sorted { $0.number < $1.number }
        #expect(kinds.map(\.number) == Kind.known.map { Int($0.rawValue) })
        #expect(kinds.map(\.name) == Kind.names)
        #expect(kinds.map(\.channel) == Layout.all.map { layout in layout.channel.map { "\($0)" } ?? "any" })
        #expect(kinds.map(\.words) == Layout.all.map(\.fixedWords))
    }

    @Test("FORMAT.md has each field of a kind with its place and form", arguments: Kind.known)
    func fields(kind: Kind) throws {
        let layout = try #require(Layout.of(kind))
        let told = try #require(page.kinds.first { $0.name == kind.name }).fields
        #expect(Set(told.map(\.name)).count == told.count)
        for field in layout.fields {
            let row = try #require(told.first { $0.name == field.name }, "\(field.name) of \(kind.name ?? "")")
            #expect(row.offset == field.offset, "\(field.name) of \(kind.name ?? "")")
            #expect(row.form == form(field), "\(field.name) of \(kind.name ?? "")")
        }
        #expect(told.count == layout.fields.count)
        // The order of the variable parts is that of the table.
        let variable = Set(layout.fields.filter(\.form.isVariable).map(\.name))
        #expect(told.map(\.name).filter(variable.contains) == layout.fields.map(\.name).filter(variable.contains))
    }

    /// A form as the page writes it. Words are told by their set, which is looked up by what is in it.
    private func form(_ field: Field) -> String {
        switch field.form {
        case .u8: "u8"
        case .u16: "u16"
        case .u32: "u32"
        case .u64: "u64"
        case .bool: "bool"
        case .time: "time"
        case .span: "span"
        case .word(let words): "word " + (page.words.first { $0.value == words }?.key ?? "of no set")
        case .decimal(let exponent): "decimal \(exponent)"
        case .hex16: "hex16"
        case .text(let limit, byte: false): "text \(limit)"
        case .text(let limit, byte: true): "text8 \(limit)"
        case .longText(let limit): "text32 \(limit)"
        case .bytes(let limit): "bytes32 \(limit)"
        case .frames: "frames32"
        case .levels: "levels32"
        case .venueLevels: "venueLevels32"
        }
    }

    @Test("FORMAT.md has the words of each set, and no two sets are alike")
    func words() {
        func expect<W: Word>(_ set: W.Type) {
            #expect(page.words["\(set)"] == W.allCases.map { "\($0)" })
            #expect(W.allCases.map { Int($0.rawValue) } == Array(0..<W.allCases.count))
        }
        expect(Channel.self)
        expect(Side.self)
        expect(BookState.self)
        expect(Integrity.self)
        expect(BookReason.self)
        expect(GapReason.self)
        expect(InstrumentType.self)
        expect(InstrumentStatus.self)
        expect(TimeBase.self)
        expect(EndReason.self)
        expect(IntentAction.self)
        expect(OrderType.self)
        expect(TimeInForce.self)
        expect(Liquidity.self)
        expect(OrderState.self)
        expect(RejectReason.self)
        expect(CommandVerb.self)
        expect(AnswerCode.self)
        expect(Breach.self)
        expect(RiskStatus.self)
        expect(Severity.self)
        expect(TelemetryType.self)
        expect(WindowEnd.self)
        // "set" is the table's head.
        #expect(page.words.count == 23 + 1)
        #expect(Set(page.words.values).count == page.words.count)
    }

    @Test("FORMAT.md has the flags by their bits")
    func flags() {
        #expect(page.flags == Flags.names)
        #expect(Flags.known.rawValue == 1 << UInt32(Flags.names.count) - 1)
        let bits: [Flags] = [.critical, .snapshot, .part, .backfilled, .coalesced, .warmUp, .replay, .mixed]
        #expect(bits.map(\.rawValue) == (0..<8).map { 1 << $0 })
    }

    @Test("FORMAT.md has each field of the header at its place")
    func header() throws {
        // Each field bears a number of its own; whoever reads it at the place that the page gives finds it.
        let stream = try #require(StreamName(venue: "venue", symbol: "symbol"))
        var draft = Draft(
            Envelope(
                kind: Kind(rawValue: 211), channel: .kline, flags: [.part, .replay, .mixed], epoch: 0x1112_1314,
                position: 0x2122_2324_2526_2728, firstSequence: 0x31, lastSequence: 0x3233_3435_3637_3839,
                happened: Nanos(0x4142_4344_4546_4748), received: Nanos(0x5152_5354_5556_5758),
                id: 0x6162_6364_6566_6768,
                cause: 0x7172_7374_7576_7778, routingVersion: 0x8182_8384, part: 0x0102, parts: 0x0304), stream)
        draft.words = [1, 2, 3]
        draft.hops = (1...8).map { UInt64($0) << 40 }
        let bytes = RandomFrames.bytes([draft])
        let expected: [String: UInt64] = [
            "length": 152 + 16 + 24, "checksum": UInt64(Frame.checksum(of: bytes.span.bytes)), "magic": 0x5350,
            "version": 1,
            "kind": 211, "flags": 0xC4, "position": 0x2122_2324_2526_2728, "first sequence": 0x31,
            "last sequence": 0x3233_3435_3637_3839, "happened": 0x4142_4344_4546_4748,
            "received": 0x5152_5354_5556_5758,
            "id": 0x6162_6364_6566_6768, "cause": 0x7172_7374_7576_7778, "epoch": 0x1112_1314,
            "routing version": 0x8182_8384, "part": 0x0102, "parts": 0x0304, "venue length": 5, "symbol length": 6,
            "channel": 4, "fixedWords": 3,
        ]
        var end = 0
        for row in page.header {
            #expect(row.offset == end, "\(row.name)")
            end += row.size
            if row.name == "hops" {
                let hops = (0..<8).map { bytes.number(at: row.offset + $0 * 8, width: 8) }
                #expect(hops == draft.hops)
            } else {
                #expect(bytes.number(at: row.offset, width: row.size) == expected[row.name], "\(row.name)")
            }
        }
        #expect(end == Frame.headerBytes)
        #expect(page.header.count == expected.count + 1)
        #expect(Array(bytes[152..<168]) == Array("venuesymbol".utf8) + [0, 0, 0, 0, 0])
        #expect(
            page.text.contains(
                Hop.allCases.map { "\($0)" }.joined(separator: ", ").replacing("orderIn, ", with: "orderIn,\n")))
    }

    @Test("FORMAT.md has the limits that hold")
    func limits() {
        for (name, limit) in [
            ("frame", "1,048,576 bytes"), ("event, all its frames", "8,388,608 bytes"),
            ("venue, symbol", "32, 64 bytes"),
            ("hop", "2^53 ns (104 days)"), ("levels of a book's side", "131,072"), ("fixed part", "255 words"),
        ] { #expect(page.text.contains("| \(name) | \(limit) |")) }
        #expect(Frame.bytesMax == 1_048_576)
        #expect(Frame.eventBytesMax == 8_388_608)
        #expect(Frame.venueBytesMax == 32)
        #expect(Frame.symbolBytesMax == 64)
        #expect(Frame.hopMax == 9_007_199_254_740_992)
        #expect(Nanos.range == Nanos(0)...Nanos(7_258_118_400_000_000_000))
        // A mixed book of the most levels is an event, and four of them fit in the ring.
        let most = 2 * 131_072 * 24
        #expect(most + 7 * 300 < Frame.eventBytesMax)
        #expect(4 * Frame.eventBytesMax == 32 << 20)
    }
}
