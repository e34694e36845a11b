import Events
import Foundation
import Lines
import Support
import Testing
import Text
import Wire

/// The schema says what `--json` writes, and nothing else.
@Suite(.timeLimit(.minutes(2)))
struct SchemaTests {
    private static let hasJSONSchema: Bool = {
        let isThere = (try? Shell.run("python3 -W ignore -c 'import jsonschema'").status) == 0
        if !isThere { print("skipped: the schema against python3's jsonschema, which is not there") }
        return isThere
    }()

    @Test("the schema is JSON, one definition for each kind and one for unknown ones")
    func isJSON() throws {
        let schema = try #require(JSONValue(EventSchema.text))
        guard case .object(let definitions)? = schema["$defs"] else { return #expect(Bool(false)) }
        #expect(Set(definitions.keys) == Set(Kind.names + ["unknown"]))
        #expect(try JSONSerialization.jsonObject(with: Data(EventSchema.text.utf8)) is [String: Any])
        #expect(EventSchema.text.withBytes { JSON.isValid($0) })
        // Each field of a kind has its rule.
        for layout in Layout.all {
            let properties = definitions[layout.kind.name ?? ""]?["properties"]
            for field in layout.fields { #expect(properties?[field.name] != nil, "\(field.name)") }
        }
    }

    /// Lines that are almost events.
    private static let wrong = [
        #"{}"#,
        #"[]"#,
        #"{"kind":"trade"}"#,
        #"{"kind":"trade","flags":[]}"#,
        #"{"kind":"trade","flags":[],"side":"both"}"#,
        #"{"kind":"trade","flags":[],"side":"buy","more":1}"#,
        #"{"kind":"trade","flags":[],"side":"buy","price":1.5}"#,
        #"{"kind":"trade","flags":[],"side":"buy","price":"1."}"#,
        #"{"kind":"trade","flags":[],"side":"buy","price":"01"}"#,
        #"{"kind":"trade","flags":[],"side":"buy","price":"1e-5"}"#,
        #"{"kind":"trade","flags":[],"side":"buy","count":4294967296}"#,
        #"{"kind":"trade","flags":[],"side":"buy","count":-1}"#,
        #"{"kind":"trade","flags":[],"side":"buy","count":"1"}"#,
        #"{"kind":"trade","flags":[],"side":"buy","tradeId":""}"#,
        #"{"kind":"trade","flags":["fast"],"side":"buy"}"#,
        #"{"kind":"trade","flags":["replay","replay"],"side":"buy"}"#,
        #"{"kind":"trade","flags":[],"side":"buy","hops":{"late":1}}"#,
        #"{"kind":"trade","flags":[],"side":"buy","hops":{"sent":9007199254740993}}"#,
        #"{"kind":"trade","flags":[],"side":"buy","id":"0123456789abcdeg"}"#,
        #"{"kind":"trade","flags":[],"side":"buy","position":5}"#,
        #"{"kind":"trade","flags":[],"side":"buy","venue":""}"#,
        #"{"kind":"instrument","flags":[],"type":"spot","status":"trading","inverse":false}"#,
        #"{"kind":"bookUpdate","flags":[],"bids":[["1","2","3"]],"asks":[]}"#,
        #"{"kind":"bookUpdate","flags":[],"bids":[["1"]],"asks":[]}"#,
        #"{"kind":"bookUpdate","flags":[],"bids":[["1",2]],"asks":[]}"#,
        #"{"kind":"consolidatedBook","flags":[],"bids":[["1","2",256]],"asks":[]}"#,
        #"{"kind":"merged","flags":[],"endedBy":"time","fragments":[{"kind":"trade"}]}"#,
        #"{"kind":24,"flags":[],"fixedWords":0,"payload":""}"#,
        #"{"kind":256,"flags":[],"fixedWords":0,"payload":""}"#,
        #"{"kind":25,"flags":[],"fixedWords":0,"payload":"0"}"#,
        #"{"kind":25,"flags":[],"fixedWords":0,"payload":[]}"#,
        #"{"kind":25,"flags":[],"payload":""}"#,
    ]

    @Test("lines that are almost events are not valid", arguments: wrong)
    func notValid(line: String) throws {
        #expect(Schema.event.defect(in: try #require(JSONValue(line))) != nil)
    }

    @Test("a repeated key is no event for the tests' own reader either")
    func repeated() { #expect(JSONValue(#"{"a":1,"a":2}"#) == nil) }

    @Test("Python's jsonschema says the same of good lines and of wrong ones", .enabled(if: hasJSONSchema))
    func python() throws {
        var random = RandomFrames(seed: 77)
        let good = (0..<200).map { _ in json(random.nextBytes()) }.filter { $0.utf8.count < 20_000 }
        let script = """
            import json, sys, warnings
            warnings.simplefilter("ignore")
            import jsonschema
            schema = json.loads(sys.stdin.readline())
            jsonschema.Draft202012Validator.check_schema(schema)
            check = jsonschema.Draft202012Validator(schema)
            for line in sys.stdin: print(check.is_valid(json.loads(line)))
            """
        let schema = EventSchema.text.replacing("\n", with: "")
        let lines = ([schema] + good + Self.wrong).joined(separator: "\n") + "\n"
        let shell = try Shell.run("python3 -W ignore -c '\(script)'", input: Data(lines.utf8))
        #expect(shell.status == 0, "\(shell.errors)")
        let verdicts = shell.text.split(separator: "\n").map { $0 == "True" }
        #expect(verdicts == good.map { _ in true } + Self.wrong.map { _ in false })
    }
}
