import Bytes
import Events
import Text
import Units
import Wire

extension EventFromJSON.Reading {
    typealias Defect = EventFromJSON.Defect

    /// Takes a field of the payload: into the fixed part, or into `parts` until all lengths are known.
    mutating func take(
        _ field: Field, _ json: inout JSON, _ text: RawSpan, _ parts: inout [String: [UInt8]]
    ) throws(Defect) {
        let name = field.name
        switch field.form {
        case .u8: draft.put(UInt64(try Self.number(&json, text, name) as UInt8), at: field.offset, width: 1)
        case .u16: draft.put(UInt64(try Self.number(&json, text, name) as UInt16), at: field.offset, width: 2)
        case .u32: draft.put(UInt64(try Self.number(&json, text, name) as UInt32), at: field.offset, width: 4)
        case .u64: draft.put(try Self.number(&json, text, name), at: field.offset, width: 8)
        case .time, .span:
            let value: Int64 = try Self.number(&json, text, name)
            draft.put(UInt64(bitPattern: value), at: field.offset, width: 8)
        case .bool: draft.put(json.bool(text) ? 1 : 0, at: field.offset, width: 1)
        case .word(let words):
            let word = try Self.string(&json, text, name)
            guard let index = words.firstIndex(of: word) else { throw Defect("unknown \(name) \(word)") }
            draft.put(UInt64(index), at: field.offset, width: 1)
        case .decimal(let exponent):
            let number = try Self.decimal(&json, text, name)
            draft.put(UInt64(bitPattern: number.mantissa), at: field.offset, width: 8)
            draft.put(UInt64(UInt8(bitPattern: number.exponent)), at: exponent, width: 1)
        case .hex16:
            let bytes = try Self.hex(&json, text, name)
            guard bytes.count == 16 else { throw Defect("\(name) is not of 16 bytes") }
            for half in 0..<2 {
                let word = bytes[(half * 8)..<(half * 8 + 8)].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
                draft.put(word, at: field.offset + half * 8, width: 8)
            }
        case .text, .longText: parts[name] = Array(try Self.string(&json, text, name).utf8)
        case .bytes: parts[name] = try Self.hex(&json, text, name)
        case .frames: fragments = try Self.frames(&json, text)
        case .levels:
            var levels = self.levels ?? ([], [])
            let rows = try Self.rows(&json, text, name)
            if field.offset == 0 { levels.bids = rows } else { levels.asks = rows }
            self.levels = levels
        case .venueLevels: parts[name] = try Self.venueRows(&json, text, name)
        }
    }

    /// Puts the variable parts in their order, and their lengths into the fixed part; but for levels and fragments, which may
    /// need several frames.
    mutating func finish(_ layout: Layout?, _ parts: [String: [UInt8]]) throws(Defect) {
        guard let layout else { return try finishUnknown() }
        for field in layout.fields where field.form.isVariable {
            switch field.form {
            case .levels: levels = levels ?? ([], [])
            case .frames: fragments = fragments ?? []
            default:
                let bytes = parts[field.name] ?? []
                let count: Int
                if case .venueLevels = field.form { count = bytes.count / 24 } else { count = bytes.count }
                guard count < 1 << (field.form.width * 8) else { throw Defect("\(field.name) is too long") }
                draft.put(UInt64(count), at: field.offset, width: field.form.width)
                draft.append(bytes)
            }
        }
        if let extra = parts["extra"] {
            guard extra.count % 8 == 0 else { throw Defect("extra is not of whole words") }
            draft.words += Self.words(extra[...])
        }
        if let count = draft.wordCount {
            guard draft.words.dropFirst(count).allSatisfy({ $0 == 0 }) else { throw Defect("fixedWords is too few") }
            while draft.words.count < count { draft.words.append(0) }
        }
    }

    /// Of a kind that this version does not know the payload is taken as it stands.
    private func finishUnknown() throws(Defect) {
        guard !payloads.isEmpty else { throw Defect("an unknown kind needs its payload") }
        guard let count = draft.wordCount else { throw Defect("an unknown kind needs its fixedWords") }
        for payload in payloads {
            guard payload.count % 8 == 0 else { throw Defect("payload is not of whole words") }
            guard count * 8 <= payload.count else { throw Defect("fixedWords is more than the payload") }
        }
    }

    static func words(_ bytes: ArraySlice<UInt8>) -> [UInt64] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map { at in
            (0..<8).reduce(0 as UInt64) { $0 | UInt64(bytes[at + $1]) << UInt64($1 * 8) }
        }
    }

    /// `[["price","size"], …]`
    private static func rows(_ json: inout JSON, _ text: RawSpan, _ name: String) throws(Defect) -> [Level] {
        var rows: [Level] = []
        json.enterArray(text)
        while json.nextElement(text) {
            json.enterArray(text)
            guard json.nextElement(text) else { throw Defect("\(name): a level without a price") }
            let price = try decimal(&json, text, name)
            guard json.nextElement(text) else { throw Defect("\(name): a level without a size") }
            let size = try decimal(&json, text, name)
            guard !json.nextElement(text), json.isSound else {
                throw Defect("\(name): a level of more than two numbers")
            }
            rows.append(Level(price: price, size: size))
        }
        return rows
    }

    /// `[["price","size",venue], …]`
    private static func venueRows(_ json: inout JSON, _ text: RawSpan, _ name: String) throws(Defect) -> [UInt8] {
        var bytes: [UInt8] = []
        json.enterArray(text)
        while json.nextElement(text) {
            json.enterArray(text)
            guard json.nextElement(text) else { throw Defect("\(name): a level without a price") }
            let price = try decimal(&json, text, name)
            guard json.nextElement(text) else { throw Defect("\(name): a level without a size") }
            let size = try decimal(&json, text, name)
            guard json.nextElement(text) else { throw Defect("\(name): a level without a venue") }
            let venue: UInt8 = try number(&json, text, name)
            guard !json.nextElement(text), json.isSound else {
                throw Defect("\(name): a level of more than three values")
            }
            for value in [UInt64(bitPattern: price.mantissa), UInt64(bitPattern: size.mantissa)] {
                bytes += (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
            }
            bytes += [UInt8(bitPattern: price.exponent), UInt8(bitPattern: size.exponent), venue, 0, 0, 0, 0, 0]
        }
        return bytes
    }

    /// Whole events, as frames one after the other.
    private static func frames(_ json: inout JSON, _ text: RawSpan) throws(Defect) -> [UInt8] {
        var box = Outbox(capacity: 1 << 12, limit: Frame.eventBytesMax)
        json.enterArray(text)
        while json.nextElement(text) {
            let reading = try EventFromJSON.Reading(&json, text)
            if let defect = reading.write(to: &box) { throw Defect("a fragment: \(defect.text)") }
        }
        return box.read { span in (0..<span.byteCount).map { span.byte($0) } }
    }

    /// The payload of an unknown kind, or of each of its parts.
    mutating func takePayload(_ json: inout JSON, _ text: RawSpan) throws(Defect) {
        guard json.peek(text) == 0x5B else {
            payloads = [try Self.hex(&json, text, "payload")]
            return
        }
        json.enterArray(text)
        while json.nextElement(text) { payloads.append(try Self.hex(&json, text, "payload")) }
    }
}
