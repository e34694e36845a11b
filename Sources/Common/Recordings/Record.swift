import Bytes
import Text
public import Units

/// One line of a recording of what went over a connection: where its parts stand in the line, their escapes resolved.
///
///     {"ts": ns or null, "dir": "in"|"out", "conn": id, "url": …, "kind": "ws"|"http"|"open"|"close", "body": text}
///
/// Our own recordings have more: `"kind": "beat"` for a ping or pong, `"command"` for what a person changed, and with answers that
/// are of no use, and connections that were refused, `"status"` of HTTP (-1: none) and `"after"`, the ns to wait; with answers
/// `"weight"`, what the venue says that our address has used of its allowance.
public struct Record: Sendable {
    public enum Kind: Sendable { case message, answer, opened, closed, beat, command }

    /// When its last byte was received; nil = not recorded.
    public var time: Nanos?
    /// Whether it came from the venue; else we sent it.
    public var isIncoming: Bool
    public var kind: Kind
    /// The connection's name.
    public var connection: Range<Int>
    public var url: Range<Int>
    public var body: Range<Int>
    /// Of an answer that is of no use; 0 = it is.
    public var status: Int64 = 0
    /// How long the venue said to wait; 0 = it did not say.
    public var after = Nanos.zero
    /// The weight used, in the venue's own count; -1 = it did not say.
    public var weight: Int64 = -1

    /// Why a line is no record.
    public enum Defect: Error, Equatable, Sendable {
        /// Not JSON, or not an object.
        case syntax
        /// A field is missing, of the wrong type, or has an unknown word.
        case field(String)
    }

    /// Reads one line, resolving the escapes of its strings in place.
    public static func read(_ line: inout MutableRawSpan) -> Result<Record, Defect> {
        var record = Record(
            time: nil, isIncoming: true, kind: .message, connection: 0..<0, url: 0..<0, body: 0..<0)
        var json = JSON()
        var seen: UInt16 = 0
        json.enterObject(line.bytes)
        while let key = json.nextKey(line.bytes) {
            guard let field = Field(key) else {
                json.skip(line.bytes)
                continue
            }
            guard seen & field.bit == 0 else { return .failure(.field(field.name)) }
            seen |= field.bit
            if let defect = record.take(field, &json, &line) { return .failure(defect) }
        }
        json.finish(line.bytes)
        guard json.isSound else { return .failure(.syntax) }
        for field in [Field.dir, .kind, .conn] where seen & field.bit == 0 { return .failure(.field(field.name)) }
        return .success(record)
    }

    private enum Field: UInt8 {
        case ts, dir, kind, conn, url, body, status, after, weight

        init?(_ key: Key) {
            switch key {
            case "ts": self = .ts
            case "dir": self = .dir
            case "kind": self = .kind
            case "conn": self = .conn
            case "url": self = .url
            case "body": self = .body
            case "status": self = .status
            case "after": self = .after
            case "weight": self = .weight
            default: return nil
            }
        }

        var bit: UInt16 { 1 << UInt16(rawValue) }
        var name: String { "\(self)" }
    }

    /// Takes one field; says what is wrong with it.
    private mutating func take(_ field: Field, _ json: inout JSON, _ line: inout MutableRawSpan) -> Defect? {
        let before = json
        switch (field, json.peek(line.bytes)) {
        case (.ts, 0x6E), (.url, 0x6E), (.body, 0x6E): json.null(line.bytes)
        case (.ts, _):
            let time = Nanos(json.whole(line.bytes))
            if json.isSound {
                guard !json.takeOverflow(), Nanos.range.contains(time) else { return .field(field.name) }
                self.time = time
            }
        case (.status, _): status = json.whole(line.bytes)
        case (.weight, _):
            weight = json.whole(line.bytes)
            if json.isSound, weight < 0 { return .field(field.name) }
        case (.after, _):
            after = Nanos(json.whole(line.bytes))
            if json.isSound, after.count < 0 { return .field(field.name) }
        case (_, 0x22):
            // Behind the quote.
            let start = json.at + 1
            guard let (end, next) = line.unescapeJSON(from: start) else { return .syntax }
            json.at = next
            return take(field, start..<end, line.bytes) ? nil : .field(field.name)
        default: json.refuse(.unexpected, line.bytes)
        }
        if json.isSound { return nil }
        // A value of another type, or no value: the line may have been cut here.
        json = before
        json.skip(line.bytes)
        return json.isSound ? .field(field.name) : .syntax
    }

    /// Takes one field that is a string; false when it is a word that is not known.
    private mutating func take(_ field: Field, _ range: Range<Int>, _ line: RawSpan) -> Bool {
        switch (field, Key(line, range)) {
        case (.dir, "in"): isIncoming = true
        case (.dir, "out"): isIncoming = false
        case (.kind, "ws"): kind = .message
        case (.kind, "http"): kind = .answer
        case (.kind, "open"): kind = .opened
        case (.kind, "close"): kind = .closed
        case (.kind, "beat"): kind = .beat
        case (.kind, "command"): kind = .command
        case (.conn, _): connection = range
        case (.url, _): url = range
        case (.body, _): body = range
        default: return false
        }
        return true
    }
}
