import Events
import Support
import Testing
import Units
import Wire

/// Lengths, padding and contents of variable parts.
@Suite(.timeLimit(.minutes(1)))
struct VariablePartTests {
    private func refusal(_ draft: Draft) -> String? {
        var outbox = Outbox(capacity: 1 << 12)
        return outbox.write(draft)
    }

    /// An event of this kind that has nothing but its `index`th variable part.
    private func only(_ field: Field, of kind: Kind, _ bytes: [UInt8], count: Int? = nil) -> Draft {
        let layout = Layout.of(kind)!
        var draft = Draft(Envelope(kind: kind, channel: layout.channel ?? .book), .none)
        draft.put(UInt64(count ?? bytes.count), at: field.offset, width: field.form.width)
        draft.append(bytes)
        return draft
    }

    @Test("a text has its limit, is UTF-8, and ends in zeros", arguments: Kind.known)
    func texts(kind: Kind) {
        for field in Layout.of(kind)!.fields {
            let limit: Int
            switch field.form {
            case .text(let most, _), .longText(let most): limit = most
            default: continue
            }
            let text = [UInt8](repeating: 0x62, count: limit)
            #expect(refusal(only(field, of: kind, text)) == nil)
            if limit < 1 << (field.form.width * 8) - 1 {
                #expect(refusal(only(field, of: kind, text + [0x62])) == field.name)
            }
            #expect(refusal(only(field, of: kind, [0x61, 0xC3])) == field.name)
            #expect(refusal(only(field, of: kind, [0xED, 0xA0, 0x80])) == field.name)
            #expect(refusal(only(field, of: kind, [0x00, 0x1B, 0x7F])) == nil)
            // Longer than the frame; shorter, so that the rest lies in the padding; one word too many.
            #expect(refusal(only(field, of: kind, [0x61], count: 9)) == field.name)
            #expect(refusal(only(field, of: kind, [0x61, 0x62], count: 1)) == field.name)
            var more = only(field, of: kind, [0x61])
            more.variable += [0, 0, 0, 0, 0, 0, 0, 0]
            #expect(refusal(more) == "length")
        }
    }

    @Test(
        "an event without its variable parts may leave them out, and nothing else may stand there",
        arguments: Kind.known)
    func nothing(kind: Kind) {
        var draft = Draft(Envelope(kind: kind, channel: Layout.of(kind)!.channel ?? .book), .none)
        #expect(refusal(draft) == nil)
        draft.variable = [UInt8](repeating: 0, count: 8)
        #expect(refusal(draft) == "length")
    }

    @Test("opaque bytes have their limit and may be anything")
    func bytes() {
        let data = Layout.of(.extension)!.fields[1]
        #expect(refusal(only(data, of: .extension, [UInt8](repeating: 0xFF, count: 102_400))) == nil)
        #expect(refusal(only(data, of: .extension, [UInt8](repeating: 0, count: 102_401))) == "data")
        #expect(refusal(only(data, of: .extension, [1], count: Int(UInt32.max))) == "data")
    }

    private func book(_ flags: Flags, bids: Int, asks: Int, _ rows: [UInt8], exponents: [Int8] = [0, 0]) -> String? {
        var draft = Draft(Envelope(kind: .bookUpdate, channel: .book, flags: flags), .none)
        draft.put(UInt64(bids), at: 0, width: 4)
        draft.put(UInt64(asks), at: 4, width: 4)
        for (at, exponent) in exponents.enumerated() {
            draft.put(UInt64(UInt8(bitPattern: exponent)), at: 8 + at, width: 1)
        }
        draft.variable = rows
        return refusal(draft)
    }

    private func row(_ price: Int64, _ size: Int64, _ exponents: [Int8] = [], venue: Int = 0) -> [UInt8] {
        RandomFrames.row(price: price, size: size, exponents, venue)
    }

