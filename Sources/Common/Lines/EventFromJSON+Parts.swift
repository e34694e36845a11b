import Bytes
import Events
import Units
import Wire

extension EventFromJSON.Reading {
    /// Appends what was read to `out`, as one frame, or as parts, of which there must be as many as were said. When it is refused,
    /// nothing is appended.
    func write(to out: inout Outbox) -> Defect? {
        if let levels, !draft.envelope.flags.contains(.mixed) {
            let all = levels.bids + levels.asks
            guard all.allSatisfy({ Self.agree($0, all[0]) }) else {
                return Defect("levels of several digit counts need the flag mixed")
            }
        }
        let pieces = pieces()
        guard pieces.count == Int(draft.envelope.parts) else {
            return Defect("parts is \(draft.envelope.parts), and the event takes \(pieces.count)")
        }
        if pieces.count == 1 { return Self.defect(out.write(pieces[0])) }
        var box = Outbox(capacity: 1 << 16, limit: Frame.eventBytesMax)
        for (index, piece) in pieces.enumerated() {
            var piece = piece
            piece.envelope.part = UInt16(index + 1)
            if let field = box.write(piece) { return Self.defect(field) }
        }
        return box.read { out.put(whole: $0, frames: UInt64(pieces.count)) } ? nil : Self.defect("length")
    }

    private static func defect(_ field: String?) -> Defect? {
        guard let field else { return nil }
        return Defect(field == "length" ? "the event does not fit" : "\(field) is out of range")
    }

    /// The event's frames in the making.
    private func pieces() -> [Draft] {
        if let levels { return pieces(levels.bids, levels.asks) }
        if let fragments { return pieces(fragments) }
        guard !payloads.isEmpty, let count = draft.wordCount else { return [draft] }
        return payloads.map { payload in
            var piece = draft
            piece.words = Self.words(payload.prefix(count * 8))
            piece.variable = Array(payload.dropFirst(count * 8))
            return piece
        }
    }

    /// Words of the fixed part that its frames will have.
    private var fixedWords: Int { draft.wordCount ?? draft.words.count }

    /// A book: all bids, then all asks, as many in a frame as fit.
    private func pieces(_ bids: [Level], _ asks: [Level]) -> [Draft] {
        let mixed = draft.envelope.flags.contains(.mixed)
        let all = bids + asks
        let perPart = LevelRows.perPart(draft.name, mixed: mixed, fixedWords: fixedWords)
        return stride(from: 0, to: max(all.count, 1), by: perPart).map { start in
            let some = all[start..<min(start + perPart, all.count)]
            var piece = draft
            let bidCount = max(0, min(bids.count, some.endIndex) - some.startIndex)
            piece.put(UInt64(bidCount), at: 0, width: 4)
            piece.put(UInt64(some.count - bidCount), at: 4, width: 4)
            if !mixed, let model = all.first {
                piece.put(UInt64(UInt8(bitPattern: model.priceExponent)), at: 8, width: 1)
                piece.put(UInt64(UInt8(bitPattern: model.sizeExponent)), at: 9, width: 1)
            }
            piece.append(some.flatMap { Self.bytes($0, mixed: mixed) })
            return piece
        }
    }

    private static func agree(_ level: Level, _ model: Level) -> Bool {
        level.priceExponent == model.priceExponent && level.sizeExponent == model.sizeExponent
    }

    private static func bytes(_ level: Level, mixed: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in [UInt64(bitPattern: level.price), UInt64(bitPattern: level.size)] {
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64($0 * 8)) }
        }
        guard mixed else { return bytes }
        return bytes + [
            UInt8(bitPattern: level.priceExponent), UInt8(bitPattern: level.sizeExponent), 0, 0, 0, 0, 0, 0,
        ]
    }

    /// A merged event: whole fragments, as many in a frame as fit.
    private func pieces(_ fragments: [UInt8]) -> [Draft] {
        let room = Frame.bytesMax - draft.name.headBytes - fixedWords * 8
        let offset = Layout.of(draft.envelope.kind)?.fields.first { $0.name == "fragments" }?.offset ?? 0
        var pieces: [Draft] = []
        var start = 0
        var end = 0
        func cut() {
            var piece = draft
            piece.put(UInt64(end - start), at: offset, width: 4)
            piece.append(Array(fragments[start..<end]))
            pieces.append(piece)
            start = end
        }
        while end < fragments.count {
            let length = Int(Self.words(fragments[end..<(end + 8)])[0] & 0xFFFF_FFFF)
            if end + length - start > room, end > start { cut() }
            end += length
        }
        cut()
        return pieces
    }
}
