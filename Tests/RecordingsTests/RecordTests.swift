import Recordings
import Support
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct RecordTests {
    /// The six fields of a good record, as they stand in its line.
    private static let fields: [(name: String, text: String)] = [
        ("ts", #""ts": 1723161255208000001"#), ("dir", #""dir": "in""#), ("conn", #""conn": "ws-1""#),
        ("url", #""url": "wss://stream.example/ws""#), ("kind", #""kind": "ws""#),
        ("body", #""body": "{\"e\":\"trade\",\"p\":\"1.50\"}""#),
    ]

    private static let good = ReadLine(
        time: Nanos(1_723_161_255_208_000_001), isIncoming: true, kind: .message, connection: "ws-1",
        url: "wss://stream.example/ws", body: #"{"e":"trade","p":"1.50"}"#)

    private func line(_ fields: [String]) -> String { "{" + fields.joined(separator: ", ") + "}" }

    @Test("a record is read whatever the order of its fields and the white space between them", arguments: 0..<40)
    func orders(seed: UInt64) {
        var dice = Dice(seed: seed)
        let shuffled = RecordTests.fields.map(\.text).shuffled(using: &dice)
        #expect(read(line(shuffled)) == .success(RecordTests.good))
        #expect(
            read(line(shuffled).replacing(", ", with: ",").replacing(": ", with: ":")) == .success(RecordTests.good))
        #expect(
            read(" \t" + line(shuffled).replacing(", ", with: " ,\t ").replacing("\": ", with: "\" : ") + " \r")
                == .success(RecordTests.good))
    }

    @Test("fields that nobody knows are passed over, with whatever they hold, repeated or not", arguments: 0..<7)
    func unknownFields(place: Int) {
        for unknown in [
            #""x": {"ts": [1, "}", null]}, "x": 1"#, #""TS": 0, "": true"#,
            "\"\(String(repeating: "k", count: 50))\": 1e5",
        ] {
            var fields = RecordTests.fields.map(\.text)
            fields.insert(unknown, at: place)
            #expect(read(line(fields)) == .success(RecordTests.good))
        }
    }

    @Test("a field that comes twice is refused by its name", arguments: fields)
    func repeated(name: String, text: String) {
        for place in 0...RecordTests.fields.count {
            var fields = RecordTests.fields.map(\.text)
            fields.insert(text, at: place)
            #expect(read(line(fields)) == .failure(.field(name)))
        }
        // Spelt otherwise it is the same field.
        let escaped = text.replacing(
            "\"\(name)\":", with: "\"\\u00\(String(name.utf8.first ?? 0, radix: 16))\(name.dropFirst())\":")
        #expect(read(line(RecordTests.fields.map(\.text) + [escaped])) == .failure(.field(name)))
    }

    @Test("direction, kind and connection must be there; time, address and body need not")
    func missing() {
        for (index, field) in RecordTests.fields.enumerated() {
            var fields = RecordTests.fields.map(\.text)
            fields.remove(at: index)
            var expected = RecordTests.good
            switch field.name {
            case "ts": expected.time = nil
            case "url": expected.url = ""
            case "body": expected.body = ""
            default:
                #expect(read(line(fields)) == .failure(.field(field.name)))
                continue
            }
            #expect(read(line(fields)) == .success(expected))
        }
        #expect(read("{}") == .failure(.field("dir")))
    }

    /// The good record with one field's value replaced.
    private func with(_ name: String, _ value: String) -> Result<ReadLine, Record.Defect> {
        read(line(RecordTests.fields.map { $0.name == name ? "\"\(name)\": \(value)" : $0.text }))
    }

    @Test("null stands for a time, an address or a body that was not recorded, and for nothing else")
    func nulls() throws {
        #expect(try with("ts", "null").get().time == nil)
        #expect(try with("url", "null").get().url == "")
        #expect(try with("body", "null").get().body == "")
        for name in ["dir", "conn", "kind"] { #expect(with(name, "null") == .failure(.field(name))) }
    }

    @Test("every word of direction and kind is read; another one is refused")
    func words() throws {
        #expect(try with("dir", "\"out\"").get().isIncoming == false)
        let kinds: [(String, Record.Kind)] = [
            ("ws", .message), ("http", .answer), ("open", .opened), ("close", .closed),
        ]
        for (word, kind) in kinds { #expect(try with("kind", "\"\(word)\"").get().kind == kind) }
        #expect(try with("kind", #""\u0077s""#).get().kind == .message, "an escape is another spelling")
        for word in ["", "IN", "inn", "i", "both", String(repeating: "in", count: 40)] {
            #expect(with("dir", "\"\(word)\"") == .failure(.field("dir")))
        }
        for word in ["", "WS", "wss", "opened", String(repeating: "ws", count: 40)] {
            #expect(with("kind", "\"\(word)\"") == .failure(.field("kind")))
        }
    }

    @Test("a value of another type is refused by its field's name")
    func types() {
        for name in ["dir", "conn", "kind", "url", "body"] {
            for value in ["1", "true", "[]", "{\"a\":[1]}", "-1.5e3"] {
                #expect(with(name, value) == .failure(.field(name)))
            }
        }
        for value in [
            "\"\"", "\"x\"", "true", "[1]", "{}", "1.5", "-1", "1e30", "99999999999999999999", "7258118400000000001",
        ] {
            #expect(with("ts", value) == .failure(.field("ts")))
        }
    }

    @Test("a time of the whole range is taken, also spelt as a string")
    func times() throws {
        #expect(try with("ts", "0").get().time == .zero)
        #expect(try with("ts", "7258118400000000000").get().time == Nanos.range.upperBound)
        #expect(try with("ts", "\"15\"").get().time == Nanos(15))
    }

    @Test("the escapes of every text are resolved; half a surrogate pair is U+FFFD")
    func escapes() throws {
        #expect(try with("url", #""https:\/\/x.example\/q?a=\u00e9""#).get().url == "https://x.example/q?a=é")
        #expect(try with("conn", #""\"1\"\\\t""#).get().connection == "\"1\"\\\t")
        #expect(try with("body", #""\ud83d\ude42 \ud800 \n""#).get().body == "🙂 \u{FFFD} \n")
        #expect(try with("body", #""""#).get().body == "")
    }

    @Test("our own recordings tell of an answer its status, how long to wait, and the weight used; nobody must")
    func answers() {
        func fields(_ more: String) -> Result<[Int64], Record.Defect> {
            var bytes = Array(#"{"dir":"in","kind":"http","conn":"rest"\#(more)}"#.utf8)
            return Fence(capacity: bytes.count).change(&bytes) { span in
                Record.read(&span).map { [$0.status, $0.after.count, $0.weight] }
            }
        }
        #expect(fields("") == .success([0, 0, -1]))
        #expect(fields(#","status":429,"after":5000000000,"weight":6001"#) == .success([429, 5_000_000_000, 6001]))
        #expect(fields(#","weight":0"#) == .success([0, 0, 0]))
        for (more, name) in [
            (#","weight":-1"#, "weight"), (#","weight":"1""#, "weight"), (#","weight":1,"weight":1"#, "weight"),
            (#","after":-1"#, "after"), (#","status":null"#, "status"),
        ] {
            #expect(fields(more) == .failure(.field(name)), "\(more)")
        }
    }

    @Test("a line cut anywhere is no JSON, whatever field the cut is in: its writer was killed")
    func cut() {
        for text in [
            line(RecordTests.fields.map(\.text)),
            line(RecordTests.fields.map(\.text) + [#""url2": null, "z": [true]"#]),
        ] {
            for count in 0..<text.utf8.count {
                #expect(read(String(text.prefix(count))) == .failure(.syntax), "\(count)")
            }
            for tail in ["x", "{}", ",", "\0"] { #expect(read(text + tail) == .failure(.syntax)) }
        }
        for text in [
            "[]", "1", "\"a\"", "null", "{\"ts\" 1}", "{\"ts\": 1,}", "{\"body\": \"\\x\"}", "{\"dir\": in}",
            "\u{1F}\u{8B}\u{8}",
        ] {
            #expect(read(text) == .failure(.syntax), "\(text)")
        }
    }
}
