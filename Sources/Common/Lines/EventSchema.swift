import Events
import Wire

/// The JSON Schema (2020-12) of what `print(jsonOf:)` writes, made from the table that writes it.
public enum EventSchema {
    /// The schema as JSON text, a few lines long for each kind.
    public static var text: String {
        let kinds =
            Layout.all.map { ##"{"$ref":"#/$defs/\##($0.kind.name ?? "")"}"## } + [##"{"$ref":"#/$defs/unknown"}"##]
        let definitions = Layout.all.map(definition) + [unknown]
        return """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://penstock.dev/schema/event-1.json",
            "title":"An event of Penstock as one JSON object","oneOf":[\(kinds.joined(separator: ",")) ],
            "$defs":{
            \(definitions.joined(separator: ",\n"))
            }}

            """
    }

    private static let decimal = #"{"type":"string","pattern":"^-?(0|[1-9][0-9]*)(\\.[0-9]+)?(e[0-9]+)?$"}"#
    private static let large = #"{"type":"string","pattern":"^[0-9]+$"}"#
    private static let signed = #"{"type":"string","pattern":"^-?[0-9]+$"}"#
    private static let word64 = #"{"type":"string","pattern":"^[0-9a-f]{16}$"}"#
    private static let bytes = #"{"type":"string","pattern":"^([0-9a-f]{2})*$"}"#

    /// Of an event in parts, a list.
    private static var payload: String { #"{"anyOf":[\#(bytes),{"type":"array","items":\#(bytes),"minItems":2}]}"# }

    /// The fields that any event may have.
    private static var header: [(String, String)] {
        let flags = Flags.names.map { "\"\($0)\"" }.joined(separator: ",")
        let hops = Hop.allCases.map { #""\#($0)":\#(natural(1 << 53))"# }.joined(separator: ",")
        let channels = Channel.allCases.map { "\"\($0)\"" }.joined(separator: ",")
        return [
            ("venue", #"{"type":"string","minLength":1,"maxLength":32}"#),
            ("symbol", #"{"type":"string","minLength":1,"maxLength":64}"#),
            ("channel", #"{"enum":[\#(channels)]}"#),
            ("epoch", natural(UInt64(UInt32.max))), ("position", large), ("sequence", large), ("firstSequence", large),
            ("happened", large), ("received", large), ("id", word64), ("cause", word64),
            ("routingVersion", natural(UInt64(UInt32.max))), ("parts", natural(UInt64(UInt16.max))),
            ("flags", #"{"type":"array","items":{"enum":[\#(flags)]},"uniqueItems":true}"#),
            ("hops", #"{"type":"object","properties":{\#(hops)},"additionalProperties":false}"#),
            ("fixedWords", natural(255)),
        ]
    }

    private static func definition(_ layout: Layout) -> String {
        let name = layout.kind.name ?? ""
        let fields =
            [("kind", #"{"const":"\#(name)"}"#)] + header + [("extra", bytes)]
            + layout.fields.map { ($0.name, schema($0)) }
        let always = layout.fields.filter { isAlwaysThere($0) }.map(\.name)
        let required = (["kind", "flags"] + always).map { "\"\($0)\"" }.joined(separator: ",")
        let properties = fields.map { "\"\($0)\":\($1)" }.joined(separator: ",\n  ")
        return """
            "\(name)":{"type":"object","required":[\(required)],"additionalProperties":false,"properties":{
              \(properties)}}
            """
    }

    /// A kind that this version does not know: its number, and its payload as it stands.
    private static var unknown: String {
        let known = Kind.known.count
        let fields =
            [("kind", #"{"type":"integer","minimum":\#(known + 1),"maximum":255}"#)] + header + [("payload", payload)]
        let properties = fields.map { "\"\($0)\":\($1)" }.joined(separator: ",\n  ")
        return """
            "unknown":{"type":"object","required":["kind","flags","payload","fixedWords"],
              "additionalProperties":false,"properties":{
              \(properties)}}
            """
    }

    private static func isAlwaysThere(_ field: Field) -> Bool {
        switch field.form {
        case .word, .levels, .venueLevels, .frames: true
        default: false
        }
    }

    private static func natural(_ most: UInt64) -> String { #"{"type":"integer","minimum":0,"maximum":\#(most)}"# }

    private static func schema(_ field: Field) -> String {
        switch field.form {
        case .u8: natural(UInt64(UInt8.max))
        case .u16: natural(UInt64(UInt16.max))
        case .u32: natural(UInt64(UInt32.max))
        case .u64, .time: large
        case .span: signed
        case .bool: #"{"const":true}"#
        case .word(let words): #"{"enum":[\#(words.map { "\"\($0)\"" }.joined(separator: ","))]}"#
        case .decimal: decimal
        case .hex16: #"{"type":"string","pattern":"^[0-9a-f]{32}$"}"#
        case .text(let limit, _), .longText(let limit): #"{"type":"string","minLength":1,"maxLength":\#(limit)}"#
        case .bytes: bytes
        case .frames: ##"{"type":"array","items":{"$ref":"#"}}"##
        case .levels: rows([decimal, decimal])
        case .venueLevels: rows([decimal, decimal, natural(255)])
        }
    }

    /// A list of lists, each of just these values.
    private static func rows(_ values: [String]) -> String {
        let list = values.joined(separator: ",")
        let count = #""minItems":\#(values.count),"maxItems":\#(values.count)"#
        return #"{"type":"array","items":{"type":"array","prefixItems":[\#(list)],\#(count)}}"#
    }
}
