public import Text

/// A client's side of becoming a WebSocket: the request, and the judgement of what the server says to it. Source: RFC 6455, 4.1.
public struct ClientUpgrade: Sendable {
    /// What the server must prove to have read: 16 bytes of chance, as Base64.
    public let key: String

    public init(using dice: inout some RandomNumberGenerator) {
        key = Base64.text(of: (0..<16).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 32) })
    }

    /// Prints the request. `host` is with its port where that is not the usual one. False, and nothing is printed, when a text
    /// has something in it that would end its line.
    public func print(
        host: String, target: String, fields: [(name: String, value: String)] = [], to page: inout Printer
    ) -> Bool {
        let isTarget = !target.isEmpty && target.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        let areFields = fields.allSatisfy { name, value in
            !name.isEmpty && name.utf8.allSatisfy(Fields.isTokenByte) && value.utf8.allSatisfy(Fields.isValueByte)
        }
        guard isTarget, areFields, !host.isEmpty, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return false
        }
        page.print("GET ")
        page.print(target)
        page.print(" HTTP/1.1\r\nHost: ")
        page.print(host)
        page.print("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ")
        page.print(key)
        page.print("\r\nSec-WebSocket-Version: 13\r\n")
        for (name, value) in fields {
            page.print(name)
            page.print(": ")
            page.print(value)
            page.print("\r\n")
        }
        page.print("\r\n")
        return true
    }

    /// Why a response does not make a WebSocket.
    public enum Refusal: Error, Equatable, Sendable {
        /// Not 101: the server does not want to, and its fields may say until when.
        case status(Int)
        case upgrade
        case connection
        case accept
        case extensions
        case subprotocol

        /// What was wrong, in a sentence.
        public var text: String {
            switch self {
            case .status(let status): "the server answers \(status) instead of 101"
            case .upgrade: "the server does not upgrade to websocket"
            case .connection: "the server's Connection does not say upgrade"
            case .accept: "the server has not read our key"
            case .extensions: "the server wants an extension that was not offered"
            case .subprotocol: "the server wants a subprotocol that was not offered"
            }
        }
    }

    /// Why the response is no consent; nil when it is one, and frames follow.
    public func judge(_ head: ResponseHead) -> Refusal? {
        guard head.status == 101, head.minorVersion == 1 else { return .status(head.status) }
        guard head.fields.has("websocket", in: "upgrade") else { return .upgrade }
        guard head.fields.has("upgrade", in: "connection") else { return .connection }
        guard head.fields.count(of: "sec-websocket-accept") == 1,
            head.fields["sec-websocket-accept"] == AcceptKey.answer(to: key)
        else { return .accept }
        guard head.fields["sec-websocket-extensions"] == nil else { return .extensions }
        guard head.fields["sec-websocket-protocol"] == nil else { return .subprotocol }
        return nil
    }
}
