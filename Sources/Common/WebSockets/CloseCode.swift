/// Why a connection ends, as a close frame says it. Source: RFC 6455, 7.4, and the registry of IANA that it founds.
public struct CloseCode: RawRepresentable, Equatable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let normal = CloseCode(rawValue: 1000)
    /// A server that stops, a page that is left.
    public static let goingAway = CloseCode(rawValue: 1001)
    public static let protocolError = CloseCode(rawValue: 1002)
    /// A kind of message that is not wanted, as binary where only text is.
    public static let unsupported = CloseCode(rawValue: 1003)
    /// A text that is not UTF-8.
    public static let invalidText = CloseCode(rawValue: 1007)
    public static let policy = CloseCode(rawValue: 1008)
    public static let tooLarge = CloseCode(rawValue: 1009)
    public static let internalError = CloseCode(rawValue: 1011)
    public static let restart = CloseCode(rawValue: 1012)
    public static let tryLater = CloseCode(rawValue: 1013)

    /// Whether it may stand in a frame: 1004 to 1006 and 1015 are only for the inside of programs, 1016 to 2999 are not given
    /// out, 3000 to 4999 belong to libraries and applications.
    public var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
