import Bytes
import Events
import Units
import Wire

/// Makes one change of a book out of a row of them: of each price the last word counts.
///
/// Prices are compared at the finest exponent of all, as 1.5 and 1.50 are one price; the digits stay as they were written.
struct ChangeFold: ~Copyable {
    private var levels = Sides()
    private var folded = Sides()
    private var finest = Int8.max
    /// Open addressing: index of a level in `folded`, -1 = free. A power of two long.
    private var slots = Column<Int32>()
    private var keys = Column<Int64>()

    init() {}

    mutating func begin() {
        levels.removeAll()
        finest = .max
    }

    /// Adds an event, all its frames.
    mutating func add(_ event: RawSpan) {
        levels.append(levelsOf: event)
    }

    /// Writes them as one event that bears all of `newest` but the levels, and the flag `coalesced`. False, and nothing is done, where
    /// prices have no common exponent or there is no room.
    mutating func write(asOf newest: RawSpan, on outbox: inout Outbox) -> Bool {
        folded.removeAll()
        ChangeFold.finest(levels.bids, &finest)
        ChangeFold.finest(levels.asks, &finest)
        guard ChangeFold.fold(levels.bids, finest, &slots, &keys, into: &folded.bids),
            ChangeFold.fold(levels.asks, finest, &slots, &keys, into: &folded.asks)
        else { return false }
        let first = newest.extracting(0..<newest.firstFrameBytes)
        let header = Header(first)
        guard
            let name = StreamName(venue: first.extracting(header.venue), symbol: first.extracting(header.symbol))
        else { return false }
        var envelope = header.envelope
        envelope.flags.remove([.part, .mixed])
        envelope.flags.insert(.coalesced)
        let rows = LevelRows(first, header)
        let before = outbox.byteCount
        guard
            outbox.put(.bookUpdate, folded, depth: rows.depth, checksum: rows.checksum, envelope, name)
        else { return false }
        outbox.bearHops(of: first, since: before)
        return true
    }

    private static func finest(_ levels: borrowing Column<Level>, _ finest: inout Int8) {
        for index in 0..<levels.count where levels[index].price != 0 {
            finest = min(finest, levels[index].priceExponent)
        }
    }

    private static func fold(
        _ rows: borrowing Column<Level>, _ finest: Int8, _ slots: inout Column<Int32>, _ keys: inout Column<Int64>,
        into target: inout Column<Level>
    ) -> Bool {
        var size = 16
        while size < rows.count * 2 { size *= 2 }
        slots.removeAll()
        slots.append(repeating: -1, count: size)
        keys.removeAll()
        for index in 0..<rows.count {
            let level = rows[index]
            guard let key = level.price == 0 ? 0 : level.exactPrice.mantissa(at: finest) else { return false }
            var slot = slot(of: key, size)
            while slots[slot] >= 0, keys[Int(slots[slot])] != key { slot = (slot &+ 1) & (size &- 1) }
            if slots[slot] >= 0 {
                target[Int(slots[slot])] = level
            } else {
                slots[slot] = Int32(target.count)
                target.append(level)
                keys.append(key)
            }
        }
        return true
    }

    @inline(__always)
    private static func slot(of key: Int64, _ size: Int) -> Int {
        let hash = UInt64(bitPattern: key) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (hash ^ hash &>> 32)) & (size &- 1)
    }
}
