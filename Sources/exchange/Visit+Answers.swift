import Bytes
import Host
import Imitations
import Text
import Units
import WebSockets

/// Requests, and what they are answered.
extension Visit {
    /// Answers requests until one wants a WebSocket.
    mutating func serve(_ place: Int, _ stage: inout Stage, at now: Nanos) {
        while !isWebSocket, ending == nil {
            switch head.request() {
            case .none: return
            case .defect(let defect):
                refuse(400, "\(defect.text)")
                return
            case .head(let request):
                if request.asksForWebSocket {
                    upgrade(request, place, &stage, at: now)
                } else {
                    // A body is read and forgotten: nothing public has one. One that is not whole yet is refused.
                    guard head.body(request.bodyBytes, { _ in true }) != nil else { return refuse(413, "a body") }
                    let reply = stage.answer(
                        method: request.method, target: request.target, from: 1, at: now)
                    stage.readPage { answer(reply, $0, request, at: now) }
                }
            }
        }
    }

    private mutating func upgrade(
        _ request: RequestHead, _ place: Int, _ stage: inout Stage, at now: Nanos
    ) {
        guard stage.accepts(target: request.target) else { return refuse(404, "no WebSocket here") }
        var page = Printer(capacity: 256)
        switch ServerUpgrade.judge(request) {
        case .failure(let refusal):
            refusal.print(to: &page)
            page.read { put($0) }
            end(.close, at: now)
        case .success(let upgrade):
            upgrade.print(to: &page)
            page.read { put($0) }
            var made = WebSocket(.server, sendLimit: Visit.sendLimit + Visit.messageMax, readBytes: 1 << 12)
            head.rest { made.take($0) }
            socket = consume made
            stage.opened(connection: place, target: request.target, at: now)
        }
    }

    private mutating func refuse(_ status: Int, _ text: String) {
        var page = Printer(capacity: 256)
        page.print("HTTP/1.1 \(status) \(Visit.reason(status))\r\nContent-Length: \(text.utf8.count)\r\n")
        page.print("Connection: close\r\nContent-Type: text/plain\r\n\r\n\(text)")
        page.read { put($0) }
        ending = .close
    }

    private mutating func answer(_ reply: Reply, _ page: RawSpan, _ request: RequestHead, at now: Nanos) {
        var head = Printer(capacity: 512)
        head.print("HTTP/1.1 \(reply.status) \(Visit.reason(reply.status))\r\n")
        for header in reply.headers { head.print("\(header.name): \(header.value)\r\n") }
        head.print("Content-Length: \(reply.body.count)\r\n")
        head.print(request.keepsAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n")
        if request.method != "HEAD" { head.print(page.extracting(reply.body.range)) }
        if reply.delay.count > 0 || !late.isEmpty {
            guard late.count < Visit.lateMax else { return end(.reset, at: now) }
            // Answers keep their order.
            let due = max(now + reply.delay, late.last?.due ?? .zero)
            var bytes: [UInt8] = []
            head.read { span in for at in 0..<span.byteCount { bytes.append(span.byte(at)) } }
            late.append((due, bytes, !request.keepsAlive))
            return
        }
        head.read { put($0) }
        if !request.keepsAlive { end(.close, at: now) }
    }

    /// Lets an answer wait for its turn; somebody for whom too much waits does not read.
    mutating func put(_ bytes: RawSpan) {
        if answers.count <= Visit.sendLimit, answers.append(bytes) { return }
        answers.removeAll()
        ending = .reset
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 413: "Content Too Large"
        case 418: "I'm a teapot"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status"
        }
    }
}
