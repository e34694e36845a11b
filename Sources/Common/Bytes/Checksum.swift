import CChecksum

/// CRC-32C (Castagnoli), as in RFC 3720: the checksum of a frame.
public enum CRC32C {
    /// Whether the CPU's own instruction is used.
    public static var usesHardware: Bool {
        @inline(__always) get { penstock_crc32c_hardware() != 0 }
    }

    /// The register before the first byte.
    @inlinable public static var start: UInt32 { ~0 }

    /// The register after `bytes`; the checksum is its inversion.
    public static func add(_ bytes: RawSpan, to register: UInt32) -> UInt32 {
        guard usesHardware else { return addPortably(bytes, to: register) }
        // Sound: the C loop reads `count` bytes from `baseAddress` and nothing else.
        return unsafe bytes.withUnsafeBytes { unsafe penstock_crc32c(register, $0.baseAddress, $0.count) }
    }

    /// The register after the eight bytes of `word`, the lowest first.
    public static func add(_ word: UInt64, to register: UInt32) -> UInt32 {
        var bytes = word.littleEndian
        return unsafe withUnsafeBytes(of: &bytes) { unsafe add(RawSpan(_unsafeBytes: $0), to: register) }
    }

    /// The register after `bytes`, eight at least, the second four of which are taken as 0: a checksum stands there itself.
    public static func addAllButItself(_ bytes: RawSpan) -> UInt32 {
        precondition(bytes.byteCount >= 8, "what bears its checksum has room for it")
        guard usesHardware else { return addAllButItselfPortably(bytes) }
        // Sound: as above.
        return unsafe bytes.withUnsafeBytes { unsafe penstock_crc32c_but_itself($0.baseAddress, $0.count) }
    }

    /// By what the register at the end of a text differs when three words of it differ so, between the first and the others a hole, with
    /// so many words behind them: a checksum is linear, so what is before them need not be gone through again.
    public static func difference(of word: UInt64, hole: Int, _ next: UInt64, _ last: UInt64, words: Int) -> UInt32 {
        precondition(hole >= 0 && words >= 0, "a change is inside its text")
        guard usesHardware else { return differencePortably(word, hole, next, last, words) }
        return penstock_crc32c_difference(word.littleEndian, hole, next.littleEndian, last.littleEndian, words)
    }

    /// The same of one word.
    public static func difference(of word: UInt64, words: Int) -> UInt32 {
        difference(of: 0, hole: 0, 0, word, words: words)
    }

    // Calls of their own, so that the way that is taken keeps no registers for them.
    @inline(never)
    private static func addAllButItselfPortably(_ bytes: RawSpan) -> UInt32 {
        addPortably(bytes.extracting(8..<bytes.byteCount), to: addPortably(UInt64(bytes.u32(0)), to: start))
    }

    @inline(never)
    private static func differencePortably(
        _ word: UInt64, _ hole: Int, _ next: UInt64, _ last: UInt64, _ words: Int
    ) -> UInt32 {
        var register = addPortably(word, to: 0)
        for _ in 0..<hole { register = addPortably(0 as UInt64, to: register) }
        register = addPortably(last, to: addPortably(next, to: register))
        for _ in 0..<words { register = addPortably(0 as UInt64, to: register) }
        return register
    }

    private static func addPortably(_ word: UInt64, to register: UInt32) -> UInt32 {
        var bytes = word.littleEndian
        return unsafe withUnsafeBytes(of: &bytes) { unsafe addPortably(RawSpan(_unsafeBytes: $0), to: register) }
    }

    /// The same without the instruction, eight bytes at a time.
    public static func addPortably(_ bytes: RawSpan, to register: UInt32) -> UInt32 {
        table.add(bytes, to: register)
    }

    private static let table = SlicedCRC(polynomial: 0x82F6_3B78)
}

/// CRC-32 (IEEE 802.3, as zlib has it): the checksum that Kraken sends with a book.
public enum CRC32 {
    private static let table = SlicedCRC(polynomial: 0xEDB8_8320)

    /// The register before the first byte.
    @inlinable public static var start: UInt32 { ~0 }

    /// The register after `bytes`; the checksum is its inversion.
    public static func add(_ bytes: RawSpan, to register: UInt32) -> UInt32 { table.add(bytes, to: register) }
}

/// A reflected CRC of 32 bits by tables, eight bytes at a time.
///
/// Source: Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", 2005.
struct SlicedCRC: Sendable {
    /// Entry `slice * 256 + byte`: the register of `byte` followed by `slice` zero bytes.
    private let entries: [UInt32]

    init(polynomial: UInt32) {
        var entries = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var register = UInt32(byte)
            for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1 }
            entries[byte] = register
        }
        for at in 256..<(8 * 256) {
            let before = entries[at - 256]
            entries[at] = before >> 8 ^ entries[Int(before & 0xFF)]
        }
        self.entries = entries
    }

    func add(_ bytes: RawSpan, to register: UInt32) -> UInt32 {
        let table = entries.span
        var register = register
        var at = 0
        while at &+ 8 <= bytes.byteCount {
            let word = bytes.u64(at) ^ UInt64(register)
            register = 0
            for slice in 0..<8 {
                let byte = Int(truncatingIfNeeded: word &>> UInt64(slice &* 8)) & 0xFF
                register ^= table[(7 &- slice) &* 256 &+ byte]
            }
            at &+= 8
        }
        while at < bytes.byteCount {
            register = register >> 8 ^ table[Int((register ^ UInt32(bytes.byte(at))) & 0xFF)]
            at &+= 1
        }
        return register
    }
}
