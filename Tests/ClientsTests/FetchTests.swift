import Clients
import Foundation
import Host
import Testing
import Units

@Suite(.timeLimit(.minutes(1)))
struct FetchTests {
    private let peer = Peer.shared

    @Test("a fetch gives status, head and body, and the connection is used again")
    func reuse() throws {
        var loop = try Loop()
        var connections: Set<String?> = []
        for _ in 0..<20 {
            let (answer, body) = try loop.fetch(peer.url("/ok"))
            #expect(answer.status == 200 && answer.usedWeight == 42 && answer.retryAfter == nil)
            #expect(answer.bodyBytes == 5 && body == Array("hello".utf8))
            connections.insert(answer["x-connection"])
        }
        #expect(connections.count == 1 && !connections.contains(nil))
    }

    @Test(
        "a status is an answer, whatever it is; Retry-After is read as seconds and as a date; no redirect is followed")
    func statuses() throws {
        var loop = try Loop()
        for status in [400, 403, 404, 418, 429, 500, 502, 503] {
            let (answer, body) = try loop.fetch(peer.url("/status?\(status)"))
            #expect(answer.status == status && body == Array("no".utf8))
        }
        let limited = try loop.fetch(peer.url("/limited")).answer
        #expect(limited.status == 429 && limited.retryAfter == .seconds(7))
        let banned = try loop.fetch(peer.url("/banned")).answer
        #expect(banned.status == 418 && banned.retryAfter.map { $0 > .seconds(86400) } == true)
        let moved = try loop.fetch(peer.url("/moved")).answer
        #expect(moved.status == 302 && moved["location"] == "/ok")
    }

    @Test("the request is HTTP/1.1 with our name, our fields and the packings that we know, without a cookie")
    func request() throws {
        var loop = try Loop { $0.userAgent = "penstock/0.0" }
        let (_, body) = try loop.fetch(peer.url("/request"), fields: ["X-Test: yes"])
        let text = String(decoding: body, as: UTF8.self) + "\r\n"
        #expect(text.hasPrefix("GET /request HTTP/1.1\r\nHost: localhost:\(peer.port("good"))\r\n"))
        for line in ["User-Agent: penstock/0.0", "X-Test: yes", "Accept-Encoding: gzip, deflate"] {
            #expect(text.contains("\r\n\(line)\r\n"), "\(line)")
        }
        #expect(!text.contains("Cookie") && !text.contains("Authorization"))
        // A field belongs to its request alone.
        #expect(try !String(decoding: loop.fetch(peer.url("/request")).body, as: UTF8.self).contains("X-Test"))
    }

    @Test("a packed body arrives unpacked")
    func packed() throws {
        var loop = try Loop()
        let body = try loop.fetch(peer.url("/gzip?10000")).body
        #expect(body.count == 70000 && String(decoding: body.suffix(7), as: UTF8.self) == "packed ")
    }

    @Test(
        "a body goes up to the limit and not a byte beyond, also packed and without a length; a large one arrives whole"
    )
    func bodyLimit() throws {
        var loop = try Loop { $0.bodyBytesMax = 70000 }
        let whole = try loop.fetch(peer.url("/large?70000")).body
        #expect(whole == (0..<70000).map { UInt8($0 % 251) })
        for path in ["/large?70001", "/unbounded", "/gzip?10001"] {
            let fault = try loop.fault(peer.url(path))
            #expect(fault?.kind == .tooLarge)
            #expect(fault?.reason == "localhost:\(peer.port("good")): the body is larger than 70000 bytes", "\(path)")
        }
        #expect(try loop.fetch(peer.url("/ok")).body == Array("hello".utf8))
    }

    @Test("a head beyond its limit is a fault")
    func headLimit() throws {
        var loop = try Loop()
        let fault = try loop.fault(peer.url("/head"))
        #expect(fault?.kind == .tooLarge && fault?.reason.contains("the head is larger than 65536 bytes") == true)
    }

    @Test("an answer that does not come, or stops, is a fault when its time is over", arguments: ["/never", "/stops"])
    func slow(path: String) throws {
        var loop = try Loop { $0.fetchTime = .milliseconds(50) }
        #expect(try loop.fault(peer.url(path))?.kind == .timedOut)
    }

    @Test("a body that is cut is a fault, and so is what is no HTTP", arguments: ["/cut", "/garbage"])
    func cut(path: String) throws {
        var loop = try Loop()
        #expect(try loop.fault(peer.plainURL(path))?.kind == (path == "/cut" ? .broken : .wrongURL))
        #expect(try loop.fault(peer.url("/cut"))?.kind == .broken)
    }

    @Test("nobody there, no such host, no such scheme: each is a fault of its kind that names the place")
    func nowhere() throws {
        var loop = try Loop()
        let refused = try loop.fault("https://localhost:1/")
        #expect(refused?.kind == .unreachable && refused?.reason.hasPrefix("localhost:1: Failed to connect") == true)
        let unknown = try loop.fault("https://user:secret@nowhere.invalid/x?key=secret")
        #expect(unknown?.kind == .unresolved && unknown?.reason.hasPrefix("nowhere.invalid: Could not resolve") == true)
        for url in ["ftp://localhost/x", "file:///etc/passwd", "https://", "nonsense with spaces", ""] {
            #expect(try loop.fault(url)?.kind == .wrongURL, "\(url)")
        }
    }

    @Test("so many fetches go at once as were agreed on, each is answered once, and more than may wait are refused")
    func many() throws {
        var loop = try Loop {
            $0.fetchesMax = 4
            $0.waitingMax = 30
        }
        for number in 0..<40 {
            try loop.connector.fetch(number, peer.url("/ok"), on: &loop.poll, now: loop.now)
        }
        var (answered, refused): ([Int], [Int]) = ([], [])
        var connections: Set<String?> = []
        while answered.count + refused.count < 40 {
            switch try loop.next() {
            case .answered(let number, let answer):
                #expect(loop.body() == Array("hello".utf8))
                answered.append(number)
                connections.insert(answer["x-connection"])
            case .unanswered(let number, let fault):
                #expect(fault.kind == .tooMany)
                refused.append(number)
            case let event: Issue.record("\(event)")
            }
        }
        #expect(answered.sorted() == Array(0..<34) && refused == Array(34..<40))
        #expect(connections.count <= 4)
    }

    @Test("nothing is told of a fetch that was cancelled: while it runs, while it waits, when it has ended")
    func cancel() throws {
        var loop = try Loop { $0.fetchesMax = 1 }
        try loop.connector.fetch(1, peer.url("/never"), on: &loop.poll, now: loop.now)
        try loop.connector.fetch(2, peer.url("/ok"), on: &loop.poll, now: loop.now)
        try loop.connector.fetch(3, peer.url("/ok"), on: &loop.poll, now: loop.now)
        try loop.connector.fetch(4, "ftp://localhost/", on: &loop.poll, now: loop.now)
        try loop.connector.cancel(fetch: 2, on: &loop.poll, now: loop.now)
        try loop.connector.cancel(fetch: 1, on: &loop.poll, now: loop.now)
        guard case .answered(3, _) = try loop.next() else { return #expect(Bool(false), "not the third") }
        #expect(loop.body() == Array("hello".utf8))
        guard case .unanswered(4, _) = try loop.next() else { return #expect(Bool(false), "not the fourth") }
        #expect(loop.connector.next() == nil && loop.body().isEmpty)
    }
}
