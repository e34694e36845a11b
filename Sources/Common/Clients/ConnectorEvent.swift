public import Units

/// What became of a connection or a fetch; the number is the one that its owner gave it.
public enum ConnectorEvent: Equatable, Sendable {
    /// The connection stands, TLS verified.
    case connected(Int)
    /// It could not be made, and its number is free again.
    case unconnected(Int, Fault)
    /// There may be something to read: read until `.again`.
    case readable(Int)
    /// All that was taken is on its way, and there is room again: after a write that took less than it was given, or was not
    /// sent at once.
    case writable(Int)
    /// A fetch ended with an answer, whatever its status; `Connector.readBody` lends the body until the next event is asked for.
    case answered(Int, Answer)
    /// A fetch ended without.
    case unanswered(Int, Fault)
}

/// Why there is no connection, or no longer.
public struct Fault: Error, Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        /// A URL that cannot be, or a scheme that is not spoken: asking again is of no use.
        case wrongURL
        /// The host's name, or the proxy's, has no address.
        case unresolved
        /// Nobody answered there, or a proxy refused.
        case unreachable
        /// The peer could not prove who it is: its certificate was refused.
        case unverified
        /// TLS failed for another reason.
        case unencrypted
        case timedOut
        /// The answer was larger than allowed.
        case tooLarge
        /// More connections or fetches than were agreed on.
        case tooMany
        /// The peer broke the rules of HTTP or of WebSockets.
        case malformed
        /// The connection broke, or the answer was malformed or cut.
        case broken
    }

    public var kind: Kind
    /// One line for a person.
    public var reason: String

    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }
}

/// The head of an HTTP answer. Redirects are not followed: they are answers.
public struct Answer: Equatable, Sendable {
    public var status = 0
    /// How long to wait before the next request, if the answer says so (`Retry-After`, in seconds or as a date).
    public var retryAfter: Nanos?
    /// Of the body, unpacked.
    public var bodyBytes = 0
    /// Names in lower case, in the order of the answer; 128 of them at most, the rest are left out.
    public var fields: [Field] = []

    public struct Field: Equatable, Sendable {
        public var name: String
        public var value: String
    }

    /// The first field of this name, which is given in lower case.
    public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The weight used in this minute, as Binance tells it (`x-mbx-used-weight-1m`).
    public var usedWeight: Int? { self["x-mbx-used-weight-1m"].flatMap { Int($0) } }
}
