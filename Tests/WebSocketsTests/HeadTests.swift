import Bytes
import Support
import Testing
import WebSockets

@Suite(.timeLimit(.minutes(1)))
struct HeadTests {
    /// Reads a stream as requests with their bodies, in pieces of `step`.
    private func requests(_ stream: [UInt8], step: Int = .max) -> ([RequestHead], [[UInt8]], HeadDefect?) {
        var reader = HeadReader(readBytes: 256)
        var (heads, bodies, defect): ([RequestHead], [[UInt8]], HeadDefect?) = ([], [], nil)
        var awaited: Int?
        var at = 0
        while at < stream.count {
            at += reader.give(stream, from: at, step)
            loop: while true {
                if let count = awaited {
                    guard let body = reader.body(count, { $0.array }) else { break loop }
                    bodies.append(body)
                    awaited = nil
                }
                switch reader.request() {
                case .none: break loop
                case .head(let head):
                    heads.append(head)
                    awaited = head.bodyBytes
                case .defect(let found):
                    defect = found
                    break loop
                }
            }
        }
        return (heads, bodies, defect)
    }

    private func request(_ text: String) -> Result<RequestHead, HeadDefect> {
        let whole = requests(Array(text.utf8))
        let bytewise = requests(Array(text.utf8), step: 1)
        #expect(whole.0 == bytewise.0 && whole.1 == bytewise.1 && whole.2 == bytewise.2)
        if let defect = whole.2 { return .failure(defect) }
        return whole.0.first.map { .success($0) } ?? .failure(.startLine)
    }

    @Test("a request is its method, target and fields, whose names have no case")
    func read() throws {
        let head = try request(
            "GET /metrics?a=b HTTP/1.1\r\nHoSt: localhost:80\r\nAccept:\t*/* \r\nX-Empty:\r\nACCEPT: text/html, a\r\n\r\n"
        ).get()
        #expect(head.method == "GET" && head.target == "/metrics?a=b" && head.path == "/metrics")
        #expect(head.fields["host"] == "localhost:80" && head.fields["accept"] == "*/*" && head.fields["x-empty"] == "")
        #expect(head.fields.count(of: "accept") == 2 && head.fields.has("a", in: "accept"))
        #expect(!head.fields.has("text", in: "accept") && head.fields["missing"] == nil)
        #expect(head.bodyBytes == 0 && head.minorVersion == 1 && head.keepsAlive && !head.asksForWebSocket)
    }

    @Test("requests with bodies follow one another, however the stream is cut", arguments: [1, 2, 7, 100, 5000])
    func pipelined(step: Int) {
        let body = [UInt8](repeating: 0x0A, count: 700)
        let stream =
            Array("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 700\r\n\r\n".utf8) + body
            + Array("GET /b HTTP/1.1\r\nHost: x\r\n\r\nPUT /c HTTP/1.0\r\nContent-Length: 1\r\n\r\nz".utf8)
        let (heads, bodies, defect) = requests(stream, step: step)
        #expect(heads.map(\.target) == ["/a", "/b", "/c"])
        #expect(bodies == [body, [], [0x7A]])
        #expect(defect == nil)
    }

