import Events
import Support
import Testing
import Wire

/// What must hold of every layout, whatever kinds are added.
@Suite(.timeLimit(.minutes(1)))
struct LayoutTests {
    @Test("each known kind has the layout at its number, and no other kind has one")
    func order() {
        #expect(Layout.all.map(\.kind) == Kind.known)
        for number in 0...UInt8.max {
            let kind = Kind(rawValue: number)
            #expect(Layout.of(kind)?.kind == (kind.isKnown ? kind : nil))
            #expect(kind.name == (kind.isKnown ? Kind.names[Int(number) - 1] : nil))
        }
    }

    @Test("fields and exponents lie in the fixed part and do not overlap", arguments: Kind.known)
    func places(kind: Kind) throws {
        let layout = try #require(Layout.of(kind))
        var owner = [String?](repeating: nil, count: layout.fixedWords * 8)
        func use(_ offset: Int, _ width: Int, _ name: String) {
            for byte in offset..<(offset + width) {
                #expect(byte < owner.count, "\(name) lies in the fixed part")
                guard byte < owner.count else { continue }
                #expect(owner[byte] == nil, "\(name) overlaps \(owner[byte] ?? "")")
                owner[byte] = name
            }
        }
        for field in layout.fields {
            use(field.offset, field.form.width, field.name)
            if case .decimal(let exponent) = field.form { use(exponent, 1, field.name) }
        }
        if layout.fields.contains(where: { if case .levels = $0.form { true } else { false } }) { use(8, 2, "levels") }
        #expect(owner.suffix(8).contains { $0 != nil }, "the last word is needed")
    }

    @Test("numbers stand where their width divides the offset", arguments: Kind.known)
    func alignment(kind: Kind) throws {
        for field in try #require(Layout.of(kind)).fields {
            #expect(field.offset % min(field.form.width, 8) == 0, "\(field.name)")
        }
    }

    @Test("a length can be as large as its limit", arguments: Kind.known)
    func lengths(kind: Kind) throws {
        for field in try #require(Layout.of(kind)).fields {
            switch field.form {
            case .text(let limit, byte: true):
                #expect(field.form.width == 1 && limit < 1 << 8)
            case .text(let limit, byte: false):
                #expect(field.form.width == 2 && limit < 1 << 16)
            case .longText(let limit), .bytes(let limit):
                #expect(field.form.width == 4 && limit < Frame.bytesMax - 4096)
            case .frames, .levels, .venueLevels: #expect(field.form.width == 4)
            default: #expect(!field.form.isVariable)
            }
        }
    }

    @Test("names are unique in a kind, and none is the name of a header's field in text", arguments: Kind.known)
    func names(kind: Kind) throws {
        let header = [
            "kind", "venue", "symbol", "channel", "epoch", "sequence", "firstSequence", "happened", "received", "id",
            "cause",
            "routingVersion", "parts", "flags", "hops", "fixedWords", "extra", "payload",
        ]
        let names = try #require(Layout.of(kind)).fields.map(\.name)
        #expect(Set(names + header).count == names.count + header.count)
        #expect(names.allSatisfy { $0.utf8.count <= 32 }, "a name is at most a key long")
        #expect(!names.contains("position"))
    }

    @Test("what makes an older event needless is market data")
    func coalescable() {
        #expect(Kind.known.filter(\.isCoalescable) == [.bookUpdate, .ticker, .kline])
    }

    @Test("only the kinds that may be larger than a frame go as parts")
    func parts() {
        #expect(Layout.all.filter(\.mayBeInParts).map(\.kind) == [.bookSnapshot, .bookUpdate, .merged])
    }
}
