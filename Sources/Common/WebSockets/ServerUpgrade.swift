public import Text

/// A server's side of becoming a WebSocket: a request that was found right, and what is answered. Source: RFC 6455, 4.2.
///
/// Extensions and subprotocols that the client offers are not taken up. Who may come (Origin, Host, a token) is for the caller.
public struct ServerUpgrade: Equatable, Sendable {
    private let key: String

    /// Why a request does not make a WebSocket.
    public enum Refusal: Error, Equatable, Sendable, CaseIterable {
        case method
        case httpVersion
        case upgrade
        case connection
        case body
        case version
        case key

        public var status: Int {
            switch self {
            case .method: 405
            case .upgrade, .version: 426
            default: 400
            }
        }

        /// What was wrong, in a sentence.
        public var text: StaticString {
            switch self {
            case .method: "a WebSocket is asked for with GET"
            case .httpVersion: "a WebSocket needs HTTP/1.1"
            case .upgrade: "this is served as a WebSocket only"
            case .connection: "Connection does not say upgrade"
            case .body: "an upgrade has no body"
            case .version: "this server speaks version 13 of the protocol"
            case .key: "Sec-WebSocket-Key is not 16 bytes in Base64"
            }
        }

        /// Prints the response, after which the connection is closed.
        public func print(to page: inout Printer) {
            page.print("HTTP/1.1 ")
            switch status {
            case 405: page.print("405 Method Not Allowed\r\nAllow: GET\r\nConnection: close")
            case 426:
                page.print("426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13")
                page.print("\r\nConnection: Upgrade, close")
            default: page.print("400 Bad Request\r\nConnection: close")
            }
            page.print("\r\nContent-Type: text/plain\r\nContent-Length: ")
            page.print(UInt64(text.utf8CodeUnitCount + 1))
            page.print("\r\n\r\n")
            page.print(text)
            page.print("\n")
        }
    }

    /// Whether the request may become a WebSocket.
    public static func judge(_ head: RequestHead) -> Result<ServerUpgrade, Refusal> {
        let fields = head.fields
        guard head.method == "GET" else { return .failure(.method) }
        guard head.minorVersion == 1 else { return .failure(.httpVersion) }
        guard fields.has("websocket", in: "upgrade") else { return .failure(.upgrade) }
        guard fields.has("upgrade", in: "connection") else { return .failure(.connection) }
        // Its bytes would be read as frames.
        guard head.bodyBytes == 0 else { return .failure(.body) }
        guard fields.wholeNumber("sec-websocket-version") == 13 else { return .failure(.version) }
        guard fields.count(of: "sec-websocket-key") == 1, let key = fields["sec-websocket-key"],
            Base64.byteCount(of: key) == 16
        else { return .failure(.key) }
        return .success(ServerUpgrade(key: key))
    }

    /// Prints the consent; frames follow.
    public func print(to page: inout Printer) {
        page.print(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
        page.print(AcceptKey.answer(to: key))
        page.print("\r\n\r\n")
    }
}