    @Test(
        "what is no request is refused, by name",
        arguments: [
            ("GET / HTTP/1.1\nHost: x\r\n\r\n", HeadDefect.bareLineFeed),
            ("GET / HTTP/1.1\r\nHost: x\n\r\n", .bareLineFeed), ("\n", .bareLineFeed),
            ("\r\n", .startLine), ("GET /\r\n\r\n", .startLine), ("GET\r\n\r\n", .startLine),
            (" GET / HTTP/1.1\r\nHost: x\r\n\r\n", .startLine), ("GET / HTTP/1.1 \r\nHost: x\r\n\r\n", .startLine),
            ("GET / x HTTP/1.1\r\nHost: x\r\n\r\n", .startLine), ("G@T / HTTP/1.1\r\nHost: x\r\n\r\n", .startLine),
            ("GET / http/1.1\r\nHost: x\r\n\r\n", .startLine), ("GET / HTTP/11\r\nHost: x\r\n\r\n", .startLine),
            ("GET / HTTP/1.\r\nHost: x\r\n\r\n", .startLine), ("GET / HTTP/a.1\r\nHost: x\r\n\r\n", .startLine),
            ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", .target), ("GET /\u{1} HTTP/1.1\r\nHost: x\r\n\r\n", .target),
            ("GET /é HTTP/1.1\r\nHost: x\r\n\r\n", .target),
            ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", .version), ("GET / HTTP/0.9\r\nHost: x\r\n\r\n", .version),
            ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", .version),
            ("GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", .folded), ("GET / HTTP/1.1\r\n\tHost: x\r\n\r\n", .folded),
            ("GET / HTTP/1.1\r\nHost : x\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\n: x\r\n\r\n", .fieldName),
            ("GET / HTTP/1.1\r\nHost\r\n\r\n", .fieldName), ("GET / HTTP/1.1\r\nHö: x\r\n\r\n", .fieldName),
            ("GET / HTTP/1.1\r\nHost: x\r\nA(: x\r\n\r\n", .fieldName),
            ("GET / HTTP/1.1\r\nHost: x\u{0}\r\n\r\n", .fieldValue),
            ("GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n", .fieldValue),
            ("GET / HTTP/1.1\r\nHost: x\u{7F}\r\n\r\n", .fieldValue),
            ("GET / HTTP/1.1\r\n\r\n", .host), ("GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", .host),
            ("GET / HTTP/1.0\r\nHost: x\r\nhost: x\r\n\r\n", .host),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", .length),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", .length),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", .length),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\n", .length),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .length),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", .length),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", .bodyTooLarge),
            ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", .coding),
            ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", .lengthAndCoding),
        ])
    func refused(text: String, defect: HeadDefect) {
        #expect(request(text) == .failure(defect))
    }

    @Test("a head has 64 KiB and 100 fields, and not one more")
    func limits() throws {
        let start = "GET / HTTP/1.1\r\nHost: x\r\n"
        let fields = { (count: Int) in start + String(repeating: "a: b\r\n", count: count - 1) + "\r\n" }
        #expect(try request(fields(100)).get().fields.all.count == 100)
        #expect(request(fields(101)) == .failure(.manyFields))
        let sized = { (count: Int) in
            Array((start + "a: " + String(repeating: "b", count: count - start.utf8.count - 7) + "\r\n\r\n").utf8)
        }
        for step in [1, 1000, .max] {
            #expect(requests(sized(HeadReader.headMax), step: step).0.count == 1)
            #expect(requests(sized(HeadReader.headMax + 1), step: step).2 == .headTooLarge)
            // Where no line ends, the limit is found, too.
            #expect(requests([UInt8](repeating: 0x61, count: 300_000), step: max(step, 100)).2 == .headTooLarge)
        }
        for defect in HeadDefect.allCases { #expect([400, 413, 431, 501, 505].contains(defect.status)) }
    }

    @Test("a connection lives on unless a side says close; that of HTTP/1.0 only when asked to")
    func keepsAlive() throws {
        let ask = { (minor: Int, line: String) in
            try request("GET / HTTP/1.\(minor)\r\nHost: x\r\n\(line)\r\n").get().keepsAlive
        }
        #expect(try ask(1, ""))
        #expect(try !ask(1, "Connection: x, CLOSE\r\n"))
        #expect(try !ask(0, ""))
        #expect(try ask(0, "Connection: Keep-Alive\r\n"))
        #expect(try !ask(0, "Connection: keep-alive\r\nConnection: close\r\n"))
    }

    @Test("any bytes at all: no trap, and the same verdict however they are cut", arguments: 0..<UInt64(60))
    func anyBytes(seed: UInt64) {
        var dice = Dice(seed: seed)
        let words = [
            "GET ", "/ ", "HTTP/1.1", "\r\n", "\r\n\r\n", "Host: x\r\n", "Content-Length: 3\r\n", "\n", ":", "é", "abc",
        ]
        for _ in 0..<50 {
            let text = (0..<dice.number(1...12)).map { _ in dice.pick(words) }.joined()
            let stream = Array(text.utf8)
            let whole = requests(stream)
            let cut = requests(stream, step: dice.number(1...9))
            #expect(whole.0 == cut.0 && whole.2 == cut.2, "\(text)")
        }
    }
}

extension HeadReader {
    /// Gives at most `step` bytes of `stream` from `start` on; returns how many it took.
    mutating func give(_ stream: [UInt8], from start: Int, _ step: Int) -> Int {
        fill { room -> Int? in
            let count = min(step, room.byteCount, stream.count - start)
            for index in 0..<count { room.put(stream[start + index], at: index) }
            return count
        } ?? 0
    }
}
