import Bytes
public import Events
import Text
import Units

extension Layout {
    /// The first field of a frame's payload that holds what it must not, or nil: the check of every reader that looks into
    /// payloads. `frame` is one that `Frame.front` found good; kinds that this version does not know are not looked into.
    public static func defect(in frame: RawSpan) -> String? {
        let header = Header(frame)
        guard let layout = Layout.of(header.envelope.kind) else { return nil }
        if let channel = layout.channel, channel != header.envelope.channel { return "channel" }
        guard header.envelope.parts == 1 || layout.mayBeInParts else { return "part" }
        let payload = Payload(header)
        for index in 0..<layout.fixedWords where payload.u64(frame, index * 8) & layout.unused[index] != 0 {
            return "unused bytes"
        }
        for field in layout.fields {
            if !field.form.isVariable, !field.isInRange(frame, payload) { return field.name }
        }
        var at = payload.variable
        for field in layout.fields where field.form.isVariable {
            guard let next = field.check(frame, payload, at, header.envelope.flags) else { return field.name }
            at = next
        }
        return at == payload.end ? nil : "length"
    }
}

extension Field {
    /// Whether a field of the fixed part holds a value of its form.
    func isInRange(_ frame: RawSpan, _ payload: Payload) -> Bool {
        switch form {
        case .bool: payload.u8(frame, offset) <= 1
        case .time: Nanos.range.contains(Nanos(payload.i64(frame, offset)))
        case .word(let words): Int(payload.u8(frame, offset)) < words.count
        case .decimal(let exponent): Field.isDecimal(payload.decimal(frame, offset, exponent: exponent))
        default: true
        }
    }

    /// -2^63 is no mantissa: it has no positive counterpart, and so no text that every reader of numbers takes.
    static func isDecimal(_ number: Decimal) -> Bool {
        guard number.isGiven else { return number.mantissa == 0 }
        return Decimal.exponents.contains(number.exponent) && number.mantissa != .min
    }

    /// Where a variable part lies that begins at `at`, without its padding; nil when it does not fit.
    public func range(_ frame: RawSpan, _ payload: Payload, _ at: Int, _ flags: Flags) -> Range<Int>? {
        let count: Int
        let limit: Int
        switch form {
        case .text(let most, byte: true): (count, limit) = (Int(payload.u8(frame, offset)), most)
        case .text(let most, byte: false): (count, limit) = (Int(payload.u16(frame, offset)), most)
        case .longText(let most), .bytes(let most): (count, limit) = (Int(payload.u32(frame, offset)), most)
        case .frames: (count, limit) = (Int(payload.u32(frame, offset)), Frame.bytesMax)
        case .levels:
            (count, limit) = (Int(payload.u32(frame, offset)) * Field.levelBytes(flags), Frame.bytesMax)
        case .venueLevels: (count, limit) = (Int(payload.u32(frame, offset)) * 24, Frame.bytesMax)
        default: return nil
        }
        guard count <= limit, count <= payload.end - at else { return nil }
        return at..<(at + count)
    }

    /// Bytes of a level in a book's frame.
    static func levelBytes(_ flags: Flags) -> Int { flags.contains(.mixed) ? 24 : 16 }

    /// Where the next variable part begins, or nil when this one, which begins at `at`, is wrong.
    func check(_ frame: RawSpan, _ payload: Payload, _ at: Int, _ flags: Flags) -> Int? {
        guard let range = range(frame, payload, at, flags) else { return nil }
        let next = (range.upperBound + 7) & ~7
        guard next <= payload.end else { return nil }
        for offset in range.upperBound..<next where frame.byte(offset) != 0 { return nil }
        let isGood =
            switch form {
            case .text, .longText: UTF8.isValid(frame, range)
            case .frames: Field.holdsFrames(frame.extracting(range))
            case .levels: Field.holdsLevels(frame, payload, range, mixed: flags.contains(.mixed))
            case .venueLevels: Field.holdsVenueLevels(frame, range)
            default: true
            }
        return isGood ? next : nil
    }

    private static func holdsFrames(_ bytes: RawSpan) -> Bool {
        var at = 0
        while at < bytes.byteCount {
            let rest = bytes.extracting(at..<bytes.byteCount)
            // A merged event holds venues' whole events, never another merged one: the nesting ends here.
            guard case .frame(let length) = Frame.front(of: rest), rest.byte(11) != Kind.merged.rawValue,
                rest.u16(82) == 1, Layout.defect(in: rest.extracting(0..<length)) == nil
            else { return false }
            at += length
        }
        return true
    }

    private static func holdsLevels(_ frame: RawSpan, _ payload: Payload, _ range: Range<Int>, mixed: Bool) -> Bool {
        let (price, size) = (payload.i8(frame, 8), payload.i8(frame, 9))
        guard Decimal.exponents.contains(price), Decimal.exponents.contains(size) else { return false }
        // Exponents that belong to no level are 0.
        let isUsed = !mixed && (payload.u32(frame, 0) > 0 || payload.u32(frame, 4) > 0)
        guard isUsed || (price == 0 && size == 0) else { return false }
        for at in stride(from: range.lowerBound, to: range.upperBound, by: mixed ? 24 : 16) {
            guard frame.i64(at) != .min, frame.i64(at + 8) >= 0 else { return false }
            guard mixed else { continue }
            guard Decimal.exponents.contains(frame.i8(at + 16)), Decimal.exponents.contains(frame.i8(at + 17)),
                frame.u64(at + 16) >> 16 == 0
            else { return false }
        }
        return true
    }

    private static func holdsVenueLevels(_ frame: RawSpan, _ range: Range<Int>) -> Bool {
        for at in stride(from: range.lowerBound, to: range.upperBound, by: 24) {
            guard frame.i64(at) != .min, frame.i64(at + 8) >= 0, Decimal.exponents.contains(frame.i8(at + 16)),
                Decimal.exponents.contains(frame.i8(at + 17)), frame.u64(at + 16) >> 24 == 0
            else { return false }
        }
        return true
    }
}
