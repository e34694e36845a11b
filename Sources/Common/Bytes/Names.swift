/// Gives each different text a small number, and finds it again: how symbols become indices on the hot path.
///
/// Open addressing over a hash of the text's words; nothing is allocated to look one up. Holds at most `limit` texts of at most
/// 255 bytes; a text beyond that is refused.
public struct Names: ~Copyable {
    struct Entry: BitwiseCopyable {
        var hash: UInt64
        var start: Int32
        var count: Int32
    }

    private var arena = Block(byteCount: 1024)
    private var used = 0
    private var entries = Column<Entry>()
    /// Index of an entry, or -1. A power of two long, at most half full.
    private var table = Column<Int32>()
    public let limit: Int

    public init(limit: Int = 1 << 16) {
        self.limit = limit
        rehash(64)
    }

    /// Texts known.
    public var count: Int { entries.count }

    /// The number of the text in `range` of `bytes`; nil when it is not known.
    public func find(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        let hash = Names.hash(bytes, range)
        var slot = Int(truncatingIfNeeded: hash) & (table.count &- 1)
        while table[slot] >= 0 {
            let index = Int(table[slot])
            if entries[index].hash == hash, isSame(entries[index], bytes, range) { return index }
            slot = (slot &+ 1) & (table.count &- 1)
        }
        return nil
    }

    /// The number of the text, a new one when it is not known; nil when there is no room for it.
    public mutating func intern(_ bytes: RawSpan, _ range: Range<Int>) -> Int? {
        if let known = find(bytes, range) { return known }
        guard entries.count < limit, range.count <= 255 else { return nil }
        if used + range.count > arena.byteCount { arena.grow(to: arena.byteCount * 2 + range.count) }
        arena.write(used..<(used + range.count)) { $0.put(bytes.extracting(range), at: 0) }
        entries.append(Entry(hash: Names.hash(bytes, range), start: Int32(used), count: Int32(range.count)))
        used += range.count
        if entries.count * 2 > table.count { rehash(table.count * 2) } else { place(entries.count - 1) }
        return entries.count - 1
    }

    /// Lends the text with the number `index`; traps on one that was not given out.
    public func read<R>(_ index: Int, _ body: (RawSpan) -> R) -> R {
        let entry = entries[index]
        return arena.read(Int(entry.start)..<Int(entry.start + entry.count), body)
    }

    private func isSame(_ entry: Entry, _ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        guard Int(entry.count) == range.count else { return false }
        return arena.read(Int(entry.start)..<Int(entry.start + entry.count)) {
            $0.holdsSameBytes(as: bytes.extracting(range))
        }
    }

    private mutating func rehash(_ slots: Int) {
        table = Column(capacity: slots)
        for _ in 0..<slots { table.append(-1) }
        for index in 0..<entries.count { place(index) }
    }

    private mutating func place(_ index: Int) {
        var slot = Int(truncatingIfNeeded: entries[index].hash) & (table.count - 1)
        while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
        table[slot] = Int32(index)
    }

    private static func hash(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64 {
        var hash = UInt64(range.count) &* 0x9E37_79B9_7F4A_7C15
        var at = range.lowerBound
        while at < range.upperBound {
            hash = (hash ^ bytes.word(at, count: min(range.upperBound &- at, 8))) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash &>> 32
            at &+= 8
        }
        return hash
    }
}
