public import Bytes
public import Units

extension JSON {
    /// The next element as `["price","size", …]`: how most venues write a level. What follows the two is skipped.
    @inlinable @inline(__always)
    public mutating func pair(_ text: RawSpan) -> (Decimal, Decimal) {
        // The usual spelling has no white space: its punctuation is compared as words.
        var json = self
        if text.window(json.at) & 0xFFFF == 0x225B {
            json.at &+= 2
            let first = json.digits(text)
            if text.window(json.at) & 0xFF_FFFF == 0x22_2C22 {
                json.at &+= 3
                let second = json.digits(text)
                if text.window(json.at) & 0xFFFF == 0x5D22 {
                    json.at &+= 2
                    self = json
                    return (first, second)
                }
            }
        }
        return pairSlowly(text)
    }

    @usableFromInline @inline(never)
    mutating func pairSlowly(_ text: RawSpan) -> (Decimal, Decimal) {
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
