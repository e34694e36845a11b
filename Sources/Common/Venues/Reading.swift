import Bytes
import Events
import Text
import Units

/// Marks the fields that a reader has used, so that a second one of the same name is refused.
struct Once {
    private var seen: UInt64 = 0

    @inline(__always)
    mutating func mark(_ bit: UInt64, _ json: inout JSON, _ text: RawSpan) {
        let flag: UInt64 = 1 &<< bit
        if seen & flag != 0 { json.refuse(.repeated, text) }
        seen |= flag
    }

    func has(_ bit: UInt64) -> Bool { seen & (1 &<< bit) != 0 }
}

extension JSON {
    /// `[["price","size", …], …]`: levels as most venues write them.
    mutating func levels(_ text: RawSpan, into levels: inout Column<Level>) {
        var isNegative = false
        pairs(text) { price, size in
            isNegative = isNegative || size.mantissa < 0
            levels.append(Level(price: price, size: size))
        }
        if isNegative { refuse(.unexpected, text) }
    }

    /// `[{"price":…,"qty":…}, …]`: levels as Kraken writes them.
    mutating func namedLevels(_ text: RawSpan, into levels: inout Column<Level>) {
        var json = self
        json.enterArray(text)
        while json.nextElement(text) {
            var price = Decimal.notGiven
            var size = Decimal.notGiven
            json.enterObject(text)
            while let key = json.nextKey(text) {
                switch key {
                case "price" where !price.isGiven: price = json.decimal(text)
                case "qty" where !size.isGiven: size = json.decimal(text)
                case "price", "qty": json.refuse(.repeated, text)
                default: json.skip(text)
                }
            }
            guard price.isGiven, size.isGiven, size.mantissa >= 0 else {
                json.refuse(.unexpected, text)
                break
            }
            levels.append(Level(price: price, size: size))
        }
        self = json
    }

    /// Milliseconds since 1970 as a number or a string of one.
    @inline(__always)
    mutating func millis(_ text: RawSpan) -> Nanos {
        guard let time = Nanos(millis: whole(text)) else {
            refuse(.unexpected, text)
            return .zero
        }
        return time
    }

    /// Milliseconds since 1970 as digits; see `plainUnsigned`.
    @inline(__always)
    mutating func plainMillis(_ text: RawSpan) -> Nanos {
        guard let time = Nanos(millis: Int64(bitPattern: plainUnsigned(text))) else {
            refuse(.unexpected, text)
            return .zero
        }
        return time
    }

    /// An RFC 3339 time in a string.
    mutating func time(_ text: RawSpan) -> Nanos {
        let string = string(text)
        guard let time = Nanos.rfc3339(text, string.range) else {
            refuse(.unexpected, text)
            return .zero
        }
        return time
    }

    /// Seconds since 1970 with a fraction, as a number or a string of one.
    mutating func seconds(_ text: RawSpan) -> Nanos {
        guard let time = Nanos(seconds: decimal(text)) else {
            refuse(.unexpected, text)
            return .zero
        }
        return time
    }

    /// A whole number and where its digits stand.
    @inline(__always)
    mutating func number(_ text: RawSpan) -> (value: UInt64, digits: Text) {
        let quoted = peek(text) == 0x22
        let start = at + (quoted ? 1 : 0)
        let value = unsigned(text)
        return (value, Text(start: start, count: at - start - (quoted ? 1 : 0), escaped: false))
    }

    /// A string, or a number's digits: an identity, whatever a venue makes it of.
    mutating func identity(_ text: RawSpan) -> Text {
        if peek(text) == 0x22 { return string(text) }
        let start = at
        _ = decimal(text)
        return Text(start: start, count: at - start, escaped: false)
    }
}
