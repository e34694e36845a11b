import Support
import Testing

@Suite("a recording of our own is run with the seed that it was made with", .timeLimit(.minutes(1)))
struct IngestSeedTests {
    /// A line, so many milliseconds after the first.
    private func line(_ after: Int, _ direction: String, _ connection: String, _ kind: String, _ body: String) -> String
    {
        let url = kind == "http" ? "https://api.exchange.coinbase.com/products" : ""
        let escaped = body.replacing("\"", with: "\\\"")
        return
            #"{"ts":\#(Fixture.start + after * 1_000_000),"dir":"\#(direction)","conn":"\#(connection)","url":"\#(url)","#
            + #""kind":"\#(kind)","body":"\#(escaped)"}"#
    }

    /// Of a book whose second connection was made because the first is replaced after 0.9 to 1.2 s, by chance.
    private func epochs(seed: UInt64) throws -> String {
        let book = #"{"type":"snapshot","product_id":"BTC-USD","bids":[["1","1"]],"asks":[["2","1"]]}"#
        let lines = [
            line(
                0, "out", "ingest", "open",
                #"{"ingest":1,"venue":"coinbase-exchange","symbols":["all"],"channels":1,"seed":"\#(seed)","refresh":1200000000}"#
            ),
            line(
                1, "in", "rest", "http",
                #"[{"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","status":"online"}]"#),
            line(200, "in", "0", "open", ""), line(201, "in", "0", "ws", book), line(1300, "in", "1", "open", ""),
            line(1301, "in", "1", "ws", book),
        ]
        let text = lines.joined(separator: "\n") + "\n"
        let run = try Fixture.run(
            "ingest coinbase-exchange --from-raw - --quiet | tap --json --kind bookSnapshot | jq .epoch | tr '\\n' ' '",
            input: .init(text.utf8))
        #expect(run.status == 0, "\(run.errors)")
        return run.text
    }

    @Test("also where it is larger than a signed number")
    func large() throws {
        #expect(try epochs(seed: .max - 10) == "1 2 ", "it is time for the second connection")
        #expect(try epochs(seed: 0) == "1 ", "it is not")
    }
}
