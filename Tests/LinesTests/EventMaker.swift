import Events
import Support
import Units
import Wire

/// Makes an event from the names of its fields: `make(.gap, ["reason": 3, "missed": 7])`.
func make(
    _ kind: Kind, _ values: KeyValuePairs<String, Value> = [:], _ change: (inout Draft) -> Void = { _ in }
) -> [UInt8] {
    let layout = Layout.of(kind)!
    var draft = Draft(
        Envelope(kind: kind, channel: layout.channel ?? .trade), StreamName(venue: "kraken", symbol: "BTC-USD")!)
    for field in layout.fields {
        if case .decimal(let exponent) = field.form { draft.put(0x80, at: exponent, width: 1) }
    }
    for field in layout.fields {
        let value = values.first { $0.key == field.name }?.value
        switch value {
        case .number(let number)?: draft.put(number, at: field.offset, width: min(field.form.width, 8))
        case .decimal(let mantissa, let exponent)?:
            guard case .decimal(let place) = field.form else { continue }
            draft.put(UInt64(bitPattern: mantissa), at: field.offset, width: 8)
            draft.put(UInt64(UInt8(bitPattern: exponent)), at: place, width: 1)
        case .bytes(let bytes, let count)?:
            draft.put(UInt64(count), at: field.offset, width: field.form.width)
            draft.append(bytes)
        case nil: break
        }
    }
    change(&draft)
    return RandomFrames.bytes([draft])
}

/// What a field is given.
enum Value: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case number(UInt64)
    case decimal(Int64, Int8)
    /// A variable part, and its length or count.
    case bytes([UInt8], Int)

    init(integerLiteral value: UInt64) { self = .number(value) }
    init(stringLiteral value: String) { self = .text(value) }

    static func text(_ text: String) -> Value { .bytes(Array(text.utf8), text.utf8.count) }
}
