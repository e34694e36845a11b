import Bytes
import Support
import Testing
import Text
import WebSockets

@Suite(.timeLimit(.minutes(1)))
struct UpgradeTests {
    /// Gives one number of its own by turns: the key of RFC 6455, 1.3, is the bytes of "the sample nonce".
    private struct Fixed: RandomNumberGenerator {
        var bytes = Array("the sample nonce".utf8)[...]
        mutating func next() -> UInt64 { UInt64(bytes.removeFirst()) << 32 }
    }

    private func page(_ print: (inout Printer) -> Void) -> String {
        var printer = Printer()
        print(&printer)
        return printer.read { String($0) }
    }

    private func request(_ text: String) -> RequestHead? {
        var reader = HeadReader()
        _ = reader.give(Array(text.utf8), from: 0, .max)
        if case .head(let head) = reader.request() { return head }
        return nil
    }

    private func response(_ text: String) -> Result<ResponseHead, HeadDefect>? {
        var whole = HeadReader()
        var cut = HeadReader()
        let bytes = Array(text.utf8)
        _ = whole.give(bytes, from: 0, .max)
        for at in 0..<bytes.count { _ = cut.give(bytes, from: at, 1) }
        switch (whole.response(), cut.response()) {
        case (.none, .none): return nil
        case (.head(let one), .head(let other)):
            #expect(one == other)
            return .success(one)
        case (.defect(let one), .defect(let other)):
            #expect(one == other)
            return .failure(one)
        default:
            Issue.record("cut, the response is another")
            return nil
        }
    }

    private let good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    private let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