    @Test("levels of a uniform book")
    func uniform() {
        let row = row(5, 6)
        #expect(book([], bids: 1, asks: 1, row + row, exponents: [-63, 63]) == nil)
        #expect(book([], bids: 2, asks: 0, row + row) == nil)
        #expect(book([], bids: 0, asks: 0, []) == nil)
        #expect(book([], bids: 1, asks: 0, row, exponents: [64, 0]) == "bids")
        #expect(book([], bids: 0, asks: 1, row, exponents: [0, -64]) == "bids")
        #expect(book([], bids: 0, asks: 0, [], exponents: [1, 0]) == "bids")
        #expect(book([], bids: 0, asks: 0, [], exponents: [0, 1]) == "bids")
        #expect(book([], bids: 1, asks: 0, self.row(5, -1)) == "bids")
        #expect(book([], bids: 0, asks: 1, self.row(5, .min)) == "asks")
        #expect(book([], bids: 1, asks: 0, self.row(.min, 1)) == "bids")
        #expect(book([], bids: 1, asks: 0, self.row(-.max, 0)) == nil)
        #expect(book([], bids: 1, asks: 1, row) == "asks")
        #expect(book([], bids: Int(UInt32.max), asks: 0, row) == "bids")
        #expect(book([], bids: 1, asks: 0, row + row) == "length")
    }

    @Test("levels of a mixed book")
    func mixed() {
        let row = row(5, 6, [-63, 63])
        #expect(book(.mixed, bids: 1, asks: 1, row + row) == nil)
        #expect(book(.mixed, bids: 1, asks: 0, row, exponents: [1, 0]) == "bids")
        #expect(book(.mixed, bids: 1, asks: 0, row, exponents: [0, 1]) == "bids")
        #expect(book(.mixed, bids: 1, asks: 0, self.row(5, 6, [64, 0])) == "bids")
        #expect(book(.mixed, bids: 1, asks: 0, self.row(5, 6, [0, -128])) == "bids")
        #expect(book(.mixed, bids: 0, asks: 1, self.row(5, -6, [0, 0])) == "asks")
        #expect(book(.mixed, bids: 0, asks: 1, self.row(.min, 6, [0, 0])) == "asks")
        for byte in 18..<24 {
            var bad = row
            bad[byte] = 1
            #expect(book(.mixed, bids: 1, asks: 0, bad) == "bids", "\(byte)")
        }
    }

    @Test("levels of several venues")
    func venues() {
        func refusal(_ row: [UInt8]) -> String? {
            self.refusal(
                only(Layout.of(.consolidatedBook)!.fields[0], of: .consolidatedBook, row, count: row.count / 24))
        }
        #expect(refusal(row(5, 6, [-63, 63], venue: 255)) == nil)
        #expect(refusal(row(5, -6, [0, 0])) == "bids")
        #expect(refusal(row(.min, 6, [0, 0])) == "bids")
        #expect(refusal(row(5, 6, [64, 0])) == "bids")
        #expect(refusal(row(5, 6, [0, -64])) == "bids")
        for byte in 19..<24 {
            var bad = row(5, 6, [0, 0], venue: 1)
            bad[byte] = 1
            #expect(refusal(bad) == "bids", "\(byte)")
        }
    }

    @Test("fragments are good frames, whole events, and not merged ones")
    func fragments() {
        let field = Layout.of(.merged)!.fields.first { $0.name == "fragments" }!
        func refusal(_ bytes: [UInt8]) -> String? { self.refusal(only(field, of: .merged, bytes)) }
        let trade = FormatPage.page.examples[1].bytes
        let unknown = FormatPage.page.examples[6].bytes
        #expect(refusal(trade + unknown + trade) == nil)
        #expect(refusal(trade + Array(trade.dropLast(8))) == "fragments")
        var bad = trade
        bad[170] ^= 1
        #expect(refusal(trade + bad) == "fragments")
        // Its header is good, and its side is none.
        bad = trade
        bad[168 + 18] = 3
        #expect(refusal(bad.sealed()) == "fragments")
        #expect(refusal(RandomFrames.bytes([only(field, of: .merged, trade)])) == "fragments")
        var part = Draft(Envelope(kind: Kind(rawValue: 90), channel: .book, flags: .part, parts: 2), .none)
        part.words = [1]
        #expect(refusal(RandomFrames.bytes([part])) == "fragments")
    }
}
