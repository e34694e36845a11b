import Bytes
import Events
import Host
import Text
import Tool

/// What a comparison leaves out: fields of the header, and whole kinds of events.
struct Ignored {
    private(set) var fields: [String] = []
    private(set) var kinds: [Kind] = []

    /// As they stand in JSON; a name that is a kind's, too, is the field.
    private static let names = [
        "venue", "symbol", "channel", "epoch", "position", "sequence", "firstSequence", "happened", "received", "id",
        "cause", "routingVersion", "parts", "flags", "hops",
    ]

    init() {}

    init(_ words: [String]) throws(Failure) {
        for word in words {
            if Ignored.names.contains(word) {
                fields.append(word)
            } else if let index = Kind.names.firstIndex(of: word) {
                kinds.append(Kind(rawValue: UInt8(index + 1)))
            } else {
                let near = Command.nearest(to: word, among: Ignored.names + Kind.names)
                throw Failure(
                    .usage, "--ignore \(word): no field of the header and no kind",
                    mend: "try " + (near.isEmpty ? ["received", "hops", "hello"] : near).joined(separator: ", "))
            }
        }
    }

    var isEmpty: Bool { fields.isEmpty && kinds.isEmpty }

    /// An event's JSON without the fields.
    func cut(_ text: String) -> String {
        let kept = fieldsOf(text).filter { !fields.contains($0.0) }
        return "{" + kept.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}

/// The fields of a JSON object, as names and the texts of their values.
func fieldsOf(_ text: String) -> [(String, String)] {
    text.withBytes { bytes in
        var fields: [(String, String)] = []
        var json = JSON()
        json.enterObject(bytes)
        while true {
            // The names are ours: plain and short.
            let start = json.at
            guard json.nextKey(bytes) != nil else { break }
            let name = String(bytes, start..<json.at).filter { $0 != "\"" && $0 != "," && $0 != ":" }
            let value = json.at
            json.skip(bytes)
            fields.append((name, String(bytes, value..<json.at)))
        }
        return fields
    }
}
