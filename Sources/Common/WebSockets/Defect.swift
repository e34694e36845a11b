/// What a peer did that the protocol forbids, or that is larger than we allow: the end of the connection.
public enum Defect: UInt8, Error, Equatable, Sendable, CaseIterable {
    case reservedBits
    case unknownOpcode
    case fragmentedControl
    case longControl
    case wastefulLength
    case lengthRange
    case missingMask
    case unexpectedMask
    case strayContinuation
    case missingContinuation
    case closeLength
    case closeCode
    case invalidText
    case tooLarge

    /// What our close frame says.
    public var code: CloseCode {
        switch self {
        case .invalidText: .invalidText
        case .tooLarge: .tooLarge
        default: .protocolError
        }
    }

    /// What was wrong, in a sentence; short enough for a close frame.
    public var text: StaticString {
        switch self {
        case .reservedBits: "a reserved bit is set, and no extension was agreed on"
        case .unknownOpcode: "the opcode is a reserved one"
        case .fragmentedControl: "a control frame is fragmented"
        case .longControl: "a control frame is longer than 125 bytes"
        case .wastefulLength: "a length is written with more bytes than it needs"
        case .lengthRange: "a length has its highest bit set"
        case .missingMask: "a frame from the client is not masked"
        case .unexpectedMask: "a frame from the server is masked"
        case .strayContinuation: "a continuation without a message to continue"
        case .missingContinuation: "a new message before the last one has ended"
        case .closeLength: "a close frame of one byte"
        case .closeCode: "a close code that must not be sent"
        case .invalidText: "a text is not UTF-8"
        case .tooLarge: "the message is larger than the limit"
        }
    }
}
