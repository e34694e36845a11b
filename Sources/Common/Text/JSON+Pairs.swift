public import Bytes
public import Units

extension JSON {
    /// The next value as `[["price","size", …], …]`: how most venues write levels. Gives the first two of each to `take`; what
    /// follows them is skipped.
    @inlinable @inline(__always)
    public mutating func pairs(_ text: RawSpan, _ take: (Decimal, Decimal) -> Void) {
        var json = self
        json.enterArray(text)
        while json.nextElement(text) {
            let (first, second) = json.pairRead(text)
            take(first, second)
            // The usual spelling of the rest has no white space: its punctuation is compared as words.
            while text.window(json.at) & 0xFF_FFFF == 0x22_5B2C {
                var ahead = json
                ahead.at &+= 3
                let first = ahead.digits(text)
                guard text.window(ahead.at) & 0xFF_FFFF == 0x22_2C22 else { break }
                ahead.at &+= 3
                let second = ahead.digits(text)
                guard text.window(ahead.at) & 0xFFFF == 0x5D22 else { break }
                ahead.at &+= 2
                json = ahead
                take(first, second)
            }
        }
        self = json
    }

    /// The next element as `["price","size", …]`, however it is spelt.
    @usableFromInline @inline(never)
    mutating func pairRead(_ text: RawSpan) -> (Decimal, Decimal) {
        enterArray(text)
        guard nextElement(text) else { return missing(text) }
        let first = decimal(text)
        guard nextElement(text) else { return missing(text) }
        let second = decimal(text)
        while nextElement(text) { skip(text) }
        return (first, second)
    }

    private mutating func missing(_ text: RawSpan) -> (Decimal, Decimal) {
        fail(.unexpected, text)
        return (.zero, .zero)
    }
}
