/// Why an HTTP head is refused.
public enum HeadDefect: UInt8, Error, Equatable, Sendable, CaseIterable {
    case bareLineFeed
    case startLine
    case target
    case version
    case folded
    case fieldName
    case fieldValue
    case host
    case length
    case lengthAndCoding
    case coding
    case headTooLarge
    case manyFields
    case bodyTooLarge

    /// What a server answers.
    public var status: Int {
        switch self {
        case .headTooLarge, .manyFields: 431
        case .bodyTooLarge: 413
        case .coding: 501
        case .version: 505
        default: 400
        }
    }

    /// What was wrong, in a sentence.
    public var text: StaticString {
        switch self {
        case .bareLineFeed: "a line ends without a carriage return"
        case .startLine: "the first line is none of HTTP/1.1"
        case .target: "the target of the request is none"
        case .version: "the version is not HTTP/1.0 or HTTP/1.1"
        case .folded: "a field goes on in the next line"
        case .fieldName: "the name of a field is none"
        case .fieldValue: "the value of a field has a control character in it"
        case .host: "there is not one Host"
        case .length: "Content-Length is not one whole number"
        case .lengthAndCoding: "Content-Length and Transfer-Encoding exclude each other"
        case .coding: "Transfer-Encoding is not served here"
        case .headTooLarge: "the head is larger than 64 KiB"
        case .manyFields: "the head has more than 100 fields"
        case .bodyTooLarge: "the body is larger than 64 KiB"
        }
    }
}
