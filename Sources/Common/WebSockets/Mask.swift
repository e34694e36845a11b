import Bytes

/// Masking: each byte of a payload with one of the key's four, by turns. Source: RFC 6455, 5.3. Done twice it is undone.
enum Mask {
    /// The key for what follows the first `count` bytes.
    @inline(__always)
    static func turned(_ key: UInt32, by count: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: count & 3) &* 8
        return key &>> bits | key &<< ((32 &- bits) & 31)
    }

    /// Masks all of `bytes` in place. Returns all results laid over each other: a bit that is nowhere set is not set in it.
    ///
    /// Not inlined: in a large function the compiler gives up inlining what the loop consists of.
    @inline(never)
    static func apply(_ key: UInt32, to bytes: inout MutableRawSpan) -> UInt64 {
        let mask = UInt64(key) | UInt64(key) << 32
        var seen: UInt64 = 0
        var at = 0
        let end = bytes.byteCount
        while at &+ 32 <= end {
            let first = bytes.bytes.u64(at) ^ mask
            let second = bytes.bytes.u64(at &+ 8) ^ mask
            let third = bytes.bytes.u64(at &+ 16) ^ mask
            let fourth = bytes.bytes.u64(at &+ 24) ^ mask
            bytes.put(first, at: at)
            bytes.put(second, at: at &+ 8)
            bytes.put(third, at: at &+ 16)
            bytes.put(fourth, at: at &+ 24)
            seen |= first | second | third | fourth
            at &+= 32
        }
        while at &+ 8 <= end {
            let word = bytes.bytes.u64(at) ^ mask
            bytes.put(word, at: at)
            seen |= word
            at &+= 8
        }
        while at < end {
            let byte = bytes.bytes.byte(at) ^ UInt8(truncatingIfNeeded: mask &>> UInt64((at & 7) &* 8))
            bytes.put(byte, at: at)
            seen |= UInt64(byte)
            at &+= 1
        }
        return seen
    }
}
