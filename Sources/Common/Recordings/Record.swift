import Bytes
import Text
public import Units

/// One line of a recording of what went over a connection: where its parts stand in the line, the body's escapes resolved.
///
///     {"ts": ns or null, "dir": "in"|"out", "conn": id, "url": …, "kind": "ws"|"http"|"open"|"close", "body": text}
public struct Record: Sendable {
    public enum Kind: Sendable { case message, answer, opened, closed }

    /// When its last byte was received; nil = not recorded.
    public var time: Nanos?
    /// Whether it came from the venue; else we sent it.
    public var isIncoming: Bool
    public var kind: Kind
    /// The connection's name.
    public var connection: Range<Int>
    public var url: Range<Int>
    public var body: Range<Int>

    /// Why a line is no record.
    public enum Defect: Error, Equatable, Sendable {
        /// Not JSON, or not an object.
        case syntax
        /// A field is missing, of the wrong type, or has an unknown word.
        case field(String)
    }

    /// Reads one line, resolving the body's escapes in place.
    public static func read(_ line: inout MutableRawSpan) -> Result<Record, Defect> {
        var record = Record(
            time: nil, isIncoming: true, kind: .message, connection: 0..<0, url: 0..<0, body: 0..<0)
        var json = JSON()
        var seen: Set<String> = []
        json.enterObject(line.bytes)
        while let key = json.nextKey(line.bytes) {
            guard let name = Record.name(key) else {
                json.skip(line.bytes)
                continue
            }
            guard seen.insert(name).inserted else { return .failure(.field(name)) }
            if name == "body", json.peek(line.bytes) == 0x22 {
                guard let range = unescape(&line, &json) else { return .failure(.syntax) }
                record.body = range
            } else if let defect = record.take(name, &json, line.bytes) {
                return .failure(defect)
            }
        }
        json.finish(line.bytes)
        guard json.isSound else { return .failure(.syntax) }
        for name in ["dir", "kind", "conn"] where !seen.contains(name) { return .failure(.field(name)) }
        return .success(record)
    }

    private static func name(_ key: Key) -> String? {
        switch key {
        case "ts": "ts"
        case "dir": "dir"
        case "kind": "kind"
        case "conn": "conn"
        case "url": "url"
        case "body": "body"
        default: nil
        }
    }

    /// Takes one field but the body; says what is wrong with it.
    private mutating func take(_ name: String, _ json: inout JSON, _ line: RawSpan) -> Defect? {
        switch name {
        case "ts":
            if json.peek(line) == 0x6E {
                json.null(line)
            } else {
                let time = Nanos(json.whole(line))
                guard json.isSound, !json.takeOverflow(), Nanos.range.contains(time) else { return .field("ts") }
                self.time = time
            }
        case "conn": connection = json.string(line).range
        case "url":
            if json.peek(line) == 0x6E { json.null(line) } else { url = json.string(line).range }
        case "dir":
            let word = json.string(line)
            switch Key(line, word.range) {
            case "in": isIncoming = true
            case "out": isIncoming = false
            default: return .field("dir")
            }
        case "kind":
            let word = json.string(line)
            switch Key(line, word.range) {
            case "ws": kind = .message
            case "http": kind = .answer
            case "open": kind = .opened
            case "close": kind = .closed
            default: return .field("kind")
            }
        default: json.null(line)
        }
        return json.isSound ? nil : .field(name)
    }

    /// Resolves the escapes of the string at hand in place, and takes the scanner behind it; nil when it is no string.
    private static func unescape(_ line: inout MutableRawSpan, _ json: inout JSON) -> Range<Int>? {
        let start = json.at + 1
        guard let (end, next) = line.unescapeJSON(from: start) else { return nil }
        json.at = next
        return start..<end
    }
}
