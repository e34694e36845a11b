import Foundation
import Lines

/// A validator of the part of JSON Schema (2020-12) that `EventSchema` uses. A keyword that it does not know is a defect of the
/// schema, so that none goes unchecked.
final class Schema {
    /// Of `EventSchema.text`.
    static let event = Schema(JSONValue(EventSchema.text)!)

    private let root: JSONValue
    /// Of each alternative of the root: the kind that its values have, where it names one.
    private let kinds: [JSONValue?]
    private var patterns: [String: NSRegularExpression] = [:]
    private let lock = NSLock()

    init(_ root: JSONValue) {
        self.root = root
        var alternatives: [JSONValue] = []
        if case .array(let listed)? = root["oneOf"] { alternatives = listed }
        kinds = alternatives.map { alternative in
            guard case .string(let place)? = alternative["$ref"] else { return nil }
            return root["$defs"]?[String(place.dropFirst(8))]?["properties"]?["kind"]?["const"]
        }
    }

    /// Why a value is not valid; nil when it is.
    func defect(in value: JSONValue) -> String? { defect(value, root) }

    private func defect(_ value: JSONValue, _ schema: JSONValue) -> String? {
        guard case .object(let keywords) = schema else { return "a schema that is no object" }
        // What tells the kinds apart comes first.
        for keyword in ["type", "const", "enum", "required"] + keywords.keys.sorted() {
            guard let rule = keywords[keyword] else { continue }
            if let defect = check(keyword, rule, value, keywords) { return defect }
        }
        return nil
    }

    private func check(
        _ keyword: String, _ rule: JSONValue, _ value: JSONValue, _ keywords: [String: JSONValue]
    ) -> String? {
        switch (keyword, rule, value) {
        case ("$schema", _, _), ("$id", _, _), ("title", _, _), ("$defs", _, _): return nil
        case ("$ref", .string(let place), _): return resolve(place).map { defect(value, $0) } ?? "no \(place)"
        case ("type", .string(let type), _): return isOf(type, value) ? nil : "is no \(type)"
        case ("const", _, _): return value == rule ? nil : "is not \(rule)"
        case ("enum", .array(let values), _): return values.contains(value) ? nil : "is none of \(values)"
        case ("oneOf", .array(let schemas), _):
            // An alternative of another kind cannot hold: most of the time is saved there.
            let kind = value["kind"]
            let possible = schemas.indices.filter {
                schemas.count != kinds.count || kinds[$0] == nil || kinds[$0] == kind
            }
            let count = possible.count { defect(value, schemas[$0]) == nil }
            return count == 1 ? nil : "is of \(count) kinds"
        case ("anyOf", .array(let schemas), _):
            return schemas.contains { defect(value, $0) == nil } ? nil : "is of no form"
        case ("pattern", .string(let pattern), .string(let text)):
            return matches(text, pattern) ? nil : "\(text) does not match \(pattern)"
        case ("minLength", .number(let least), .string(let text)):
            return text.unicodeScalars.count >= Int(least)! ? nil : "is too short"
        case ("maxLength", .number(let most), .string(let text)):
            return text.unicodeScalars.count <= Int(most)! ? nil : "is too long"
        case ("minimum", .number(let least), .number(let number)):
            return Int64(number)! >= Int64(least)! ? nil : "\(number) is too small"
        case ("maximum", .number(let most), .number(let number)):
            return Int64(number)! <= Int64(most)! ? nil : "\(number) is too large"
        case ("required", .array(let names), .object(let members)):
            let missing = names.first { if case .string(let name) = $0 { members[name] == nil } else { true } }
            return missing.map { "lacks \($0)" }
        case ("properties", .object(let schemas), .object(let members)):
            // The kind first: most of the schemas that are tried end there.
            for name in ["kind"] + members.keys {
                if let schema = schemas[name], let member = members[name], let found = defect(member, schema) {
                    return "\(name) \(found)"
                }
            }
            return nil
        case ("additionalProperties", .bool(false), .object(let members)):
            let extra = members.keys.first { keywords["properties"]?[$0] == nil }
            return extra.map { "has a field \($0)" }
        case ("items", _, .array(let elements)): return elements.lazy.compactMap { self.defect($0, rule) }.first
        case ("prefixItems", .array(let schemas), .array(let elements)):
            return zip(elements, schemas).lazy.compactMap { self.defect($0, $1) }.first
        case ("minItems", .number(let least), .array(let elements)):
            return elements.count >= Int(least)! ? nil : "has too few"
        case ("maxItems", .number(let most), .array(let elements)):
            return elements.count <= Int(most)! ? nil : "has too many"
        case ("uniqueItems", .bool(true), .array(let elements)):
            return elements.indices.contains { elements[..<$0].contains(elements[$0]) } ? "repeats itself" : nil
        // A rule for another type of value does not concern this one.
        case ("pattern", _, _), ("minLength", _, _), ("maxLength", _, _), ("minimum", _, _), ("maximum", _, _),
            ("required", _, _), ("properties", _, _), ("additionalProperties", _, _), ("items", _, _),
            ("prefixItems", _, _),
            ("minItems", _, _), ("maxItems", _, _), ("uniqueItems", _, _):
            return nil
        default: return "unknown keyword \(keyword)"
        }
    }

    /// `#` or `#/$defs/trade`
    private func resolve(_ place: String) -> JSONValue? {
        if place == "#" { return root }
        guard place.hasPrefix("#/$defs/") else { return nil }
        return root["$defs"]?[String(place.dropFirst(8))]
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch value {
        case .object: type == "object"
        case .array: type == "array"
        case .string: type == "string"
        case .number(let digits): type == "integer" && Int64(digits) != nil
        case .bool, .null: false
        }
    }

    private func matches(_ text: String, _ pattern: String) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let expression = patterns[pattern] ?? (try? NSRegularExpression(pattern: pattern))
        patterns[pattern] = expression
        return expression?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}

// The table of patterns is behind the lock.
extension Schema: @unchecked Sendable {}
