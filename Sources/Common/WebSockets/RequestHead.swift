import Bytes

/// What a client asks of an HTTP server. Every value of this type has been judged: it has one Host, and a body of known length.
public struct RequestHead: Equatable, Sendable {
    /// A token, case counts: `GET`.
    public let method: String
    /// As it was written, visible ASCII: `/metrics?name=value`.
    public let target: String
    /// 0 or 1: of HTTP/1.
    public let minorVersion: Int
    public let fields: Fields
    /// Of the body that follows, at most `HeadReader.bodyMax`.
    public let bodyBytes: Int

    /// The target up to the question mark.
    public var path: String { String(target.prefix { $0 != "?" }) }

    /// Whether the connection may carry another request after this one.
    public var keepsAlive: Bool {
        if fields.has("close", in: "connection") { return false }
        return minorVersion == 1 || fields.has("keep-alive", in: "connection")
    }

    /// Whether it wants to become a WebSocket: `ServerUpgrade.judge` says whether it may.
    public var asksForWebSocket: Bool { fields.has("websocket", in: "upgrade") }

    static func read(_ head: RawSpan) -> Result<RequestHead, HeadDefect> {
        var lines = HeadLines()
        guard let (method, target, version) = lines.startLine(head) else { return .failure(.startLine) }
        guard method.allSatisfy({ Fields.isTokenByte(head.byte($0)) }) else { return .failure(.startLine) }
        guard !target.isEmpty, target.allSatisfy({ (0x21...0x7E).contains(head.byte($0)) }) else {
            return .failure(.target)
        }
        return HeadLines.version(head, version).flatMap { minor in
            lines.fields(head).flatMap { fields in
                let hosts = fields.count(of: "host")
                guard hosts == 1 || hosts == 0 && minor == 0 else { return .failure(.host) }
                return bodyBytes(fields).map { count in
                    RequestHead(
                        method: String(head, method), target: String(head, target), minorVersion: minor,
                        fields: fields, bodyBytes: count)
                }
            }
        }
    }

    private static func bodyBytes(_ fields: Fields) -> Result<Int, HeadDefect> {
        let isCoded = fields["transfer-encoding"] != nil
        guard fields["content-length"] != nil else { return isCoded ? .failure(.coding) : .success(0) }
        guard !isCoded else { return .failure(.lengthAndCoding) }
        guard let count = fields.wholeNumber("content-length") else { return .failure(.length) }
        return count <= HeadReader.bodyMax ? .success(count) : .failure(.bodyTooLarge)
    }
}
