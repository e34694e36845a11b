import Foundation
import Support
import Testing
import Units
import Wire

@testable import Imitations
@testable import Markets
@testable import Venues

@Suite(.timeLimit(.minutes(1)))
struct WitnessTests {
    private func client(_ dialect: Dialect) -> Client {
        var options = ImitationOptions()
        options.isWitnessed = true
        return Client(dialect, options)
    }

    @Test(
        "each stream of the witness has positions without a hole, and begins with its instrument and its book",
        arguments: Imitation.dialects)
    func positions(dialect: Dialect) {
        let client = client(dialect)
        client.trade(150)
        client.pass(.seconds(1))
        var last: [String: UInt64] = [:]
        var first: [String] = []
        client.imitation.emptyWitness { frames in
            var at = 0
            while at < frames.byteCount {
                guard case .frame(let length) = Frame.front(of: frames.extracting(at..<frames.byteCount)) else { break }
                let header = Header(frames.extracting(at..<(at + length)))
                let frame = frames.extracting(at..<(at + length))
                at += length
                let stream = "\(String(frame, header.symbol)) \(header.envelope.channel)"
                #expect(header.envelope.position == last[stream, default: 0] + 1, "\(stream)")
                #expect(String(frame, header.venue) == dialect.venue)
                last[stream] = header.envelope.position
                if first.count < 2 { first.append(header.envelope.kind.name ?? "") }
            }
            return frames.byteCount
        }
        #expect(first == ["instrument", "bookSnapshot"])
        #expect(last.count >= 14 && last["BTC-USD book", default: 0] > 1)
    }

    @Test(
        "each request, message, opening and ending is in it, in order, as a line of JSON", arguments: Imitation.dialects
    )
    func requests(dialect: Dialect) throws {
        let client = client(dialect)
        client.open("/", 3)
        client.say(#"{"a":"é\"\\"}"#, 3)
        _ = client.get("/x?y=z")
        client.imitation.closed(connection: 3, at: client.now)
        var heard = Heard(isNumbered: false)
        client.imitation.emptyWitness { heard.takeAll($0) }
        let lines = try heard.requests.map { text in
            let start = try #require(text.firstIndex(of: "{"))
            let json = text[start...].prefix { $0 != "\0" }
            return try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        }
        #expect(lines.map { $0["what"] as? String } == ["open", "message", "request", "close"])
        #expect(lines.map { $0["connection"] as? Int } == [3, 3, -1, 3])
        #expect(lines[1]["text"] as? String == #"{"a":"é\"\\"}"#)
        #expect(lines[2]["text"] as? String == "GET /x?y=z")
    }

    @Test("a message that is no text is told as far as it is one, and a long one is cut")
    func hostile() {
        let client = client(.kraken)
        client.open("/v2")
        let bytes: [UInt8] = [0xFF, 0x00, 0x7B] + [UInt8](repeating: 0xC3, count: 60_000)
        bytes.withUnsafeBytes { client.imitation.message(RawSpan(_unsafeBytes: $0), connection: 0, at: client.now) }
        var heard = Heard(isNumbered: false)
        client.imitation.emptyWitness { heard.takeAll($0) }
        #expect(heard.requests.count == 2)
    }

    @Test("who does not want a witness has none")
    func silent() {
        let client = Client(.binance)
        client.trade(100)
        let isEmpty = client.imitation.witness.isEmpty
        #expect(isEmpty)
    }
}
