import Bytes
import Events
import Text
import Units
public import Wire

/// Reads events back from the JSON that `print(jsonOf:)` writes: to the very same frames.
///
/// Fields may come in any order (jq sorts them) and with any white space; one that is missing is 0, empty or not given. A field
/// that the kind does not have, one that comes twice, and a value that does not fit are refused: nothing is guessed.
public enum EventFromJSON {
    /// Why a line is no event.
    public struct Defect: Error, Equatable, Sendable {
        public let text: String

        /// Words of the line may be in the text, and it goes to a terminal: control characters are spelt out.
        init(_ text: String) {
            var plain = ""
            for scalar in text.unicodeScalars.prefix(Defect.charactersMax) {
                if scalar.properties.generalCategory == .control {
                    plain += "\\u" + Defect.digits(scalar.value)
                } else {
                    plain.unicodeScalars.append(scalar)
                }
            }
            self.text = plain + (text.unicodeScalars.count > Defect.charactersMax ? "…" : "")
        }

        private static let charactersMax = 200

        /// Four hexadecimal digits.
        private static func digits(_ value: UInt32) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
        }
    }

    /// Appends the event in `text` to `out`, as one frame or as parts. When it is refused, nothing is appended.
    public static func read(_ text: RawSpan, into out: inout Outbox) -> Defect? {
        var json = JSON()
        let reading: Reading
        do throws(Defect) {
            reading = try Reading(&json, text)
        } catch {
            return error
        }
        json.finish(text)
        guard json.isSound else { return Defect("not JSON") }
        return reading.write(to: &out)
    }

    /// One object, read.
    struct Reading {
        var draft: Draft
        /// Of a book.
        var levels: (bids: [Level], asks: [Level])?
        /// Of a merged event: frames one after the other.
        var fragments: [UInt8]?
        /// Of a kind that this version does not know: of each part.
        var payloads: [[UInt8]] = []
        private var sequence: (first: UInt64?, last: UInt64) = (nil, 0)

        /// Reads the object at hand.
        init(_ json: inout JSON, _ text: RawSpan) throws(Defect) {
            let start = json.at
            let kind = try Reading.kind(json, text)
            draft = Draft(Envelope(kind: kind, channel: .control), .none)
            let layout = Layout.of(kind)
            if let channel = layout?.channel { draft.envelope.channel = channel }
            try Reading.give(&draft, layout)
            json.at = start
            var seen: Set<String> = []
            var venue = ""
            var symbol = ""
            var parts: [String: [UInt8]] = [:]
            json.enterObject(text)
            while let name = Reading.nextName(&json, text) {
                guard seen.insert(name).inserted else { throw Defect("field \(name) comes twice") }
                switch name {
                case "kind": json.skip(text)
                case "venue": venue = try Reading.string(&json, text, name)
                case "symbol": symbol = try Reading.string(&json, text, name)
                case "extra" where layout != nil: parts[name] = try Reading.hex(&json, text, name)
                case "payload" where layout == nil: try takePayload(&json, text)
                default:
                    if try take(header: name, &json, text) { break }
                    guard let field = layout?.fields.first(where: { $0.name == name }) else {
                        throw Defect("a \(kind.name ?? "kind \(kind.rawValue)") has no field \(name)")
                    }
                    try take(field, &json, text, &parts)
                }
                guard json.isSound else { throw Defect("field \(name) is wrong") }
            }
            guard json.isSound else { throw Defect("not JSON") }
            guard let stream = StreamName(venue: venue, symbol: symbol) else {
                throw Defect("venue or symbol is wrong")
            }
            draft.name = stream
            draft.envelope.firstSequence = sequence.first ?? sequence.last
            draft.envelope.lastSequence = sequence.last
            try finish(layout, parts)
        }

        /// The kind, wherever in the object it stands.
        private static func kind(_ json: JSON, _ text: RawSpan) throws(Defect) -> Kind {
            var json = json
            json.enterObject(text)
            while let name = nextName(&json, text) {
                guard name == "kind" else {
                    json.skip(text)
                    continue
                }
                if json.peek(text) == 0x22 {
                    let word = try string(&json, text, name)
                    guard let index = Kind.names.firstIndex(of: word) else { throw Defect("unknown kind \(word)") }
                    return Kind(rawValue: UInt8(index + 1))
                }
                let number = json.whole(text)
                guard json.isSound, (1...255).contains(number) else { throw Defect("kind is out of range") }
                return Kind(rawValue: UInt8(number))
            }
            throw Defect(json.isSound ? "an event without a kind" : "not a JSON object")
        }

        /// Decimals that are not mentioned are not given.
        private static func give(_ draft: inout Draft, _ layout: Layout?) throws(Defect) {
            for field in layout?.fields ?? [] {
                if case .decimal(let exponent) = field.form {
                    draft.put(UInt64(UInt8(bitPattern: Int8.min)), at: exponent, width: 1)
                }
            }
        }

        /// Takes a field of the header; false where the name is none of its.
        private mutating func take(
            header name: String, _ json: inout JSON, _ text: RawSpan
        ) throws(Defect) -> Bool {
            switch name {
            case "channel":
                let word = try Reading.string(&json, text, name)
                guard let channel = Channel.allCases.first(where: { "\($0)" == word }) else {
                    throw Defect("unknown channel \(word)")
                }
                draft.envelope.channel = channel
            case "epoch": draft.envelope.epoch = try Reading.number(&json, text, name)
            case "position": draft.envelope.position = try Reading.number(&json, text, name)
            case "sequence": sequence.last = try Reading.number(&json, text, name)
            case "firstSequence": sequence.first = try Reading.number(&json, text, name)
            case "happened": draft.envelope.happened = Nanos(try Reading.number(&json, text, name))
            case "received": draft.envelope.received = Nanos(try Reading.number(&json, text, name))
            case "id": draft.envelope.id = try Reading.word(&json, text, name)
            case "cause": draft.envelope.cause = try Reading.word(&json, text, name)
            case "routingVersion": draft.envelope.routingVersion = try Reading.number(&json, text, name)
            case "parts": draft.envelope.parts = try Reading.number(&json, text, name)
            case "fixedWords": draft.wordCount = Int(try Reading.number(&json, text, name) as UInt8)
            case "flags":
                json.enterArray(text)
                while json.nextElement(text) {
                    let word = try Reading.string(&json, text, name)
                    guard let bit = Flags.names.firstIndex(of: word) else { throw Defect("unknown flag \(word)") }
                    let isNew = draft.envelope.flags.insert(Flags(rawValue: 1 << UInt32(bit))).inserted
                    guard isNew else { throw Defect("flag \(word) comes twice") }
                }
            case "hops":
                var seen: Set<String> = []
                json.enterObject(text)
                while let word = Reading.nextName(&json, text) {
                    guard let hop = Hop.allCases.first(where: { "\($0)" == word }) else {
                        throw Defect("unknown hop \(word)")
                    }
                    guard seen.insert(word).inserted else { throw Defect("hop \(word) comes twice") }
                    draft.hops[hop.rawValue] = try Reading.number(&json, text, name)
                }
            default: return false
            }
            return true
        }
    }
}
