import Events
import Text
import Units
import Wire

extension RandomFrames {
    /// Gives each field of the payload a value: in words that are left out, 0.
    mutating func fill(_ draft: inout Draft, _ layout: Layout) {
        var words = layout.fixedWords
        switch dice.number(0...9) {
        case 0:
            // An older writer, which does not have the last fields.
            words = dice.number(0...layout.fixedWords)
            if dice.oneIn(2) { draft.wordCount = words }
            draft.words = [UInt64](repeating: 0, count: words)
        case 1:
            // A newer writer, with more fields.
            let more = dice.oneIn(10) ? 255 - words : dice.number(1...4)
            draft.words += (0..<more).map { _ in dice.oneIn(2) ? 0 : dice.next() }
            if dice.oneIn(2) { draft.wordCount = words + more }
        case 2:
            // One that does not leave out what is 0.
            draft.wordCount = words
        default: break
        }
        for field in layout.fields where field.offset + field.form.width <= words * 8 {
            if field.form.isVariable { putVariable(field, &draft) } else { putFixed(field, &draft, words) }
        }
    }

    private mutating func putFixed(_ field: Field, _ draft: inout Draft, _ words: Int) {
        let value: UInt64
        switch field.form {
        case .u8, .u16, .u32, .u64: value = number()
        case .bool: value = UInt64(dice.number(0...1))
        case .time: value = UInt64(time().count)
        case .span: value = number()
        case .word(let set): value = UInt64(dice.number(0...(set.count - 1)))
        case .decimal(let exponent):
            // Without room for its exponent it has none: 0.
            let number = exponent < words * 8 ? decimal() : Decimal(mantissa(), exponent: 0)
            if exponent < words * 8 { draft.put(UInt64(UInt8(bitPattern: number.exponent)), at: exponent, width: 1) }
            value = UInt64(bitPattern: number.mantissa)
        case .hex16:
            let isGiven = dice.oneIn(2)
            for half in [0, 8] { draft.put(isGiven ? self.number() : 0, at: field.offset + half, width: 8) }
            return
        default: return
        }
        draft.put(value, at: field.offset, width: field.form.width)
    }

    private mutating func putVariable(_ field: Field, _ draft: inout Draft) {
        let count: Int
        let bytes: [UInt8]
        switch field.form {
        case .text(let limit, _), .longText(let limit):
            bytes = texts.any(atMost: limit, using: &dice)
            count = bytes.count
        case .bytes(let limit):
            bytes = dice.oneIn(100) ? [UInt8](repeating: 0xA5, count: limit) : dice.bytes(dice.number(0...40))
            count = bytes.count
        case .frames:
            bytes = (0..<dice.number(0...3)).flatMap { _ in fragment() }
            count = bytes.count
        case .levels:
            (count, bytes) = levels(&draft)
        case .venueLevels:
            count = dice.number(0...6)
            bytes = (0..<count).flatMap { _ in
                RandomFrames.row(
                    price: mantissa(), size: abs(mantissa()), [exponent(), exponent()], dice.number(0...255))
            }
        default: return
        }
        draft.put(UInt64(count), at: field.offset, width: field.form.width)
        draft.append(bytes)
    }

    /// A whole event of one frame, not merged itself.
    public mutating func fragment() -> [UInt8] {
        while true {
            let drafts = next()
            if drafts.count == 1, drafts[0].envelope.kind != .merged { return RandomFrames.bytes(drafts) }
        }
    }

    /// The levels of one side. Not mixed, both sides share the exponents of the fixed part.
    private mutating func levels(_ draft: inout Draft) -> (Int, [UInt8]) {
        let count = dice.oneIn(3) ? 0 : dice.oneIn(10) ? dice.number(0...120) : dice.number(1...8)
        let isMixed = draft.envelope.flags.contains(.mixed)
        if !isMixed, count > 0, draft.words.count > 1, draft.variable.isEmpty {
            for at in [8, 9] { draft.put(UInt64(UInt8(bitPattern: exponent())), at: at, width: 1) }
        }
        let rows = (0..<count).flatMap { _ in
            let exponents = isMixed ? [exponent(), exponent()] : []
            return RandomFrames.row(price: mantissa(), size: abs(mantissa()), exponents, 0)
        }
        return (count, rows)
    }

    /// A level's bytes: 16, or 24 with exponents of its own.
    public static func row(price: Int64, size: Int64, _ exponents: [Int8], _ venue: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in [price, size] { bytes += withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) } }
        guard !exponents.isEmpty else { return bytes }
        return bytes + exponents.map { UInt8(bitPattern: $0) } + [UInt8(venue), 0, 0, 0, 0, 0]
    }
}