    @Test("the example of RFC 6455: the key, and what answers it")
    func example() throws {
        var dice = Fixed()
        let upgrade = ClientUpgrade(using: &dice)
        #expect(upgrade.key == "dGhlIHNhbXBsZSBub25jZQ==")
        var isPrinted = false
        let text = page {
            isPrinted = upgrade.print(host: "server.example.com", target: "/chat", fields: [("Origin", "a b")], to: &$0)
        }
        #expect(isPrinted)
        #expect(
            text == "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: a b\r\n\r\n")
        let head = try #require(request(text))
        #expect(head.asksForWebSocket)
        let consent = try page(ServerUpgrade.judge(head).get().print)
        #expect(consent == good + accept + "\r\n")
        let answer = try #require(try response(consent)?.get())
        #expect(upgrade.judge(answer) == nil)
    }

    @Test("whatever the dice say, a client and a server of this room agree", arguments: 0..<UInt64(50))
    func agree(seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let upgrade = ClientUpgrade(using: &dice)
        let other = ClientUpgrade(using: &dice)
        let head = try #require(request(page { _ = upgrade.print(host: "x", target: "/", to: &$0) }))
        let answer = try #require(try response(page(ServerUpgrade.judge(head).get().print))?.get())
        #expect(upgrade.judge(answer) == nil)
        #expect(other.judge(answer) == .accept)
    }

    @Test("a text that would end its line prints no request at all")
    func injection() {
        var dice = Dice(seed: 1)
        let upgrade = ClientUpgrade(using: &dice)
        for (host, target, name, value) in [
            ("", "/", "a", "b"), ("x\r\n", "/", "a", "b"), ("x", "", "a", "b"), ("x", "/ ", "a", "b"),
            ("x", "/\n", "a", "b"),
            ("x", "/", "", "b"), ("x", "/", "a:", "b"), ("x", "/", "a", "b\r\nc: d"), ("x", "/", "a", "\u{0}"),
        ] {
            let text = page { #expect(!upgrade.print(host: host, target: target, fields: [(name, value)], to: &$0)) }
            #expect(text.isEmpty)
        }
    }

    @Test("a response that is no consent is refused, by name")
    func responses() throws {
        var dice = Fixed()
        let upgrade = ClientUpgrade(using: &dice)
        let judge = { (text: String) in try upgrade.judge(#require(try response(text + "\r\n")?.get())) }
        #expect(try judge(good + accept) == nil)
        #expect(try judge("HTTP/1.1 101\r\nUPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n" + accept) == nil)
        #expect(try judge("HTTP/1.1 200 OK\r\n") == .status(200))
        #expect(try judge("HTTP/1.0 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + accept) == .status(101))
        #expect(try judge("HTTP/1.1 101 x\r\nConnection: Upgrade\r\n" + accept) == .upgrade)
        #expect(try judge("HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n" + accept) == .upgrade)
        #expect(try judge("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n" + accept) == .connection)
        #expect(try judge("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: close\r\n" + accept) == .connection)
        #expect(try judge(good) == .accept)
        #expect(try judge(good + accept + accept) == .accept)
        #expect(try judge(good + accept.replacing("s3p", with: "S3p")) == .accept)
        #expect(try judge(good + accept + "Sec-WebSocket-Extensions: permessage-deflate\r\n") == .extensions)
        #expect(try judge(good + accept + "Sec-WebSocket-Protocol: chat\r\n") == .subprotocol)
    }

    @Test("a refusal's status and fields are there: 429 and Retry-After")
    func retryAfter() throws {
        let head = try #require(
            try response("HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\nDate: a\r\n\r\nslow").map { try $0.get() })
        #expect(head.status == 429 && head.reason == "Too Many" && head.fields.wholeNumber("retry-after") == 17)
        #expect(head.fields.wholeNumber("date") == nil && head.fields.wholeNumber("missing") == nil)
    }

    @Test(
        "what is no response is refused",
        arguments: [
            ("HTTP/1.1 99 x\r\n\r\n", HeadDefect.startLine), ("HTTP/1.1 1010 x\r\n\r\n", .startLine),
            ("HTTP/1.1 600 x\r\n\r\n", .startLine), ("HTTP/1.1 099 x\r\n\r\n", .startLine),
            ("HTTP/1.1\r\n\r\n", .startLine),
            ("HTTP/1.1  200 x\r\n\r\n", .startLine), ("HTTP/2.0 200 x\r\n\r\n", .version),
            ("ICY 200 OK\r\n\r\n", .startLine),
            ("HTTP/1.1 200 \u{1}\r\n\r\n", .startLine), ("HTTP/1.1 200 OK\r\n a\r\n\r\n", .folded),
            ("\n", .bareLineFeed),
        ])
    func noResponse(text: String, defect: HeadDefect) { #expect(response(text) == .failure(defect)) }

    @Test("an upgrade that may not be is refused, by name, and the answer says what would be right")
    func requests() throws {
        let fields = [
            ("Host", "x"), ("Upgrade", "websocket"), ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        func judge(_ change: (String, String?), start: String = "GET / HTTP/1.1", more: String = "") throws
            -> ServerUpgrade.Refusal?
        {
            let lines = fields.compactMap { name, value -> String? in
                let value = name == change.0 ? change.1 : value
                return value.map { "\(name): \($0)\r\n" }
            }
            let head = try #require(request(start + "\r\n" + lines.joined() + more + "\r\n"))
            guard case .failure(let refusal) = ServerUpgrade.judge(head) else { return nil }
            let answer = try #require(try response(page(refusal.print))?.get())
            #expect(answer.status == refusal.status)
            #expect(answer.fields.has("close", in: "connection"))
            #expect((answer.fields["sec-websocket-version"] == "13") == (refusal.status == 426))
            #expect(answer.fields.wholeNumber("content-length") == refusal.text.utf8CodeUnitCount + 1)
            return refusal
        }
        #expect(try judge(("Upgrade", "foo, WebSocket")) == nil)
        #expect(try judge(("", ""), more: "Sec-WebSocket-Extensions: permessage-deflate\r\n") == nil)
        #expect(try judge(("", ""), start: "POST / HTTP/1.1") == .method)
        #expect(try judge(("", ""), start: "GET / HTTP/1.0") == .httpVersion)
        #expect(try judge(("", ""), more: "Content-Length: 1\r\n") == .body)
        #expect(try judge(("Upgrade", nil)) == .upgrade && judge(("Upgrade", "websockets")) == .upgrade)
        #expect(try judge(("Connection", nil)) == .connection && judge(("Connection", "up")) == .connection)
        for version in [nil, "8", "12", "14", "x", ""] {
            #expect(try judge(("Sec-WebSocket-Version", version)) == .version)
        }
        for key in [
            nil, "", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==",
            "dGhlIHNhbXBsZSBub25jZWE=",
            "dGhlIHNhbXBsZSBub25jZW", "dGhlIHNhbXBsZSBub25j", "dGhlIHNhbXBsZSBub2*jZQ==", "====",
            "dGhl=HNhbXBsZSBub25jZQ==",
        ] {
            #expect(try judge(("Sec-WebSocket-Key", key)) == .key, "\(key ?? "none")")
        }
        #expect(try judge(("", ""), more: "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") == .key)
    }
}
