import Bytes
public import Events
import Units

extension Outbox {
    /// Appends a book event. One larger than a frame goes as parts of one position and identity. False, and nothing is done,
    /// when it does not fit.
    ///
    /// When all levels have the same exponents they take 16 bytes each; else 24, and the flag `mixed` is set.
    @discardableResult
    public mutating func put(
        _ kind: Kind, _ levels: borrowing Sides, depth: UInt16, checksum: UInt32, _ envelope: Envelope,
        _ name: StreamName
    ) -> Bool {
        var envelope = envelope
        envelope.kind = kind
        let bids = levels.bids.count
        let total = levels.count
        let model = total == 0 ? nil : bids > 0 ? levels.bids[0] : levels.asks[0]
        let exponents = model.map { ($0.priceExponent, $0.sizeExponent) } ?? (0, 0)
        let mixed = !Outbox.agree(levels.bids, exponents) || !Outbox.agree(levels.asks, exponents)
        if mixed { envelope.flags.insert(.mixed) }
        let width = mixed ? 24 : 16
        let perPart = LevelRows.perPart(name, mixed: mixed)
        let parts = max(1, (total + perPart - 1) / perPart)
        guard parts * (name.headBytes + 16) + total * width <= min(limit - byteCount, Frame.eventBytesMax) else {
            return false
        }
        envelope.parts = UInt16(parts)
        if parts > 1 { envelope.flags.insert(.part) }
        for part in 0..<parts {
            envelope.part = UInt16(part + 1)
            // The part's window on the row of all bids followed by all asks.
            let window = (part * perPart)..<min((part + 1) * perPart, total)
            let bidRange = min(window.lowerBound, bids)..<min(window.upperBound, bids)
            let askRange = max(window.lowerBound - bids, 0)..<max(window.upperBound - bids, 0)
            let done = put(envelope, name, fixedWords: 2, variableBytes: window.count * width) { fixed in
                fixed.put(UInt32(bidRange.count), at: 0)
                fixed.put(UInt32(askRange.count), at: 4)
                if !mixed {
                    fixed.put(exponents.0, at: 8)
                    fixed.put(exponents.1, at: 9)
                }
                fixed.put(depth, at: 10)
                fixed.put(checksum, at: 12)
            } variable: { span in
                Outbox.write(levels.bids, bidRange, mixed, &span, at: 0)
                Outbox.write(levels.asks, askRange, mixed, &span, at: bidRange.count * width)
            }
            precondition(done, "room for all parts was made sure of")
        }
        return true
    }

    private static func agree(_ levels: borrowing Column<Level>, _ exponents: (Int8, Int8)) -> Bool {
        for index in 0..<levels.count {
            let level = levels[index]
            if level.priceExponent != exponents.0 || level.sizeExponent != exponents.1 { return false }
        }
        return true
    }

    private static func write(
        _ levels: borrowing Column<Level>, _ range: Range<Int>, _ mixed: Bool, _ span: inout MutableRawSpan, at: Int
    ) {
        var at = at
        for index in range {
            let level = levels[index]
            span.put(level.price, at: at)
            span.put(level.size, at: at + 8)
            if mixed {
                span.put(level.priceExponent, at: at + 16)
                span.put(level.sizeExponent, at: at + 17)
                at += 8
            }
            at += 16
        }
    }
}
