import Bytes
import Events
import Lines
import Support
import Testing
import Wire

/// Lines that are no events, each refused with a message that says what is wrong.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    /// A line, and what is said of it.
    private static let cases: [(line: String, text: String)] = [
        ("", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("7", "not a JSON object"),
        ("{", "not a JSON object"),
        ("{}", "an event without a kind"),
        (#"{"flags":[]}"#, "an event without a kind"),
        (#"{"kind":"heartbeat"} x"#, "not JSON"),
        (#"{"kind":"heartbeat""#, "not JSON"),
        (#"{"kind":"heartbeat",}"#, "not JSON"),
        (#"{"kind":"ticks"}"#, "unknown kind ticks"),
        (#"{"kind":0}"#, "kind is out of range"),
        (#"{"kind":256}"#, "kind is out of range"),
        (#"{"kind":-1}"#, "kind is out of range"),
        (#"{"kind":true}"#, "kind is out of range"),
        (#"{"kind":1.5}"#, "kind is out of range"),
        (#"{"kind":"trade","prize":"1"}"#, "a trade has no field prize"),
        (#"{"kind":"trade","last":"1"}"#, "a trade has no field last"),
        (#"{"kind":"trade","":"1"}"#, #"a trade has no field """#),
        (#"{"kind":"trade","count\u0000x":1}"#, ##"a trade has no field "count\u0000x""##),
        (
            #"{"kind":"trade","a field whose name is longer than a key":1}"#,
            #"a trade has no field "a field whose name is longer than a key""#
        ),
        (#"{"kind":"\u001b[2J"}"#, #"unknown kind \u001b[2J"#),
        (#"{"kind":"trade","\u009b0m":1}"#, #"a trade has no field \u009b0m"#),
        (#"{"kind":"trade","side":"\u007f\n"}"#, #"unknown side \u007f\u000a"#),
        (
            #"{"kind":"\#(String(repeating: "k", count: 5000))"}"#,
            "unknown kind " + String(repeating: "k", count: 187) + "…"
        ),
        (#"{"kind":"trade","payload":""}"#, "a trade has no field payload"),
        (#"{"kind":200,"extra":""}"#, "a kind 200 has no field extra"),
        (#"{"kind":200,"price":"1"}"#, "a kind 200 has no field price"),
        (#"{"kind":"trade","kind":"trade"}"#, "field kind comes twice"),
        (#"{"kind":"trade","side":"buy","side":"buy"}"#, "field side comes twice"),
        (#"{"kind":"trade","side":"both"}"#, "unknown side both"),
        (#"{"kind":"trade","side":1}"#, "side is not a string"),
        (#"{"kind":"trade","side":"Buy"}"#, "unknown side Buy"),
        (#"{"kind":"gap","channel":"tape"}"#, "unknown channel tape"),
        (#"{"kind":"gap","channel":3}"#, "channel is not a string"),
        (#"{"kind":"trade","flags":["fast"]}"#, "unknown flag fast"),
        (#"{"kind":"trade","flags":["replay","replay"]}"#, "flag replay comes twice"),
        (#"{"kind":"trade","flags":"replay"}"#, "field flags is wrong"),
        (#"{"kind":"trade","flags":[1]}"#, "flags is not a string"),
        (#"{"kind":"trade","hops":{"late":1}}"#, "unknown hop late"),
        (#"{"kind":"trade","hops":{"sent":1,"sent":1}}"#, "hop sent comes twice"),
        (#"{"kind":"trade","hops":[1]}"#, "field hops is wrong"),
        (#"{"kind":"trade","hops":{"sent":-1}}"#, "hops is not a whole number that fits"),
        (#"{"kind":"trade","hops":{"sent":9007199254740993}}"#, "hops is out of range"),
        (#"{"kind":"trade","epoch":4294967296}"#, "epoch is not a whole number that fits"),
        (#"{"kind":"trade","epoch":-1}"#, "epoch is not a whole number that fits"),
        (#"{"kind":"trade","position":"18446744073709551616"}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","position":"+5"}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","position":"5 "}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","position":1.5}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","position":1e3}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","position":[1]}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","position":null}"#, "position is not a whole number that fits"),
        (#"{"kind":"trade","sequence":"4","firstSequence":"5"}"#, "sequence is out of range"),
        (#"{"kind":"trade","happened":"-1"}"#, "happened is out of range"),
        (#"{"kind":"trade","received":"7258118400000000001"}"#, "received is out of range"),
        (#"{"kind":"trade","received":"9223372036854775808"}"#, "received is not a whole number that fits"),
        (#"{"kind":"trade","id":"123"}"#, "id is not of 16 hexadecimal digits"),
        (#"{"kind":"trade","id":"+123456789abcdef"}"#, "id is not hexadecimal"),
        (#"{"kind":"trade","id":"-00000000000000g"}"#, "id is not hexadecimal"),
        (#"{"kind":"trade","id":5}"#, "id is not a string"),
        (#"{"kind":"trade","cause":"0123456789abcdef00"}"#, "cause is not of 16 hexadecimal digits"),
        (#"{"kind":"trade","routingVersion":"4294967296"}"#, "routingVersion is not a whole number that fits"),
        (#"{"kind":"trade","parts":65536}"#, "parts is not a whole number that fits"),
        (#"{"kind":"trade","flags":["part"]}"#, "part is out of range"),
        (#"{"kind":"trade","fixedWords":256}"#, "fixedWords is not a whole number that fits"),
        (#"{"kind":"trade","fixedWords":2}"#, "fixedWords is too few"),
        (#"{"kind":"trade","extra":"00"}"#, "extra is not of whole words"),
        (#"{"kind":"trade","extra":"0"}"#, "extra is not of whole bytes"),
        (#"{"kind":"trade","extra":"0g"}"#, "extra is not hexadecimal"),
        (#"{"kind":"trade","channel":"ticker"}"#, "channel is out of range"),
        (#"{"kind":"trade","price":"1,5"}"#, "price is not a number that fits"),
        (#"{"kind":"trade","price":""}"#, "price is not a number that fits"),
        (#"{"kind":"trade","price":null}"#, "price is not a number that fits"),
        (#"{"kind":"trade","price":"9223372036854775808"}"#, "price is not a number that fits"),
        (#"{"kind":"trade","price":"-9223372036854775808"}"#, "price is not a number that fits"),
        (#"{"kind":"trade","price":"1e64"}"#, "price is not a number that fits"),
        (#"{"kind":"trade","count":"x"}"#, "count is not a whole number that fits"),
        (#"{"kind":"hello","formatMinor":65536}"#, "formatMinor is not a whole number that fits"),
        (#"{"kind":"hello","bootId":"00"}"#, "bootId is not of 16 bytes"),
        (#"{"kind":"hello","wallOffset":"9223372036854775808"}"#, "wallOffset is not a whole number that fits"),
        (#"{"kind":"instrument","inverse":1}"#, "field inverse is wrong"),
        (#"{"kind":"instrument","expiry":"-5"}"#, "expiry is out of range"),
        (#"{"kind":"extension","data":"zz"}"#, "data is not hexadecimal"),
        (#"{"kind":"bookUpdate","bids":{}}"#, "field bids is wrong"),
        (#"{"kind":"bookUpdate","bids":[1]}"#, "bids: a level without a price"),
        (#"{"kind":"bookUpdate","bids":[[]]}"#, "bids: a level without a price"),
        (#"{"kind":"bookUpdate","bids":[["1"]]}"#, "bids: a level without a size"),
        (#"{"kind":"bookUpdate","bids":[["1","2","3"]]}"#, "bids: a level of more than two numbers"),
        (#"{"kind":"bookUpdate","bids":[["1","-2"]]}"#, "bids is out of range"),
        (#"{"kind":"bookUpdate","asks":[["a","2"]]}"#, "asks is not a number that fits"),
        (
            #"{"kind":"bookUpdate","bids":[["1","2"]],"asks":[["1.0","2"]]}"#,
            "levels of several digit counts need the flag mixed"
        ),
        (#"{"kind":"bookUpdate","depth":65536}"#, "depth is not a whole number that fits"),
        (#"{"kind":"consolidatedBook","bids":[[]]}"#, "bids: a level without a price"),
        (#"{"kind":"consolidatedBook","bids":[["1"]]}"#, "bids: a level without a size"),
        (#"{"kind":"consolidatedBook","bids":[["1","2"]]}"#, "bids: a level without a venue"),
        (#"{"kind":"consolidatedBook","bids":[["1","2",256]]}"#, "bids is not a whole number that fits"),
        (#"{"kind":"consolidatedBook","asks":[["1","2",0,0]]}"#, "asks: a level of more than three values"),
        (#"{"kind":"merged","fragments":[{"kind":"trade","side":"both"}]}"#, "unknown side both"),
        (#"{"kind":"merged","fragments":[{"kind":"trade","happened":"-1"}]}"#, "a fragment: happened is out of range"),
        (#"{"kind":"merged","fragments":[{"kind":"merged"}]}"#, "fragments is out of range"),
        (#"{"kind":"merged","fragments":[7]}"#, "not a JSON object"),
        (#"{"kind":200,"flags":[]}"#, "an unknown kind needs its payload"),
        (#"{"kind":200,"payload":[],"fixedWords":0}"#, "an unknown kind needs its payload"),
        (#"{"kind":200,"payload":""}"#, "an unknown kind needs its fixedWords"),
        (#"{"kind":200,"payload":"00","fixedWords":0}"#, "payload is not of whole words"),
        (#"{"kind":200,"payload":"0000000000000000","fixedWords":2}"#, "fixedWords is more than the payload"),
        (#"{"kind":"trade","venue":"a\nb"}"#, "venue or symbol is wrong"),
        (#"{"kind":"trade","symbol":"\u009b"}"#, "venue or symbol is wrong"),
        (#"{"kind":"trade","venue":"123456789012345678901234567890123"}"#, "venue or symbol is wrong"),
        (#"{"kind":"trade","venue":7}"#, "venue is not a string"),
    ]

    @Test("a line that is no event is refused, and the message says why", arguments: cases.indices)
    func refused(index: Int) {
        let (line, text) = Self.cases[index]
        #expect(refusal(line) == text, "\(line)")
    }

    @Test("a text longer than its limit is refused by its name", arguments: Kind.known)
    func longTexts(kind: Kind) {
        for field in Layout.of(kind)?.fields ?? [] {
            let limit: Int
            switch field.form {
            case .text(let most, _), .longText(let most): limit = most
            case .bytes(let most): limit = most
            default: continue
            }
            let isHex = if case .bytes = field.form { true } else { false }
            let start = #"{"kind":"\#(kind.name ?? "")","\#(field.name)":""#
            let letter = isHex ? "61" : "a"
            #expect(refusal(start + String(repeating: letter, count: limit) + "\"}") == nil, "\(field.name)")
            let message = refusal(start + String(repeating: letter, count: limit + 1) + "\"}")
            #expect(message == "\(field.name) is out of range", "\(field.name)")
            let huge = refusal(start + String(repeating: letter, count: 70_000 + limit) + "\"}")
            let narrow = field.form.width < 4
            #expect(huge == (narrow ? "\(field.name) is too long" : "\(field.name) is out of range"))
        }
    }

    @Test("what the fields do not say is 0, empty or not given")
    func missing() {
        let trade = Draft(Envelope(kind: .trade, channel: .trade), .none)
        var expected = trade
        expected.put(0x8080, at: 16, width: 2)
        #expect(frames(#"{"kind":"trade"}"#) == .success(RandomFrames.bytes([expected])))
        #expect(frames(#"{"kind":"bookUpdate"}"#) == frames(#"{"kind":"bookUpdate","flags":[],"bids":[],"asks":[]}"#))
        #expect(frames(#"{"kind":"merged"}"#) == frames(#"{"kind":"merged","fragments":[]}"#))
    }

    @Test("a fragment larger than a frame can hold is refused")
    func largeFragment() {
        let payload = String(repeating: "00", count: Frame.bytesMax - Frame.headerBytes)
        let fragment = #"{"kind":200,"channel":"book","fixedWords":0,"payload":"\#(payload)"}"#
        #expect(refusal(fragment) == nil)
        #expect(refusal(#"{"kind":"merged","fragments":[\#(fragment)]}"#) == "the event does not fit")
    }

    @Test("an event for which there is no room is refused, and nothing of it stays")
    func noRoom() {
        var outbox = Outbox(capacity: 0, limit: 100)
        let defect = #"{"kind":"heartbeat"}"#.withBytes { EventFromJSON.read($0, into: &outbox) }
        let isEmpty = outbox.isEmpty
        #expect(defect?.text == "the event does not fit")
        #expect(isEmpty)
    }
}
